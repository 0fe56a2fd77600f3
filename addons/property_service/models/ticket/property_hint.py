# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyHint(models.Model):
    """What the desk has to know of an estate or building: outages, lift works (handbook B A1, D5)."""

    _name = "property.hint"
    _description = "Hint for the desk"
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char("What to tell", required=True)
    kind = fields.Selection(
        [
            ("water", "Water outage"),
            ("power", "Power outage"),
            ("gas", "Gas outage"),
            ("lift", "Lift works"),
            ("works", "Other works"),
            ("other", "Other"),
        ],
        required=True,
        default="works",
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    building_id = fields.Many2one(
        "property.building",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
        help="Empty: the whole estate.",
    )
    date_start = fields.Datetime("Starts at", required=True, default=fields.Datetime.now)
    date_end = fields.Datetime("Ends at", required=True)
    active = fields.Boolean(default=True)

    _period = models.Constraint("CHECK (date_end > date_start)", "The hint ends before it starts.")

    @api.model
    def _current(self, estate, building=None, hours_ahead=24):
        """Return the hints of an estate or building that hold now or soon.

        :param building: `property.building` record; hints of the whole estate are added
        :param int hours_ahead: hours before its start a hint is shown
        """
        now = fields.Datetime.now()
        return self.search(
            [
                ("estate_id", "=", estate.id),
                ("building_id", "in", (False, building.id if building else False)),
                ("date_end", ">=", now),
                ("date_start", "<=", fields.Datetime.add(now, hours=hours_ahead)),
            ]
        )
