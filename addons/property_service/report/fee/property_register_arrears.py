# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import split_every

from ..core.property_register import Column
from .fee_ledger import AGES

#: homes that are looked at together
_HOMES = 1000


class PropertyRegisterArrears(models.AbstractModel):
    """Who owes overdue fees, of which months and kinds, by building (form H9-1)."""

    _name = "property.register.arrears"
    _description = "List of arrears"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date")

    def _title(self, options):
        return self.env._("List of Fees in Arrears")

    def _load(self, options):
        ledger = self._ledger()
        rows = ledger._debts(ledger._scope(options), self._date(options))
        return [row for row in rows if (row["amount"] or 0) > 0]

    def _subtitle(self, options):
        return super()._subtitle({**options, "date": str(self._date(options))})

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 12),
            Column("payer", self.env._("Householder"), 8),
            Column("phone", self.env._("Phone"), 11),
            Column("area", self.env._("Area (m²)"), 8, "area"),
            Column("price", self.env._("Price (yuan/m²)"), 7, "price"),
            Column("period", self.env._("Months in arrears"), 11),
            Column("months", self.env._("Number of months"), 6, "integer"),
            Column("fee", self.env._("Property fee owed"), 10, "money", total=True),
            Column("agency", self.env._("Shared and agency fees owed"), 10, "money", total=True),
            Column("parking", self.env._("Parking fee owed"), 10, "money", total=True),
            Column("late", self.env._("Late charge"), 9, "money", total=True),
            Column("amount", self.env._("Total owed"), 11, "money", total=True),
            Column("reason", self.env._("Reason of the arrears"), 10),
            Column("stage", self.env._("Dunning step"), 9, "mid"),
            Column("last", self.env._("Last dunned on, how"), 12),
            Column("promise", self.env._("Promised to pay on"), 9, "date"),
            Column("user", self.env._("Responsible"), 8),
            Column("remark", self.env._("Remark"), 9),
        ]

    def _rows(self, options):
        return self._rows_of(self._by_unit(self._loaded(options)), self._date(options))

    def _render_xlsx(self, options):
        """Return the list as a workbook, in constant memory however many homes owe."""
        ages = dict.fromkeys((key for key, _top in AGES), 0.0)
        options = {**options, "loaded": [ages]}
        return self._workbook(self._streamed(options, self._batches(options, ages)))

    def _batches(self, options, ages):
        """Yield the rows of some homes at a time; add what they owe to `ages`, by age."""
        ledger, date = self._ledger(), self._date(options)
        first = 1
        for rows in ledger._debtors_in_turn(ledger._scope(options), date, _HOMES):
            for key in ages:
                ages[key] += sum(row[key] or 0 for row in rows)
            units = {unit.id: unit for unit in self._units(rows)}
            yield self._rows_of(
                [(units[row["unit_id"]], self._section_of(row), row) for row in rows], date, first
            )
            first += len(rows)
            self.env.invalidate_all()

    def _section_of(self, row):
        """Return the name of the section of a home, as `_building_sections()` names it."""
        building = self.env["property.building"].browse(row["building_id"])
        if row["many_estates"]:
            return f"{building.estate_id.name} {building.name}"
        return building.name if row["many_buildings"] else ""

    def _rows_of(self, entries, date, first=1):
        """Return the rows of `entries`: (unit, name of its section, row of the ledger)."""
        rows = [row for _unit, _section, row in entries]
        partners = self._partners(rows)
        late = self._late_of(rows, date)
        cases = self._cases_of(rows)
        lines = []
        for index, (unit, section, row) in enumerate(entries, first):
            partner = partners.get(row["partner_id"])
            lines.append(
                {
                    "_section": section,
                    "index": index,
                    "unit": unit.full_name,
                    "payer": partner and partner.name,
                    "phone": partner and partner.phone,
                    "area": unit.gross_area,
                    "price": row["price"],
                    "period": self._months(row["month_from"], row["month_to"]),
                    "months": row["month_count"],
                    "fee": row["fee"],
                    "agency": row["agency"],
                    "parking": row["parking"],
                    "amount": row["amount"],
                    "late": late.get((row["unit_id"], row["partner_id"])),
                    **self._dunning_of(cases.get((row["unit_id"], row["partner_id"]))),
                    "remark": self._barred_text(row),
                }
            )
        return lines

    def _late_of(self, rows, date):
        """Return {(unit id, partner id): late charge reckoned up to `date`, in yuan}.

        Some homes at a time: the charges of all would be many times the list itself.
        """
        charges = self.env["property.charge"]
        late = self.env["property.late.charge"]
        sums = {}
        for unit_ids in split_every(_HOMES, dict.fromkeys(row["unit_id"] for row in rows), list):
            found = charges.search_fetch(
                [
                    ("billed_unit_id", "in", unit_ids),
                    ("state", "in", ("open", "partial")),
                    ("date_due", "<", date),
                ],
                ["billed_unit_id", "partner_id", "estate_id"],
                order="id",
            )
            amounts = late._amounts(found, date)
            for charge in found:
                key = (charge.billed_unit_id.id, charge.partner_id.id)
                amount = amounts.get(charge.id, {}).get("amount", 0.0)
                sums[key] = round(sums.get(key, 0.0) + amount, 2)
            found.invalidate_recordset(flush=False)  # `_amounts()` has written what was pending
        return sums

    def _cases_of(self, rows):
        """Return {(unit id, partner id): dunning case that is open}."""
        cases = self.env["property.dunning"].search_fetch(
            [
                ("unit_id", "in", [row["unit_id"] for row in rows]),
                ("state", "not in", ("settled", "written_off")),
            ],
            [
                *("unit_id", "partner_id", "reason", "stage_id", "last_contact_id"),
                *("promise_date", "user_id"),
            ],
        )
        return {(case.unit_id.id, case.partner_id.id): case for case in cases}

    def _dunning_of(self, case):
        """Return what the list says of a dunning case."""
        if not case:
            return {}
        channels = self._labels("property.dunning.contact", "channel")
        last = case.last_contact_id
        return {
            "reason": self._labels("property.dunning", "reason").get(case.reason, ""),
            "stage": case.stage_id.name,
            "last": f"{last._day()} {channels[last.channel]}" if last else "",
            "promise": case.promise_date,
            "user": case.user_id.name,
        }

    def _barred_text(self, row):
        """Flag what may be barred by limitation; it is listed all the same (handbook B H0.13)."""
        return self.env._("In part over 3 years") if row.get("age_more") else ""

    def _notes(self, options):
        return [
            self._age_note(self._loaded(options)),
            self.env._(
                "Late charges are reckoned up to the day of the list; they are not in the total "
                "until they are billed."
            ),
        ]
