# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.property_service.report.core.property_register import Column


class PropertyRegisterActivityPlan(models.AbstractModel):
    """小区年度社区文化活动计划: the planned activities of a period (handbook B G1, form G1-1)."""

    _name = "property.register.activity.plan"
    _description = "Register of planned activities"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Yearly Plan of Community Activities")

    def _option_defaults(self):
        defaults = super()._option_defaults()
        today = fields.Date.context_today(self)
        defaults.update(
            date_from=today.replace(month=1, day=1), date_to=today.replace(month=12, day=31)
        )
        return defaults

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("month", self.env._("Month or date"), 9, "mid"),
            Column("name", self.env._("Activity name"), 16),
            Column("type", self.env._("Activity type"), 9, "mid"),
            Column("purpose", self.env._("Purpose"), 15),
            Column("audience", self.env._("Aimed at"), 10),
            Column("people", self.env._("Number of people"), 6, "integer", True),
            Column("place", self.env._("Place"), 10),
            Column("user", self.env._("Person responsible"), 8, "mid"),
            Column("partner", self.env._("Co-organiser"), 9),
            Column("budget", self.env._("Budget (yuan)"), 9, "money", True),
            Column("funding", self.env._("Source of funding"), 10, "mid"),
            Column("stand", self.env._("Stand of the activity"), 8, "mid"),
            Column("remark", self.env._("Remark"), 9),
        ]

    def _rows(self, options):
        lines = self.env["property.activity.plan.line"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date_calendar", ">=", self._date(options, "date_from")),
                ("date_calendar", "<=", self._date(options, "date_to")),
                ("dropped", "=", False),
            ],
            order="estate_id, date_calendar, sequence, id",
        )
        funding = self._labels("property.activity.plan.line", "funding")
        many = len(lines.estate_id) > 1
        return [
            {
                "_section": line.estate_id.name if many else "",
                "index": number,
                "month": fields.Date.to_string(line.date_planned)
                if line.date_planned
                else f"{line.year}-{line.month}",
                "name": line.name,
                "type": line.type_id.name,
                "purpose": line.purpose,
                "audience": line.audience,
                "people": line.expected_count,
                "place": line.place,
                "user": line.user_id.name,
                "partner": line.partner_org,
                "budget": line.budget,
                "funding": funding.get(line.funding),
                "stand": line.event_state,
                "remark": line.note,
            }
            for number, line in enumerate(lines, 1)
        ]

    def _signatures(self):
        return [
            self.env._("Prepared by"),
            self.env._("Reviewed by"),
            self.env._("Approved by"),
            self.env._("Date"),
        ]
