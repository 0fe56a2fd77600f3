# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyVacantRain(models.TransientModel):
    """Heavy rain: one patrol of all vacant and entrusted homes before it, one after (A §41, §42)."""

    _name = "property.vacant.rain"
    _description = "Patrols around heavy rain"

    estate_ids = fields.Many2many(
        "property.estate",
        "property_vacant_rain_estate_rel",
        "dialog_id",
        "estate_id",
        "Estates",
        required=True,
        default=lambda self: self.env["property.estate"].search([("active", "=", True)], limit=20),
    )
    occasion = fields.Selection(
        [("before", "Heavy rain is coming"), ("after", "The rain is over")],
        "When",
        required=True,
        default="before",
    )
    weather = fields.Char(help="What is forecast or has come down, e.g. orange rainstorm warning.")

    def action_make(self):
        """Make the patrols and show them; those of today are not made twice.

        :raises UserError: where nothing stands empty
        """
        self.ensure_one()
        self.estate_ids.check_access("read")
        tasks = self.estate_ids._make_rain_patrols(self.occasion, self.weather)
        if not tasks:
            raise UserError(self.env._("No home there is vacant or entrusted."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Patrols around heavy rain"),
            "res_model": "property.patrol",
            "view_mode": "list,calendar,form",
            "domain": [("id", "in", tasks.ids)],
        }
