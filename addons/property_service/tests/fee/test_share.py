# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .meter_case import MeterCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
class TestShare(MeterCase):
    """Common usage parted among the units (公摊, handbook B H3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home.gross_area = 118.36
        cls.second = cls._make_unit("201", 89.72, floor=2)
        cls.third = cls._make_unit("301", 105.48, floor=3)
        cls.shared = cls._make_item(
            "PUBW", "Shared water", tax=0, kind="agency", basis="quantity", periodic=False
        )
        cls.group = cls.env["property.meter.group"].create(
            {"name": "Low zone", "estate_id": cls.estate.id, "building_id": cls.building.id}
        )
        common = {"group_id": cls.group.id, "opening": 0}
        cls._make_meter(number="T1", use="total", **common)
        cls._make_meter(number="C1", **common)
        for number, unit in enumerate((cls.home, cls.second, cls.third)):
            cls._make_meter(unit, f"W{number}", **common)
        cls.readings = {"T1": 130, "C1": 20, "W0": 40, "W1": 30, "W2": 30}

    def read(self, **shown):
        """Read the meters of October: the loss is 130 − 100 − 20 = 10."""
        sheet = self._make_sheet()
        values = {**self.readings, **shown}
        for line in sheet.reading_ids:
            line.write({"current": values[line.number], "is_read": True})
        sheet.action_read()
        sheet.action_check()
        return sheet

    def make(self, **values):
        return self.env["property.share"].create(
            {
                "estate_id": self.estate.id,
                "group_id": self.group.id,
                "item_id": self.shared.id,
                "month": date(2026, 10, 15),
                "price": 3.33,
                **values,
            }
        )

    def amounts(self, share):
        return {line.unit_id.number: line.amount for line in share.line_ids}

    def test_by_area_with_loss(self):
        """(20 + 10) × 3.33 = 99.90 by 118.36 : 89.72 : 105.48 m²."""
        self.read()
        share = self.make()
        share.action_compute()
        self.assertEqual(share.month, date(2026, 10, 1))
        self.assertEqual(
            (share.total_usage, share.unit_usage, share.common_usage, share.loss, share.quantity),
            (130, 100, 20, 10, 30),
        )
        self.assertEqual(share.amount, 99.9)
        self.assertEqual(self.amounts(share), {"101": 37.71, "201": 28.58, "301": 33.61})
        self.assertEqual(round(sum(share.line_ids.mapped("amount")), 2), share.amount)

    def test_rest_of_rounding_to_the_largest_area(self):
        self.read()
        for unit, area in ((self.home, 100), (self.second, 100.01), (self.third, 100)):
            unit.gross_area = area
        share = self.make(method="household", price=100 / 30)
        share.action_compute()
        self.assertEqual(share.amount, 100)
        self.assertEqual(self.amounts(share), {"101": 33.33, "201": 33.34, "301": 33.33})

    def test_without_loss(self):
        self.read()
        share = self.make(with_loss=False)
        share.action_compute()
        self.assertEqual(share.amount, 66.6)
        self.assertEqual(share.loss_borne, 10)

    def test_loss_beyond_the_agreed_ratio_is_not_shared(self):
        self._set_parameter("share_loss_max", "5", self.estate)
        self.read()
        share = self.make()
        share.action_compute()
        self.assertEqual(share.quantity, 26.5)
        self.assertEqual(share.loss_borne, 3.5)

    def test_by_own_usage(self):
        self.read()
        share = self.make(method="usage")
        share.action_compute()
        self.assertEqual(self.amounts(share), {"101": 39.96, "201": 29.97, "301": 29.97})

    def test_vacant_units_by_the_setting(self):
        self._set_parameter("share_vacant_rate", "50", self.estate)
        self.second._set_state("vacant", "moved")
        self.read()
        share = self.make(method="household")
        share.action_compute()
        self.assertEqual(self.amounts(share), {"101": 39.96, "201": 19.98, "301": 39.96})

    def test_ground_floor_left_out_by_agreement(self):
        self.read()
        share = self.make(exclude_ground_floor=True)
        with self.assertRaisesRegex(UserError, "by agreement only"):
            share.action_compute()
        share.exclusion_basis = "Owners' decision 2025-3"
        share.action_compute()
        self.assertEqual(set(self.amounts(share)), {"201", "301"})
        self.assertEqual(round(sum(share.line_ids.mapped("amount")), 2), 99.9)

    def test_price_of_the_tariff(self):
        self._make_tariff()
        self.read()
        share = self.make(price=0)
        share.action_compute()
        self.assertEqual(share.price, 3)

    def test_no_price(self):
        self.read()
        with self.assertRaisesRegex(UserError, "enter the price"):
            self.make(price=0).action_compute()

    def test_readings_have_to_be_checked(self):
        with self.assertRaisesRegex(UserError, "not all read and checked"):
            self.make().action_compute()
        self._make_sheet()
        with self.assertRaisesRegex(UserError, "not all read and checked"):
            self.make(month=date(2026, 9, 1)).action_compute()

    def test_nothing_to_share(self):
        self.read(T1=100, C1=0)
        with self.assertRaisesRegex(UserError, "nothing to share"):
            self.make().action_compute()

    def test_computed_figures_are_fixed(self):
        self.read()
        share = self.make()
        share.action_compute()
        with self.assertRaisesRegex(UserError, "back to draft"):
            share.price = 1
        share.action_draft()
        share.price = 1
        share.action_compute()
        self.assertEqual(share.amount, 30)

    def published(self, **values):
        self.read()
        share = self.make(**values)
        share.action_compute()
        share.action_publish()
        return share

    def test_billed_after_publication(self):
        self._make_tariff()
        self.read()
        share = self.make()
        share.action_compute()
        run = self._make_run()
        run.action_generate()
        self.assertNotIn("share", run.charge_ids.mapped("origin"), "not published")
        share.action_publish()
        self.assertEqual(share.date_published, date(2026, 11, 21))
        run.action_generate()
        run.action_check()
        run.action_post()
        charges = run.charge_ids.filtered(lambda charge: charge.origin == "share")
        self.assertEqual(len(charges), 3)
        self.assertEqual(round(sum(charges.mapped("amount")), 2), 99.9)
        self.assertEqual(charges[0].date_start, date(2026, 10, 1))
        self.assertIn("30×3.33", charges[0].note)
        self.assertEqual(share.state, "billed")
        again = self._bill(date(2026, 12, 1))
        self.assertNotIn("share", again.charge_ids.mapped("origin"))

    def test_open_objection_holds_back_the_unit(self):
        self._make_tariff()
        share = self.published()
        objection = self.env["property.share.objection"].create(
            {"share_id": share.id, "unit_id": self.home.id, "text": "The main meter is wrong"}
        )
        run = self._bill()
        charges = run.charge_ids.filtered(lambda charge: charge.origin == "share")
        self.assertEqual(set(charges.unit_id.mapped("number")), {"201", "301"})
        self.assertIn("not answered", run.exception_ids.message)
        self.assertEqual(share.state, "published")
        with self.assertRaisesRegex(UserError, "was answered"):
            objection.action_answer()
        objection.answer = "Checked by the water works on 12 November"
        objection.action_answer()
        run = self._bill(date(2026, 12, 1))
        charges = run.charge_ids.filtered(lambda charge: charge.origin == "share")
        self.assertEqual(charges.unit_id, self.home)
        self.assertEqual(share.state, "billed")

    def test_days_for_objections(self):
        self._set_parameter("share_objection_days", "7", self.estate)
        self._make_tariff()
        self.published()
        run = self._bill()
        self.assertNotIn("share", run.charge_ids.mapped("origin"))
        with freeze_time("2026-11-28 04:00:00"):
            run = self._bill(date(2026, 12, 1))
            self.assertIn("share", run.charge_ids.mapped("origin"))

    def test_objection_before_publication(self):
        self.read()
        share = self.make()
        with self.assertRaisesRegex(UserError, "not published"):
            self.env["property.share.objection"].create(
                {"share_id": share.id, "unit_id": self.home.id, "text": "?"}
            )

    def test_withdrawn_while_nothing_is_billed(self):
        self._make_tariff()
        share = self.published()
        share.action_withdraw()
        self.assertEqual(share.state, "computed")
        share.action_publish()
        self._bill()
        with self.assertRaises(UserError):
            share.action_withdraw()

    def test_roles(self):
        self.read()
        share = self.make()
        with self.assertRaises(AccessError):
            share.with_user(self.users["staff"]).action_compute()
        share.with_user(self.users["accountant"]).action_compute()
        share.with_user(self.users["supervisor"]).action_publish()
        self.assertEqual(share.published_by_id, self.users["supervisor"])

    def test_figures_are_not_typed(self):
        self.read()
        share = self.make().with_user(self.users["accountant"])
        share.action_compute()
        with self.assertRaisesRegex(UserError, "computed, not typed"):
            share.amount = 1
        with self.assertRaises(AccessError):
            share.line_ids[0].amount = 1

    def test_registers(self):
        self._make_tariff()
        share = self.published()
        self._bill()
        options = {"estate_ids": self.estate.ids, "month": "2026-10-01"}
        row = self.env["property.register.shares"]._content(options)["sections"][0]["rows"][0]
        self.assertEqual(
            [row[key] for key in ("total", "units", "quantity", "price", "amount", "weight")],
            [130, 100, 30, 3.33, 99.9, 313.56],
        )
        self.assertEqual(row["unit_amount"], share.unit_amount)
        balance = self.env["property.register.balance"]._content(options)
        row = balance["sections"][0]["rows"][0]
        self.assertEqual(
            [row[key] for key in ("bought", "sold", "common", "loss")], [130, 100, 20, 10]
        )
        self.assertEqual(row["sold_amount"], 300)
        self.assertEqual(row["shared_amount"], 99.9)
        readings = self.env["property.register.readings"]._content(options)
        self.assertEqual(readings["count"], 5)
        self.assertEqual(readings["total"]["usage"], 250)
