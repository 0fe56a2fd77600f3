# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

from ..core.property_register import Column


class PropertyRegisterTakings(models.AbstractModel):
    """Receipts of a day or period by way of paying and item (form H4-2).

    Amounts are those of the receipts' journal items. A receipt voided within the period is listed
    with nothing taken; one of an earlier day is listed with its reversal. The foot compares the
    receipts with what was posted in cash and bank, and names the daily closings.
    """

    _name = "property.register.takings"
    _description = "Daily report of takings"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "date_from", "date_to")

    def _option_defaults(self):
        defaults = super()._option_defaults()
        return {**defaults, "date_from": defaults["date_to"]}

    def _title(self, options):
        first, last = self._period(options)
        return (
            self.env._("Daily Report of Takings")
            if first == last
            else self.env._("Report of Takings")
        )

    def _subtitle(self, options):
        first, last = self._period(options)
        shown = {key: value for key, value in options.items() if not key.startswith("date")}
        if first == last:
            return super()._subtitle({**shown, "date": str(last)})
        return super()._subtitle({**shown, "date_from": str(first), "date_to": str(last)})

    def _receipt_domain(self, options):
        first, last = self._period(options)
        domain = Domain("estate_id", "in", self._estates(options).ids)
        if options.get("building_ids"):
            domain &= Domain("building_id", "in", options["building_ids"])
        return domain & Domain(
            [("date", ">=", first), ("date", "<=", last), ("state", "!=", "draft")]
        )

    def _load(self, options):
        ledger = self._ledger()
        scope, period = ledger._scope(options), self._period(options)
        entries = ledger._takings(scope, *period)
        dated = self.env["property.receipt"].search(self._receipt_domain(options))
        receipts = dated | self.env["property.receipt"].browse(
            {entry["receipt_id"] for entry in entries}
        )
        return {
            "entries": entries,
            "dated": dated,
            "receipts": receipts.sorted(lambda receipt: (receipt.number or "", receipt.id)),
            "liquidity": ledger._liquidity(scope, *period),
        }

    def _columns(self, options):
        return [
            Column("number", self.env._("Receipt no."), 16),
            Column("unit", self.env._("Room"), 13),
            Column("payer", self.env._("Householder"), 12),
            Column("item", self.env._("Fee item"), 14),
            Column("period", self.env._("Period"), 14),
            Column("amount", self.env._("Amount"), 11, "money", total=True),
            Column("method", self.env._("Way of paying"), 10),
            Column("cashier", self.env._("Cashier"), 9),
            Column("remark", self.env._("Remark"), 10),
        ]

    def _rows(self, options):
        loaded = self._loaded(options)
        by_receipt = {}
        for entry in loaded["entries"]:
            by_receipt.setdefault(entry["receipt_id"], []).append(entry)
        items = self.env["property.fee.item"].browse(
            {entry["item_id"] for entry in loaded["entries"] if entry["item_id"]}
        )
        names = {item.id: item.name for item in items}
        kinds = self.env["property.deposit.kind"].browse(
            {entry["kind_id"] for entry in loaded["entries"] if entry["kind_id"]}
        )
        kind_names = {kind.id: kind.name for kind in kinds}
        labels = self._labels("property.receipt", "method")
        rows = []
        for receipt in loaded["receipts"]:
            entries = by_receipt.get(receipt.id, [])
            both = {entry["reversal"] for entry in entries} == {True, False}
            common = {
                "_section": labels.get(receipt.method) or receipt.journal_id.name,
                "number": receipt.number,
                "unit": receipt.unit_id.full_name,
                "payer": receipt.payer_name or receipt.partner_id.name,
                "method": labels.get(receipt.method) or receipt.journal_id.name,
                "cashier": receipt.cashier_id.name,
            }
            if both or not entries:
                remark = self.env._("Voided") if both else self.env._("Not posted")
                rows.append({**common, "item": "", "period": "", "amount": 0.0, "remark": remark})
                continue
            for entry in entries:
                rows.append(
                    {
                        **common,
                        "item": (
                            names.get(entry["item_id"])
                            or kind_names.get(entry["kind_id"])
                            or self.env._("Paid in advance")
                        ),
                        "period": self._months(entry["month_from"], entry["month_to"]),
                        "amount": entry["amount"],
                        "remark": self.env._("Voided") if entry["reversal"] else "",
                    }
                )
        order = list(labels.values())
        return sorted(
            rows,
            key=lambda row: (
                order.index(row["_section"]) if row["_section"] in order else len(order),
                row["_section"],
            ),
        )

    def _notes(self, options):
        loaded = self._loaded(options)
        rows = self._rows(options)
        by_item = {}
        for row in rows:
            if row["item"]:
                by_item[row["item"]] = by_item.get(row["item"], 0.0) + row["amount"]
        notes = []
        if by_item:
            notes.append(
                self.env._(
                    "By item: %(items)s",
                    items="；".join(
                        f"{name} {self._money(sum_)}" for name, sum_ in by_item.items()
                    ),
                )
            )
        notes.append(self._receipt_note(loaded))
        notes += self._check_notes(loaded)
        return notes + self._closing_notes(options)

    def _receipt_note(self, loaded):
        numbers = [receipt.number for receipt in loaded["dated"] if receipt.number]
        voided = loaded["dated"].filtered(lambda receipt: receipt.state == "voided")
        if not numbers:
            return self.env._("No receipt of this time.")
        return self.env._(
            "Receipts: %(count)s, %(first)s to %(last)s, of which voided: %(voided)s",
            count=len(numbers),
            first=min(numbers),
            last=max(numbers),
            voided=len(voided),
        )

    def _taken(self, loaded):
        """Return what the receipts themselves say was taken, less those voided in the period."""
        reversed_ids = {entry["receipt_id"] for entry in loaded["entries"] if entry["reversal"]}
        receipts = loaded["receipts"]
        voided = receipts.filtered(lambda receipt: receipt.id in reversed_ids)
        return sum(loaded["dated"].mapped("amount")) - sum(voided.mapped("amount"))

    def _check_notes(self, loaded):
        """Return the lines that compare receipts with the books."""
        taken, posted = self._taken(loaded), loaded["liquidity"]["receipts"]
        notes = [
            self.env._(
                "Check: receipts %(taken)s, posted in cash and bank %(posted)s, difference "
                "%(difference)s",
                taken=self._money(taken),
                posted=self._money(posted),
                difference=self._money(round(taken - posted, 2) or 0.0),
            )
        ]
        if other := loaded["liquidity"]["other"]:
            notes.append(
                self.env._(
                    "Other entries of these homes in cash and bank (refunds …): %(amount)s",
                    amount=self._money(other),
                )
            )
        return notes

    def _closing_notes(self, options):
        """Return a line per daily closing: counted, banked, difference."""
        first, last = self._period(options)
        closings = self.env["property.day.closing"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            order="date, estate_id",
        )
        if not closings:
            return [self.env._("Daily closing: not made yet.")]
        notes = []
        for closing in closings:
            cash = closing.line_ids.filtered(lambda line: line.journal_id.property_method == "cash")
            text = self.env._(
                "Daily closing %(day)s (%(state)s): cash taken %(cash)s, counted %(counted)s, "
                "banked %(banked)s, difference %(difference)s",
                day=closing.display_name,
                state=closing._state_label(closing.state),
                cash=self._money(sum(cash.mapped("amount"))),
                counted=self._money(sum(cash.mapped("counted"))),
                banked=self._money(closing.deposited),
                difference=self._money(closing.difference),
            )
            notes.append(f"{text} {closing.note}" if closing.note else text)
        return notes

    def _signatures(self):
        return [
            self.env._("Cashier"),
            self.env._("Checked by"),
            self.env._("Finance"),
            self.env._("Date"),
        ]
