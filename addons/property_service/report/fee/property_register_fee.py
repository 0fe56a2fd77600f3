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

    def _load(self, options):
        """Return what columns, rows and notes are made from."""
        raise NotImplementedError

    def _loaded(self, options):
        """Return what `_load()` found; read once per printing."""
        return options["loaded"] if "loaded" in options else self._load(options)

    def _content(self, options):
        self._check_register_access()
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
        """Return the first and last day asked for; `date` alone is a period of one day."""
        last = self._date(options, "date_to" if options.get("date_to") else "date")
        if options.get("date_from"):
            return self._date(options, "date_from"), last
        return last, last

    def _units(self, rows):
        """Return the units of `rows` in their order, archived ones too, with names read."""
        return (
            self.env["property.unit"]
            .with_context(active_test=False)
            .search([("id", "in", list({row["unit_id"] for row in rows}))])
        )

    def _by_unit(self, rows):
        """Yield (unit, row) of `rows`, in the order of units."""
        groups = {}
        for row in rows:
            groups.setdefault(row["unit_id"], []).append(row)
        for unit in self._units(rows):
            for row in groups[unit.id]:
                yield unit, row

    def _section_of(self, building, many_estates):
        """Return the heading a home is listed under."""
        return f"{building.estate_id.name} {building.name}" if many_estates else building.name

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
        """Return {key of an age: its title}."""
        return {
            "age_3": self.env._("Up to 3 months"),
            "age_6": self.env._("3–6 months"),
            "age_12": self.env._("6–12 months"),
            "age_24": self.env._("1–2 years"),
            "age_36": self.env._("2–3 years"),
            "age_more": self.env._("Over 3 years"),
        }

    def _age_note(self, rows):
        """Return the ageing of `rows` as one line for the foot of a form."""
        titles = self._age_titles()
        parts = [
            f"{titles[key]} {self._money(sum(row[key] or 0 for row in rows))}" for key, _top in AGES
        ]
        return self.env._("Ageing: %(parts)s", parts="；".join(parts))
