# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time

from pytz import timezone, utc

from odoo import fields, models

from ...models.ticket.property_repair_month import COUNTS
from ...tools import money
from ...tools.local_time import ZONE_NAME
from ..core.property_register import Column


class PropertyRegisterCases(models.AbstractModel):
    """What registers of cases share: days of the user's time zone, times as text."""

    _name = "property.register.case"
    _description = "Register of cases"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")

    def _zone(self):
        return timezone(self.env.context.get("tz") or self.env.user.tz or ZONE_NAME)

    def _span(self, options):
        """Return the first and the last moment (UTC) of the period or month asked for."""
        if options.get("month"):
            first = money.month_start(self._date(options, "month"))
            last = money.month_end(first)
        else:
            first, last = self._date(options, "date_from"), self._date(options, "date_to")
        zone = self._zone()

        def moment(day, at):
            return zone.localize(datetime.combine(day, at)).astimezone(utc).replace(tzinfo=None)

        return moment(first, time.min), moment(last, time.max)

    def _time(self, moment, form="%m-%d %H:%M"):
        """Return a UTC datetime as local text."""
        if not moment:
            return ""
        return utc.localize(moment).astimezone(self._zone()).strftime(form)

    def _case_domain(self, options, field="date"):
        first, last = self._span(options)
        domain = [
            ("estate_id", "in", self._estates(options).ids),
            (field, ">=", first),
            (field, "<=", last),
        ]
        if options.get("building_ids"):
            domain.append(("building_id", "in", options["building_ids"]))
        return domain

    def _place(self, case):
        return case.unit_id.full_name or " ".join(
            part for part in (case.building_id.name, case.place) if part
        )


class PropertyRegisterRepair(models.AbstractModel):
    """客户请修登记表, form A1-1 of handbook B."""

    _name = "property.register.repair"
    _description = "Register of repair requests"
    _inherit = "property.register.case"

    def _title(self, options):
        return self.env._("Register of Repair Requests")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Requested at"), 8, "mid"),
            Column("number", self.env._("Request no."), 11),
            Column("unit", self.env._("Building/room"), 9),
            Column("requester", self.env._("Requester"), 7),
            Column("phone", self.env._("Contact phone"), 9),
            Column("channel", self.env._("Channel"), 6, "mid"),
            Column("content", self.env._("Content of the request"), 16),
            Column("urgency", self.env._("Urgency"), 5, "mid"),
            Column("payer", self.env._("Chargeable/free"), 6, "mid"),
            Column("appointment", self.env._("Appointed time"), 8, "mid"),
            Column("order", self.env._("Order no."), 11),
            Column("dispatched", self.env._("Time of dispatch"), 8, "mid"),
            Column("technician", self.env._("Repairer"), 7),
            Column("arrived", self.env._("Time of arrival"), 8, "mid"),
            Column("done", self.env._("Time of completion"), 8, "mid"),
            Column("amount", self.env._("Cost (yuan)"), 7, "money", total=True),
            Column("satisfaction", self.env._("Customer's acceptance"), 7, "mid"),
            Column("callback", self.env._("Callback time/result"), 8),
            Column("agent", self.env._("Taken by"), 7),
            Column("note", self.env._("Remark"), 9),
        ]

    def _rows(self, options):
        repairs = self.env["property.repair"].search(self._case_domain(options), order="id")
        channels = self._labels("property.repair", "channel")
        satisfied = self._labels("property.repair", "satisfaction")
        return [
            {
                "index": index,
                "date": self._time(repair.date),
                "number": repair.number,
                "unit": self._place(repair),
                "requester": repair.contact_name or repair.partner_id.name or "",
                "phone": repair.phone or "",
                "channel": channels[repair.channel],
                "content": repair.description,
                "urgency": repair.urgency,
                "payer": self.env._("Chargeable")
                if repair._is_billed()
                else self.env._("Free of charge"),
                "appointment": self._time(repair.appointment_start),
                "order": repair.number if repair.dispatched_at else "",
                "dispatched": self._time(repair.dispatched_at),
                "technician": repair.sudo().technician_id.name or "",
                "arrived": self._time(repair.arrived_at),
                "done": self._time(repair.done_at),
                "amount": repair.amount_total or None,
                "satisfaction": satisfied.get(repair.satisfaction, ""),
                "callback": self._time(repair.followed_at),
                "agent": repair.accepted_by_id.name or repair.user_id.name or "",
                "note": (repair.origin_id and self.env._("Rework"))
                or (repair.state in ("cancelled", "rejected") and repair.reason)
                or "",
            }
            for index, repair in enumerate(repairs, 1)
        ]


class PropertyRegisterIntake(models.AbstractModel):
    """客户接待记录, form A1-2 of handbook B."""

    _name = "property.register.intake"
    _description = "Record of contacts"
    _inherit = "property.register.case"

    def _title(self, options):
        return self.env._("Record of Contacts")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Time"), 10, "mid"),
            Column("name", self.env._("Visitor or caller"), 10),
            Column("unit", self.env._("Room"), 12),
            Column("phone", self.env._("Phone"), 12),
            Column("kind", self.env._("Kind of matter"), 8, "mid"),
            Column("content", self.env._("What was said or asked"), 30),
            Column("result", self.env._("Result or no. of the case"), 24),
            Column("agent", self.env._("Met by"), 9),
            Column("note", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        intakes = self.env["property.intake"].search(
            self._case_domain(options, "date"), order="date, id"
        )
        kinds = self._labels("property.intake", "kind")
        return [
            {
                "index": index,
                "date": self._time(intake.date),
                "name": intake.contact_name or intake.partner_id.name or "",
                "unit": self._place(intake),
                "phone": intake.phone or "",
                "kind": kinds[intake.kind],
                "content": intake.description,
                "result": intake.case_name or intake.answer or "",
                "agent": intake.user_id.name or "",
                "note": intake.note or "",
            }
            for index, intake in enumerate(intakes, 1)
        ]


class PropertyRegisterRepairCost(models.AbstractModel):
    """公共设施设备维修费用统计表, form A2-2 of handbook B."""

    _name = "property.register.repair.cost.common"
    _description = "Repair costs of common facilities"
    _inherit = "property.register.case"

    _register_options = ("estate_ids", "building_ids", "month")
    #: whether the list is that of households
    _homes = False

    def _title(self, options):
        return self.env._("Statistics of Repair Costs of Common Facilities and Equipment")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Time"), 10, "mid"),
            Column("number", self.env._("Repair order no."), 15),
            Column("place", self.env._("Place"), 14),
            Column("content", self.env._("Content of the repair"), 28),
            Column("materials", self.env._("Materials used"), 26),
            Column("amount", self.env._("Settlement (yuan)"), 11, "money", total=True),
            Column("cost", self.env._("Internal cost (yuan)"), 11, "money", total=True),
            Column("payer", self.env._("Chargeable or free"), 9, "mid"),
            Column("note", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        repairs = self.env["property.repair"].search(
            [*self._case_domain(options, "done_at"), ("kind", "=", "repair")], order="done_at, id"
        )
        repairs = repairs.filtered(lambda row: (row.scope != "common") == self._homes)
        payers = self._labels("property.repair", "payer_class")
        settled = self._labels("property.repair", "settlement")
        return [
            {
                "index": index,
                "date": self._time(repair.done_at, "%Y-%m-%d"),
                "number": repair.number,
                "place": self._place(repair),
                "content": repair.solution or repair.description,
                "materials": "、".join(
                    f"{line.name}×{money.plain(line.quantity)}{line.uom or ''}"
                    for line in repair.line_ids
                    if line.kind == "material"
                ),
                "amount": (repair.amount_total if repair._is_billed() else 0) or None,
                "cost": repair.cost or None,
                "payer": payers[repair.payer_class],
                "note": settled.get(repair.settlement, "") if repair._is_billed() else "",
            }
            for index, repair in enumerate(repairs, 1)
        ]


class PropertyRegisterRepairCostHome(models.AbstractModel):
    """住户维修费用统计表, form A2-2 of handbook B."""

    _name = "property.register.repair.cost.home"
    _description = "Repair costs of households"
    _inherit = "property.register.repair.cost.common"

    _homes = True

    def _title(self, options):
        return self.env._("Statistics of Repair Costs of Households")


class PropertyRegisterWarranty(models.AbstractModel):
    """施工遗留问题跟踪表, form A5-1 of handbook B."""

    _name = "property.register.warranty"
    _description = "Construction defects being followed"
    _inherit = "property.register.case"

    def _title(self, options):
        return self.env._("Follow-up of Construction Defects")

    def _option_defaults(self):
        values = super()._option_defaults()
        return {**values, "date_from": values["date"].replace(month=1, day=1)}

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("place", self.env._("Room/part"), 16),
            Column("problem", self.env._("Problem"), 34),
            Column("found", self.env._("Found on"), 10, "mid"),
            Column("company", self.env._("Responsible company"), 20),
            Column("asked", self.env._("To be completed by"), 10, "mid"),
            Column("fixed", self.env._("Really completed on"), 10, "mid"),
            Column("checked", self.env._("Rechecked by"), 10),
            Column("owner", self.env._("Owner's confirmation"), 10, "mid"),
            Column("state", self.env._("State"), 10, "mid"),
        ]

    def _rows(self, options):
        claims = self.env["property.warranty.claim"].search(
            self._case_domain(options, "repair_id.date"), order="state, id"
        )
        states = self._labels("property.warranty.claim", "state")
        day = "%Y-%m-%d"
        return [
            {
                "index": index,
                "place": self._place(claim),
                "problem": claim.description,
                "found": self._time(claim.repair_id.date, day),
                "company": claim.responsible_id.name or "",
                "asked": fields.Date.to_string(claim.date_asked or claim.scheduled_date) or "",
                "fixed": self._time(claim.fixed_at, day),
                "checked": claim.rechecked_by_id.name or "",
                "owner": self._time(claim.accepted_at, day),
                "state": states[claim.state],
            }
            for index, claim in enumerate(claims, 1)
        ]


class PropertyRegisterRepairMonth(models.AbstractModel):
    """维修月度统计表, form A7-1 of handbook B; every figure from stamps, deadlines and charges."""

    _name = "property.register.repair.month"
    _description = "Monthly repair statistics"
    _inherit = "property.register.case"

    _register_options = ("estate_ids", "building_ids", "month")

    def _title(self, options):
        return self.env._("Monthly Repair Statistics")

    def _columns(self, options):
        return [
            Column("category", self.env._("Category"), 16),
            Column("reported", self.env._("Reported"), 7, "integer", total=True),
            Column("done", self.env._("Completed"), 7, "integer", total=True),
            Column("open", self.env._("Not completed"), 7, "integer", total=True),
            Column("on_time", self.env._("On-time rate"), 8, "percent"),
            Column("reworks", self.env._("Reworks"), 6, "integer", total=True),
            Column("rework_rate", self.env._("Rework rate"), 8, "percent"),
            Column("paid", self.env._("Chargeable orders"), 7, "integer", total=True),
            Column("amount", self.env._("Amount (yuan)"), 10, "money", total=True),
            Column("called", self.env._("Number of callbacks"), 6, "integer", total=True),
            Column("call_rate", self.env._("Callback rate"), 8, "percent"),
            Column("satisfied", self.env._("Satisfaction rate"), 8, "percent"),
            Column("problems", self.env._("Main problems"), 16),
            Column("measures", self.env._("Measures"), 16),
        ]

    def _rows(self, options):
        counts, texts = self._counts(options)
        rows = [
            {
                "category": category.name or self.env._("Without category"),
                **self._figures(counts[category]),
                **texts.get(category, {}),
            }
            for category in sorted(counts, key=lambda row: (row.sequence, row.id))
        ]
        if rows:
            whole = self._figures(self._added(counts.values()))
            rates = ("on_time", "rework_rate", "call_rate", "satisfied")
            rows.append(
                {
                    "category": self.env._("Rates of all"),
                    "_bold": True,
                    **{key: whole[key] for key in rates},
                }
            )
        return rows

    def _counts(self, options):
        """Return {category: counts} and {category: texts}; locked months as they were frozen.

        Figures by building are not frozen: with buildings chosen all are as of today.
        """
        categories = self.env["property.case.category"]
        estates = self._estates(options)
        months = self.env["property.repair.month"]
        if not options.get("building_ids"):
            months = months._frozen(estates, self._date(options, "month"))
        live = estates - months.estate_id
        parts, texts = {}, {}
        if live:
            for category, counts in self._live_counts({**options, "estate_ids": live.ids}).items():
                parts.setdefault(category, []).append(counts)
        for line in months.line_ids:
            category = categories.browse(line.category_id.id)
            parts.setdefault(category, []).append(line._counts())
            for name in ("problems", "measures"):
                if line[name]:
                    of_category = texts.setdefault(category, {})
                    of_category[name] = "；".join(filter(None, (of_category.get(name), line[name])))
        return {category: self._added(rows) for category, rows in parts.items()}, texts

    def _added(self, rows):
        """Return the sum of several counts."""
        added = dict.fromkeys((*COUNTS, "amount"), 0)
        for counts in rows:
            for name in added:
                added[name] += counts[name]
        return added

    def _live_counts(self, options):
        """Return {category: counts} of the month asked for, as of now."""
        domain = [*self._case_domain(options, "accepted_at"), ("master_id", "=", False)]
        repairs = self.env["property.repair"].search(domain)
        arrivals = self._arrivals(repairs)
        return {
            category: self._count(group, arrivals)
            for category, group in repairs.grouped("category_id").items()
        }

    def _arrivals(self, repairs):
        """Return {repair id: whether the technician arrived in time}, of those who arrived."""
        rows = self.env["property.deadline"].search_fetch(
            [
                ("res_model", "=", "property.repair"),
                ("res_id", "in", repairs.ids),
                ("step", "in", ("arrive", "appointment")),
                "|",
                ("state", "in", ("kept", "missed")),
                ("breached", "=", True),
            ],
            ["res_id", "breached"],
        )
        kept = {}
        for row in rows:
            kept[row.res_id] = kept.get(row.res_id, True) and not row.breached
        return kept

    def _count(self, repairs, arrivals):
        """Return the counts of repairs of one category."""
        done = repairs.filtered("done_at")
        due = [arrivals[repair.id] for repair in repairs if repair.id in arrivals]
        billed = repairs.filtered(lambda row: row._is_billed() and row.amount_total > 0)
        rated = done.filtered("satisfaction")
        return {
            "reported": len(repairs),
            "done": len(done),
            "open": len(
                repairs.filtered(
                    lambda row: not row.done_at and row.state not in ("cancelled", "rejected")
                )
            ),
            "arrivals": len(due),
            "arrivals_kept": sum(due),
            "reworks": len(repairs.filtered("origin_id")),
            "paid": len(billed),
            "amount": round(sum(billed.mapped("amount_total")), 2),
            "called": len(done.filtered("followed_at")),
            "rated": len(rated),
            "content": len(rated.filtered(lambda row: row.satisfaction in ("A", "B"))),
        }

    def _figures(self, counts):
        """Return the columns of the form for counts."""

        def rate(part, whole):
            return counts[part] / counts[whole] if counts[whole] else None

        return {
            **{name: counts[name] for name in ("reported", "done", "open", "reworks", "paid")},
            "amount": counts["amount"],
            "called": counts["called"],
            "on_time": rate("arrivals_kept", "arrivals"),
            "rework_rate": rate("reworks", "done"),
            "call_rate": rate("called", "done"),
            "satisfied": rate("content", "rated"),
        }


class PropertyRegisterServicePrice(models.AbstractModel):
    """维修收费标准一览表 and 特约服务项目及价目表, forms A3-1 and A6-2 of handbook B."""

    _name = "property.register.service.price"
    _description = "Price list of repairs and services"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date")

    def _title(self, options):
        return self.env._("List of Repair Services and Charge Standards")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("code", self.env._("Item no."), 8, "mid"),
            Column("category", self.env._("Category"), 10, "mid"),
            Column("name", self.env._("Service item"), 24),
            Column("uom", self.env._("Charging unit"), 8, "mid"),
            Column("price", self.env._("Labour cost (yuan)"), 10, "money"),
            Column("material", self.env._("Materials included"), 8, "mid"),
            Column("material_note", self.env._("Note on materials"), 18),
            Column("warranty", self.env._("Warranty (days)"), 8, "integer"),
            Column("note", self.env._("Remark"), 16),
            Column("start", self.env._("Effective date"), 10, "date"),
            Column("end", self.env._("Expiry date"), 10, "date"),
        ]

    def _rows(self, options):
        date = self._date(options)
        prices = self.env["property.service.price"]
        for estate in self._estates(options):
            prices |= prices._list_on(estate, date)
        kinds = self._labels("property.service.price", "kind")
        categories = self._labels("property.service.price", "category")
        rows = []
        for price in prices.sorted(lambda row: (row.kind, row.category, row.code)):
            rows.append(
                {
                    "_section": kinds[price.kind],
                    "index": len(rows) + 1,
                    "code": price.code,
                    "category": categories[price.category],
                    "name": price.name,
                    "uom": price.uom,
                    "price": price.price,
                    "material": self.env._("Yes") if price.material_included else self.env._("No"),
                    "material_note": price.material_note or "",
                    "warranty": price.warranty_days,
                    "note": self._note(price),
                    "start": price.date_start,
                    "end": price.date_end,
                }
            )
        return rows

    def _note(self, price):
        """Return the remark, with the surcharge at night: only a published one may be taken."""
        notes = [price.note] if price.note else []
        if price.night_percent:
            notes.append(self.env._("at night +%(percent)g%%", percent=price.night_percent))
        return "；".join(notes)

    def _signatures(self):
        return [self.env._("Company seal"), self.env._("Date")]
