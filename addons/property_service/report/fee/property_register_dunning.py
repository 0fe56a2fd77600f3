# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import fields, models

from ..core.property_register import Column


class PropertyRegisterDunning(models.AbstractModel):
    """The contacts about debts of a period (催缴记录表, form H9-3)."""

    _name = "property.register.dunning"
    _description = "Register of dunning contacts"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Dunning Record")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Date"), 10, "mid"),
            Column("unit", self.env._("Room"), 13),
            Column("debtor", self.env._("Debtor"), 10),
            Column("channel", self.env._("Way of contact"), 10, "mid"),
            Column("user", self.env._("Dunned by"), 12),
            Column("met", self.env._("Spoke to"), 10),
            Column("content", self.env._("Contents"), 28),
            Column("promise", self.env._("Promise"), 15),
            Column("result", self.env._("Result"), 12),
            Column("evidence", self.env._("Evidence kept"), 14),
        ]

    def _rows(self, options):
        first, last = self._date(options, "date_from"), self._date(options, "date_to")
        # a local day begins hours before that of the database in China
        contacts = self.env["property.dunning.contact"].search(
            [
                *self._unit_domain(options),
                ("date", ">=", datetime.combine(first, time.min) - timedelta(hours=14)),
                ("date", "<=", datetime.combine(last, time.max) + timedelta(hours=14)),
            ],
            order="date, id",
        )
        model = "property.dunning.contact"
        channels = self._labels(model, "channel")
        results = self._labels(model, "result")
        deliveries = self._labels(model, "delivery")
        methods = self._labels(model, "delivery_method")
        rows = []
        for contact in contacts:
            day = contact._day()
            if not first <= day <= last:
                continue
            if contact.delivery == "delivered":
                proof = f"{methods.get(contact.delivery_method, '')} {contact.delivery_date}"
            elif contact.delivery != "none":
                proof = deliveries[contact.delivery]
            elif contact.evidence_ids:
                proof = self.env._("%(count)s files", count=len(contact.evidence_ids))
            else:
                proof = self.env._("Signed") if contact.signed else ""
            promise = ""
            if contact.promise_date:
                promise = f"{contact.promise_date} {contact.promise_amount:,.2f}"
            rows.append(
                {
                    "index": len(rows) + 1,
                    "date": fields.Date.to_string(day),
                    "unit": contact.unit_id.full_name,
                    "debtor": contact.partner_id.name,
                    "channel": channels[contact.channel],
                    "user": "、".join((contact.user_id | contact.second_user_id).mapped("name")),
                    "met": contact.met,
                    "content": contact.content or contact.number,
                    "promise": promise,
                    "result": results.get(contact.result, ""),
                    "evidence": proof,
                }
            )
        return rows


class PropertyRegisterParkingLease(models.AbstractModel):
    """The leases of parking spaces (车位租赁登记台账, handbook A §53)."""

    _name = "property.register.parking.lease"
    _description = "Register of parking leases"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Parking Leases")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("space", self.env._("Space no."), 10),
            Column("place", self.env._("Location"), 9),
            Column("unit", self.env._("Room"), 12),
            Column("tenant", self.env._("Tenant"), 10),
            Column("plate", self.env._("Car plate"), 10, "mid"),
            Column("contract", self.env._("Contract no."), 16),
            Column("term", self.env._("Term"), 21, "mid"),
            Column("rent", self.env._("Rent a month"), 9, "money", total=True),
            Column("paid_until", self.env._("Paid until"), 10, "date"),
            Column("card", self.env._("Card no."), 8, "mid"),
            Column("deposit", self.env._("Deposit"), 8, "money", total=True),
            Column("remark", self.env._("Remark"), 10),
        ]

    def _rows(self, options):
        date = self._date(options)
        leases = self.env["property.parking.lease"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("space_id", "!=", False),
                ("state", "not in", ("applied", "waiting", "allotted", "cancelled")),
                ("date_start", "<=", date),
                ("date_end", ">=", date),
            ],
            order="estate_id, space_id, date_start",
        )
        many = len(leases.estate_id) > 1
        return [
            {
                "_section": lease.estate_id.name if many else "",
                "index": index,
                "space": lease.space_id.number,
                "place": lease.space_id.building_id.name,
                "unit": lease.home_id.full_name,
                "tenant": lease.partner_id.name,
                "plate": lease.plate,
                "contract": lease.number,
                "term": f"{lease.date_start}~{lease.date_end}",
                "rent": lease.rent,
                "paid_until": lease.paid_until,
                "card": lease.card_number,
                "deposit": lease.deposit,
                "remark": lease.remark,
            }
            for index, lease in enumerate(leases, 1)
        ]


class PropertyRegisterParkingDunning(models.AbstractModel):
    """The spaces whose fee has run out (车位使用费催缴, register of form H10-1)."""

    _name = "property.register.parking.dunning"
    _description = "Register of parking fee dunning"
    _inherit = "property.register"

    _register_options = ("estate_ids",)
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Parking Fee Dunning")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Number"), 15),
            Column("owner", self.env._("Owner of the car"), 9),
            Column("unit", self.env._("Room"), 11),
            Column("plate", self.env._("Car plate"), 9, "mid"),
            Column("space", self.env._("Space no."), 9),
            Column("kind", self.env._("Kind of space"), 7, "mid"),
            Column("rate", self.env._("Rate a month"), 8, "money"),
            Column("expired", self.env._("Ran out on"), 9, "date"),
            Column("period", self.env._("Owed from–to"), 13, "mid"),
            Column("amount", self.env._("Amount"), 9, "money", total=True),
            Column("late", self.env._("Late charge"), 8, "money", total=True),
            Column("oral", self.env._("Told orally on"), 9, "date"),
            Column("oral_by", self.env._("Told by"), 8),
            Column("deadline", self.env._("Pay by"), 9, "date"),
            Column("signer", self.env._("Signed for by"), 9),
        ]

    def _rows(self, options):
        cases = self.env["property.parking.dunning"].search(
            [("estate_id", "in", self._estates(options).ids), ("state", "!=", "settled")],
            order="estate_id, unit_id",
        )
        kinds = self._labels("property.parking.dunning", "space_kind")
        late = self.env["property.late.charge"]
        sums = {}
        charges = cases._open_charges()
        for charge_id, row in late._amounts(charges).items():
            charge = charges.browse(charge_id)
            key = (charge.unit_id, charge.partner_id)
            sums[key] = sums.get(key, 0.0) + row["amount"]
        rows = []
        for index, case in enumerate(cases, 1):
            months = [f"{day:%Y-%m}" for day in (case.month_from, case.month_to) if day]
            rows.append(
                {
                    "index": index,
                    "number": case.number,
                    "owner": case.partner_id.name,
                    "unit": case.home_id.full_name,
                    "plate": case.plate,
                    "space": case.unit_id.number,
                    "kind": kinds.get(case.space_kind, ""),
                    "rate": case.rate,
                    "expired": case.date_expired,
                    "period": "~".join(dict.fromkeys(months)),
                    "amount": case.amount,
                    "late": sums.get((case.unit_id, case.partner_id), 0.0),
                    "oral": case.oral_date,
                    "oral_by": case.oral_by_id.name,
                    "deadline": case.notice_deadline,
                    "signer": case.signer,
                }
            )
        return rows
