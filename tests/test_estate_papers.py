# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A property company's real papers go in, a month's fees come out posted and reconciled."""

import unittest
from collections import defaultdict
from datetime import date
from decimal import Decimal

from papers import MISSING, cents, expected, home_key, paper

from odoo import Command
from odoo.tests import TransactionCase, tagged
from odoo.tests.common import freeze_time


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 04:00:00")
@unittest.skipIf(MISSING, "the papers of estate-1 are not beside the project")
class TestEstatePapers(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wanted = expected()
        cls.estate = cls.env["property.estate"].create({"name": cls.wanted["estate"], "code": "CH"})

    def setUp(self):
        super().setUp()
        # Odoo asks which invoices a payment has paid by a join that is quick by index only; the
        # planner may not see that where nothing is ever committed
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        items = type(self.env["account.move.line"])
        reconcile = items._reconcile_plan

        def analyzed(lines, plan):
            self.analyze()
            return reconcile(lines, plan)

        self.patch(items, "_reconcile_plan", analyzed)

    def analyze(self):
        """Let PostgreSQL see what is there: nothing is ever committed, so nobody else counts it."""
        self.env.flush_all()
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile,"
            " account_payment, property_charge"
        )

    def take_in(self, kind, filename):
        """Import a paper and return the wizard."""
        wizard = self.env["property.register.import"].create(
            {
                "kind": kind,
                "estate_id": self.estate.id,
                "file": paper(filename),
                "filename": filename,
            }
        )
        wizard.action_import()
        return wizard

    def snapshot(self):
        """Return how many records there are, and when the last one was written."""
        return {
            model: self.env[model].search_count([])
            for model in (
                "property.building",
                "property.unit",
                "property.occupancy",
                "res.partner",
                "property.identity",
                "property.fee.item",
                "property.fee.price",
                "property.incoming",
                "property.receipt",
                "account.move",
            )
        }

    def test_from_papers_to_ledger(self):
        self.check_before_import()
        self.take_in_register()
        self.take_in_parking_and_prices()
        run = self.bill_november()
        self.take_in_payments(run)

    def check_before_import(self):
        before = self.snapshot()
        wizard = self.env["property.register.import"].create(
            {
                "kind": "register",
                "estate_id": self.estate.id,
                "file": paper("register.xlsx"),
                "filename": "register.xlsx",
            }
        )
        wizard.action_check()
        self.assertEqual(self.snapshot(), before, "a check changes nothing")
        self.assertEqual(len(wizard.error_ids), len(self.wanted["bad_rows"]))

    def take_in_register(self):
        wizard = self.take_in("register", "register.xlsx")
        units = self.env["property.unit"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(len(units), self.wanted["units"])
        self.assertEqual(wizard.imported_count, self.wanted["units"])
        # the sheet numbers its first data row 4, the register 1
        shift = self.wanted["first_data_row"] - 1
        self.assertEqual(
            sorted(wizard.error_ids.mapped("row")),
            sorted(row["row"] + shift for row in self.wanted["bad_rows"]),
        )
        self.assertTrue(all(wizard.error_ids.mapped("message")))
        by_category = dict(units._read_group([("id", "in", units.ids)], ["category"], ["__count"]))
        self.assertEqual(by_category["home"], self.wanted["homes"])
        self.assertEqual(by_category["shop"], self.wanted["shops"])
        self.assertEqual(
            sum(cents(area) for area in units.mapped("gross_area")),
            Decimal(str(self.wanted["total_area"])),
        )
        owners = units.occupancy_ids.partner_id
        self.assertEqual(len(set(owners.mapped("name"))), self.wanted["owners"])
        self.assertTrue(all(units.mapped("payer_id")))
        before = self.snapshot()
        self.take_in("register", "register.xlsx")
        self.assertEqual(self.snapshot(), before, "the second import changes nothing")

    def take_in_parking_and_prices(self):
        self.assertEqual(
            self.take_in("parking", "register.xlsx").imported_count, self.wanted["parking"]
        )
        self.assertFalse(self.take_in("fees", "fees.xlsx").error_ids)
        spaces = self.env["property.unit"].search(
            [("estate_id", "=", self.estate.id), ("category", "=", "parking")]
        )
        self.assertEqual(len(spaces), self.wanted["parking"])
        self.assertTrue(all(spaces.mapped("main_unit_id")))
        before = self.snapshot()
        self.take_in("parking", "register.xlsx")
        self.take_in("fees", "fees.xlsx")
        self.assertEqual(self.snapshot(), before, "the second import changes nothing")

    def bill_november(self):
        run = self.env["property.bill.run"].create(
            {"estate_ids": [Command.set(self.estate.ids)], "month": date(2026, 11, 1)}
        )
        run.action_generate()
        self.assertFalse(run.exception_ids)
        run.action_check()
        run.action_post()
        self.assertEqual(run.state, "posted")
        self.assertFalse(run.exception_ids)
        self.check_totals(run)
        again = run.copy({"estate_ids": [Command.set(self.estate.ids)]})
        before = self.snapshot()
        run.action_generate()
        run.action_post()
        again.action_generate()
        again.action_check()
        again.action_post()
        self.assertEqual(self.snapshot(), before, "billing again adds nothing")
        self.assertFalse(again.charge_ids)
        return run

    def check_totals(self, run):
        by_item, by_unit = defaultdict(Decimal), defaultdict(dict)
        for charge in run.charge_ids:
            by_item[charge.item_id.name] += cents(charge.amount)
            by_unit[charge.unit_id.full_name][charge.item_id.name] = cents(charge.amount)
        self.assertEqual(
            by_item,
            {item: Decimal(amount) for item, amount in self.wanted["monthly"].items()},
        )
        for row in self.wanted["per_unit"]:
            self.assertEqual(
                by_unit[home_key(row)],
                {
                    item: Decimal(amount)
                    for item, amount in row.items()
                    if item in self.wanted["monthly"]
                },
                home_key(row),
            )
        receivable = self.env["account.move.line"].search(
            [
                ("move_id.property_run_id", "=", run.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
            ]
        )
        self.assertEqual(
            sum(cents(balance) for balance in receivable.mapped("balance")),
            Decimal(self.wanted["monthly_total"]),
        )
        # by item as well, for each charge has its own receivable item
        for item, group in run.charge_ids.grouped("item_id").items():
            self.assertEqual(
                sum(cents(amount) for amount in group.receivable_line_id.mapped("balance")),
                by_item[item.name],
            )

    def take_in_payments(self, run):
        for _twice in range(2):
            for filename in ("wechat.csv", "bank.xlsx"):
                self.analyze()
                self.take_in("payments", filename)
            self.check_payments(run)

    def check_payments(self, run):
        wanted = self.wanted["after_payments"]
        incoming = self.env["property.incoming"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual(len(incoming), len(self.wanted["payments"]))
        waiting = incoming.filtered(lambda row: row.state == "waiting")
        self.assertEqual(len(waiting), wanted["unmatched_count"])
        self.assertEqual(
            sum(cents(amount) for amount in waiting.mapped("amount")), Decimal(wanted["unmatched"])
        )
        receipts = incoming.receipt_id
        self.assertEqual(
            sum(cents(amount) for amount in receipts.mapped("amount_charges")),
            Decimal(wanted["matched"]),
        )
        self.assertEqual(
            sum(cents(amount) for amount in receipts.mapped("amount_prepaid")),
            Decimal(wanted["credit"]),
        )
        charges = run.charge_ids
        left = sum(cents(amount) for amount in charges.mapped("amount_residual"))
        self.assertEqual(left, Decimal(wanted["receivable_left"]))
        settled = [
            home
            for home, group in charges.grouped("billed_unit_id").items()
            if not any(group.mapped("amount_residual"))
        ]
        self.assertEqual(len(settled), wanted["settled_units"])
        self.check_ledger_after_payments(charges, wanted)

    def check_ledger_after_payments(self, charges, wanted):
        account = charges.receivable_line_id.account_id
        balance = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", account.ids),
                ("property_unit_id.estate_id", "=", self.estate.id),
                ("parent_state", "=", "posted"),
            ],
            [],
            ["balance:sum"],
        )[0][0]
        self.assertEqual(cents(balance), Decimal(wanted["receivable_left"]))
        prepaid = self.env["property.prepayment"]._balances(charges.billed_unit_id)
        self.assertEqual(
            sum(cents(amount) for by_payer in prepaid.values() for amount in by_payer.values()),
            Decimal(wanted["credit"]),
        )
        register = self.env["property.register.ageing"]
        options = {"estate_ids": self.estate.ids, "date": "2026-12-31"}
        total = register._content(options)["total"]
        self.assertEqual(cents(total["amount"]), Decimal(wanted["receivable_left"]))
