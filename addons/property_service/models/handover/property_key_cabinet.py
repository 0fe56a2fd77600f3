# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyKeyCabinet(models.Model):
    """A locked cabinet with numbered hooks, and who answers for it (handbook A §20)."""

    _name = "property.key.cabinet"
    _description = "Key cabinet"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "estate_id, name"
    _check_company_auto = True

    name = fields.Char("Cabinet", required=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    place = fields.Char("Where the cabinet stands")
    keeper_id = fields.Many2one(
        "res.users",
        "Key keeper",
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        help="Changes by a handover of the cabinet, signed by both.",
    )
    active = fields.Boolean(default=True)
    key_ids = fields.One2many("property.key", "cabinet_id", "Keys of the cabinet")
    key_count = fields.Integer("Sets of keys", compute="_compute_counts")
    out_count = fields.Integer("Sets lent out", compute="_compute_counts")
    last_check = fields.Date("Last stock check", compute="_compute_counts")

    _name_unique = models.UniqueIndex(
        "(estate_id, name)", "The estate has a cabinet of this name already."
    )

    def _compute_counts(self):
        keys = self.env["property.key"]
        counts = {
            (cabinet.id, state): count
            for cabinet, state, count in keys._read_group(
                [("cabinet_id", "in", self.ids)], ["cabinet_id", "state"], ["__count"]
            )
        }
        last = dict(
            self.env["property.key.check"]._read_group(
                [("cabinet_id", "in", self.ids), ("state", "=", "done")],
                ["cabinet_id"],
                ["date:max"],
            )
        )
        for cabinet in self:
            out = counts.get((cabinet.id, "issued"), 0)
            cabinet.out_count = out
            cabinet.key_count = counts.get((cabinet.id, "in_store"), 0) + out
            cabinet.last_check = last.get(cabinet, False)

    def write(self, vals):
        """Change the keeper by a signed handover only, once there is something in the cabinet."""
        if "keeper_id" in vals and not self.env.su and self.filtered("key_ids"):
            self._check_keeper_change(vals["keeper_id"])
        return super().write(vals)

    def _check_keeper_change(self, keeper_id):
        for cabinet in self:
            if cabinet.keeper_id.id != keeper_id:
                raise UserError(
                    self.env._(
                        "“%(cabinet)s” holds keys: hand it over to the next keeper with both "
                        "signatures (button “Hand over the cabinet”).",
                        cabinet=cabinet.name,
                    )
                )

    def action_open_keys(self):
        """Open the keys of the cabinet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Keys of %(cabinet)s", cabinet=self.name),
            "res_model": "property.key",
            "view_mode": "list,kanban,form",
            "domain": [("cabinet_id", "=", self.id)],
            "context": {"default_cabinet_id": self.id, "default_estate_id": self.estate_id.id},
        }

    def action_check(self):
        """Begin this month's stock check, or go on with it."""
        return self._open_check("month")

    def action_hand_over(self):
        """Begin the handover of the cabinet to another keeper."""
        return self._open_check("keeper")

    def _open_check(self, kind):
        self.ensure_one()
        checks = self.env["property.key.check"]
        check = checks.search(
            [("cabinet_id", "=", self.id), ("kind", "=", kind), ("state", "=", "draft")], limit=1
        ) or checks.create({"cabinet_id": self.id, "kind": kind})
        return {
            "type": "ir.actions.act_window",
            "res_model": check._name,
            "res_id": check.id,
            "views": [(False, "form")],
        }

    @api.model
    def _of(self, estate):
        """Return the first cabinet of `estate`, an empty record where it has none."""
        return self.search([("estate_id", "=", estate.id)], limit=1)
