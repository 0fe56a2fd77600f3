# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..common import PropertyCase

AUGUST = date(2026, 8, 1)
SEPTEMBER = date(2026, 9, 1)


@tagged("post_install", "-at_install")
class TestBillPartMonth(PropertyCase):
    """The worked examples of handbook B H2, and who pays which days of a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls.price = cls._make_price(cls.item, 2.85)
        cls.developer = cls.env["res.partner"].create({"name": "Lake Developers"})

    def _generate(self, month=AUGUST):
        run = self._make_run(month)
        run.action_generate()
        return run

    def _charged(self, run):
        """Return [(payer, from, to, amount)] of a run."""
        return [
            (charge.partner_id.name, charge.date_start.day, charge.date_end.day, charge.amount)
            for charge in run.charge_ids.sorted(
                lambda charge: (charge.unit_id.id, charge.date_start)
            )
        ]

    def _delivered(self, mode, developer=True):
        """Return a unit of 118.36 m² that was handed over on 12 August."""
        self._set_parameter("part_month_mode", mode)
        self.estate.developer_id = self.developer if developer else False
        return self._make_unit("101", 118.36, handover_date=date(2026, 8, 12))

    def test_full_month_and_year(self):
        """118.36 × 2.85 = 337.326 → 337.33 a month, 12 × 337.33 = 4,047.96 a year."""
        unit = self._make_unit("101", 118.36)
        for month in range(1, 13):
            self._generate(date(2025, month, 1))
        charges = unit.charge_ids
        self.assertEqual(len(charges), 12)
        self.assertEqual(set(charges.mapped("amount")), {337.33})
        self.assertEqual(round(sum(charges.mapped("amount")), 2), 4047.96)
        february = charges.filtered(lambda charge: charge.month == date(2025, 2, 1))
        self.assertEqual(february.date_end, date(2025, 2, 28))
        self.assertEqual(february._line_label(), "Property service fee 2025-02 118.36㎡×2.85")

    def test_delivery_by_days(self):
        """Delivered on 12 August: 20 of 31 days are the owner's, 217.63."""
        self._delivered("day", developer=False)
        run = self._generate()
        self.assertEqual(self._charged(run), [("Owner 101", 12, 31, 217.63)])
        self.assertEqual(run.charge_ids.days, 20)
        self.assertIn("×20/31", run.charge_ids._line_label())

    def test_delivery_by_days_developer_pays_the_rest(self):
        self._delivered("day")
        run = self._generate()
        self.assertEqual(
            self._charged(run),
            [("Lake Developers", 1, 11, 119.7), ("Owner 101", 12, 31, 217.63)],
        )

    def test_delivery_next_month(self):
        """The month of delivery is the developer's, the next one the buyer's (handbook B H0.6)."""
        self._delivered("next_month")
        self.assertEqual(self._charged(self._generate()), [("Lake Developers", 1, 31, 337.33)])
        self.assertEqual(self._charged(self._generate(SEPTEMBER)), [("Owner 101", 1, 30, 337.33)])

    def test_own_date_goes_before_the_setting(self):
        unit = self._delivered("next_month", developer=False)
        unit.fee_date_start = date(2026, 8, 22)
        self.assertEqual(self._charged(self._generate()), [("Owner 101", 22, 31, 108.82)])

    def test_price_change_within_the_month(self):
        self._make_unit("101", 118.36)
        self.price.date_end = date(2026, 8, 15)
        self._make_price(self.item, 3.1, date_start=date(2026, 8, 16))
        # 337.33 × 15/31 and 366.92 × 16/31
        self.assertEqual(
            self._charged(self._generate()),
            [("Owner 101", 1, 15, 163.22), ("Owner 101", 16, 31, 189.38)],
        )

    def test_change_of_owner_within_the_month(self):
        """However many payers share a month, together they pay the full month."""
        unit = self._make_unit("101", 118.36)
        for day in (11, 18, 30):
            buyer = self.env["res.partner"].create({"name": f"Buyer {day}"})
            unit._transfer_ownership(date(2026, 8, day), [(buyer, None)], "sale")
        run = self._generate()
        self.assertEqual(
            self._charged(run),
            [
                ("Owner 101", 1, 10, 108.82),
                ("Buyer 11", 11, 17, 76.17),
                ("Buyer 18", 18, 29, 130.58),
                ("Buyer 30", 30, 31, 21.76),
            ],
        )
        self.assertEqual(round(sum(run.charge_ids.mapped("amount")), 2), 337.33)

    def test_own_price_of_a_unit(self):
        unit = self._make_unit("101", 118.36)
        self._make_unit("102", 100)
        self._make_price(
            self.item,
            2.0,
            unit_id=unit.id,
            override_reason="Contract of 2019",
            date_start=date(2026, 8, 21),
            date_end=date(2026, 8, 31),
        )
        # 337.33 × 20/31, 236.72 × 11/31; the neighbour pays the type's price
        self.assertEqual(
            self._charged(self._generate()),
            [
                ("Owner 101", 1, 20, 217.63),
                ("Owner 101", 21, 31, 84.0),
                ("Owner 102", 1, 31, 285.0),
            ],
        )

    def test_parking_is_billed_with_the_home(self):
        parking = self._make_item("PARK", "Parking", tax=9, basis="fixed", priority=30)
        self._make_price(parking, 80, unit_type=self.type_parking)
        home = self._make_unit("101", 118.36)
        space = self._make_space("B001", home)
        run = self._bill(AUGUST)
        charge = run.charge_ids.filtered(lambda charge: charge.unit_id == space)
        self.assertEqual(charge.billed_unit_id, home)
        self.assertEqual(charge.partner_id, home.payer_id)
        self.assertEqual(len(run.invoice_ids), 1)
        self.assertEqual(run.invoice_ids.amount_total, 417.33)
        self.assertEqual(run.unit_count, 1)
        self.assertIn(space.full_name, charge._line_label())
        home.invalidate_recordset(["arrears"])
        self.assertEqual(home.arrears, 417.33)

    def test_parking_with_a_payer_of_its_own(self):
        parking = self._make_item("PARK", "Parking", tax=9, basis="fixed")
        self._make_price(parking, 80, unit_type=self.type_parking)
        home = self._make_unit("101", 118.36)
        driver = self.env["res.partner"].create({"name": "Driver"})
        space = self._make_space("B001", home)
        self._make_occupancy(space, driver, role="tenant", date_start=date(2026, 8, 22))
        run = self._bill(AUGUST)
        self.assertEqual(
            self._charged(run),
            [
                ("Owner 101", 1, 31, 337.33),
                ("Owner 101", 1, 21, 54.19),
                ("Driver", 22, 31, 25.81),
            ],
        )
        self.assertEqual(
            {move.partner_id.name: move.amount_total for move in run.invoice_ids},
            {"Owner 101": 391.52, "Driver": 25.81},
        )
        self.assertEqual(run.invoice_ids.property_unit_id, home)

    def test_parking_follows_the_delivery_of_its_home(self):
        parking = self._make_item("PARK", "Parking", basis="fixed")
        self._make_price(parking, 80, unit_type=self.type_parking)
        home = self._delivered("next_month", developer=False)
        self._make_space("B001", home)
        self.assertFalse(self._generate().charge_ids)
        self.assertEqual(len(self._generate(SEPTEMBER).charge_ids), 2)

    def test_owner_and_tenant_divide_the_items(self):
        trash = self._make_item("TRASH", "Waste", tax=0, kind="agency", basis="fixed")
        self._make_price(trash, 6)
        unit = self._make_unit("101", 118.36)
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self._make_occupancy(
            unit,
            tenant,
            role="tenant",
            date_start=date(2026, 8, 16),
            pays_items_only=True,
            payer_item_ids=[Command.set(trash.ids)],
        )
        run = self._generate()
        self.assertEqual(
            sorted(
                (charge.item_id.code, charge.partner_id.name, charge.amount)
                for charge in run.charge_ids
            ),
            [
                ("MGT", "Owner 101", 337.33),
                ("TRASH", "Owner 101", 2.9),
                ("TRASH", "Tenant", 3.1),
            ],
        )

    def test_due_date_by_setting(self):
        for mode, due in (
            ("month_end", date(2026, 8, 31)),
            ("next_month_end", date(2026, 9, 30)),
            ("day", date(2026, 8, 25)),
        ):
            self._set_parameter("bill_due_mode", mode)
            self.assertEqual(self.estate._due_date(AUGUST), due)
