# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...tools import money
from ..core.property_register import Column


class PropertyRegisterHandin(models.AbstractModel):
    """Hand-in of owners' data 业主资料移交签收表: what the archivist received (handbook A §6)."""

    _name = "property.register.handin"
    _description = "Hand-in of owners' data"
    _inherit = "property.register"
    _register_options = ("estate_ids", "date_from", "date_to")

    def _title(self, options):
        return self.env._("Hand-in of owners' data")

    def _option_defaults(self):
        proposed = super()._option_defaults()
        return {**proposed, "date_from": proposed["date_to"].replace(month=1, day=1)}

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("month", self.env._("Month"), 8, "mid"),
            Column("estate", self.env._("Estate"), 14),
            Column("content", self.env._("Content"), 16),
            Column("count", self.env._("Count"), 7, "integer"),
            Column("delivered", self.env._("Delivered by"), 12, "mid"),
            Column("received", self.env._("Received by"), 12, "mid"),
            Column("due", self.env._("Hand in by"), 10, "date"),
            Column("date", self.env._("Date"), 10, "date"),
            Column("late", self.env._("Late?"), 6, "mid"),
            Column("remark", self.env._("Remark"), 16),
        ]

    def _signatures(self):
        return []

    def _rows(self, options):
        first = money.month_start(self._date(options, "date_from"))
        issues = self.env["property.register.issue"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("month", ">=", first),
                ("month", "<=", self._date(options, "date_to")),
            ],
            order="month, estate_id, id",
        )
        contents = self._labels("property.register.issue", "register")
        states = self._labels("property.register.issue", "state")
        return [
            {
                "serial": serial,
                "month": f"{issue.month:%Y-%m}",
                "estate": issue.estate_id.name,
                "content": contents.get(issue.register),
                "count": issue.row_count if issue.submitted_date else None,
                "delivered": issue.submitted_by_id.name,
                "received": issue.signed_in_by_id.name,
                "due": issue.date_due,
                "date": issue.signed_in_date
                and fields.Datetime.context_timestamp(issue, issue.signed_in_date).date(),
                "late": self.env._("Late") if issue.late else "",
                "remark": "" if issue.state == "signed_in" else states.get(issue.state),
            }
            for serial, issue in enumerate(issues, 1)
        ]
