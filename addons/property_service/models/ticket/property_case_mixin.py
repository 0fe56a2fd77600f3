# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

CHANNELS = [
    ("phone", "Phone"),
    ("counter", "Counter"),
    ("letter", "Letter"),
    ("box", "Letter box"),
    ("wechat", "WeChat or app"),
    ("portal", "Portal"),
    ("email", "E-mail message"),
    ("staff", "Reported by staff"),
    ("patrol", "Found on patrol"),
    ("authority", "Passed on by an authority"),
    ("media", "Media or internet"),
]


class PropertyCaseMixin(models.AbstractModel):
    """What every case of the service centre is: a procedure about something somebody reported.

    Handbook B §0.2, §0.4, §12. Adds to `property.procedure.mixin`, which keeps the clocks, by
    whom, how and about what it was reported.
    """

    _name = "property.case.mixin"
    _description = "Case of the service centre"
    _inherit = "property.procedure.mixin"

    place = fields.Char("Where exactly", help="Part of the room, floor or common part.")
    contact_name = fields.Char("Contact", help="Who called, where it is not the customer.")
    channel = fields.Selection(CHANNELS, required=True, default="phone", index=True)
    category_id = fields.Many2one(
        "property.case.category", ondelete="restrict", index=True, tracking=True
    )
    description = fields.Text("What it is about", required=True)
    intake_id = fields.Many2one(
        "property.intake",
        "Contact at the desk",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The contact the case was made of.",
    )

    def _place_noted(self):
        return self.place or ""

    def _deadline_category(self):
        """Return the category: its policies hold for the case."""
        return self.category_id

    def _dispatch_users(self):
        """Return the head of the department the category is with."""
        return self.category_id.sudo().department_id.manager_id.user_id

    def _case_settled(self):
        """Hook: the work of the cases is done; what follows on it (a callback) is planned here."""
