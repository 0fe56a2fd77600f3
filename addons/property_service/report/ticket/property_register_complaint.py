# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ...tools import money
from ...tools.local_time import local_day, local_text
from ..core.property_register import Column


class PropertyRegisterService(models.AbstractModel):
    """What the registers of the service centre share: local times, people without partner."""

    _name = "property.register.service"
    _description = "Register of the service centre"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _signatures(self):
        return [self.env._("Prepared by"), self.env._("Reviewed by"), self.env._("Date")]

    def _summaries(self):
        return self.env["property.complaint.summary"]

    def _period(self, options):
        """Return the first and last local day asked for: a month, or from and to."""
        if "month" in self._register_options:
            first = money.month_start(self._date(options, "month"))
            return first, money.month_end(first)
        return self._date(options, "date_from"), self._date(options, "date_to")

    def _in_period(self, model, field, options, *domain):
        """Return the records of `model` whose time `field` lies in the period."""
        start, end = self._summaries()._bounds(*self._period(options))
        return self.env[model].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                (field, ">=", start),
                (field, "<", end),
                *domain,
            ],
            order=f"{field}, id",
        )

    def _moment(self, value, seconds=False):
        """Return a time as it is written in a form, in China."""
        return local_text(value)

    def _day(self, value):
        """Return the local day of a time, None where there is none."""
        return local_day(value) or None

    def _person(self, case):
        """Return who a case is of, as the register names him."""
        if "is_anonymous" in case._fields and case.is_anonymous:
            return self.env._("Anonymous")
        return case.partner_id.name or case.contact_name or ""


class PropertyRegisterComplaint(models.AbstractModel):
    """The complaints of a month (月度业主投诉处理清单, form C6-1)."""

    _name = "property.register.complaint"
    _description = "Monthly list of complaints"
    _inherit = "property.register.service"

    _register_options = ("estate_ids", "month")

    def _title(self, options):
        return self.env._("Monthly List of Owners' Complaints")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Complaint No."), 15),
            Column("date", self.env._("Date of complaint"), 10, "date"),
            Column("person", self.env._("Complainant"), 8),
            Column("unit", self.env._("Room"), 10),
            Column("phone", self.env._("Phone"), 11),
            Column("content", self.env._("Content of complaint"), 22),
            Column("category", self.env._("Category"), 9),
            Column("validity", self.env._("Valid/invalid"), 6, "mid"),
            Column("level", self.env._("Level"), 6, "mid"),
            Column("department", self.env._("Responsible department"), 9),
            Column("result", self.env._("Result"), 18),
            Column("done", self.env._("Handling finished on"), 10, "date"),
            Column("on_time", self.env._("On time"), 5, "mid"),
            Column("replied", self.env._("Replied on"), 10, "date"),
            Column("callback", self.env._("Callback"), 7, "mid"),
            Column("note", self.env._("Remarks"), 10),
        ]

    def _rows(self, options):
        first, last = self._period(options)
        rows = []
        complaints = self._summaries()._complaints(self._estates(options), first, last)
        labels = {
            name: self._labels("property.complaint", name)
            for name in ("validity", "level", "callback_ok", "state")
        }
        late = self._late(complaints)
        for index, case in enumerate(complaints, 1):
            if case.callback_waived or case.is_anonymous:
                callback = self.env._("Not called back")
            else:
                callback = labels["callback_ok"].get(case.callback_ok, "")
            notes = [
                self.env._("Hot") if case.is_hot else "",
                self.env._("Repeated") if case.is_repeat else "",
                case.outer_number or "",
            ]
            rows.append(
                {
                    "index": index,
                    "number": case.number,
                    "date": self._day(case.received_date),
                    "person": self._person(case),
                    "unit": case.unit_id.full_name or case.place or "",
                    "phone": case.phone or "",
                    "content": case.description,
                    "category": case.category_id.name,
                    "validity": labels["validity"].get(case.validity, ""),
                    "level": labels["level"].get(case.level, ""),
                    "department": case.department_id.sudo().name or "",
                    "result": case.measures or case.end_reason or labels["state"][case.state],
                    "done": self._day(case.closed_date or case.resolved_date),
                    "on_time": self.env._("No") if case.id in late else self.env._("Yes"),
                    "replied": self._day(case.replied_date),
                    "callback": callback,
                    "note": "、".join(filter(None, notes)),
                }
            )
        return rows

    def _late(self, complaints):
        rows = (
            self.env["property.deadline"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "property.complaint"),
                    ("res_id", "in", complaints.ids),
                    ("step", "=", "reply"),
                ]
            )
        )
        now = fields.Datetime.now()
        return {
            row.res_id for row in rows if row.breached or (row.state == "running" and row.due < now)
        }

    def _notes(self, options):
        first, last = self._period(options)
        counts = self._summaries()._count(
            self._summaries()._complaints(self._estates(options), first, last)
        )
        return [
            self.env._(
                "This month: total %(received)s, valid %(valid)s, invalid %(invalid)s, settled "
                "%(settled)s, open %(open)s",
                **{key: counts[key] for key in ("received", "valid", "invalid", "settled", "open")},
            )
        ]


class PropertyRegisterComplaintMonth(models.AbstractModel):
    """The month's complaints by category, with analysis (月度投诉统计分析表, form C6-2)."""

    _name = "property.register.complaint.month"
    _description = "Monthly analysis of complaints"
    _inherit = "property.register.service"

    _register_options = ("estate_ids", "month")

    def _title(self, options):
        return self.env._("Monthly Analysis of Complaints")

    def _columns(self, options):
        return [
            Column("category", self.env._("Category"), 16),
            Column("received", self.env._("This month"), 8, "integer", total=True),
            Column("valid", self.env._("Valid"), 6, "integer", total=True),
            Column("invalid", self.env._("Invalid"), 6, "integer", total=True),
            Column("share", self.env._("Share of all"), 8, "percent"),
            Column("running", self.env._("Cumulative share"), 9, "percent"),
            Column("last", self.env._("Last month"), 8, "integer", total=True),
            Column("change", self.env._("Change on last month"), 9, "percent"),
            Column("year", self.env._("Same month last year"), 10, "integer", total=True),
            Column("settled", self.env._("Handled"), 8, "integer", total=True),
            Column("open", self.env._("Not handled"), 8, "integer", total=True),
            Column("on_time", self.env._("On-time rate"), 9, "percent"),
            Column("pleased", self.env._("Satisfaction rate"), 9, "percent"),
        ]

    def _rows(self, options):
        summaries, estates = self._summaries(), self._estates(options)
        first, last = self._period(options)

        def by_category(start, end):
            return summaries._complaints(estates, start, end).grouped("category_id")

        now = by_category(first, last)
        before = by_category(first - relativedelta(months=1), first - timedelta(days=1))
        then = first - relativedelta(years=1)
        year = by_category(then, money.month_end(then))
        categories = self.env["property.case.category"].search([("kind", "=", "complaint")])
        categories = categories.filtered(
            lambda row: row not in categories.parent_id or row in now or row in before
        )
        total = sum(len(rows) for rows in now.values())
        running, rows = 0, []
        none = self.env["property.complaint"]
        for category in categories.sorted(
            lambda row: (-len(now.get(row, none)), row.sequence, row.id)
        ):
            counts = summaries._count(now.get(category, none))
            count, last_count = counts["received"], len(before.get(category, none))
            running += count
            rows.append(
                {
                    "category": category.name,
                    **{key: counts[key] for key in ("received", "valid", "invalid")},
                    "share": count / total if total else None,
                    "running": running / total if total else None,
                    "last": last_count,
                    "change": (count - last_count) / last_count if last_count else None,
                    "year": len(year.get(category, none)),
                    "settled": counts["settled"],
                    "open": counts["open"],
                    "on_time": (count - counts["late"]) / count if count else None,
                    "pleased": counts["pleased"] / counts["asked"] if counts["asked"] else None,
                }
            )
        return rows

    def _notes(self, options):
        first, last = self._period(options)
        estates, notes = self._estates(options), []
        for estate in estates:
            figures = self._summaries()._figures(estate, first, last)
            notes.append(
                self.env._(
                    "%(estate)s: complaint rate %(rate).2f %% (limit %(limit)s %%), handled "
                    "%(handled).2f %%, on time %(on_time).2f %%, repeated %(repeat).2f %%",
                    estate=estate.name,
                    rate=100 * figures["rate"],
                    limit=money.plain(estate._parameter("complaint_rate_max")),
                    handled=100 * figures["handled"],
                    on_time=100 * figures["on_time"],
                    repeat=100 * figures["repeat"],
                )
            )
            if figures["exceeded"]:
                notes.append(self.env._("The complaint rate is above its limit."))
            complaints = self._summaries()._complaints(estate, first, last)
            other = complaints.filtered(lambda case: case.category_id.code == "other")
            share = estate._parameter("complaint_other_max")
            if complaints and 100 * len(other) / len(complaints) > share:
                notes.append(
                    self.env._(
                        "More than %(share)s %% are filed under “other”: review the categories.",
                        share=money.plain(share),
                    )
                )
            notes += self._words(estate, "month", first)
        return notes

    def _words(self, estate, kind, first):
        """Return the words of the period's summary, one line each."""
        row = self._summaries().search(
            [
                ("estate_id", "=", estate.id),
                ("kind", "=", kind),
                ("date_from", "=", first),
            ],
            limit=1,
        )
        names = (
            *("main_problems", "cause_analysis", "measures", "department_text", "limit_date"),
            "check_of_last",
        )
        if kind == "week":
            names = ("typical_case", "next_measures")
        labels = row.fields_get(names, ["string"]) if row else {}
        return [
            self.env._("%(label)s: %(text)s", label=labels[name]["string"], text=row[name] or "")
            for name in names
            if row
        ]

    def _signatures(self):
        return [self.env._("Customer-service supervisor"), self.env._("Project manager")]


class PropertyRegisterComplaintWeek(models.AbstractModel):
    """The week's complaints in short (周投诉统计小结, form C6-3)."""

    _name = "property.register.complaint.week"
    _description = "Weekly summary of complaints"
    _inherit = "property.register.complaint.month"

    _register_options = ("estate_ids", "date_from", "date_to")

    def _title(self, options):
        return self.env._("Weekly Summary of Complaints")

    def _option_defaults(self):
        today = fields.Date.context_today(self)
        monday = today - timedelta(days=today.weekday())
        return {
            **super()._option_defaults(),
            "date_from": monday,
            "date_to": monday + timedelta(days=6),
        }

    def _columns(self, options):
        return [
            Column("category", self.env._("Category"), 20),
            Column("received", self.env._("Complaints taken"), 10, "integer", total=True),
            Column("settled", self.env._("Handled"), 10, "integer", total=True),
            Column("open", self.env._("Not handled"), 10, "integer", total=True),
            Column("late", self.env._("Late"), 10, "integer", total=True),
        ]

    def _rows(self, options):
        first, last = self._period(options)
        found = self._summaries()._complaints(self._estates(options), first, last)
        return [
            {
                "category": category.name,
                **{
                    key: value
                    for key, value in self._summaries()._count(rows).items()
                    if key in ("received", "settled", "open", "late")
                },
            }
            for category, rows in sorted(
                found.grouped("category_id").items(), key=lambda pair: -len(pair[1])
            )
        ]

    def _notes(self, options):
        first, _last = self._period(options)
        notes = [self.env._("Week %(number)s", number=first.isocalendar().week)]
        for estate in self._estates(options):
            notes += self._words(estate, "week", first)
        return notes

    def _signatures(self):
        return [self.env._("Prepared by"), self.env._("Customer-service supervisor")]
