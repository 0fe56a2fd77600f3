# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .living_case import LivingCase

MORNING = "2026-11-16 01:00:00"  # 09:00 in China
EVENING = "2026-11-16 11:00:00"
NEXT_DAY = "2026-11-17 01:00:00"


@tagged("post_install", "-at_install")
class TestKeyLoans(LivingCase):
    """Loans of keys (handbook A §20)."""

    def _loan(self, **values):
        return (
            self.env["property.key.loan"]
            .with_user(self.staff)
            .create(
                {
                    "key_ids": [Command.set(self.key.ids)],
                    "borrower_kind": "sales",
                    "partner_id": self.person.id,
                    "purpose": "viewing",
                    "identity_checked": True,
                    **values,
                }
            )
        )

    def _lend(self, **values):
        loan = self._loan(**values)
        loan.with_user(self.supervisor).action_approve()
        self._sign(loan, "borrower", "Borrower Bo")
        self._sign(loan, "issuer")
        return loan

    @freeze_time(MORNING)
    def test_loan_from_request_to_close(self):
        """Two signatures take keys out and two bring them back; sales have until 18:00."""
        loan = self._loan()
        self.assertEqual(loan.return_due, datetime(2026, 11, 16, 10), "18:00 in China")
        self.assertEqual((loan.unit_id, loan.estate_id), (self.unit, self.estate))
        with self.assertRaisesRegex(AccessError, "supervisor"):
            loan.action_approve()
        with self.assertRaisesRegex(UserError, "after the approval"):
            self._sign(loan, "borrower", "Borrower Bo")
        loan.with_user(self.supervisor).action_approve()
        self._sign(loan, "borrower", "Borrower Bo")
        self.assertEqual(loan.state, "approved")
        self._sign(loan, "issuer")
        self.assertEqual((loan.state, self.key.state), ("out", "issued"))
        self.assertEqual(self.key.holder_name, "Borrower Bo")
        with self.assertRaisesRegex(UserError, "stays as it is|read-only"):
            loan.purpose = "another one"
        with self.assertRaisesRegex(UserError, "kept by the system"):
            loan.write({"state": "closed"})
        with self.assertRaisesRegex(UserError, "condition"):
            self._sign(loan, "returner", "Borrower Bo")
        loan.write({"condition": "good", "returned_quantity": 1})
        with self.assertRaisesRegex(UserError, "1 of 2 keys"):
            self._sign(loan, "returner", "Borrower Bo")
        loan.returned_quantity = 2
        with self.assertRaisesRegex(UserError, "borrowed by Borrower Bo"):
            self._sign(loan, "returner", "Somebody Else")
        self._sign(loan, "returner", "Borrower Bo")
        self._sign(loan, "receiver")
        self.assertEqual((loan.state, self.key.state), ("closed", "in_store"))
        with self.assertRaisesRegex(UserError, "read-only"):
            loan.condition_note = "later"
        with self.assertRaisesRegex(UserError, "keeps its number"):
            loan.with_user(self.manager).sudo().unlink()

    @freeze_time(MORNING)
    def test_never_lent_and_wrong_classes(self):
        safe = self._make_key("P1", key_class="plant", plant_kind="fire", place="Fire control")
        self.assertTrue(safe.never_lent)
        with self.assertRaisesRegex(UserError, "never lent"):
            self._loan(key_ids=[Command.set(safe.ids)])
        other = self._make_key("P2", key_class="plant", plant_kind="other", place="Pump room")
        loan = self._loan(key_ids=[Command.set(other.ids)], identity_checked=True)
        loan.with_user(self.supervisor).action_approve()
        self.assertEqual(loan.state, "approved")
        self.key.key_class = "custody"
        with self.assertRaisesRegex(UserError, "in custody for the owner"):
            self._loan().with_user(self.supervisor).action_approve()

    @freeze_time(MORNING)
    def test_proof_own_approval_and_limits(self):
        """No proof, no key; nobody approves his own loan; contractors up to their permit."""
        loan = self._loan(identity_checked=False)
        with self.assertRaisesRegex(UserError, "has not proved"):
            loan.with_user(self.supervisor).action_approve()
        loan.owner_confirmed = "Owner 101, 09:10, phone"
        loan.with_user(self.supervisor).action_approve()
        own = self._loan(
            borrower_kind="staff", partner_id=False, borrower_user_id=self.supervisor.id
        )
        self.assertEqual(own.borrower_name, self.supervisor.name)
        with self.assertRaisesRegex(UserError, "own loan"):
            own.with_user(self.supervisor).action_approve()
        self.assertEqual(own.return_due, datetime(2026, 11, 16, 16), "end of the day in China")
        site = self._loan(borrower_kind="contractor", permit_until=date(2026, 11, 20))
        self.assertEqual(site.return_due, datetime(2026, 11, 20, 16))
        late = self._loan(return_due=datetime(2026, 11, 18))
        with self.assertRaisesRegex(UserError, "at the latest"):
            late.with_user(self.supervisor).action_approve()

    def test_overdue_reminded_extended(self):
        with freeze_time(MORNING):
            loan = self._lend(borrower_kind="developer")
        with freeze_time(EVENING):
            self._cron("ir_cron_key_loan")
            self.assertEqual(loan.state, "out", "the day is not over")
        with freeze_time(NEXT_DAY):
            self.assertIn(loan, self.env["property.key.loan"].search([("late", "=", True)]))
            self._cron("ir_cron_key_loan")
            self.assertEqual(loan.state, "overdue")
            self.assertEqual(len(loan.activity_ids), 1, "called once")
            self.assertEqual(loan.activity_ids.user_id, self.staff, "the keeper")
            self._reason(loan, "remind", "comes at noon")
            self.assertEqual(loan.state, "reminded")
            self._reason(loan, "extend", "site visit")
            self.assertEqual(loan.state, "out")
            self.assertEqual(loan.return_due, datetime(2026, 11, 17, 16))
            with self.assertRaisesRegex(UserError, "cannot be put off"):
                self._reason(loan, "extend")
            loan.write({"condition": "open", "returned_quantity": 2, "condition_note": "window"})
            self._reason(loan, "other_returner", "he is ill", user=self.supervisor)
            self._sign(loan, "returner", "Wife of Bo")
            self._sign(loan, "receiver")
            self.assertEqual(loan.state, "returned")

    @freeze_time(MORNING)
    def test_damage_and_loss_are_charged(self):
        """Damage: compensation to the borrower. Loss: manager told, lock changed, loser pays."""
        loan = self._lend()
        loan.write({"condition": "damage", "returned_quantity": 2, "condition_note": "door"})
        self._sign(loan, "returner", "Borrower Bo")
        self._sign(loan, "receiver")
        loan.compensation = 120
        loan.action_close()
        self.assertEqual((loan.state, loan.charge_id.amount), ("closed", 120))
        self.assertEqual(loan.charge_id.partner_id, self.person)
        again = self._lend()
        again.action_lost()
        loss = self.key.loss_ids
        self.assertEqual((again.state, self.key.state), ("lost", "lost"))
        self.assertIn(self.manager, loss.activity_ids.user_id)
        with self.assertRaisesRegex(UserError, "not in the cabinet"):
            self._loan().with_user(self.supervisor).action_approve()
        with self.assertRaises(UserError):
            loss.with_user(self.staff).action_settle()
        loss.with_user(self.staff).action_lock_changed()
        loss.cost = 350
        loss.partner_id = False
        with self.assertRaisesRegex(UserError, "name who pays"):
            loss.action_settle()
        loss.partner_id = self.person
        loss.with_user(self.staff).action_settle()
        self.assertEqual((loss.state, loss.charge_id.amount), ("closed", 350))
        self.assertEqual(self.key.state, "lock_changed")

    def test_stock_check_and_new_keeper(self):
        custody = self._make_key("C9", key_class="custody", unit_id=self.unit.id)
        self._cron("ir_cron_key_check")
        check = self.env["property.key.check"].search([("cabinet_id", "=", self.cabinet.id)])
        self.assertEqual(len(check), 1)
        self.assertEqual(check.line_ids.key_id, self.key | custody)
        check.action_all_there()
        line = check.line_ids.filtered(lambda row: row.key_id == custody)
        line.counted = 0
        with self.assertRaisesRegex(UserError, "not signed yet"):
            check.action_done()
        self._sign(check, "giver")
        with self.assertRaisesRegex(UserError, "read-only"):
            line.counted = 1
        self._sign(check, "receiver", "Checker")
        with self.assertRaisesRegex(UserError, "what is known"):
            check.action_done()
        check._void_signatures("note missing")
        line.note = "was there last month"
        self._sign(check, "giver")
        self._sign(check, "receiver", "Checker")
        check.action_done()
        self.assertEqual(custody.state, "lost")
        self.assertTrue(custody.loss_ids.company_pays, "the company lost a key it kept")
        with self.assertRaisesRegex(UserError, "both signatures"):
            self.cabinet.with_user(self.supervisor).keeper_id = self.supervisor
        change = self.env["property.key.check"].browse(self.cabinet.action_hand_over()["res_id"])
        change.action_all_there()
        change.next_keeper_id = self.supervisor
        self._sign(change, "giver")
        self._sign(change, "receiver")
        change.action_done()
        self.assertEqual(self.cabinet.keeper_id, self.supervisor)

    def test_other_estates_and_readers_stay_out(self):
        loan = self._loan()
        other = self._make_estate("River", "RV")
        self.staff.property_estate_ids = [Command.set(other.ids)]
        for record in (loan, self.key, self.cabinet):
            with self.assertRaises(AccessError):
                record.with_user(self.staff).read(["display_name"])
        with self.assertRaises(AccessError):
            self.key.with_user(self.users["reader"]).action_lost()
        self.assertEqual(self.key.state, "in_store")


@tagged("post_install", "-at_install")
class TestKeyCustody(LivingCase):
    """Keys in custody and keys left for repairs (handbook A §21, §22)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.custody = (
            cls.env["property.key.custody"]
            .with_user(cls.staff)
            .create(
                {
                    "unit_id": cls.unit.id,
                    "cabinet_id": cls.cabinet.id,
                    "date_start": date(2026, 11, 1),
                    "key_line_ids": [Command.create({"quantity": 2})],
                }
            )
        )

    def _deposit(self):
        custody = self.custody
        self._papers(custody)
        custody.write({"tested": True, "seal_number": "S1"})
        self._sign(custody, "owner")
        self._sign(custody, "keeper")
        return custody

    def test_deposit(self):
        custody = self.custody
        self.assertEqual(custody.date_end, date(2027, 10, 31), "a year")
        with self.assertRaisesRegex(UserError, "lacks papers"):
            self._sign(custody, "owner")
        self._papers(custody)
        with self.assertRaisesRegex(UserError, "try the keys"):
            self._sign(custody, "owner")
        custody.tested = True
        with self.assertRaisesRegex(UserError, "seal"):
            self._sign(custody, "owner")
        custody.seal_number = "S1"
        custody.key_line_ids.code = self.unit.full_name
        with self.assertRaisesRegex(UserError, "never the room"):
            self._sign(custody, "owner")
        custody.key_line_ids.code = False
        self._sign(custody, "owner")
        self._sign(custody, "keeper")
        self.assertEqual(custody.state, "deposited")
        self.assertEqual(custody.key_ids.quantity, 2)
        self.assertNotIn("101", custody.key_ids.code.split("-")[0])
        with self.assertRaisesRegex(UserError, "read-only"):
            custody.seal_number = "S2"
        with self.assertRaisesRegex(UserError, "read-only"):
            custody.key_line_ids.quantity = 1
        papers = self.env["property.archive.document"].search([("res_id", "=", custody.id)])
        self.assertTrue(papers.filtered(lambda row: row.res_model == custody._name))

    def _use(self, **values):
        return (
            self.env["property.key.custody.use"]
            .with_user(self.staff)
            .create(
                {
                    "custody_id": self.custody.id,
                    "purpose": "airing",
                    "user_name": "Zhang",
                    **values,
                }
            )
        )

    def test_use_needs_consent(self):
        custody = self._deposit()
        use = self._use()
        with self.assertRaisesRegex(UserError, "owner agrees to every use"):
            use.with_user(self.supervisor).action_approve()
        use.write({"consent_way": "phone", "consent_note": "10:05, 138"})
        use.with_user(self.supervisor).action_approve()
        use.action_take()
        self.assertEqual((custody.state, custody.key_ids.state), ("used", "issued"))
        with self.assertRaisesRegex(UserError, "seal"):
            use.action_back()
        use.write({"finding": "in order", "new_seal": "S2"})
        use.action_back()
        self.assertEqual((custody.state, custody.seal_number), ("back", "S2"))

    def test_emergency_opening(self):
        """Danger, two persons, the manager, photos, the owner told."""
        custody = self._deposit()
        use = self._use(emergency=True)
        with self.assertRaisesRegex(UserError, "two persons"):
            use.action_approve()
        use.write({"danger": "water", "second_user_name": "Li"})
        use.action_approve()
        self.assertEqual(use.state, "submitted")
        with self.assertRaisesRegex(UserError, "cannot become"):
            use.action_take()
        approval = use.approval_ids
        self.assertEqual(approval.step_ids.group_id, self.env.ref("property_service.group_manager"))
        approval.with_user(self.manager).action_approve()
        use.action_take()
        use.write({"finding": "burst pipe", "new_seal": "S3"})
        with self.assertRaisesRegex(UserError, "photos"):
            use.action_back()
        use.write(
            {
                "photo_ids": [self._attachment()],
                "informed_way": "phone",
                "informed_date": fields.Datetime.now(),
            }
        )
        use.action_back()
        self.assertEqual(custody.state, "back")

    def test_withdrawal_renewal_freeze(self):
        custody = self._deposit()
        self._reason(custody, "renew", "owner agrees")
        self.assertEqual(custody.date_end, date(2028, 10, 31))
        self._reason(custody, "lock_changed", "told by phone")
        with self.assertRaisesRegex(UserError, "changed the lock"):
            custody.action_use()
        custody.action_new_key()
        with self.assertRaisesRegex(UserError, "who takes the keys"):
            self._sign(custody, "taker", "Agent")
        custody.write({"taker_name": "Agent", "taker_id_checked": True, "taker_is_owner": False})
        with self.assertRaisesRegex(UserError, "owner is called first"):
            self._sign(custody, "taker", "Agent")
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 11, 20), [(buyer, None)], "sale")
        self.assertEqual(custody.state, "frozen")
        with self.assertRaisesRegex(UserError, "cannot be used"):
            custody.action_use()
        custody.write({"authorisation_seen": True, "owner_called": "10:00"})
        with self.assertRaisesRegex(UserError, "manager decides"):
            self._sign(custody, "taker", "Agent")
        with self.assertRaises(AccessError):
            self._reason(custody, "unfreeze")
        self._reason(custody, "unfreeze", "sale undone", user=self.manager)
        self._sign(custody, "taker", "Agent")
        self._sign(custody, "giver")
        self.assertEqual((custody.state, custody.key_ids.state), ("withdrawn", "handed_to_owner"))
        custody.action_end()

    def test_renewal_reminder_once(self):
        custody = self._deposit()
        with freeze_time("2027-10-15 02:00:00"):
            model = self.env["property.key.custody"]
            self.assertIn(custody, model.search([("expiring", "=", True)]))
            self._cron("ir_cron_key_custody")
        self.assertEqual(len(custody.activity_ids), 1)

    def test_keys_left_for_a_repair(self):
        repair = self.env["property.repair"].create(
            {"unit_id": self.unit.id, "partner_id": self.owner.id, "description": "tap drips"}
        )
        left = self.env["property.key.left"].with_user(self.staff).create({"repair_id": repair.id})
        self.assertEqual((left.unit_id, left.partner_id), (self.unit, self.owner))
        self.assertEqual(left.key_id.key_class, "repair")
        visits = self.env["property.key.left.visit"].with_user(self.staff)
        values = {"left_id": left.id, "borrower_name": "Sun", "companion_name": "Zhao"}
        with self.assertRaisesRegex(UserError, "signs that he leaves"):
            visits.create(values)
        self._sign(left, "customer")
        with freeze_time(MORNING):
            visit = visits.create(values)
        self.assertEqual((left.state, left.key_id.state), ("lent", "issued"))
        with self.assertRaisesRegex(UserError, "cannot become"):
            visits.create(values)
        with freeze_time(NEXT_DAY):
            self._cron("ir_cron_key_left")
        self.assertIn(self.supervisor, left.activity_ids.user_id)
        count = len(left.activity_ids)
        with self.assertRaisesRegex(UserError, "worker has the keys"):
            self._sign(left, "customer_back")
        with self.assertRaisesRegex(UserError, "check doors"):
            visit.action_back()
        visit.write({"doors_closed": True, "water_off": True, "unit_condition": "clean"})
        visit.action_back()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            visit.unit_condition = "other"
        self._reason(left, "withdraw", "no more")
        self.assertGreater(len(left.activity_ids), count)
        with self.assertRaisesRegex(UserError, "withdrawn his consent"):
            left.action_lend()
        self._sign(left, "customer_back")
        self.assertEqual((left.state, left.key_id.state), ("given_back", "handed_to_owner"))
