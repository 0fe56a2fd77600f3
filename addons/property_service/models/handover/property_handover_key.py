# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_key import KINDS


class PropertyHandoverKey(models.Model):
    """Keys an owner gets, and what he leaves for repairs (form 钥匙领取签收表, handbook A §14)."""

    _name = "property.handover.key"
    _description = "Keys for an owner"
    _order = "handover_id, id"
    _check_company_auto = True

    handover_id = fields.Many2one(
        "property.handover", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="handover_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="handover_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(related="handover_id.unit_id", store=True, index=True)
    key_id = fields.Many2one(
        "property.key",
        "Key of the cabinet",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('unit_id', '=', unit_id), ('state', '=', 'in_store')]",
    )
    kind = fields.Selection(KINDS, "Kind of key", required=True, default="entrance")
    code = fields.Char("Key no.")
    quantity = fields.Integer("Number of keys", required=True, default=1)
    left_quantity = fields.Integer("Left for repairs", help="Stay in the cabinet until accepted.")
    short_quantity = fields.Integer("Short", help="Keys of the set that are missing.")
    promise_date = fields.Date("Missing keys promised for")
    left_key_id = fields.Many2one("property.key", "Key kept for repairs", readonly=True)
    remark = fields.Char()

    _quantities = models.Constraint(
        "CHECK (quantity >= 0 AND left_quantity >= 0 AND left_quantity <= quantity "
        "AND short_quantity >= 0)",
        "No more keys can be left than the owner gets.",
    )

    @api.onchange("key_id")
    def _onchange_key_id(self):
        if self.key_id:
            self.kind = self.key_id.kind
            self.code = self.key_id.code
            self.quantity = self.key_id.quantity

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("left_key_id", None)
        keys = super().create(vals_list)
        keys.handover_id._check_unsigned(["key_ids"])
        return keys

    def write(self, vals):
        if not self.env.su:
            self.handover_id._check_unsigned(["key_ids"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsigned(self):
        self.handover_id._check_unsigned(["key_ids"])


class PropertyHandover(models.Model):
    """Desk 5: keys and cards against a receipt, after acceptance (handbook A §14)."""

    _inherit = "property.handover"

    key_ids = fields.One2many("property.handover.key", "handover_id", "Keys handed out")
    card_count = fields.Integer("Cards handed out")
    card_numbers = fields.Char("Access card nos.")
    keys_given = fields.Boolean("Keys are with the owner", readonly=True, copy=False)

    def _make_keys(self):
        """List the keys of the cabinet that belong to the home."""
        keys = (
            self.env["property.key"]
            .sudo()
            .search([("unit_id", "in", self.unit_id.ids), ("state", "=", "in_store")], order="id")
        )
        by_unit = keys.grouped("unit_id")
        self.env["property.handover.key"].create(
            [
                {
                    "handover_id": case.id,
                    "key_id": key.id,
                    "kind": key.kind,
                    "code": key.code,
                    "quantity": key.quantity,
                }
                for case in self
                for key in by_unit.get(case.unit_id, keys.browse())
            ]
        )

    def action_load_keys(self):
        """List keys that came into the cabinet since the owner checked in."""
        for case in self:
            known = case.key_ids.key_id
            keys = self.env["property.key"]._stock_of(case.unit_id) - known
            self.env["property.handover.key"].create(
                [
                    {
                        "handover_id": case.id,
                        "key_id": key.id,
                        "kind": key.kind,
                        "code": key.code,
                        "quantity": key.quantity,
                    }
                    for key in keys
                ]
            )
        return True

    def action_sign_keys(self):
        """Note that the receipt of keys was signed on the form, by giver and receiver."""
        self._sign_on_paper(("keys", "keys_issuer"))
        return True

    def action_hand_keys(self):
        """Hand out the keys: the owner has accepted the home and signs for them.

        With defects that are still being repaired he may take them too, where he signed the
        inspection that lists them; keys for the repair stay in the cabinet.

        :raises UserError: without acceptance, signature or authority, or if a key is not there
        """
        early = not all(
            case.estate_id._parameter("handover_keys_after_acceptance") for case in self
        )
        for case in self:
            case._check_keys(early)
        self._need_signatures(("keys", "keys_issuer"))
        todo = self.filtered(lambda case: not case.keys_given)
        for row in todo.key_ids.filtered("left_quantity"):
            row.sudo().left_key_id = row._leave()
        todo.key_ids.key_id.sudo()._hand_to_owner()
        todo.sudo()._with_move().write({"keys_given": True})
        accepted = self.filtered(lambda case: case.state in ("accepted", "rectifying"))
        accepted._move_to("keys_handed", handover_date=fields.Date.context_today(self))
        return True

    def _check_keys(self, early):
        self.ensure_one()
        if self.way != "self" and not self.agent_keys:
            raise UserError(
                self.env._(
                    "“%(case)s”: %(agent)s is not authorised to receive the keys.",
                    case=self.display_name,
                    agent=self.agent_name or "",
                )
            )
        if self.state == "rectifying":
            if not self._inspection_signed():
                raise UserError(
                    self.env._(
                        "“%(case)s”: keys are given before acceptance only when the owner has "
                        "signed the inspection form that shows the defects.",
                        case=self.display_name,
                    )
                )
        elif self.state != "accepted":
            allowed = ("papers_issued", "services_registered", "inspecting")
            if not (early and self.state in allowed):
                raise UserError(
                    self.env._(
                        "“%(case)s”: keys are handed out after the home was accepted.",
                        case=self.display_name,
                    )
                )
        if not self.key_ids and not self.keys_given:
            raise UserError(self.env._("“%(case)s”: no keys are listed.", case=self.display_name))
        short = self.key_ids.filtered(lambda row: row.short_quantity and not row.promise_date)
        if short:
            raise UserError(
                self.env._(
                    "“%(case)s”: keys are missing (%(keys)s). Enter the day they are promised for; "
                    "the developer supplies them.",
                    case=self.display_name,
                    keys="、".join(row.code or row.kind for row in short),
                )
            )


class PropertyHandoverKeyLeft(models.Model):
    """Keys the owner leaves for repairs go back into the cabinet (handbook A §13, §22)."""

    _inherit = "property.handover.key"

    def _leave(self):
        """Return the key that stays in the cabinet for repairs."""
        self.ensure_one()
        stem = self.code or self.unit_id.search_key
        return (
            self.env["property.key"]
            .sudo()
            .create(
                {
                    "code": f"{stem}-R{self.id}",
                    "key_class": "repair",
                    "kind": self.kind,
                    "quantity": self.left_quantity,
                    "unit_id": self.unit_id.id,
                    "position": self.key_id.position,
                    "remark": self.env._(
                        "Left for repairs, %(case)s", case=self.handover_id.number
                    ),
                }
            )
        )
