# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyComplaint(models.Model):
    """A complaint that is a repair in disguise: the repair is made, the complaint stays (C1)."""

    _inherit = "property.complaint"

    def action_make_repair(self):
        """Make a repair of a complaint that is one in disguise, and keep the complaint.

        :raises UserError: if there is a repair already
        """
        self.ensure_one()
        if self.repair_ref:
            raise UserError(self.env._("A repair was made of this complaint already."))
        repair = self._make_repair()
        self._stamp(repair_ref=f"{repair._name},{repair.id}")
        self.message_post(
            body=self.env._("Repair %(number)s made of it.", number=repair.display_name)
        )
        return self.action_open_repair()

    def _make_repair(self):
        """Return a repair made through the front desk's one door."""
        values = {
            "kind": "repair",
            "estate_id": self.estate_id.id,
            "unit_id": self.unit_id.id,
            "building_id": self.building_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "channel": "staff",
            "place": self.place,
            "description": self.env._(
                "%(description)s (complaint %(number)s)",
                description=self.description,
                number=self.number,
            ),
        }
        return self.env["property.intake"].create(values)._make_case()

    def action_open_repair(self):
        """Open the repair made of the complaint."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.repair_ref._name,
            "res_id": self.repair_ref.id,
            "view_mode": "form",
        }
