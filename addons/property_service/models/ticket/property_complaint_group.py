# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyComplaint(models.Model):
    """Complaints of several households about one matter (handbook B C1)."""

    _inherit = "property.complaint"

    def action_merge(self):
        """Put the chosen complaints into one matter (group complaint).

        :raises UserError: if there is only one, or they are of several estates
        """
        if len(self) < 2:
            raise UserError(self.env._("Choose at least two complaints about the same matter."))
        if len(self.estate_id) > 1:
            raise UserError(self.env._("The complaints are of several estates."))
        first = self.sorted("received_date")[0]
        matter = self.matter_id[:1] or self.env["property.complaint.matter"].create(
            {
                "name": (first.description or "").splitlines()[0][:60],
                "estate_id": first.estate_id.id,
                "category_id": first.category_id.id,
            }
        )
        self.matter_id = matter
        return {
            "type": "ir.actions.act_window",
            "res_model": matter._name,
            "res_id": matter.id,
            "view_mode": "form",
        }
