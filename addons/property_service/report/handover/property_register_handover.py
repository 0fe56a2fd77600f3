# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column

_KINDS = ("water", "electricity", "gas", "heat")


class PropertyRegisterHandoverDay(models.AbstractModel):
    """入伙办理登记表, the daily report of a handover (handbook A §11)."""

    _name = "property.register.handover.day"
    _description = "Daily register of handovers"
    _inherit = "property.register.case"

    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Handovers")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("time", self.env._("Time"), 8, "mid"),
            Column("unit", self.env._("Room"), 10),
            Column("owner", self.env._("Owner"), 8),
            Column("way", self.env._("Self/agent/unit"), 8, "mid"),
            Column("papers", self.env._("Papers shown"), 8, "mid"),
            Column("amount", self.env._("Fees collected"), 9, "money", total=True),
            Column("inspection", self.env._("Inspection result"), 9, "mid"),
            Column("defects", self.env._("Defects left"), 6, "integer", total=True),
            Column("keys", self.env._("Keys given"), 6, "mid"),
            Column("reason", self.env._("Reason if not handed over"), 18),
            Column("handler", self.env._("Handler"), 8),
        ]

    def _rows(self, options):
        cases = self.env["property.handover"].search(
            self._case_domain(options, "check_in_date"), order="check_in_date, id"
        )
        name = "property.handover"
        ways, results = self._labels(name, "way"), self._labels(name, "verify_result")
        states = self._labels(name, "state")
        inspections = self._labels("property.house.inspection", "state")
        return [
            {
                "index": number,
                "time": self._time(case.check_in_date),
                "unit": case.unit_id.full_name,
                "owner": case.partner_id.name,
                "way": ways.get(case.way),
                "papers": results.get(case.verify_result),
                "amount": case.amount_total - case.amount_open,
                "inspection": inspections.get(case.inspection_id.state, ""),
                "defects": case.open_defect_count,
                "keys": "√" if case.keys_given else "",
                "reason": case.refuse_reason
                if case.state == "refused"
                else ("" if case.keys_given else states.get(case.state)),
                "handler": case.user_id.name,
            }
            for number, case in enumerate(cases, 1)
        ]


class PropertyRegisterHandoverDefect(models.AbstractModel):
    """交接遗留问题整改记录表 (handbook A §13)."""

    _name = "property.register.handover.defect"
    _description = "Register of defects left at handovers"
    _inherit = "property.register.case"

    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Record of Rectifying Problems Left at Handover")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 10),
            Column("problem", self.env._("Problem"), 24),
            Column("date", self.env._("Registered on"), 9, "mid"),
            Column("responsible", self.env._("Responsible company"), 12),
            Column("limit", self.env._("Time limit"), 9, "date"),
            Column("done", self.env._("Repaired on"), 9, "mid"),
            Column("result", self.env._("Result of the re-inspection"), 9, "mid"),
            Column("sign", self.env._("Owner's signature"), 9),
            Column("remark", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        defects = self.env["property.house.defect"].search(
            self._case_domain(options, "create_date"), order="building_id, unit_id, id"
        )
        states = self._labels("property.house.defect", "state")
        return [
            {
                "index": number,
                "unit": defect.unit_id.full_name,
                "problem": f"{defect._place_label()} {defect.item or ''} {defect.name}",
                "date": self._time(defect.create_date, "%Y-%m-%d"),
                "responsible": defect.responsible_id.name,
                "limit": defect.date_limit,
                "done": self._time(defect.checked_date, "%Y-%m-%d"),
                "result": states.get(defect.state),
                "sign": defect._valid_signatures("owner")[:1].name or "",
                "remark": defect.close_reason
                or (self.env._("%s times not passed", defect.repeats) if defect.repeats else ""),
            }
            for number, defect in enumerate(defects, 1)
        ]


class PropertyRegisterHandoverMeter(models.AbstractModel):
    """水、电、煤气表底初始汇总表, by building (handbook A §17)."""

    _name = "property.register.handover.meter"
    _description = "Summary of opening readings"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Summary of Opening Readings of Water, Electricity and Gas")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 10),
            Column("owner", self.env._("Owner"), 8),
            Column("water_number", self.env._("Water meter no."), 9),
            Column("water", self.env._("Water reading (m³)"), 8, "price"),
            Column("electricity_number", self.env._("Electricity meter no."), 9),
            Column("electricity", self.env._("Electricity reading (kWh)"), 8, "price"),
            Column("gas_number", self.env._("Gas meter no."), 9),
            Column("gas", self.env._("Gas reading (m³)"), 8, "price"),
            Column("heat", self.env._("Heat meter"), 8, "price"),
            Column("date", self.env._("Day of reading"), 9, "mid"),
            Column("sign", self.env._("Owner's signature"), 8),
            Column("reader", self.env._("Meter reader"), 8),
            Column("remark", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        rows = self.env["property.handover.meter"].search(
            self._unit_domain(options), order="building_id, unit_id, id"
        )
        sections = self._building_sections(rows.building_id)
        status = self._labels("property.handover.meter", "status")
        result = []
        for number, (case, group) in enumerate(rows.grouped("handover_id").items(), 1):
            values = {
                "_section": sections.get(case.building_id, ""),
                "index": number,
                "unit": case.unit_id.full_name,
                "owner": case.partner_id.name,
                "date": str(max(group.mapped("read_date"), default="") or "")[:10],
                "sign": case.inspection_id._valid_signatures("owner")[:1].name or "",
                "reader": "、".join(group.read_by_id.mapped("name")),
                "remark": "；".join(
                    filter(None, [status[row.status] for row in group if row.status != "ok"])
                ),
            }
            for kind in _KINDS:
                row = group.filtered(lambda line, kind=kind: line.kind == kind)[:1]
                if row and row.status not in ("missing", "closed"):
                    values[kind] = row.value
                values[f"{kind}_number"] = row.number or ""
            result.append(values)
        return result


class PropertyRegisterHandoverKey(models.AbstractModel):
    """钥匙领取签收表, version by building (handbook A §14)."""

    _name = "property.register.handover.key"
    _description = "Register of keys received"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Keys Received and Signed For")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 10),
            Column("owner", self.env._("Owner"), 8),
            Column("kind", self.env._("Kind of key"), 9),
            Column("quantity", self.env._("Number of keys"), 6, "integer", total=True),
            Column("code", self.env._("Key no."), 9),
            Column("left", self.env._("Left for repairs"), 7, "integer", total=True),
            Column("cards", self.env._("Access card nos."), 12),
            Column("receiver", self.env._("Received by"), 8),
            Column("identity", self.env._("ID number (masked)"), 14),
            Column("sign", self.env._("Owner's signature"), 8),
            Column("date", self.env._("Date"), 10, "mid"),
            Column("issuer", self.env._("Given by"), 8),
        ]

    def _rows(self, options):
        domain = [
            *self._unit_domain(options),
            ("state", "in", ("keys_handed", "filed")),
        ]
        cases = self.env["property.handover"].search(domain, order="building_id, unit_id")
        sections = self._building_sections(cases.building_id)
        kinds = self._labels("property.handover.key", "kind")
        rows = []
        for case in cases:
            signature = case._valid_signatures("keys")[:1]
            for key in case.key_ids:
                rows.append(
                    {
                        "_section": sections.get(case.building_id, ""),
                        "index": len(rows) + 1,
                        "unit": case.unit_id.full_name,
                        "owner": case.partner_id.name,
                        "kind": kinds.get(key.kind),
                        "quantity": key.quantity,
                        "code": key.code,
                        "left": key.left_quantity,
                        "cards": case.card_numbers,
                        "receiver": case.agent_name or case.partner_id.name,
                        "identity": case.partner_id.property_id_number or "",
                        "sign": signature.name or "",
                        "date": str(case.handover_date or ""),
                        "issuer": case.keys_by_id.name,
                    }
                )
        return rows


class PropertyRegisterHandoverPaper(models.AbstractModel):
    """入伙资料签收表, version by building (handbook A §14)."""

    _name = "property.register.handover.paper"
    _description = "Register of papers received"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Handover Papers Received and Signed For")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 10),
            Column("owner", self.env._("Owner"), 9),
            Column("papers", self.env._("Papers received"), 40),
            Column("short", self.env._("Short"), 14),
            Column("sign", self.env._("Owner's signature"), 9),
            Column("date", self.env._("Date"), 9, "mid"),
            Column("issuer", self.env._("Given by"), 8),
        ]

    def _rows(self, options):
        cases = self.env["property.handover"].search(
            [*self._unit_domain(options), ("issued_date", "!=", False)],
            order="building_id, unit_id",
        )
        sections = self._building_sections(cases.building_id)
        return [
            {
                "_section": sections.get(case.building_id, ""),
                "index": number,
                "unit": case.unit_id.full_name,
                "owner": case.partner_id.name,
                "papers": "、".join(case.article_ids.filtered("received").mapped("name")),
                "short": "、".join(
                    case.article_ids.filtered(lambda row: not row.received).mapped("name")
                ),
                "sign": case._valid_signatures("papers")[:1].name or "",
                "date": str(case.issued_date or "")[:10],
                "issuer": case.issued_by_id.name,
            }
            for number, case in enumerate(cases, 1)
        ]


class PropertyRegisterHandoverService(models.AbstractModel):
    """委托代办服务登记表 (handbook A §15)."""

    _name = "property.register.handover.service"
    _description = "Register of proxy services"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Proxy Services")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Date"), 8, "date"),
            Column("unit", self.env._("Room"), 9),
            Column("client", self.env._("Client"), 8),
            Column("phone", self.env._("Phone"), 9),
            Column("service", self.env._("Service asked for"), 10),
            Column("requirement", self.env._("Details and wishes"), 14),
            Column("papers", self.env._("Papers handed in"), 10),
            Column("advance", self.env._("Money handed in"), 8, "money", total=True),
            Column("fee", self.env._("Service fee"), 7, "money", total=True),
            Column("promised", self.env._("Promised for"), 8, "date"),
            Column("handler", self.env._("Handler"), 7),
            Column("result", self.env._("Result of the errand"), 12),
            Column("returned", self.env._("Papers and money given back"), 9),
            Column("sign", self.env._("Client's signature"), 8),
        ]

    def _rows(self, options):
        services = self.env["property.proxy.service"].search(
            [
                *self._unit_domain(options),
                ("date", ">=", self._date(options, "date_from")),
                ("date", "<=", self._date(options, "date_to")),
            ],
            order="date, id",
        )
        kinds = self._labels("property.proxy.service", "kind")
        return [
            {
                "index": number,
                "date": row.date,
                "unit": row.unit_id.full_name,
                "client": row.partner_id.name,
                "phone": row.phone,
                "service": kinds.get(row.kind),
                "requirement": row.requirement,
                "papers": row.papers_given,
                "advance": row.advance,
                "fee": row.fee,
                "promised": row.promised_date,
                "handler": row.user_id.name,
                "result": row.result or row.cancel_reason,
                "returned": row.returned,
                "sign": row._valid_signatures("client")[:1].name or "",
            }
            for number, row in enumerate(services, 1)
        ]


class PropertyRegisterHandoverFee(models.AbstractModel):
    """入伙收费记录, monthly (handbook A §16)."""

    _name = "property.register.handover.fee"
    _description = "Register of handover charges"
    _inherit = "property.register.case"

    _register_options = ("estate_ids", "building_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Handover Charges")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 10),
            Column("owner", self.env._("Paid by"), 9),
            Column("item", self.env._("Fee item"), 14),
            Column("price", self.env._("Price of the list"), 8, "price"),
            Column("quantity", self.env._("Quantity or months"), 7, "price"),
            Column("period", self.env._("Period charged"), 13, "mid"),
            Column("amount", self.env._("Amount"), 9, "money", total=True),
            Column("receipt", self.env._("Receipt no."), 14),
            Column("way", self.env._("Way of payment"), 8, "mid"),
            Column("cashier", self.env._("Money taken by"), 8),
            Column("date", self.env._("Date"), 9, "mid"),
        ]

    def _rows(self, options):
        first, last = self._span(options)
        lines = self.env["property.handover.line"].search(
            [
                *self._unit_domain(options),
                ("create_date", ">=", first),
                ("create_date", "<=", last),
            ],
            order="building_id, unit_id, sequence, id",
        )
        return [
            {
                "index": number,
                "unit": line.unit_id.full_name,
                "owner": line.partner_id.name,
                "item": line.name,
                "price": line.price,
                "quantity": line.quantity,
                "period": f"{line.date_start}–{line.date_end}" if line.date_start else "",
                "amount": line.amount,
                "receipt": line.receipt_numbers,
                "way": line.pay_way,
                "cashier": line.cashier,
                "date": self._time(line.create_date, "%Y-%m-%d"),
            }
            for number, line in enumerate(lines, 1)
        ]


class PropertyRegisterHandoverCheck(models.AbstractModel):
    """抽查记录表 (handbook A §18)."""

    _name = "property.register.handover.check"
    _description = "Register of spot checks of handovers"
    _inherit = "property.register.case"

    _register_options = ("estate_ids", "month")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Record of Spot Checks")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Date"), 9, "mid"),
            Column("subject", self.env._("Subject checked"), 14),
            Column("scope", self.env._("Scope and sample"), 14),
            Column("findings", self.env._("What was found"), 24),
            Column("conform", self.env._("Conforms?"), 7, "mid"),
            Column("notice", self.env._("Rectification notice no."), 13),
            Column("responsible", self.env._("Who is responsible"), 9),
            Column("limit", self.env._("Time limit"), 9, "mid"),
            Column("verify", self.env._("Result of the verification"), 14),
            Column("checker", self.env._("Check made by"), 8),
        ]

    def _rows(self, options):
        month = self._date(options, "month").replace(day=1)
        checks = self.env["property.handover.spot.check"].search(
            [("estate_id", "in", self._estates(options).ids), ("month", "=", month)],
            order="estate_id, id",
        )
        subjects = self._labels("property.handover.spot.check", "subject")
        conform = self._labels("property.handover.spot.check", "conform")
        return [
            {
                "index": number,
                "date": self._time(row.checked_date, "%Y-%m-%d")
                or (self.env._("Overdue, not checked") if row.overdue else ""),
                "subject": subjects.get(row.subject),
                "scope": row.scope,
                "findings": row.findings,
                "conform": conform.get(row.conform, ""),
                "notice": row.rectification_id.number,
                "responsible": row.responsible_id.name or row.department_id.name,
                "limit": self._time(row.rectification_id.date_limit, "%Y-%m-%d"),
                "verify": row.verify_note,
                "checker": row.checked_by_id.name,
            }
            for number, row in enumerate(checks, 1)
        ]
