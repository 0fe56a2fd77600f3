# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .deposit_case import DepositCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-20 02:00:00")
class TestReceiptBook(DepositCase):
    """Receipt books handed out and accounted for (handbook B H4, form H4-3)."""

    def _book(self, **values):
        return self.env["property.receipt.book"].create(
            {
                "name": "2026-01",
                "estate_id": self.estate.id,
                "number_from": 1001,
                "number_to": 1050,
                "holder_id": self.users["cashier"].id,
                **values,
            }
        )

    def test_issued_returned_accounted_for(self):
        book = self._book()
        self.assertEqual(book.sheets, 50)
        book.action_issue()
        with self.assertRaises(UserError):
            book.number_to = 1100
        book.write({"used_to": 1020, "voided": "1003, 1007", "amount": 5400})
        book.action_return()
        self.assertEqual((book.used_count, book.voided_count), (18, 2))
        with self.assertRaisesRegex(UserError, "Somebody else"):
            book.with_user(self.users["cashier"]).action_check()
        book.with_user(self.users["accountant"]).action_check()
        self.assertEqual(book.state, "checked")

    def test_no_number_twice(self):
        self._book()
        with self.assertRaisesRegex(ValidationError, "2026-01"):
            self._book(name="2026-02", number_from=1050, number_to=1099)
        self._book(name="2026-03", prefix="B")
        with self.assertRaisesRegex(ValidationError, "does not hold"):
            self._book(name="2026-04", number_from=2001, number_to=2050, used_to=1999)

    def test_register_lists_books_and_the_numbers_of_the_system(self):
        self._book().action_issue()
        receipt = self._prepay(100)
        content = self.env["property.register.book"]._content(
            {"estate_ids": self.estate.ids, "date_from": "2026-11-01", "date_to": "2026-11-30"}
        )
        book, system = content["sections"][0]["rows"]
        self.assertEqual((book["first"], book["last"]), ("1001", "1050"))
        self.assertEqual((system["first"], system["amount"]), (receipt.number, 100))
