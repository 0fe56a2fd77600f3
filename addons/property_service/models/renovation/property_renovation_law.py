# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PropertyRenovationLaw(models.Model):
    """The local rules of renovation an estate is under (handbook A §56, "legal profile").

    The national profile is shipped, with examples of places; an estate names its own. Amounts are
    yuan; a cap of 0 means none.
    """

    _name = "property.renovation.law"
    _description = "Legal profile of renovations"
    _order = "sequence, id"

    name = fields.Char("Legal profile", required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_default = fields.Boolean("Used where an estate names none")
    legal_basis = fields.Text("Sources", translate=True)
    owner_deposit_allowed = fields.Boolean("Deposit of the owner allowed", default=True)
    owner_deposit_cap = fields.Float("At most from the owner (yuan)", digits=(16, 2))
    firm_deposit_allowed = fields.Boolean("Deposit of the contractor allowed", default=True)
    firm_deposit_cap = fields.Float("At most from the contractor (yuan)", digits=(16, 2))
    debris_allowed = fields.Boolean("Debris fee allowed", default=True)
    fee_cap_m2 = fields.Float(
        "All fees at most (yuan/m²)",
        digits=(16, 2),
        help="Upper limit of all fees of a renovation together, per m² of gross area; 0: none.",
    )
    work_hours = fields.Char(
        "Permitted working hours",
        required=True,
        translate=True,
        default="08:00–12:00, 14:00–18:00",
    )
    noise_rule = fields.Char("Noise rule", translate=True)
    office_hours = fields.Char("Working hours in office buildings", translate=True)
    review_days = fields.Integer(
        "Review within (days)", help="0: the time of the deadline policy holds."
    )
    permit_days = fields.Integer("Permit at most (days)", default=90)
    refund_months = fields.Integer("Deposits back at the latest after (months)", default=3)
    report_hours = fields.Integer("Report a violation within (hours)", default=24)
    publicity_required = fields.Boolean("Notice to neighbours has to be posted", default=True)
    barring_rule = fields.Selection(
        [
            ("never", "Never once declared"),
            ("no_agreement", "Only while no agreement is signed"),
            ("agreed", "As agreement and covenant say"),
        ],
        "Barring of workers and materials",
        required=True,
        default="agreed",
    )
    active = fields.Boolean(default=True)
    estate_ids = fields.One2many("property.estate", "renovation_law_id", "Estates under it")

    _numbers = models.Constraint(
        "CHECK (permit_days > 0 AND refund_months >= 0 AND review_days >= 0 AND report_hours >= 0)",
        "Days, months and hours of a legal profile are above zero.",
    )

    @api.constrains("is_default", "active")
    def _check_one_default(self):
        if len(self.search([("is_default", "=", True)])) > 1:
            raise ValidationError(
                self.env._("Only one legal profile is used where an estate names none.")
            )

    def _hours_for(self, unit):
        """Return the permitted working hours for `unit`, as text."""
        self.ensure_one()
        if unit.category == "office" and self.office_hours:
            return self.office_hours
        return self.work_hours


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    renovation_law_id = fields.Many2one(
        "property.renovation.law",
        "Legal profile of renovations",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: the profile used where an estate names none.",
    )

    def _renovation_law(self):
        """Return the legal profile of the estate's renovations (handbook A §56)."""
        self.ensure_one()
        return self.sudo().renovation_law_id or self.env["property.renovation.law"].sudo().search(
            [("is_default", "=", True)], limit=1
        )
