# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestBillRun(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item(priority=10)
        cls.trash = cls._make_item(
            "TRASH", "Waste disposal", tax=0, kind="agency", basis="fixed", priority=20
        )
        cls._make_price(cls.item, 2.85)
        cls._make_price(cls.trash, 5)
        cls.unit = cls._make_unit("101", 118.36)

    def test_month_of_a_home(self):
        """Handbook B H2: 118.36 m² × 2.85 = 337.33."""
        run = self._bill()
        self.assertEqual(run.state, "posted")
        charges = run.charge_ids
        self.assertEqual(
            {(c.item_id.code, c.amount, c.amount_residual, c.state) for c in charges},
            {("MGT", 337.33, 337.33, "open"), ("TRASH", 5.0, 5.0, "open")},
        )
        move = charges.invoice_id
        self.assertEqual(len(move), 1)
        self.assertEqual(move.amount_total, 342.33)
        self.assertEqual(sorted(charges.receivable_line_id.mapped("debit")), [5.0, 337.33])
        self.assertEqual(move.invoice_date_due, date(2026, 11, 30))
        agency = move.line_ids.filtered(
            lambda line: line.account_id == self.company.property_agency_account_id
        )
        self.assertEqual(agency.credit, 5.0)

    def test_again_adds_nothing(self):
        run = self._bill()
        run.action_generate()
        run.action_post()
        other = self._bill()
        self.assertFalse(other.charge_ids)
        self.assertEqual(len(run.charge_ids), 2)
        self.assertEqual(len(run.invoice_ids), 1)

    def test_state_cannot_be_jumped(self):
        run = self._make_run()
        with self.assertRaises(UserError):
            run.write({"state": "posted"})
        with self.assertRaises(UserError):
            run.action_post()

    def test_pay_and_prepay(self):
        run = self._bill()
        receipt = self._take(self.unit, 400.0)
        self.assertEqual(receipt.state, "confirmed")
        self.assertEqual(receipt.amount_prepaid, 57.67)
        self.assertEqual(set(run.charge_ids.mapped("state")), {"paid"})
        self.assertEqual(self.unit.prepaid, 57.67)
        self.assertEqual(receipt.payment_id.state, "paid")
        december = self._bill(date(2026, 12, 1))
        main = december.charge_ids.filtered(lambda c: c.item_id == self.item)
        self.assertEqual(main.amount_residual, 279.66)
        self.assertEqual(main.state, "partial")
        self.unit.invalidate_recordset(["prepaid"])
        self.assertEqual(self.unit.prepaid, 0)

    def test_part_payment_of_chosen_charge(self):
        run = self._bill()
        trash = run.charge_ids.filtered(lambda c: c.item_id == self.trash)
        main = run.charge_ids - trash
        self._take(self.unit, 103.0, charges=[(trash, 3.0), (main, 100.0)])
        self.assertEqual(trash.amount_residual, 2.0)
        self.assertEqual(main.amount_residual, 237.33)

    def test_void_same_day(self):
        run = self._bill()
        receipt = self._take(self.unit, 342.33)
        approval = receipt._void("wrong home")
        self.assertEqual(approval.state, "pending")
        approval.with_user(self.users["supervisor"]).action_approve()
        self.assertEqual(receipt.state, "voided")
        self.assertEqual(set(run.charge_ids.mapped("state")), {"open"})
        self.assertEqual(sum(run.charge_ids.mapped("amount_residual")), 342.33)

    def test_reverse_keeps_money(self):
        run = self._bill()
        self._take(self.unit, 100.0)
        run.action_reverse()
        run.approval_ids.with_user(self.users["manager"]).action_approve()
        run.approval_ids.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(run.state, "reversed")
        self.assertEqual(set(run.charge_ids.mapped("state")), {"cancelled"})
        self.assertEqual(self.unit.prepaid, 100.0)
        again = self._bill()
        self.assertEqual(sum(again.charge_ids.mapped("amount_residual")), 242.33)

    def test_draft_of_posted_bill_is_refused(self):
        run = self._bill()
        with self.assertRaises(UserError):
            run.invoice_ids.button_draft()
