# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .activity_case import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityMoney(ActivityCase):
    """Budget against the ledger, advance, settlement, publication (handbook B G6)."""

    def setUp(self):
        super().setUp()
        self.vendor = self.env["res.partner"].create({"name": "Bakery"})

    def _bill(self, event, amount, ref="12345678", line=0, post=True):
        """Return a vendor bill of the activity."""
        self.env["event.event"].browse(event.id).sudo()._analytic_distribution()
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", self.company.ids)], limit=1
        )
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.vendor.id,
                "invoice_date": fields.Date.today(),
                "ref": ref,
                "property_activity_id": event.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Mooncakes",
                            "account_id": expense.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                            "property_budget_id": event.budget_ids[line].id,
                        }
                    )
                ],
            }
        )
        if post:
            bill.action_post()
        return bill

    def _fresh(self, event):
        event.invalidate_recordset()
        event.budget_ids.invalidate_recordset()
        return event

    def test_actual_is_what_the_ledger_says(self):
        event = self._make_event("running")
        bill = self._bill(event, 380)
        line = bill.invoice_line_ids
        accounts = event.estate_id.analytic_account_id | event.sudo().analytic_account_id
        self.assertEqual(set(line.analytic_distribution), {",".join(map(str, accounts.ids))})
        self._fresh(event)
        self.assertEqual((event.actual_cost, event.unassigned_cost), (380, 0))
        mooncakes = event.budget_ids[0]
        self.assertEqual((mooncakes.amount, mooncakes.actual, mooncakes.difference), (400, 380, 20))
        self.assertEqual(mooncakes.receipt_numbers, "12345678")
        self.assertEqual(event.budget_rate, 0.38)
        action = event.action_open_ledger()
        found = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(found, line, "drilled to the journal items")
        bill.button_draft()
        self._fresh(event)
        self.assertEqual((event.actual_cost, mooncakes.actual), (0, 0))

    def test_income_of_a_sponsor(self):
        sponsor = self.env["res.partner"].create({"name": "Sponsor"})
        event = self._make_event(
            "running",
            funding_ids=[
                Command.create({"source": "sponsor", "partner_id": sponsor.id, "amount": 1000})
            ],
        )
        event.sudo()._analytic_distribution()
        income = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "in", self.company.ids)], limit=1
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": sponsor.id,
                "invoice_date": fields.Date.today(),
                "property_activity_id": event.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Sponsoring",
                            "account_id": income.id,
                            "price_unit": 1000,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        invoice.action_post()
        self._fresh(event)
        self.assertEqual((event.actual_income, event.actual_cost), (1000, 0))
        self.assertEqual(event.funding_ids.received, 1000)

    def test_budget_without_payer(self):
        event = self._make_event(
            "idea", funding_ids=[Command.create({"source": "service", "amount": 999})]
        )
        with self._refused("sources of funding are only"):
            event.action_submit()

    def test_owners_money_needs_their_decision(self):
        event = self._make_event(
            "idea", funding_ids=[Command.create({"source": "owners", "amount": 1000})]
        )
        with self._refused("owners' decision"):
            event.action_submit()
        event.funding_ids.decision = "Committee 2026-7"
        event.action_submit()

    def test_overrun_needs_a_new_approval(self):
        event = self._make_event("running")
        self._bill(event, 1100)
        self._fresh(event)
        self.assertFalse(event.over_budget, "ten percent are tolerated")
        self._bill(event, 1, ref="12345679")
        self._fresh(event)
        self.assertTrue(event.over_budget)
        event.action_finish()
        with self._refused("approval of the overrun"):
            event.with_user(self.users["accountant"]).action_settle()
        event.action_ask_overrun()
        self.assertEqual(event.approval_ids[0].matter, "activity_overrun")
        event.approval_ids[0].with_user(self.users["manager"]).action_approve()
        self._fresh(event)
        self.assertEqual((event.approved_budget, event.over_budget), (1101, False))
        event.with_user(self.users["accountant"]).action_settle()

    def test_raised_budget_needs_a_new_approval(self):
        event = self._make_event("preparing")
        event.budget_ids = [Command.create({"name": "Band", "price_unit": 101})]
        self.assertTrue(event.over_budget)
        with self._refused("approval of the overrun"):
            event.with_user(self.users["cashier"])._pay_advance(
                self.users["staff"].partner_id, 100, self._journal()
            )

    def test_advance_and_settlement(self):
        event = self._make_event("preparing")
        self.assertEqual(event.money_state, "budgeted")
        staff = self.users["staff"].partner_id
        with self.assertRaises(AccessError):
            event._pay_advance(staff, 500, self._journal())
        cashier = event.with_user(self.users["cashier"])
        with self._refused("up to the approved budget"):
            cashier._pay_advance(staff, 1200, self._journal())
        payment = cashier._pay_advance(staff, 500, self._journal())
        self.assertEqual(payment.move_id.state, "posted")
        self._fresh(event)
        self.assertEqual((event.money_state, event.advance_balance), ("advanced", 500))
        advance = self.company.property_advance_account_id
        self.assertEqual(
            payment.move_id.line_ids.filtered(lambda row: row.account_id == advance).debit, 500
        )
        for step in ("action_announce", "action_open_signup", "action_start", "action_finish"):
            getattr(event, step)()
        accountant = event.with_user(self.users["accountant"])
        bill = self._bill(event, 420, ref=False)
        with self._refused("no receipt number"):
            accountant.action_set_off()
        bill.ref = "88880001"
        accountant.action_set_off()
        self.assertEqual(bill.payment_state, "paid")
        self._fresh(event)
        self.assertEqual(event.advance_balance, 80)
        with self._refused("neither used nor given back"):
            accountant.action_settle()
        with self._refused("is held in advance"):
            event.with_user(self.users["cashier"])._pay_advance(staff, 81, self._journal(), True)
        event.with_user(self.users["cashier"])._pay_advance(staff, 80, self._journal(), True)
        self._fresh(event)
        self.assertEqual(event.advance_balance, 0)
        accountant.action_settle()
        self._fresh(event)
        self.assertEqual(event.money_state, "settled")
        self.assertEqual(event.settled_by_id, self.users["accountant"])
        with self._refused("settled already"):
            event.budget_ids[0].quantity = 1
        items = self.env["account.move.line"].search(
            [("account_id", "=", advance.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(sum(items.mapped("balance")), 0)

    def test_advance_dialog(self):
        event = self._make_event("preparing", user_id=self.users["staff"].id)
        dialog = (
            self.env["property.activity.advance"]
            .with_user(self.users["cashier"])
            .create({"event_id": event.id, "journal_id": self._journal().id})
        )
        self.assertEqual((dialog.amount, dialog.user_id), (1000, self.users["staff"]))
        dialog.action_confirm()
        self._fresh(event)
        self.assertEqual(event.advance_balance, 1000)

    def test_draft_bill_keeps_it_open(self):
        event = self._make_event("done")
        self._bill(event, 100, post=False)
        with self._refused("not posted"):
            event.with_user(self.users["accountant"]).action_settle()

    def test_owners_money_is_published(self):
        event = self._make_event(
            "done",
            funding_ids=[
                Command.create({"source": "owners", "amount": 1000, "decision": "Committee 7"})
            ],
        )
        self._bill(event, 300)
        event.with_user(self.users["accountant"]).action_settle()
        event.write({"course": "Fine", "effect": "Good"})
        event.action_summarise()
        supervisor = event.with_user(self.users["supervisor"])
        with self._refused("publish its account"):
            supervisor.action_archive_record()
        supervisor.action_publish_account()
        notice = event.sudo().result_notice_id
        self.assertIn("300.00", notice.body)
        notice.with_user(self.users["supervisor"]).action_check()
        notice.approval_ids.with_user(self.users["manager"]).action_approve()
        notice.action_publish()
        self._fresh(event)
        self.assertEqual(event.money_state, "published")
        supervisor.action_archive_record()
