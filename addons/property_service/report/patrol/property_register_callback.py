# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...models.patrol.property_callback_year import FIGURES
from ...tools.local_time import local_day, local_time
from ..core.property_register import Column

_GRADES = {"ok": "A", "fair": "B", "bad": "C"}


class PropertyRegisterCallback(models.AbstractModel):
    """The callbacks of a period (回访记录表, form B1-2)."""

    _name = "property.register.callback"
    _description = "Register of callbacks"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Callback Record")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Date"), 9, "date"),
            Column("source", self.env._("Work order no."), 15),
            Column("unit", self.env._("Room"), 12),
            Column("partner", self.env._("Interviewee"), 9),
            Column("class", self.env._("Class of callback"), 10, "mid"),
            Column("method", self.env._("Way of callback"), 8, "mid"),
            Column("grade", self.env._("Feedback"), 7, "mid"),
            Column("opinion", self.env._("What the customer said"), 24),
            Column("user", self.env._("Called by"), 9),
            Column("notice", self.env._("Rectification no."), 15),
            Column("remark", self.env._("Remark"), 10),
        ]

    def _rows(self, options):
        first, last = self._date(options, "date_from"), self._date(options, "date_to")
        callbacks = self.env["property.callback"].search(
            [
                *self._unit_domain(options),
                ("result", "!=", False),
                ("done_date", ">=", local_time(first, 0)),
                ("done_date", "<", local_time(last + timedelta(days=1), 0)),
            ],
            order="done_date, id",
        )
        classes = self._labels("property.callback", "callback_class")
        methods = self._labels("property.callback", "method")
        return [
            {
                "index": number,
                "date": local_day(row.done_date),
                "source": row.source_name or row.number,
                "unit": row.unit_id.full_name,
                "partner": row.partner_id.name or row.contact_name,
                "class": classes.get(row.callback_class, ""),
                "method": methods.get(row.method, ""),
                "grade": _GRADES.get(row.result, ""),
                "opinion": "; ".join(part for part in (row.shortcomings, row.suggestions) if part),
                "user": row.call_user_id.name,
                "notice": row.rectification_id.number,
                "remark": self.env._("Round %s", row.round) if row.round > 1 else "",
            }
            for number, row in enumerate(callbacks, 1)
        ]

    def _notes(self, options):
        return [self.env._("A satisfied, B fairly satisfied, C dissatisfied")]


class PropertyRegisterSpotCheck(models.AbstractModel):
    """The manager's checks of callbacks (回访抽查记录表, form B2-2)."""

    _name = "property.register.spot.check"
    _description = "Register of spot checks"
    _inherit = "property.register"

    _register_options = ("estate_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Spot Check Record of Callbacks")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("month", self.env._("Month checked"), 8, "mid"),
            Column("date", self.env._("Spot check on"), 9, "date"),
            Column("callback", self.env._("Callback no."), 15),
            Column("unit", self.env._("Room"), 12),
            Column("original", self.env._("Result recorded"), 9, "mid"),
            Column("method", self.env._("Way of checking"), 8, "mid"),
            Column("quality", self.env._("Result of the check"), 9, "mid"),
            Column("true", self.env._("Agrees with the record"), 9, "mid"),
            Column("problem", self.env._("Problem"), 20),
            Column("treatment", self.env._("Treatment"), 14),
            Column("user", self.env._("Checked by (manager)"), 9),
        ]

    def _rows(self, options):
        month = self._date(options, "month").replace(day=1)
        checks = self.env["property.spot.check"].search(
            [("estate_id", "in", self._estates(options).ids), ("month", "=", month)],
            order="estate_id, id",
        )
        model = "property.spot.check"
        original = self._labels(model, "original_result")
        methods, quality = self._labels(model, "method"), self._labels(model, "quality")
        true = self._labels(model, "true")
        return [
            {
                "index": number,
                "month": row._month_text(),
                "date": row.date and local_day(row.date),
                "callback": row.callback_id.number,
                "unit": row.unit_id.full_name,
                "original": original.get(row.original_result, ""),
                "method": methods.get(row.method, ""),
                "quality": quality.get(row.quality, ""),
                "true": true.get(row.true, ""),
                "problem": row.problem,
                "treatment": row.treatment or row.rectification_id.number,
                "user": row.user_id.name,
            }
            for number, row in enumerate(checks, 1)
        ]


class PropertyRegisterCallbackYear(models.AbstractModel):
    """The yearly statistics of callbacks of repairs (维修回访年度统计表, form B3-1)."""

    _name = "property.register.callback.year"
    _description = "Yearly statistics of callbacks"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Yearly Statistics of Repair Callbacks")

    def _subtitle(self, options):
        lines = super()._subtitle({**options, "date": False})
        return [*lines, self.env._("Year: %s", self._date(options).year)]

    def _signatures(self):
        return [
            self.env._("Prepared by"),
            self.env._("Customer-service supervisor"),
            self.env._("Project manager"),
        ]

    def _columns(self, options):
        return [
            Column("month", self.env._("Month"), 5, "mid"),
            Column("total", self.env._("Repairs in all"), 7, "integer"),
            Column("safety", self.env._("Safety facilities"), 7, "integer"),
            Column("leak", self.env._("Leaks"), 6, "integer"),
            Column("other", self.env._("Others"), 6, "integer"),
            Column("due", self.env._("Callbacks due"), 6, "integer"),
            Column("done", self.env._("Callbacks made"), 6, "integer"),
            Column("done_rate", self.env._("Callback rate"), 8, "percent"),
            Column("in_time_rate", self.env._("Timely callback rate"), 8, "percent"),
            Column("ok", self.env._("Satisfied"), 6, "integer"),
            Column("fair", self.env._("Fairly satisfied"), 6, "integer"),
            Column("bad", self.env._("Dissatisfied"), 6, "integer"),
            Column("content_rate", self.env._("Satisfaction rate"), 8, "percent"),
            Column("rework", self.env._("Reworks"), 6, "integer"),
            Column("rework_rate", self.env._("Rework rate"), 8, "percent"),
            Column("notices", self.env._("Rectification notices"), 7, "integer"),
            Column("rectified", self.env._("Rectifications done"), 7, "integer"),
            Column("remark", self.env._("Remark"), 8),
        ]

    def _rows(self, options):
        estates, year = self._estates(options), self._date(options).year
        kept = self.env["property.callback.year"].search(
            [("estate_id", "in", estates.ids), ("year", "=", year), ("state", "!=", "draft")]
        )
        figures = self.env["property.callback.year"]._figures(estates - kept.estate_id, year)
        for line in kept.line_ids:
            for key in dict(FIGURES):
                figures[line.month][key] += line[key]
        rows = [self._row(str(month), figures[month]) for month in range(1, 13)]
        total = {key: sum(row[key] for row in figures.values()) for key in dict(FIGURES)}
        rows.append({**self._row(self.env._("Total"), total), "_bold": True})
        return rows

    def _row(self, name, row):
        answers = row["ok"] + row["fair"] + row["bad"]
        return {
            **row,
            "month": name,
            # a month without any is 0 %, it is not hidden
            "done_rate": row["done"] / row["due"] if row["due"] else 0.0,
            "in_time_rate": row["in_time"] / row["due"] if row["due"] else 0.0,
            "content_rate": row["ok"] / answers if answers else 0.0,
            "rework_rate": row["rework"] / row["total"] if row["total"] else 0.0,
        }

    def _option_defaults(self):
        return {**super()._option_defaults(), "date": fields.Date.context_today(self)}
