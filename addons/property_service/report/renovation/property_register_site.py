# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models

from ...models.renovation.property_patrol_site import GROUPS
from ...tools.local_time import local_text, local_time
from ..core.property_register import Column


class PropertyRegisterPass(models.AbstractModel):
    """临时出入证办理登记表: the passes applied for in a period (handbook A §31)."""

    _name = "property.register.pass"
    _description = "Register of temporary passes"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Temporary Passes")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Pass no."), 14),
            Column("name", self.env._("Person's name"), 8),
            Column("identity", self.env._("ID number"), 14, "mid"),
            Column("trade", self.env._("Trade"), 8, "mid"),
            Column("contractor", self.env._("Renovation contractor"), 12),
            Column("unit", self.env._("Room"), 12),
            Column("first", self.env._("Valid from"), 9, "date"),
            Column("last", self.env._("Valid until"), 9, "date"),
            Column("deposit", self.env._("Deposit"), 7, "money", True),
            Column("receipt", self.env._("Receipt no."), 12),
            Column("issued", self.env._("Issued by"), 8),
            Column("receiver", self.env._("Pass taken by"), 8),
            Column("returned", self.env._("Pass taken back at"), 9, "mid"),
            Column("state", self.env._("State"), 9, "mid"),
        ]

    def _rows(self, options):
        cards = self.env["property.renovation.pass"].search(
            [
                *self._unit_domain(options),
                ("date_start", ">=", self._date(options, "date_from")),
                ("date_start", "<=", self._date(options, "date_to")),
                ("state", "!=", "refused"),
            ],
            order="building_id, date_start, id",
        )
        sections = self._building_sections(cards.building_id)
        trades = self._labels("property.renovation.worker", "trade")
        return [
            {
                "_section": sections.get(card.building_id, ""),
                "index": number,
                "number": card.number,
                "name": card.worker_id.name,
                "identity": card.worker_id.id_number,
                "trade": trades.get(card.trade, ""),
                "contractor": card.contractor_id.name,
                "unit": card.unit_id.full_name,
                "first": card.date_start,
                "last": card.date_end,
                "deposit": 0.0 if card.replaces_id else card.deposit_amount,
                "receipt": card.deposit_id.sudo().receipt_id.number,
                "issued": card.issued_by_id.name,
                "receiver": card.receiver,
                "returned": local_text(card.recovered_date, "%Y-%m-%d"),
                "state": card._state_label(card.state),
            }
            for number, card in enumerate(cards, 1)
        ]


class PropertyRegisterRenovationPermit(models.AbstractModel):
    """Fills the columns of the passes in the register of permits (handbook A §30)."""

    _inherit = "property.register.renovation.permit"

    def _passes(self, permit):
        values = super()._passes(permit)
        cards = permit.renovation_id.pass_ids.filtered("issued_date").sorted("id")
        if not cards:
            return values
        numbers = cards.mapped("number")
        deposits = cards.deposit_id.sudo()
        values.update(
            passes=numbers[0] if len(numbers) == 1 else f"{numbers[0]}~{numbers[-1]}",
            quantity=len(cards),
            deposit=sum(card.deposit_amount for card in cards if not card.replaces_id),
            receipt="、".join(number for number in deposits.receipt_id.mapped("number") if number),
            recovered=len(cards.filtered("recovered_date")),
            missing=len(cards.filtered("lost_date")),
            security="√" if cards.filtered("security_told") else "",
        )
        return values


class PropertyRegisterSiteLog(models.AbstractModel):
    """装修管理日志 / 装修巡检记录: the visits to sites of a period (handbook A §36)."""

    _name = "property.register.site.log"
    _description = "Log of renovation sites"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Renovation Management Log (Record of Site Patrols)")

    def _columns(self, options):
        groups = self._labels("property.patrol.item", "site_group")
        return [
            Column("date", self.env._("Date"), 8, "date"),
            Column("unit", self.env._("Room"), 10),
            Column("user", self.env._("Patrolled by"), 7),
            Column("time", self.env._("Time"), 5, "mid"),
            Column("stage", self.env._("Stage of the work"), 11),
            *(Column(key, groups[key], 5, "mid") for key, _label in GROUPS),
            Column("problem", self.env._("Problem"), 15),
            Column("handling", self.env._("Handling"), 11),
            Column("recheck", self.env._("Re-check"), 9),
        ]

    def _rows(self, options):
        visits = self._patrol_visits(
            options, [("renovation_id", "!=", False)], "date, done_date, id"
        )
        states = self._labels("property.patrol.visit", "state")
        return [
            {
                "date": visit.date,
                "unit": visit.unit_id.full_name,
                "user": visit.user_id.name,
                "time": local_text(visit.done_date, "%H:%M"),
                "stage": visit.work_stage
                or (states[visit.state] if visit.state in ("nobody", "refused") else ""),
                **self._marks(visit),
                "problem": "；".join(visit.violation_ids.mapped("description")) or visit.note,
                "handling": "；".join(
                    part for part in (visit.handling, *visit.violation_ids.mapped("number")) if part
                ),
                "recheck": "；".join(case._state_label(case.state) for case in visit.violation_ids),
            }
            for visit in visits
        ]

    def _marks(self, visit):
        """Return √ or × for every group of items the visit has looked at."""
        marks = {}
        for check in visit.check_ids:
            group = check.item_id.site_group
            if group and check.result in ("ok", "bad"):
                if check.result == "bad" or group not in marks:
                    marks[group] = "×" if check.result == "bad" else "√"
        return marks


class PropertyRegisterViolation(models.AbstractModel):
    """违章装修处理登记台账: the violations found in a period (handbook A §37)."""

    _name = "property.register.violation"
    _description = "Register of violations"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Ledger of Renovation Violations and Their Handling")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 11),
            Column("owner", self.env._("Owner"), 8),
            Column("contractor", self.env._("Renovation contractor"), 11),
            Column("code", self.env._("Code of the violation"), 5, "mid"),
            Column("kind", self.env._("Kind of violation"), 16),
            Column("found", self.env._("Violation found at"), 8, "mid"),
            Column("notice", self.env._("Notice no."), 14),
            Column("deadline", self.env._("Deadline"), 8, "mid"),
            Column("recheck", self.env._("Re-check"), 10),
            Column("reported", self.env._("Reported to, on"), 12),
            Column("result", self.env._("Result of the case"), 14),
            Column("amount", self.env._("Damages (yuan)"), 8, "money", True),
            Column("closed", self.env._("Closed on"), 8, "mid"),
            Column("handler", self.env._("Handled by"), 7),
        ]

    def _rows(self, options):
        cases = self.env["property.renovation.violation"].search(
            [
                *self._unit_domain(options),
                ("found_date", ">=", local_time(self._date(options, "date_from"), 0)),
                (
                    "found_date",
                    "<",
                    local_time(self._date(options, "date_to") + timedelta(days=1), 0),
                ),
            ],
            order="found_date, id",
        )
        return [
            {
                "index": number,
                "unit": case.unit_id.full_name,
                "owner": case.unit_id.owner_id.name,
                "contractor": case.contractor_id.name,
                "code": case.code,
                "kind": case.type_id.name,
                "found": local_text(case.found_date, "%m-%d %H:%M"),
                "notice": case.notice_number,
                "deadline": local_text(case.notice_deadline, "%m-%d %H:%M"),
                "recheck": case.recheck_result,
                "reported": " ".join(
                    part
                    for part in (
                        case.report_authority if case.reported_date else "",
                        local_text(case.reported_date, "%m-%d"),
                    )
                    if part
                ),
                "result": case.result or case._state_label(case.state),
                "amount": case.claim_amount,
                "closed": local_text(case.closed_date, "%m-%d"),
                "handler": case.user_id.name,
            }
            for number, case in enumerate(cases, 1)
        ]
