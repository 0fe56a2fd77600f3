# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.property_service.tools import sharing, tariff

from .meter_case import MeterCase

D = Decimal
STEPS = ((D(0), D("3.00")), (D(180), D("4.00")), (D(260), D("6.00")))
YEAR = tariff.Version(date(2026, 1, 1), date(2026, 12, 31), STEPS)


@tagged("post_install", "-at_install")
class TestTariff(MeterCase):
    """Stepped prices, price changes by days, approval (handbook B H3, H11)."""

    def price(self, usage, used="0", versions=(YEAR,), first=None, last=None):
        parts = tariff.price_usage(
            D(usage),
            first or date(2026, 10, 1),
            last or date(2026, 10, 31),
            versions,
            D(used),
        )
        return [(str(part.quantity), str(part.price), str(part.amount)) for part in parts]

    def test_within_a_step(self):
        self.assertEqual(self.price("28.1"), [("28.1", "3.00", "84.30")])

    def test_half_up(self):
        version = YEAR._replace(steps=((D(0), D("3.15")),))
        self.assertEqual(self.price("27.9", versions=[version])[0][2], "87.89")

    def test_across_steps(self):
        self.assertEqual(
            self.price("100", "170"),
            [("10", "3.00", "30.00"), ("80", "4.00", "320.00"), ("10", "6.00", "60.00")],
        )

    def test_exactly_at_a_step(self):
        self.assertEqual(self.price("10", "170"), [("10", "3.00", "30.00")])
        self.assertEqual(self.price("10", "180"), [("10", "4.00", "40.00")])

    def test_given_back_from_the_highest_step(self):
        self.assertEqual(
            self.price("-10", "185"), [("-5", "3.00", "-15.00"), ("-5", "4.00", "-20.00")]
        )

    def test_steps_of_each_reading(self):
        version = YEAR._replace(yearly=False)
        self.assertEqual(self.price("10", "500", [version]), [("10", "3.00", "30.00")])

    def test_change_of_price_is_split_by_days(self):
        """Supplier's price change in mid-period: 10 of 31 days at the old price."""
        old = tariff.Version(date(2026, 1, 1), date(2026, 10, 10), ((D(0), D("3.00")),))
        new = tariff.Version(date(2026, 10, 11), date(2026, 12, 31), ((D(0), D("3.50")),))
        self.assertEqual(
            self.price("31", versions=[new, old]),
            [("10.0000", "3.00", "30.00"), ("21.0000", "3.50", "73.50")],
        )
        parts = tariff.price_usage(D("20"), date(2026, 10, 1), date(2026, 10, 31), [old, new], D(0))
        self.assertEqual(sum(part.quantity for part in parts), 20)

    def test_a_day_without_tariff(self):
        with self.assertRaises(LookupError) as gap:
            self.price("10", first=date(2025, 12, 20), last=date(2026, 1, 20))
        self.assertEqual(gap.exception.args, (date(2025, 12, 20), date(2025, 12, 31)))

    def test_distribution_is_exact(self):
        shares = sharing.distribute(D("100.00"), [D("118.36"), D("89.72"), D("105.48")])
        self.assertEqual(shares, [D("37.75"), D("28.61"), D("33.64")])
        self.assertEqual(sum(shares), 100)
        # three equal ones: the rest goes to the first of the largest
        self.assertEqual(
            sharing.distribute(D("100.00"), [D(1)] * 3), [D("33.34"), D("33.33"), D("33.33")]
        )
        # by household, the rest to the largest area
        self.assertEqual(
            sharing.distribute(D("100.00"), [D(1)] * 3, [D(80), D(120), D(90)]),
            [D("33.33"), D("33.34"), D("33.33")],
        )
        with self.assertRaises(ValueError):
            sharing.distribute(D(1), [D(0)])

    # approval ------------------------------------------------------------------------------------

    def test_approved_before_use(self):
        record = self._make_tariff(approve=False).with_user(self.users["accountant"])
        record.action_submit()
        self.assertEqual(record.state, "waiting")
        approval = record.sudo().approval_ids
        self.assertEqual(approval.matter, "tariff")
        with self.assertRaises(AccessError):
            approval.with_user(self.users["accountant"]).action_approve()
        approval.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(record.state, "approved")
        self.assertEqual(record.approved_by_id, self.users["administrator"])

    def test_refused(self):
        record = self._make_tariff(approve=False)
        record.action_submit()
        record.approval_ids._refuse("Notice is missing")
        self.assertEqual(record.state, "draft")

    def test_never_edited_after_approval(self):
        record = self._make_tariff()
        with self.assertRaisesRegex(UserError, "never edited"):
            record.date_start = date(2021, 1, 1)
        with self.assertRaisesRegex(UserError, "never edited"):
            record.tier_ids.price = 9
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            record.unlink()
        with self.assertRaises(UserError):
            record.state = "draft"

    def test_two_at_a_time_are_refused(self):
        first = self._make_tariff()
        second = self._make_tariff(date_start=date(2026, 7, 1), approve=False)
        with self.assertRaisesRegex(ValidationError, "same time"), self.cr.savepoint():
            second.action_submit()
        second.invalidate_recordset()
        first.date_end = date(2026, 6, 30)
        second.action_submit()
        with self.assertRaisesRegex(UserError, "was approved until"):
            first.date_end = False

    def test_needs_a_first_step(self):
        with self.assertRaisesRegex(UserError, "from 0 on"):
            self._make_tariff((180, 4), approve=False).action_submit()

    def test_shops_pay_their_own(self):
        everybody = self._make_tariff()
        shops = self._make_tariff((0, 5), type_ids=[(4, self.type_shop.id)])
        both = everybody | shops
        chosen = both._for(self.estate, "water", self.type_shop)
        self.assertEqual(chosen, shops)
        self.assertEqual(both._for(self.estate, "water", self.type_home), everybody)
