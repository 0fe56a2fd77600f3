# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterInquiry(models.AbstractModel):
    """What was asked at the front desk (客服前台台账, form D1-1)."""

    _name = "property.register.inquiry"
    _description = "Ledger of the front desk"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Ledger of the Front Desk (Inquiries)")

    def _columns(self, options):
        return [
            Column("date", self.env._("Date and time"), 15, "mid"),
            Column("person", self.env._("Who asked"), 9),
            Column("unit", self.env._("Room/phone"), 15),
            Column("content", self.env._("Content of the inquiry"), 24),
            Column("category", self.env._("Category"), 9),
            Column("answer", self.env._("Answer"), 24),
            Column("when", self.env._("At once/agreed time"), 15, "mid"),
            Column("department", self.env._("Department asked"), 9),
            Column("user", self.env._("Answered by"), 8),
            Column("answered", self.env._("Answered at"), 15, "mid"),
            Column("note", self.env._("Remarks"), 8),
        ]

    def _rows(self, options):
        rows = []
        for case in self._in_period(
            "property.inquiry", "received_date", options, ("kind", "in", ("inquiry", "suggestion"))
        ):
            agreed = self._moment(case.promised_date)
            rows.append(
                {
                    "date": self._moment(case.received_date),
                    "person": self._person(case),
                    "unit": " ".join(filter(None, (case.unit_id.full_name, case.phone))),
                    "content": case.description,
                    "category": case.category_id.name or "",
                    "answer": case.answer or "",
                    "when": self.env._("At once") if case.at_once else agreed,
                    "department": case.department_id.sudo().name or "",
                    "user": case.answered_by_id.sudo().name or "",
                    "answered": self._moment(case.answered_date),
                    "note": self.env._("Corrected") if case.corrected else "",
                }
            )
        return rows


class PropertyRegisterHelp(models.AbstractModel):
    """Requests for help (求助登记表, form D2-1)."""

    _name = "property.register.help"
    _description = "Register of help"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Register of Help Requests")

    def _columns(self, options):
        return [
            Column("date", self.env._("Time"), 14, "mid"),
            Column("person", self.env._("Who needs help"), 9),
            Column("unit", self.env._("Room"), 11),
            Column("phone", self.env._("Phone"), 11),
            Column("content", self.env._("Matter raised"), 20),
            Column("grade", self.env._("Grade"), 8, "mid"),
            Column("user", self.env._("Taken by"), 8),
            Column("handler", self.env._("Person dealing with it"), 8),
            Column("arrived", self.env._("On site at"), 14, "mid"),
            Column("course", self.env._("Course of the help"), 20),
            Column("outer", self.env._("Outside body"), 10),
            Column("result", self.env._("Result"), 9),
            Column("fee", self.env._("Fee taken"), 7, "money", total=True),
            Column("callback", self.env._("Callback"), 7, "mid"),
        ]

    def _rows(self, options):
        grades = self._labels("property.inquiry", "grade")
        rows = []
        for case in self._in_period(
            "property.inquiry", "received_date", options, ("kind", "=", "help")
        ):
            rows.append(
                {
                    "date": self._moment(case.received_date),
                    "person": self._person(case),
                    "unit": case.unit_id.full_name or case.place or "",
                    "phone": case.phone or "",
                    "content": case.description,
                    "grade": grades.get(case.grade, ""),
                    "user": case.user_id.sudo().name or "",
                    "handler": case.handler_id.sudo().name or "",
                    "arrived": self._moment(case.started_date),
                    "course": case.answer or "",
                    "outer": case.outer_help or "",
                    "result": case._state_label(case.state),
                    "fee": case.fee,
                    "callback": self.env._("Yes") if case.state == "followed_up" else "",
                }
            )
        return rows


class PropertyRegisterEmergency(models.AbstractModel):
    """Emergencies of a period (突发事件登记表, form D4-2)."""

    _name = "property.register.emergency"
    _description = "Register of emergencies"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Register of Emergencies")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Number"), 15),
            Column("date", self.env._("Reported at"), 14, "mid"),
            Column("category", self.env._("Kind"), 10),
            Column("level", self.env._("Level"), 7, "mid"),
            Column("place", self.env._("Place"), 12),
            Column("finder", self.env._("Found by"), 8),
            Column("commander", self.env._("Commander on site"), 9),
            Column("content", self.env._("Course"), 22),
            Column("controlled", self.env._("Under control at"), 14, "mid"),
            Column("loss", self.env._("Casualties/loss"), 14),
            Column("report", self.env._("First report at"), 14, "mid"),
            Column("result", self.env._("Result"), 16),
        ]

    def _rows(self, options):
        levels = self._labels("property.emergency", "level")
        rows = []
        for index, case in enumerate(
            self._in_period("property.emergency", "reported_date", options), 1
        ):
            hurt = case.hurt_count or case.dead_count
            persons = self.env._(
                "hurt %(hurt)s, dead %(dead)s", hurt=case.hurt_count, dead=case.dead_count
            )
            loss = f"{case.loss_amount:,.2f}" if case.loss_amount else ""
            rows.append(
                {
                    "index": index,
                    "number": case.number,
                    "date": self._moment(case.reported_date),
                    "category": case.category_id.name,
                    "level": levels.get(case.level, ""),
                    "place": case.place or case.unit_id.full_name or case.building_id.name or "",
                    "finder": case.finder or case.contact_name or "",
                    "commander": case.commander_id.sudo().name or "",
                    "content": case.description,
                    "controlled": self._moment(case.controlled_date),
                    "loss": " ".join(filter(None, (persons if hurt else "", loss))),
                    "report": self._moment(case.first_report_date),
                    "result": case.result or case.false_reason or case._state_label(case.state),
                }
            )
        return rows


class PropertyRegisterNotice(models.AbstractModel):
    """The notices of a period (通告发布目录, form D5-1)."""

    _name = "property.register.notice"
    _description = "List of notices"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("List of Published Notices")

    def _columns(self, options):
        return [
            Column("number", self.env._("Number"), 16),
            Column("title", self.env._("Headline"), 26),
            Column("department", self.env._("Requesting department"), 12),
            Column("approver", self.env._("Approved by"), 10),
            Column("published", self.env._("Put up on"), 12, "date"),
            Column("places", self.env._("Places/channels"), 22),
            Column("valid", self.env._("Valid until"), 12, "date"),
            Column("down", self.env._("Taken down on/by"), 18),
        ]

    def _rows(self, options):
        rows = []
        for notice in self._in_period("property.notice", "published_date", options):
            down = notice.taken_down_date and (
                f"{self._day(notice.taken_down_date)} {notice.taken_down_by_id.sudo().name}"
            )
            rows.append(
                {
                    "number": notice.number,
                    "title": notice.title,
                    "department": notice.department_id.sudo().name or "",
                    "approver": notice.approver_id.sudo().name or "",
                    "published": self._day(notice.published_date),
                    "places": notice.places or "",
                    "valid": notice.valid_until,
                    "down": down or "",
                }
            )
        return rows


class PropertyRegisterReception(models.AbstractModel):
    """Reception days and who came (接待日安排表, form C5-2)."""

    _name = "property.register.reception"
    _description = "Register of reception days"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Register of the Reception Day")

    def _columns(self, options):
        return [
            Column("date", self.env._("Date"), 10, "date"),
            Column("time", self.env._("Time"), 7, "mid"),
            Column("person", self.env._("Owner"), 9),
            Column("unit", self.env._("Room"), 12),
            Column("phone", self.env._("Phone"), 11),
            Column("subject", self.env._("Reason of the visit"), 24),
            Column("opinion", self.env._("Opinion of customer service"), 18),
            Column("departments", self.env._("Responsible department"), 12),
            Column("host", self.env._("Met by"), 9),
            Column("tasks", self.env._("Decisions"), 22),
            Column("answer", self.env._("Answer"), 18),
            Column("state", self.env._("State"), 8, "mid"),
        ]

    def _rows(self, options):
        first, last = self._period(options)
        bookings = self.env["property.reception"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            order="date, walk_in, time_slot, id",
        )
        rows = []
        for row in bookings:
            day = row.day_id
            host = day.deputy_id if day.host_present == "deputy" else day.host_id
            tasks = [f"{task.name} ({task.date_limit})" for task in row.task_ids]
            rows.append(
                {
                    "date": row.date,
                    "time": f"{int(row.time_slot):02d}:{round(row.time_slot % 1 * 60):02d}",
                    "person": row.partner_id.name,
                    "unit": row.unit_id.full_name or "",
                    "phone": row.phone or "",
                    "subject": row.subject,
                    "opinion": row.cs_opinion or "",
                    "departments": "、".join(row.opinion_ids.department_id.sudo().mapped("name")),
                    "host": host.sudo().name or "",
                    "tasks": "; ".join(tasks),
                    "answer": row.answer or "",
                    "state": row._state_label(row.state),
                }
            )
        return rows
