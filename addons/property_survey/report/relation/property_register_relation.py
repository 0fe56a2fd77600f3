# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.property_service.report.core.property_register import Column


class PropertyRegisterKeyCustomer(models.AbstractModel):
    """客户分类清单(关键客户一览表), form F1-1; for supervisors (handbook B F1)."""

    _name = "property.register.key.customer"
    _description = "List of key customers"
    _inherit = "property.register.service"

    _register_options = ("estate_ids", "date")
    _register_groups = ("property_service.group_supervisor",)

    def _title(self, options):
        return self.env._("List of Customer Classes (Key Customers)")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 14),
            Column("partner", self.env._("Customer"), 9),
            Column("grade", self.env._("Grade"), 12),
            Column("reason", self.env._("Why it is a key customer"), 18),
            Column("concerns", self.env._("Concerns and what to avoid"), 20),
            Column("user", self.env._("Person in charge"), 8),
            Column("frequency", self.env._("Months between visits"), 7, "integer"),
            Column("last", self.env._("Last visit"), 10, "date"),
            Column("next", self.env._("Next visit"), 10, "date"),
            Column("review", self.env._("Review by"), 10, "date"),
        ]

    def _rows(self, options):
        day = self._date(options)
        found = self.env["property.customer.classification"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("state", "=", "active"),
                ("date_start", "<=", day),
                ("axis", "in", ("grade", "value", "influence", "care")),
            ],
            order="class_id, id",
        )
        ordered = found.sorted(lambda row: (row.axis != "grade", row.class_id.sequence, row.id))
        return [
            {
                "index": number,
                "unit": row.unit_names or "",
                "partner": row.partner_id.name,
                "grade": row.class_id.name,
                "reason": row.reason,
                "concerns": "；".join(filter(None, (row.concerns, row.taboos))),
                "user": row.responsible_id.sudo().name or "",
                "frequency": row.visit_months,
                "last": self._day(row.last_visit_date),
                "next": row.next_visit_date,
                "review": row.review_date,
            }
            for number, row in enumerate(ordered, 1)
        ]

    def _notes(self, options):
        return [self.env._("For internal use by those in charge only; not to be handed out.")]


class PropertyRegisterRelationPlan(models.AbstractModel):
    """客户关系维护计划表, form F1-2 (handbook B F1)."""

    _name = "property.register.relation.plan"
    _description = "Plan of customer relations"
    _inherit = "property.register.service"

    _register_options = ("estate_ids",)

    def _title(self, options):
        return self.env._("Plan of Customer Relations")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("target", self.env._("Class of customers"), 20),
            Column("action", self.env._("Action"), 26),
            Column("purpose", self.env._("Purpose of the visit"), 14),
            Column("way", self.env._("Way of the visit"), 10, "mid"),
            Column("frequency", self.env._("How often"), 10, "mid"),
            Column("count", self.env._("Customers"), 8, "integer"),
            Column("user", self.env._("Person in charge"), 12),
            Column("done", self.env._("Done"), 7, "integer", True),
            Column("due", self.env._("Was due"), 7, "integer", True),
            Column("rate", self.env._("Share done"), 9, "percent"),
        ]

    def _rows(self, options):
        plans = self.env["property.relation.plan"].search(
            [("estate_id", "in", self._estates(options).ids), ("state", "!=", "draft")]
        )
        targets = self._labels("property.relation.plan", "target")
        ways = self._labels("property.relation.plan", "way")
        often = self._labels("property.relation.plan", "frequency")
        counts = {
            plan.id: (done, due, people)
            for plan, done, due, people in self.env["property.relation.line"]._read_group(
                [("plan_id", "in", plans.ids)],
                ["plan_id"],
                ["count_done:sum", "count_due:sum", "partner_id:count_distinct"],
            )
        }
        rows = []
        for number, plan in enumerate(plans, 1):
            done, due, people = counts.get(plan.id, (0, 0, 0))
            rows.append(
                {
                    "index": number,
                    "target": "、".join(plan.class_ids.mapped("name")) or targets[plan.target],
                    "action": plan.name,
                    "purpose": plan.purpose_id.name,
                    "way": ways[plan.way],
                    "frequency": often[plan.frequency],
                    "count": people,
                    "user": plan.user_id.sudo().name or self.env._("Steward of the building"),
                    "done": done,
                    "due": due,
                    "rate": done / due if due else None,
                }
            )
        return rows


class PropertyRegisterVisit(models.AbstractModel):
    """客户走访情况登记表, form F2-1 (handbook B F2)."""

    _name = "property.register.visit"
    _description = "Register of customer visits"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Register of Customer Visits")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 3, "integer"),
            Column("date", self.env._("Visited on"), 10, "date"),
            Column("way", self.env._("Way of the visit"), 7, "mid"),
            Column("unit", self.env._("Room"), 11),
            Column("partner", self.env._("Customer"), 7),
            Column("user", self.env._("Visited by"), 9),
            Column("content", self.env._("Purpose and what was talked about"), 20),
            Column("opinion", self.env._("Opinions and suggestions of the customer"), 20),
            Column("answer", self.env._("Answer on the spot"), 15),
            Column("case", self.env._("Handed on to, case no."), 12),
            Column("result", self.env._("Result of handling"), 15),
            Column("answered", self.env._("Customer answered on"), 10, "date"),
            Column("signed", self.env._("Signature of the customer"), 8, "mid"),
            Column("remark", self.env._("Remark"), 7),
        ]

    def _rows(self, options):
        ways = self._labels("property.visit", "way")
        rows = []
        found = self._in_period("property.visit", "started_date", options, ("met", "=", True))
        for number, visit in enumerate(found, 1):
            opinions = visit.opinion_ids
            spot = opinions.filtered("on_spot")
            rows.append(
                {
                    "index": number,
                    "date": self._day(visit.started_date),
                    "way": ways[visit.way],
                    "unit": visit.unit_id.full_name or "",
                    "partner": visit.partner_id.name,
                    "user": "、".join((visit.user_id | visit.companion_ids).sudo().mapped("name")),
                    "content": f"{visit.purpose_id.name}：{visit.summary or ''}",
                    "opinion": "；".join(opinions.mapped("description")),
                    "answer": "；".join(row.answer for row in spot if row.answer),
                    "case": "；".join(
                        filter(
                            None,
                            (row.case_name or row.sudo().department_id.name for row in opinions),
                        )
                    ),
                    "result": "；".join(row.answer for row in opinions - spot if row.answer),
                    "answered": self._day(visit.answered_date),
                    "signed": visit._valid_signatures("customer").name or "",
                    "remark": visit.remark or "",
                }
            )
        return rows


class PropertyRegisterCommunication(models.AbstractModel):
    """客户沟通记录表 as register, form F3-1 (handbook B F3)."""

    _name = "property.register.communication"
    _description = "Register of communications"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Record of Communication with Customers")

    def _columns(self, options):
        return [
            Column("number", self.env._("Number"), 11),
            Column("date", self.env._("Date and time"), 14, "mid"),
            Column("partner", self.env._("Customer"), 7),
            Column("unit", self.env._("Room/phone"), 13),
            Column("way", self.env._("Way of talking"), 7, "mid"),
            Column("by", self.env._("Begun by"), 7, "mid"),
            Column("topic", self.env._("About"), 7, "mid"),
            Column("content", self.env._("What was said"), 22),
            Column("opinion", self.env._("Opinion of the customer"), 14),
            Column("agreed", self.env._("What was agreed"), 14),
            Column("todo", self.env._("To be done, by whom, until"), 16),
            Column("result", self.env._("Result of the follow-up"), 13),
            Column("user", self.env._("Recorded by"), 7),
            Column("review", self.env._("Review of the supervisor"), 9),
        ]

    def _rows(self, options):
        ways = self._labels("property.communication", "way")
        sides = self._labels("property.communication", "initiated_by")
        topics = self._labels("property.communication", "topic")
        rows = []
        for talk in self._in_period("property.communication", "date", options):
            todo = (talk.todo, talk.todo_user_id.sudo().name, str(talk.todo_date or ""))
            rows.append(
                {
                    "number": talk.number,
                    "date": self._moment(talk.date),
                    "partner": talk.partner_id.name or "",
                    "unit": " ".join(
                        filter(
                            None, (talk.unit_id.full_name, talk.partner_id.property_phone_masked)
                        )
                    ),
                    "way": ways[talk.way],
                    "by": sides[talk.initiated_by],
                    "topic": topics[talk.topic],
                    "content": talk.content,
                    "opinion": talk.opinion or "",
                    "agreed": talk.agreed or "",
                    "todo": " ".join(filter(None, todo)),
                    "result": talk.result or "",
                    "user": talk.user_id.sudo().name or "",
                    "review": " ".join(
                        filter(None, (talk.review, talk.reviewed_by_id.sudo().name))
                    ),
                }
            )
        return rows


class PropertyRegisterCommitteeLetter(models.AbstractModel):
    """业委会沟通记录, form F8-1 as register (handbook B F8)."""

    _name = "property.register.committee.letter"
    _description = "Register of communication with the owners' committee"
    _inherit = "property.register.service"

    def _title(self, options):
        return self.env._("Record of Communication with the Owners' Committee")

    def _columns(self, options):
        return [
            Column("number", self.env._("Number"), 12),
            Column("date", self.env._("Date"), 13, "date"),
            Column("kind", self.env._("Kind"), 9, "mid"),
            Column("direction", self.env._("Direction"), 7, "mid"),
            Column("name", self.env._("Matter of the letter"), 20),
            Column("attendees", self.env._("People taking part"), 14),
            Column("content", self.env._("Text of the letter"), 26),
            Column("resolution", self.env._("Resolution"), 18),
            Column("todo", self.env._("Still to be done"), 14),
            Column("reply", self.env._("Reply by"), 13, "date"),
            Column("receiver", self.env._("Signed for"), 9, "mid"),
            Column("answer", self.env._("Reply"), 16),
            Column("state", self.env._("State"), 8, "mid"),
        ]

    def _rows(self, options):
        first, last = self._period(options)
        letters = self.env["property.committee.letter"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            order="date, id",
        )
        kinds = self._labels("property.committee.letter", "kind")
        directions = self._labels("property.committee.letter", "direction")
        return [
            {
                "number": letter.number,
                "date": letter.date,
                "kind": kinds[letter.kind],
                "direction": directions[letter.direction],
                "name": letter.name,
                "attendees": letter.attendees or "",
                "content": letter.content,
                "resolution": letter.resolution or "",
                "todo": letter.todo or "",
                "reply": letter.reply_date,
                "receiver": letter.receiver or "",
                "answer": letter.answer or "",
                "state": letter._state_label(letter.state),
            }
            for letter in letters
        ]
