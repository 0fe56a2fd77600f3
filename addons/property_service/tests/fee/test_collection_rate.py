# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..common import PropertyCase

DECEMBER, JANUARY, FEBRUARY = date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)
END = date(2024, 1, 31)


@tagged("post_install", "-at_install")
class TestCollectionRate(PropertyCase):
    """Handbook B H14: A to E, the rates, the household method; drilled down to journal items."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item(basis="fixed", tax=0)
        cls.rates = cls.env["property.collection.rate"]

    def _home(self, number, price, building=None, since=date(2020, 1, 1), until=None):
        """Return a home that is charged `price` yuan each month."""
        unit = self._make_unit(number, building=building)
        self._make_price(
            self.item,
            price,
            unit_id=unit.id,
            override_reason="test",
            date_start=since,
            date_end=until,
        )
        return unit

    def _charge(self, unit, month, item=None):
        return self.env["property.charge"].search(
            [
                ("billed_unit_id", "=", unit.id),
                ("month", "=", month),
                ("item_id", "=", (item or self.item).id),
                ("cancelled", "=", False),
            ]
        )

    def _pay(self, unit, amount, day, charges=()):
        return self._take(unit, amount, charges=list(charges), date=day)

    def _credit(self, charge, amount, day):
        """Credit a part of a charge, as a waiver does."""
        line = charge.invoice_id.invoice_line_ids.filtered("property_charge_id")
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "journal_id": charge.invoice_id.journal_id.id,
                "partner_id": charge.partner_id.id,
                "invoice_date": day,
                "date": day,
                "property_unit_id": charge.billed_unit_id.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "name": "waived",
                            "price_unit": amount,
                            "tax_ids": [Command.set(line.tax_ids.ids)],
                            "account_id": line.account_id.id,
                            "property_charge_id": charge.id,
                        }
                    )
                ],
            }
        )
        move._post(soft=False)
        receivable = move.line_ids.filtered(lambda row: row.display_type == "payment_term")
        self.assertEqual(receivable.property_charge_id, charge)
        (charge.receivable_line_id | receivable).reconcile()
        return move

    def _total(self, first=JANUARY, last=JANUARY, day=END, **options):
        options = options or {"estate_ids": self.estate.ids}
        return self.rates._figures(options, first, last, day)[()]

    def _make_worked_example(self):
        """A = 1,000,000 with waivers inside, of which 912,000 are paid, 300,000 of it last year.

        C = 260,000 of which 91,000 come in; 150,000 are paid for later periods.
        """
        early = self._home("101", 300000, since=JANUARY)
        prompt = self._home("102", 612000, since=JANUARY)
        late = self._home("103", 260000, until=date(2023, 12, 31))
        self._make_price(
            self.item, 100000, unit_id=late.id, override_reason="test", date_start=JANUARY
        )
        self._bill(DECEMBER)
        self._pay(early, 300000, date(2023, 12, 20))
        self._bill(JANUARY)
        self._credit(self._charge(late, JANUARY), 12000, date(2024, 1, 10))
        self._pay(late, 91000, date(2024, 1, 12), [(self._charge(late, DECEMBER), 91000)])
        self._pay(
            prompt, 612000 + 150000, date(2024, 1, 20), [(self._charge(prompt, JANUARY), 612000)]
        )
        return early, prompt, late

    def test_worked_example_of_handbook(self):
        """Handbook B H14: 91.20 %, 35.00 % and 79.60 %."""
        self._make_worked_example()
        figures = self._total()
        self.assertEqual(
            (
                figures.due,
                figures.paid,
                figures.opening,
                figures.recovered,
                figures.advance,
                figures.closing,
            ),
            (1000000, 912000, 260000, 91000, 150000, 88000 + 169000),
        )
        self.assertEqual(
            (figures.rate, figures.arrears_rate, figures.overall_rate), (0.9120, 0.35, 0.7960)
        )
        self.assertEqual((figures.homes_due, figures.homes_paid), (3, 2))
        self.assertEqual(figures.homes_rate, 0.6667)

    def test_prepaid_money_never_counts_as_current(self):
        """Handbook B, scenario 16: what is paid for later months raises no rate of this month."""
        home = self._home("101", 1000, since=JANUARY)
        other = self._home("102", 1000, since=JANUARY)
        self._bill(JANUARY)
        self._pay(home, 5000, date(2024, 1, 5), [(self._charge(home, JANUARY), 1000)])
        figures = self._total()
        self.assertEqual((figures.due, figures.paid, figures.advance), (2000, 1000, 4000))
        self.assertEqual(figures.rate, 0.5)
        # money of a home that owes nothing of the month does not count either
        self._pay(other, 1000, date(2024, 1, 6))
        figures = self._total()
        self.assertEqual((figures.paid, figures.advance, figures.rate), (1000, 5000, 0.5))
        # once February is billed, the prepaid month counts there, on the day it is set off
        self._bill(FEBRUARY)
        february = self._total(FEBRUARY, FEBRUARY, date(2024, 2, 29))
        self.assertEqual((february.due, february.paid, february.advance), (2000, 2000, 3000))
        # a report of January run later says what it said
        self.assertEqual(self._total(), figures)

    def test_month_billed_and_paid_ahead(self):
        """Charges of February that are billed and paid in January are advance for January."""
        home = self._home("101", 1000, since=JANUARY)
        self._bill(JANUARY)
        self._bill(FEBRUARY, invoice_date=date(2024, 1, 20))
        self._pay(home, 2000, date(2024, 1, 25), self._shares(home))
        january = self._total()
        self.assertEqual((january.due, january.paid, january.advance), (1000, 1000, 1000))
        february = self._total(FEBRUARY, FEBRUARY, date(2024, 2, 29))
        self.assertEqual((february.due, february.paid, february.advance), (1000, 1000, 0))
        self.assertEqual(february.opening, 0)

    def _shares(self, unit):
        return [(charge, charge.amount_residual) for charge in unit._open_charges()]

    def test_reversed_and_voided_count_nowhere(self):
        home = self._home("101", 1000, since=JANUARY)
        self._home("102", 500, since=JANUARY)
        run = self._bill(JANUARY)
        receipt = self._take(home, 1000)
        # who approves lives in another time zone than the test and may be a day ahead
        day = receipt.date + timedelta(days=1)
        self.assertEqual(self._total(day=day).paid, 1000)
        receipt._void("wrong home").with_user(self.users["supervisor"]).action_approve()
        self.assertEqual(self._total(day=day).paid, 0)
        self._take(home, 400)
        run.action_reverse()
        run.approval_ids.with_user(self.users["manager"]).action_approve()
        run.approval_ids.with_user(self.users["administrator"]).action_approve()
        self.assertEqual(run.state, "reversed")
        figures = self._total(day=day)
        self.assertEqual((figures.due, figures.paid, figures.advance), (0, 0, 400))
        self.assertEqual((figures.rate, figures.closing, figures.homes_due), (None, 0, 0))

    def test_items_that_do_not_count(self):
        water = self._make_item("WATER", "Water", tax=0, basis="fixed", counts_in_rate=False)
        self._make_price(water, 30)
        home = self._home("101", 1000, since=JANUARY)
        self._bill(JANUARY)
        self._pay(home, 30, date(2024, 1, 5), [(self._charge(home, JANUARY, water), 30)])
        figures = self._total()
        self.assertEqual((figures.due, figures.paid, figures.closing), (1000, 0, 1000))

    def test_by_estate_building_and_item(self):
        """The rows of every grouping sum to the total, and each is what its journal items say."""
        tower = self.env["property.building"].create({"name": "2栋", "estate_id": self.estate.id})
        trash = self._make_item("TRASH", "Waste", tax=0, kind="agency", basis="fixed")
        self._make_price(trash, 5)
        first = self._home("101", 1000)
        second = self._home("201", 2000, building=tower)
        self._bill(DECEMBER)
        self._bill(JANUARY)
        self._pay(first, 1300, date(2024, 1, 9), first._open_charges()._allocate(1300)[0])
        self._pay(second, 9000, date(2024, 1, 9), self._shares(second))
        options = {"estate_ids": self.estate.ids}
        total = self._total()
        self.assertEqual(total.advance, 9000 - 4010)
        for by in (
            ("estate",),
            ("building",),
            ("item",),
            ("estate", "building"),
            ("estate", "building", "item"),
        ):
            rows = self.rates._figures(options, JANUARY, JANUARY, END, by)
            for name in ("due", "paid", "opening", "recovered", "advance", "closing"):
                self.assertEqual(
                    round(sum(getattr(row, name) for row in rows.values()), 2),
                    getattr(total, name),
                    (by, name),
                )
        by_building = self.rates._figures(options, JANUARY, JANUARY, END, ("building",))
        self.assertEqual(by_building[tower.id,].rate, 1.0)
        self.assertEqual(by_building[self.building.id,].recovered, 1005)
        self.assertEqual(by_building[self.building.id,].paid, 295)
        by_item = self.rates._figures(options, JANUARY, JANUARY, END, ("item",))
        self.assertEqual(by_item[None,].advance, 4990)
        self.assertEqual(by_item[None,].due, 0)
        only_tower = self._total(estate_ids=self.estate.ids, building_ids=tower.ids)
        self.assertEqual((only_tower.due, only_tower.homes_due), (2005, 1))
        # the year so far is its months taken together, and paid money is counted once
        both = self._total(DECEMBER, JANUARY)
        self.assertEqual((both.due, both.paid), (6020 - 10 + 10, 1300 + 4010))

    def test_screen(self):
        """The dialog's rows can be opened as charges and as journal items that sum to them."""
        self._make_worked_example()
        dialog = Form(self.env["property.collection.report"].with_user(self.users["manager"]))
        dialog.month_from = date(2024, 1, 15)
        dialog.month_to = date(2024, 1, 15)
        dialog.date = END
        dialog.grouping = "building_item"
        report = dialog.save()
        action = report.action_show()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines, report.line_ids)
        row = lines.filtered("item_id")
        self.assertEqual((row.due, row.paid, row.rate), (1000000, 912000, 0.912))
        self.assertTrue(row.below_target and row.arrears_below_target)
        held = lines - row
        self.assertEqual((held.advance, held.due), (150000, 0))
        charges = self.env["property.charge"].search(row.action_open_charges()["domain"])
        self.assertEqual(sum(charges.mapped("amount")), 1012000)
        arrears = self.env["property.charge"].search(row.action_open_arrears()["domain"])
        self.assertEqual(sum(arrears.mapped("amount_residual")), 169000)
        items = self.env["account.move.line"].search(row.action_open_journal_items()["domain"])
        billed = items.filtered(lambda line: line.move_id.move_type != "entry")
        self.assertEqual(sum(billed.mapped("balance")), row.due)
        self.assertEqual(-sum((items - billed).mapped("balance")), row.paid)

    def test_rates_of_groups_are_those_of_the_sums(self):
        tower = self.env["property.building"].create({"name": "2栋", "estate_id": self.estate.id})
        small = self._home("101", 100, since=JANUARY)
        self._home("201", 900, building=tower, since=JANUARY)
        self._bill(JANUARY)
        self._pay(small, 100, date(2024, 1, 9), self._shares(small))
        report = self.env["property.collection.report"].create(
            {"month_from": JANUARY, "month_to": JANUARY, "date": END, "grouping": "building"}
        )
        report.action_show()
        [(estate, rate, arrears_rate)] = self.env["property.collection.report.line"]._read_group(
            [("report_id", "=", report.id)],
            ["estate_id"],
            ["rate:avg", "arrears_rate:avg"],
        )
        self.assertEqual((estate, float(rate), float(arrears_rate)), (self.estate, 0.1, 0.0))

    def test_period_that_ends_before_it_starts(self):
        report = self.env["property.collection.report"].create(
            {"month_from": FEBRUARY, "month_to": JANUARY, "date": END}
        )
        with self.assertRaises(UserError):
            report.action_show()

    def test_only_own_estates(self):
        """SQL knows no record rules: the figures of other estates stay out."""
        self._home("101", 1000, since=JANUARY)
        other = self._make_estate("Far Garden", "FG", user_ids=[])
        building = self.env["property.building"].create({"name": "1栋", "estate_id": other.id})
        unit = self._make_unit("101", building=building)
        self.env["property.fee.price"].create(
            {
                "item_id": self.item.id,
                "estate_id": other.id,
                "unit_id": unit.id,
                "override_reason": "test",
                "price": 777,
                "date_start": JANUARY,
            }
        )._approve_now()
        self._bill(JANUARY, estate_ids=[Command.set((self.estate | other).ids)])
        options = {"estate_ids": (self.estate | other).ids}
        self.assertEqual(self._total(**options).due, 1777)
        rates = self.rates.with_user(self.users["supervisor"])
        self.assertEqual(rates._figures(options, JANUARY, JANUARY, END)[()].due, 1000)
        self.assertEqual(rates._figures({}, JANUARY, JANUARY, END)[()].due, 1000)
        with self.assertRaises(AccessError):
            self.env["property.collection.report"].with_user(self.users["staff"]).create(
                {"month_from": JANUARY, "month_to": JANUARY, "date": END}
            )

    def test_queries_do_not_grow(self):
        """As many statements for 30 homes as for 3."""

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.rates._figures(
                {"estate_ids": self.estate.ids}, JANUARY, JANUARY, END, ("building", "item")
            )
            return self.cr.sql_log_count - before

        for number in range(3):
            self._home(f"10{number}", 100, since=JANUARY)
        self._bill(JANUARY)
        few = count()
        for number in range(27):
            self._home(f"2{number:02d}", 100, since=FEBRUARY)
        self._bill(FEBRUARY)
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 9)
