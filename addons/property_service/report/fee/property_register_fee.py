# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...tools import money
from .fee_ledger import AGES


class PropertyRegisterFee(models.AbstractModel):
    """What the registers of the fee room share: figures of the ledger, read once per printing."""

    _name = "property.register.fee"
    _description = "Register of fees"
    _inherit = "property.register"

    _register_groups = ("property_service.group_staff",)
    #: whether a period without its first day is the year so far, else its last day alone
    _year_so_far = False

    def _load(self, options):
        """Return what columns, rows and notes are made from."""
        raise NotImplementedError

    def _loaded(self, options):
        """Return what `_load()` found; read once per printing."""
        return options["loaded"] if "loaded" in options else self._load(options)

    def _content(self, options):
        self._check_register_access(options)
        return super()._content({**options, "loaded": self._load(options)})

    # helpers -------------------------------------------------------------------------------------

    def _ledger(self):
        return self.env["property.fee.ledger"]

    def _month(self, options):
        """Return the first day of the month asked for; this month when none is."""
        return money.month_start(self._date(options, "month"))

    def _cutoff(self, options):
        """Return the report date: the one asked for, else the month's end, not after today."""
        if options.get("date"):
            return self._date(options)
        return min(money.month_end(self._month(options)), fields.Date.context_today(self))

    def _period(self, options):
        """Return the first and last day asked for; what is meant by the last day alone, the
        register says (`_year_so_far`)."""
        last = self._date(options, "date_to" if options.get("date_to") else "date")
        if options.get("date_from"):
            return self._date(options, "date_from"), last
        return (last.replace(month=1, day=1) if self._year_so_far else last), last

    def _subtitle(self, options):
        if self._year_so_far:
            first, last = self._period(options)
            options = {**options, "date_from": str(first), "date_to": str(last)}
        return super()._subtitle(options)

    def _units(self, rows):
        """Return the units of `rows` in their order, archived ones too, with names read."""
        return (
            self.env["property.unit"]
            .with_context(active_test=False)
            .search_fetch(
                [("id", "in", list({row["unit_id"] for row in rows}))],
                ["full_name", "gross_area", "building_id"],
            )
        )

    def _by_unit(self, rows):
        """Return (unit, name of its section, row) of `rows`, in the order of units."""
        groups = {}
        for row in rows:
            groups.setdefault(row["unit_id"], []).append(row)
        units = self._units(rows)
        sections = self._building_sections(units.building_id)
        return [
            (unit, sections[unit.building_id], row) for unit in units for row in groups[unit.id]
        ]

    def _partners(self, rows):
        """Return {id: partner} of the payers of `rows`, read in one go."""
        ids = {row["partner_id"] for row in rows if row["partner_id"]}
        partners = self.env["res.partner"].browse(ids)
        partners.fetch(["name", "phone"])
        return {partner.id: partner for partner in partners}

    def _months(self, first, last):
        """Return a span of months as text."""
        if not first:
            return ""
        return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}~{last:%Y-%m}"

    def _money(self, amount):
        return f"{amount or 0:,.2f}"

    def _age_titles(self):
        """Return {key of an age: its title}, the ages of charges."""
        labels = self._labels("property.charge", "age")
        keys = ("not_due", *(key for key, _top in AGES))
        return dict(zip(keys, labels.values(), strict=True))

    def _age_note(self, rows):
        """Return the ageing of `rows` as one line for the foot of a form."""
        titles = self._age_titles()
        parts = [
            f"{titles[key]} {self._money(sum(row[key] or 0 for row in rows))}" for key, _top in AGES
        ]
        return self.env._("Ageing: %(parts)s", parts="；".join(parts))
