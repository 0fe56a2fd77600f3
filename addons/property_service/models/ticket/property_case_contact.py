# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyCaseMixin(models.AbstractModel):
    """A case knows the contacts of its household (handbook B §0.4: one door, one number)."""

    _inherit = "property.case.mixin"

    contact_count = fields.Integer("Contacts of the case", compute="_compute_contact_count")

    @api.depends("intake_id")
    def _compute_contact_count(self):
        contacts = self.env["property.intake"]
        allowed = contacts.has_access("read") and self._name != contacts._name
        counts = {}
        if allowed:
            counts = dict(
                contacts._read_group(
                    [("case_model", "=", self._name), ("case_id", "in", self.ids)],
                    ["case_id"],
                    ["__count"],
                )
            )
        for case in self:
            case.contact_count = counts.get(case.id, 0)

    def action_open_contacts(self):
        """Open the contact at the desk the case was made of."""
        self.ensure_one()
        contacts = self.env["property.intake"].search(
            [("case_model", "=", self._name), ("case_id", "=", self.id)]
        )
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts of the case"),
            "res_model": "property.intake",
            "view_mode": "list,form",
            "domain": [("id", "in", contacts.ids)],
        }
        if len(contacts) == 1:
            action.update(view_mode="form", res_id=contacts.id)
        return action
