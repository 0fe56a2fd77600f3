# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: role -> the screen its work begins with; the first role that fits counts
_FIRST_SCREENS = (
    ("manager", "property_charge_action_overview"),
    ("supervisor", "property_deadline_action_wall"),
    ("accountant", "property_charge_action_overview"),
    ("cashier", "property_cashier_action"),
    ("technician", "property_repair_action_mine"),
)
_OF_EVERYBODY = "property_unit_action_find"


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _property_first_screen(self):
        """Return the action the app opens with: what the user's role begins the day with.

        The manager sees figures, the supervisor what falls due, the cashier the counter, the
        technician his orders; everybody else looks for a household.
        """
        user = self.env.user
        name = next(
            (
                screen
                for role, screen in _FIRST_SCREENS
                if user.has_group(f"property_service.group_{role}")
            ),
            _OF_EVERYBODY,
        )
        return self.env["ir.actions.actions"]._for_xml_id(f"property_service.{name}")
