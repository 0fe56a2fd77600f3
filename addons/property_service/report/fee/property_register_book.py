# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterBook(models.AbstractModel):
    """Receipt books handed out, and the numbers the system gave (form H4-3)."""

    _name = "property.register.book"
    _description = "Issue and use of receipts"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "date_from", "date_to")
    _year_so_far = True

    def _title(self, options):
        return self.env._("Register of Issue and Use of Receipts")

    def _load(self, options):
        first, last = self._period(options)
        estates = self._estates(options)
        books = self.env["property.receipt.book"].search(
            [
                ("estate_id", "in", estates.ids),
                ("state", "!=", "stock"),
                ("issue_date", "!=", False),
                ("issue_date", "<=", last),
                "|",
                ("return_date", "=", False),
                ("return_date", ">=", first),
            ],
            order="issue_date, name",
        )
        receipts = self.env["property.receipt"]._read_group(
            [
                ("estate_id", "in", estates.ids),
                ("date", ">=", first),
                ("date", "<=", last),
                ("state", "in", ("confirmed", "voided")),
            ],
            ["estate_id", "cashier_id", "state"],
            ["number:min", "number:max", "__count", "amount:sum"],
        )
        return {"books": books, "receipts": receipts}

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("name", self.env._("Book no."), 14),
            Column("first", self.env._("First number"), 16),
            Column("last", self.env._("Last number"), 16),
            Column("sheets", self.env._("Sheets"), 7, "integer", total=True),
            Column("holder", self.env._("Issued to"), 10),
            Column("issued", self.env._("Issued on"), 10, "date"),
            Column("used", self.env._("Used"), 7, "integer", total=True),
            Column("voided", self.env._("Voided"), 7, "integer", total=True),
            Column("amount", self.env._("Amount taken"), 13, "money", total=True),
            Column("returned", self.env._("Accounted for on"), 10, "date"),
            Column("checked", self.env._("Checked by"), 10),
            Column("remark", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        loaded = self._loaded(options)
        labels = self._labels("property.receipt.book", "state")
        rows = [
            {
                "name": book.name,
                "first": f"{book.prefix or ''}{book.number_from}",
                "last": f"{book.prefix or ''}{book.number_to}",
                "sheets": book.sheets,
                "holder": book.holder_id.name,
                "issued": book.issue_date,
                "used": book.used_count,
                "voided": book.voided_count,
                "amount": book.amount or None,
                "returned": book.return_date,
                "checked": book.checked_by_id.name,
                "remark": labels[book.state],
            }
            for book in loaded["books"]
        ]
        system = {}
        for estate, cashier, state, first, last, count, amount in loaded["receipts"]:
            row = system.setdefault(
                (estate, cashier),
                {
                    "name": self.env._("Numbered by the system"),
                    "first": first,
                    "last": last,
                    "holder": cashier.name,
                    "sheets": 0,
                    "used": 0,
                    "voided": 0,
                    "amount": 0.0,
                    "remark": estate.name,
                },
            )
            row["first"], row["last"] = min(row["first"], first), max(row["last"], last)
            row["sheets"] += count
            row["voided" if state == "voided" else "used"] += count
            if state == "confirmed":
                row["amount"] += amount
        rows += system.values()
        return [{"index": index, **row} for index, row in enumerate(rows, 1)]
