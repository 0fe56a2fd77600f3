# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestBillExceptions(PropertyCase):
    """A run lists what it cannot charge and never guesses (handbook B H2, bad cases)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()

    def _generate(self):
        run = self._make_run()
        run.action_generate()
        return run

    def _kinds(self, run):
        return sorted((row.kind, row.unit_id.number) for row in run.exception_ids)

    def test_no_price(self):
        self._make_price(self.item, 2.85)
        self._make_unit("101")
        self._make_unit("S1", type_id=self.type_shop.id)
        run = self._generate()
        self.assertEqual(self._kinds(run), [("no_price", "S1")])
        self.assertIn("Shop", run.exception_ids.message)
        self.assertEqual(run.charge_ids.unit_id.number, "101")
        self.assertEqual((run.exception_count, run.unit_count), (1, 1))

    def test_price_not_approved_is_no_price(self):
        self._make_price(self.item, 2.85, approve=False)
        self._make_unit("101")
        self.assertEqual(self._kinds(self._generate()), [("no_price", "101")])

    def test_type_that_is_not_charged_is_not_listed(self):
        self._make_price(self.item, 2.85)
        self._make_unit("X", type_id=self.env.ref("property_service.unit_type_storage").id)
        run = self._generate()
        self.assertFalse(run.exception_ids)
        self.assertFalse(run.charge_ids)

    def test_gap_in_the_price_list(self):
        self._make_price(self.item, 3.0, date_end=date(2026, 11, 10))
        self._make_price(self.item, 3.3, date_start=date(2026, 11, 21))
        self._make_unit("101")
        run = self._generate()
        self.assertEqual(self._kinds(run), [("no_price", "101")])
        self.assertIn("2026-11-11", run.exception_ids.message)
        self.assertIn("2026-11-20", run.exception_ids.message)
        self.assertEqual(
            sorted(run.charge_ids.mapped(lambda charge: (charge.date_start.day, charge.amount))),
            [(1, 100.0), (21, 110.0)],
        )

    def test_gap_closed_later_charges_only_the_gap(self):
        self._make_price(self.item, 3.0, date_end=date(2026, 11, 10))
        self._make_unit("101")
        run = self._bill()
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 100.0)
        self._make_price(self.item, 3.0, date_start=date(2026, 11, 11))
        again = self._bill()
        self.assertFalse(again.exception_ids)
        self.assertEqual(again.charge_ids.date_start, date(2026, 11, 11))
        self.assertEqual(again.charge_ids.amount, 200.0)

    def test_overlap_is_refused_by_the_database(self):
        self._make_price(self.item, 2.85)
        draft = self._make_price(self.item, 3.0, date_start=date(2026, 6, 1), approve=False)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            draft._approve_now()
            draft.flush_recordset()

    def test_no_payer(self):
        self._make_price(self.item, 3.0)
        unit = self._make_unit("101", owner=False)
        self.assertEqual(self._kinds(self._generate()), [("no_payer", "101")])
        self._make_occupancy(
            unit, self.env["res.partner"].create({"name": "New"}), date_start=date(2026, 11, 21)
        )
        run = self._generate()
        self.assertIn("2026-11-20", run.exception_ids.message)
        self.assertEqual(run.charge_ids.amount, 100.0)

    def test_no_area(self):
        self._make_price(self.item, 2.85)
        inner = self._make_item("LIFT", "Lift", basis="inner_area")
        self._make_price(inner, 0.5)
        self._make_unit("101")
        run = self._generate()
        self.assertEqual(self._kinds(run), [("no_area", "101")])
        self.assertEqual(run.exception_ids.item_id, inner)
        self.assertEqual(run.charge_ids.item_id, self.item)

    def test_unsold_without_developer(self):
        self._make_price(self.item, 2.85)
        self._make_unit("101", state="unsold", owner=False)
        self._make_unit("102", state="sold_pending", owner=False)
        run = self._generate()
        self.assertEqual(self._kinds(run), [("no_payer", "101"), ("no_payer", "102")])
        self.assertFalse(run.charge_ids)

    def test_unsold_with_developer(self):
        self.estate.developer_id = self.env["res.partner"].create({"name": "Developer"})
        self._make_price(self.item, 2.85)
        self._make_unit("101", state="unsold", owner=False)
        self._make_unit("102", state="sold_pending")
        run = self._generate()
        self.assertFalse(run.exception_ids)
        self.assertEqual(run.charge_ids.partner_id, self.estate.developer_id)
        self.assertEqual(len(run.charge_ids), 2)

    def test_exceptions_go_when_they_are_mended(self):
        self._make_unit("101")
        run = self._generate()
        self.assertTrue(run.exception_ids)
        self._make_price(self.item, 2.85)
        run.action_generate()
        self.assertFalse(run.exception_ids)
        self.assertEqual(len(run.charge_ids), 1)

    def test_only_some_items(self):
        other = self._make_item("TRASH", "Waste", basis="fixed")
        self._make_price(self.item, 2.85)
        self._make_price(other, 5)
        self._make_unit("101")
        run = self._make_run(item_ids=other.ids)
        run.action_generate()
        self.assertEqual(run.charge_ids.item_id, other)
        rest = self._bill()
        self.assertEqual(rest.charge_ids.item_id, self.item)

    def test_one_unit_too_many_for_the_books_is_parked(self):
        """What cannot be posted is parked with its reason; the others are posted."""
        self._make_price(self.item, 2.85)
        self._make_unit("101")
        poor = self._make_unit("102")
        account = self._drop_receivable(poor.owner_id)
        run = self._bill()
        self.assertEqual(run.state, "posted")
        self.assertEqual(run.invoice_ids.property_unit_id.number, "101")
        self.assertEqual(self._kinds(run), [("error", "102")])
        self.assertIn("receivable account", run.exception_ids.message)
        self.assertTrue(run.charge_ids.filtered("parked"))
        poor.owner_id.property_account_receivable_id = account
        run.action_post()
        self.assertFalse(run.exception_ids)
        self.assertEqual(len(run.invoice_ids), 2)
        self.assertEqual(set(run.charge_ids.mapped("state")), {"open"})

    def test_no_estate(self):
        with self.assertRaises(UserError):
            self.env["property.bill.run"].create({"month": date(2026, 11, 1), "estate_ids": []})
