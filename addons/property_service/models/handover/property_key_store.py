# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

PLANT_KINDS = [
    ("power", "Power room"),
    ("fire", "Fire control room"),
    ("cctv", "Monitoring room"),
    ("safe", "Safe"),
    ("other", "Other equipment room"),
]
#: handbook A §20: keys of these rooms are not lent
NEVER_LENT = ("power", "fire", "cctv", "safe")


class PropertyKey(models.Model):
    """Where a key hangs, from whom it was taken over, who has it (handbook A §20)."""

    _inherit = "property.key"

    cabinet_id = fields.Many2one(
        "property.key.cabinet",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
        tracking=True,
    )
    plant_kind = fields.Selection(PLANT_KINDS, "Which equipment room")
    never_lent = fields.Boolean("Never lent", compute="_compute_never_lent", store=True)
    received_from = fields.Char("Taken over from")
    received_by_id = fields.Many2one(
        "res.users", "Taken over by", default=lambda self: self.env.user, index="btree_not_null"
    )
    received_date = fields.Date("Keys taken over on", default=fields.Date.context_today)
    loan_ids = fields.Many2many("property.key.loan", string="Loans of the key", copy=False)
    loan_count = fields.Integer("Number of loans", compute="_compute_loans")
    holder_name = fields.Char("Who has it now", compute="_compute_loans")
    location_name = fields.Char("Room/place", compute="_compute_location_name")
    loss_ids = fields.One2many("property.key.loss", "key_id", "Losses")
    custody_id = fields.Many2one(
        "property.key.custody", readonly=True, copy=False, index="btree_not_null"
    )
    left_id = fields.Many2one(
        "property.key.left", readonly=True, copy=False, index="btree_not_null"
    )

    @api.depends("plant_kind", "key_class")
    def _compute_never_lent(self):
        for key in self:
            key.never_lent = key.key_class == "plant" and key.plant_kind in NEVER_LENT

    @api.depends("loan_ids.state", "state")
    def _compute_loans(self):
        for key in self:
            out = key.loan_ids.filtered(lambda loan: loan.state in loan._OUT)
            key.loan_count = len(key.loan_ids)
            key.holder_name = out[:1].borrower_name

    @api.depends("unit_id.full_name", "place")
    def _compute_location_name(self):
        for key in self:
            parts = (key.unit_id.full_name, key.place)
            key.location_name = " ".join(part for part in parts if part)

    def _check_lendable(self):
        """Refuse to lend a key that is not there, is never lent, or belongs to an owner.

        :raises UserError: naming the key and what to do instead
        """
        for key in self:
            if key.never_lent:
                raise UserError(
                    self.env._(
                        "Key %(key)s (%(place)s) is never lent: whoever has to go in is let in by "
                        "the duty staff of that room.",
                        key=key.code,
                        place=key.location_name,
                    )
                )
            if key.key_class == "custody":
                raise UserError(
                    self.env._(
                        "Key %(key)s is in custody for the owner of %(place)s: record its use on "
                        "the custody, with the owner's consent.",
                        key=key.code,
                        place=key.location_name,
                    )
                )
            if key.key_class == "repair":
                raise UserError(
                    self.env._(
                        "Key %(key)s was left for a repair of %(place)s: give it to the worker "
                        "there.",
                        key=key.code,
                        place=key.location_name,
                    )
                )
            if key.state != "in_store":
                raise UserError(
                    self.env._(
                        "Key %(key)s of %(unit)s is not in the cabinet: %(state)s.",
                        key=key.code,
                        unit=key.location_name,
                        state=key._state_label(key.state),
                    )
                )

    def _take_out(self):
        """Take keys out of the cabinet; somebody else's hold on them is waited for."""
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        self._move_to("issued")

    def _put_back(self):
        """Hang keys that were out into the cabinet again."""
        self.filtered(lambda key: key.state == "issued")._move_to("in_store")

    def action_lend(self):
        """Open a new loan of the selected keys."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lend keys"),
            "res_model": "property.key.loan",
            "views": [(False, "form")],
            "context": {"default_key_ids": self.ids},
        }

    def action_open_loans(self):
        """Open the loans of the key."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loans of key %(key)s", key=self.code),
            "res_model": "property.key.loan",
            "view_mode": "list,form",
            "domain": [("key_ids", "in", self.ids)],
            "context": {"default_key_ids": self.ids},
        }

    def action_lost(self):
        """Report the key as lost: the manager hears of it at once (handbook A §20)."""
        self.ensure_one()
        self.check_access("write")
        loss = self.env["property.key.loss"]._report(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": loss._name,
            "res_id": loss.id,
            "views": [(False, "form")],
        }

    def action_hand_to_owner(self):
        """Give the keys to the owner for good, at the counter."""
        self.check_access("write")
        self._hand_to_owner()

    def action_take_back(self):
        """Take keys back from the owner into the cabinet, e.g. when he has sold his home."""
        self.check_access("write")
        self.filtered(lambda key: key.state == "handed_to_owner")._move_to("in_store")

    def action_destroy(self):
        """Note that keys were destroyed.

        :raises AccessError: below the supervisor
        """
        self.env["property.key.loan"]._check_in_group(
            "supervisor", self.env._("Keys are destroyed with the supervisor's consent only.")
        )
        self._move_to("destroyed")
