# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...tools.local_time import local_time
from ..fee.deposit_case import DepositCase

#: a Tuesday, nine in the morning in China
NOW = datetime(2026, 11, 10, 1)
DAY = date(2026, 11, 12)


class VenueCase(DepositCase):
    """An activity room that is paid by the hour and a free square, and shortcuts of a booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.room = cls.env["property.venue"].create(
            {
                "name": "Activity room",
                "estate_id": cls.estate.id,
                "capacity": 30,
                "price_basis": "hour",
                "price": 50,
                "deposit_amount": 200,
                "max_month": 50,
            }
        )
        cls.square = cls.env["property.venue"].create(
            {
                "name": "Square",
                "kind": "ground",
                "estate_id": cls.estate.id,
                "hour_to": 22,
                "price_commercial": 120,
            }
        )
        cls.neighbour = cls._make_unit("102")

    @contextmanager
    def assertRefused(self, pattern):
        """Expect a refusal whose message holds `pattern`; rolled back, as a request would be."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    @classmethod
    def _book(cls, hour=14, hours=2, venue=None, unit=None, day=DAY, **values):
        unit = cls.unit if unit is None else unit
        return cls.env["property.venue.booking"].create(
            {
                "venue_id": (venue or cls.room).id,
                "unit_id": unit.id,
                "date_start": local_time(day, hour),
                "date_end": local_time(day, hour + hours),
                "purpose": "Rehearsal",
                "persons": 12,
                **values,
            }
        )

    def _check(self, booking):
        booking._sign("applicant", "Applicant", way="paper")
        booking.action_check()
        return booking

    def _approved(self, *args, **values):
        booking = self._check(self._book(*args, **values))
        self._decide(booking)
        return booking

    def _pay_all(self, booking):
        """Take deposit and fee at the counter; return the receipts."""
        receipts = self.env["property.receipt"]
        if booking.deposit_id.state == "due":
            receipts |= self._take_deposit(booking.deposit_id)
        for charge in booking.charge_ids.filtered(lambda row: row.amount_residual > 0):
            receipts |= self._take(
                booking.unit_id, charge.amount_residual, charges=[(charge, charge.amount_residual)]
            )
        return receipts

    def _used(self, **values):
        """Return a booking of the room that is paid and handed over."""
        booking = self._approved(**values)
        self._pay_all(booking)
        booking.before_note = "Keys and chairs complete"
        with freeze_time(local_time(DAY, 13.9)):
            booking.action_begin()
        return booking

    def _refused(self, booking, pattern):
        with self.assertRefused(pattern):
            booking.action_check()
        self.assertIn(booking.state, ("applied",))


@tagged("post_install", "-at_install")
class TestVenueRules(VenueCase):
    """What the desk refuses, with the reason (handbook B G3, A §48)."""

    def test_amounts(self):
        booking = self._book()
        self.assertEqual((booking.hours, booking.fee_amount), (2.0, 100.0))
        self.assertEqual(booking.deposit_amount, 200.0)
        self.assertEqual(booking.partner_id, self.owner)
        # an hour begun is an hour charged
        booking.date_end += timedelta(minutes=10)
        self.assertEqual((booking.hours, booking.fee_amount), (3.0, 150.0))
        self.room.step_minutes = "30"
        booking.date_end -= timedelta(minutes=20)
        self.assertEqual((booking.hours, booking.fee_amount), (2.0, 100.0))
        # prices of the time of the application
        self.room.price = 80
        self.assertEqual(booking.fee_amount, 100.0)

    def test_opening_hours(self):
        """Beyond 8:00–21:00 nothing is given, nor across midnight."""
        for hour, hours in ((7, 2), (19.5, 2), (23, 2)):
            booking = self._book(hour, hours)
            self.assertIn("outside these hours", booking.problem_text)
            self._refused(booking, "open 08:00–21:00")
        self.assertFalse(self._book(8, 3).problem_text)

    def test_opening_calendar(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Tuesdays",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create({"name": "x", "dayofweek": "1", "hour_from": 9, "hour_to": 12})
                ],
            }
        )
        self.room.calendar_id = calendar
        self._refused(self._book(9, 2), "open Tuesdays")
        self.assertFalse(self._book(9, 3, day=date(2026, 11, 17)).problem_text)
        self._refused(self._book(10, 3, day=date(2026, 11, 17)), "open Tuesdays")

    def test_too_long_too_many_too_late(self):
        self._refused(self._book(9, 5), "4 hours at the most, not for 5")
        self._refused(self._book(9, 1, persons=31), "holds 30 people")
        self._refused(self._book(8, 0.5, day=date(2026, 11, 10)), "is over")
        self.room.lead_hours = 24
        self._refused(self._book(10, 1, day=date(2026, 11, 10)), "24 hours ahead")
        self._set_parameter("venue_slot_hours", "5", self.estate)
        self.assertFalse(self._book(9, 5).problem_text)
        self.room.max_hours = 3
        self._refused(self._book(9, 3.5), "3 hours at the most")

    def test_third_booking_in_a_month(self):
        self.room.max_month = 0
        self._book(9, 1)
        cancelled = self._book(10, 1)
        cancelled._cancel("ill")
        self._book(11, 1, venue=self.square)
        third = self._book(12, 1)
        self._refused(third, "has 2 bookings in that month already")
        # another month, another household, a club: all may
        self.assertFalse(self._book(9, 1, day=date(2026, 12, 1)).problem_text)
        self.assertFalse(self._book(12, 1, unit=self.neighbour).problem_text)
        self.assertFalse(self._book(12, 1, applicant_kind="club").problem_text)
        self.room.max_month = 3
        self.assertFalse(third.problem_text)

    def test_applicant_moved_out(self):
        booking = self._check(self._book())
        row = self.unit.occupancy_ids
        other = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 11, 11), [(other, 0)], "sale")
        self.assertTrue(row.date_end)
        approval = booking.approval_ids.with_user(self.users["administrator"])
        with self.assertRefused("does not hold"):
            approval.action_approve()
        self._refused(self._book(16, 1, partner_id=self.owner.id), "does not hold .* on 2026-11-12")

    def test_moved_out_after_the_approval(self):
        booking = self._approved(venue=self.square)
        booking.before_note = "ok"
        self.unit._transfer_ownership(
            date(2026, 11, 11), [(self.env["res.partner"].create({"name": "Buyer"}), 0)], "sale"
        )
        with freeze_time(local_time(DAY, 14)), self.assertRefused("any more"):
            booking.action_begin()

    def test_signature_is_needed_and_fixes_the_facts(self):
        booking = self._book()
        self._refused(booking, "not signed yet")
        booking._sign("applicant", "Applicant", way="paper")
        with self.assertRefused("was signed by"):
            booking.persons = 5
        with self.assertRaises(UserError):
            booking.unlink()

    def test_other_estate(self):
        other = self._make_estate("Other", "OT")
        venue = self.env["property.venue"].create({"name": "Hall", "estate_id": other.id})
        with self.assertRefused("not in the estate"):
            self._book(venue=venue)

    def test_commercial_needs_the_owners(self):
        """Scenario 24: a stall needs the owners' decision and is their common income."""
        booking = self._book(venue=self.square, use_kind="commercial", applicant_kind="company")
        self.assertEqual((booking.commercial, booking.fee_amount), (True, 240.0))
        self._refused(booking, "decision of the owners")
        booking.owners_decision = "Owners' committee 2026-8"
        self._check(booking)
        self.assertEqual(booking.approval_ids.matter, "venue_commercial")
        supervisor = booking.approval_ids.with_user(self.users["supervisor"])
        supervisor.action_approve()
        self.assertEqual(booking.state, "checked", "the manager decides")
        with self.assertRaises(AccessError):
            supervisor.action_approve()
        booking.approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual(booking.state, "approved")
        charge = booking.charge_ids
        self.assertTrue(charge.item_id.common_income)
        line = charge.invoice_id.invoice_line_ids
        self.assertEqual(line.account_id, charge.item_id.account_id)
        self.assertNotEqual(line.account_id, self.company.income_account_id)
        self.assertEqual(
            list(line.analytic_distribution), [str(self.estate.analytic_account_id.id)]
        )

    def test_refused_with_reason(self):
        booking = self._check(self._book())
        with self.assertRefused("supervisor"):
            booking.with_user(self.users["staff"])._refuse("religious gathering")
        booking.with_user(self.users["supervisor"])._refuse("religious gathering")
        self.assertEqual((booking.state, booking.reason), ("refused", "religious gathering"))
        self.assertEqual(booking.approval_ids.state, "withdrawn")
        other = self._check(self._book(17, 1))
        self._decide(other, refuse="no")
        self.assertEqual((other.state, other.reason), ("refused", "no"))

    def test_states_are_moved_by_methods_only(self):
        booking = self._book()
        for values in ({"state": "approved"}, {"approver_id": self.env.uid}, {"no_show": True}):
            with self.assertRaises(UserError):
                booking.with_user(self.users["staff"]).write(values)
        with self.assertRaises(UserError):
            self._book(state="approved")


@tagged("post_install", "-at_install")
class TestVenueConflict(VenueCase):
    """Two want the same time: first approved wins, residents first (handbook B G3)."""

    def test_second_is_told_who_has_it(self):
        first = self._approved()
        second = self._book(15, 2, unit=self.neighbour)
        self.assertIn(first.number, second.problem_text)
        self._refused(second, f"taken: {first.number}, Owner 101, 2026-11-12 14:00–16:00")
        # next to each other is no conflict
        self.assertFalse(self._book(16, 1, unit=self.neighbour).problem_text)

    def test_first_approved_wins(self):
        first, second = self._book(), self._book(15, 2, unit=self.neighbour)
        self._check(first)
        self._check(second)
        self._decide(second)
        approval = first.approval_ids.with_user(self.users["administrator"])
        with self.assertRefused(f"taken: {second.number}"):
            approval.action_approve()
        second._cancel("ill")
        self._decide(first)
        self.assertEqual(first.state, "approved")

    @mute_logger("odoo.sql_db")
    def test_database_refuses(self):
        second = self._check(self._book(15.5, 1, unit=self.neighbour))
        self._approved()
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute(
                "UPDATE property_venue_booking SET state = 'approved' WHERE id = %s", (second.id,)
            )

    def test_residents_first(self):
        outside = self.env["res.partner"].create({"name": "Dance school"})
        stranger = self._book(
            unit=self.env["property.unit"], partner_id=outside.id, applicant_kind="outside"
        )
        self._check(stranger)
        resident = self._book(15, 2)
        approval = stranger.approval_ids.with_user(self.users["administrator"])
        with self.assertRefused(f"residents go first, and {resident.number}"):
            approval.action_approve()
        self._check(resident)
        self._decide(resident)
        with self.assertRefused(f"taken: {resident.number}"):
            approval.action_approve()

    def test_colleague_at_the_same_moment(self):
        """Somebody else holds the venue: the approval does not wait, it says so."""
        booking = self._check(self._book())

        def taken(records, **_kwargs):
            raise LockError("locked")

        self.patch(type(self.room), "lock_for_update", taken)
        approval = booking.approval_ids.with_user(self.users["administrator"])
        with self.assertRefused("A colleague is deciding"):
            approval.action_approve()


@tagged("post_install", "-at_install")
class TestVenueMoney(VenueCase):
    """First pay, then use; damage; the deposit goes back (handbook B G3, H6)."""

    def test_from_approval_to_refund(self):
        booking = self._approved()
        self.assertEqual((booking.state, booking.deposit_id.state), ("approved", "due"))
        self.assertEqual((booking.deposit_id.amount, booking.charge_ids.amount), (200.0, 100.0))
        booking.before_note = "ok"
        with freeze_time(local_time(DAY, 14)), self.assertRefused("first pay"):
            booking.action_begin()
        receipt = self._take_deposit(booking.deposit_id)
        self.assertEqual(booking.state, "deposit_paid")
        receipt._void("wrong")
        self._decide(receipt)
        self.assertEqual(booking.state, "approved")
        self._pay_all(booking)
        self.assertEqual(booking.state, "fee_paid")
        with self.assertRefused("handed over on 2026-11-12"):
            booking.action_begin()
        with freeze_time(local_time(DAY, 14)):
            booking.action_begin()
            with self.assertRefused("how the venue was left"):
                booking.action_inspect()
            booking.write({"after_note": "Clean", "clean": True})
            booking.action_inspect()
        self.assertEqual(booking.state, "inspected")
        with self.assertRefused("still held"):
            booking.action_close()
        refund = self._apply_refund(booking)
        self.assertEqual((refund.amount, refund.payee_id), (200.0, self.owner))
        refund.with_user(self.users["supervisor"]).action_check()
        self._decide(refund)
        self._pay(refund)
        self.assertEqual(booking.state, "deposit_refunded")
        booking.action_close()
        self.assertEqual(booking.state, "closed")
        self.assertBooksAgree()

    def _apply_refund(self, booking, **values):
        dialog = self.env["property.venue.refund"].create({"booking_id": booking.id, **values})
        return self.env["property.refund"].browse(dialog.action_apply()["res_id"])

    def _damaged(self, amount):
        booking = self._used()
        row = self.env["property.venue.damage"].create(
            {"booking_id": booking.id, "name": "Mirror", "amount": amount}
        )
        booking.after_note = "Mirror broken"
        with self.assertRefused("attach a photo"):
            booking.action_inspect()
        row.photo_ids = self._paper("photo.txt")
        booking.action_inspect()
        with self.assertRefused("stays as it is"):
            row.amount = 1
        return booking

    def test_damage_within_the_deposit(self):
        booking = self._damaged(80)
        self.assertEqual((booking.damage_deducted, booking.damage_charged), (80.0, 0.0))
        refund = self._apply_refund(booking)
        self.assertEqual(refund.amount, 120.0)
        self.assertEqual(booking.deposit_id.deduction_ids.mapped("amount"), [80.0])
        self.assertEqual(len(booking.deposit_id.photo_ids), 1)

    def test_damage_beyond_the_deposit(self):
        booking = self._damaged(350)
        self.assertEqual((booking.damage_deducted, booking.damage_charged), (200.0, 150.0))
        charge = booking.charge_ids.filtered(lambda row: row.item_id.code == "VENUE_DAMAGE")
        self.assertEqual((charge.amount, charge.state), (150.0, "open"))
        self.assertEqual(charge.partner_id, self.owner)
        self.assertFalse(charge.item_id.common_income)

    def test_refund_asked_by_somebody_else(self):
        booking = self._used()
        booking.after_note = "Clean"
        booking.action_inspect()
        other = self.env["res.partner"].create({"name": "Brother"})
        with self.assertRefused("Brother did not pay this money"):
            self._apply_refund(booking, payee_id=other.id)
        with self.assertRefused("Record the ID of Brother"):
            self._apply_refund(
                booking,
                payee_id=other.id,
                authority_note="Letter",
                authority_ids=[Command.set(self._paper().ids)],
            )
        self.assertEqual(booking.state, "inspected")

    def test_cancelled_after_payment(self):
        booking = self._approved()
        self._pay_all(booking)
        booking._cancel("ill")
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(sum(booking.charge_ids.mapped("amount")), 0.0)
        self.assertEqual(self._advance(), 100.0, "the fee is an advance receipt now")
        self.assertEqual(booking.deposit_id.state, "held")
        refund = self._apply_refund(booking)
        self.assertEqual(refund.amount, 200.0)

    def test_cancelled_before_payment(self):
        booking = self._approved()
        booking._cancel("ill")
        self.assertEqual(booking.deposit_id.state, "cancelled")
        fee = booking.charge_ids.filtered(lambda row: row.amount > 0)
        self.assertEqual(fee.amount_residual, 0.0)

    def test_free_of_charge(self):
        booking = self._approved(venue=self.square)
        self.assertFalse(booking.charge_ids | booking.charge_ids)
        booking.before_note = "ok"
        with freeze_time(local_time(DAY, 14)):
            booking.action_begin()
            booking.after_note = "Clean"
            booking.action_inspect()
        booking.action_close()
        self.assertEqual(booking.state, "closed")

    def test_without_room_an_invoice_is_paid(self):
        outside = self.env["res.partner"].create({"name": "Dance school"})
        booking = self._approved(
            unit=self.env["property.unit"], partner_id=outside.id, applicant_kind="outside"
        )
        self.assertEqual(booking.deposit_amount, 0.0)
        invoice = booking.invoice_id
        self.assertEqual((invoice.amount_total, invoice.partner_id), (100.0, outside))
        booking.before_note = "ok"
        with freeze_time(local_time(DAY, 14)):
            with self.assertRefused("first pay"):
                booking.action_begin()
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({}).action_create_payments()
            booking.action_begin()
        self.assertEqual(booking.state, "in_use")

    def _clubhouse(self):
        """Register the room as one of the estate's, and book it for somebody from outside."""
        kind = self.env["property.unit.type"].search([("category", "=", "other")], limit=1)
        self.room.unit_id = self._make_unit("001", owner=False, type_id=kind.id)
        outside = self.env["res.partner"].create({"name": "Dance school"})
        return self._approved(
            unit=self.env["property.unit"], partner_id=outside.id, applicant_kind="outside"
        )

    def _pay_invoice(self, booking):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=booking.invoice_id.ids
        ).create({}).action_create_payments()

    def _deposit_items(self, deposit):
        return self.env["account.move.line"].search(
            [("property_deposit_id", "=", deposit.id), ("parent_state", "=", "posted")]
        )

    def test_without_room_the_deposit_is_taken_on_the_venue(self):
        """Held, and given back in full: the liability of the applicant begins and ends at zero."""
        booking = self._clubhouse()
        deposit = booking.deposit_id
        self.assertEqual((deposit.unit_id, deposit.amount), (self.room.unit_id, 200.0))
        self.assertEqual(deposit.partner_id, booking.partner_id)
        self._pay_invoice(booking)
        with freeze_time(local_time(DAY, 14)), self.assertRefused("first pay"):
            booking.action_begin()
        self._take_deposit(deposit, partner_id=deposit.partner_id.id)
        self.assertEqual(booking.state, "fee_paid")
        self.assertEqual(deposit.balance, 200.0)
        items = self._deposit_items(deposit)
        self.assertEqual(items.partner_id, booking.partner_id)
        self.assertEqual(items.account_id, deposit.kind_id.account_id)
        self.assertFalse(self.room.unit_id._open_charges(), "nothing else is due on the venue")
        booking.before_note = "ok"
        with freeze_time(local_time(DAY, 14)):
            booking.action_begin()
            booking.after_note = "Clean"
            booking.action_inspect()
        refund = self._apply_refund(booking)
        self.assertEqual((refund.amount, refund.payee_id), (200.0, booking.partner_id))
        refund.with_user(self.users["supervisor"]).action_check()
        self._decide(refund)
        self._pay(refund)
        self.assertEqual(booking.state, "deposit_refunded")
        items = self._deposit_items(deposit)
        self.assertEqual(sum(items.mapped("balance")), 0.0)
        self.assertEqual(items.partner_id, booking.partner_id)
        self.assertEqual(deposit.balance, 0.0)
        booking.action_close()
        self.assertBooksAgree()

    def test_without_room_damage_comes_from_the_deposit(self):
        booking = self._clubhouse()
        self._pay_invoice(booking)
        self._take_deposit(booking.deposit_id, partner_id=booking.partner_id.id)
        booking.before_note = "ok"
        with freeze_time(local_time(DAY, 14)):
            booking.action_begin()
            self.env["property.venue.damage"].create(
                {
                    "booking_id": booking.id,
                    "name": "Mirror",
                    "amount": 250,
                    "photo_ids": [Command.set(self._paper("mirror.jpg").ids)],
                }
            )
            booking.after_note = "Mirror broken"
            booking.action_inspect()
        self.assertEqual(booking.damage_deducted, 200.0)
        told = booking.activity_ids.filtered(lambda row: "claimed" in row.summary)
        self.assertIn("50.00", told[:1].note, "the rest is claimed by hand")
        self.assertFalse(booking.charge_ids)

    def test_without_room_a_cancelled_booking_asks_for_nothing(self):
        booking = self._clubhouse()
        booking._cancel("Closed")
        self.assertEqual(booking.deposit_id.state, "cancelled")
        self.assertFalse(self.env["property.deposit"]._held(partner=booking.partner_id))

    def test_stopped(self):
        booking = self._used()
        booking._stop("Goods are sold")
        self.assertEqual(booking.stop_reason, "Goods are sold")
        with self.assertRaises(UserError):
            self._book(18, 1)._stop("x")

    def test_nobody_came(self):
        booking = self._approved()
        self._pay_all(booking)
        with freeze_time(local_time(DAY, 14.1)), self.assertRefused("wait 10"):
            booking._no_show("called twice")
        with freeze_time(local_time(DAY, 14.2)):
            booking._no_show("called twice")
        self.assertEqual((booking.state, booking.no_show), ("cancelled", True))

    def test_scheduled_action(self):
        undecided = self._book(9, 1)
        unpaid = self._approved(11, 1)
        paid = self._approved(13, 1, unit=self.neighbour)
        self._pay_all(paid)
        coming = self._book(9, 1, day=date(2026, 12, 24))
        cron = self.env.ref("property_service.ir_cron_venue_follow")
        with freeze_time(local_time(DAY, 20)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual((undecided.state, unpaid.state), ("cancelled", "cancelled"))
        self.assertEqual((paid.state, paid.no_show), ("fee_paid", True))
        self.assertEqual(coming.state, "applied")
        self.assertEqual(
            len(paid.activity_ids.filtered(lambda row: "not used" in (row.summary or ""))),
            len(paid._deadline_users("supervisor")),
        )

    def test_clock_of_the_inspection(self):
        booking = self._used()
        clock = self.env["property.deadline"]._of(booking, ["inspect"])
        self.assertEqual(clock.due, booking.date_end + timedelta(hours=24))


@tagged("post_install", "-at_install")
class TestVenueAccess(VenueCase):
    """Roles, estates, paper and speed."""

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_roles_and_estates(self):
        booking = self._book()
        mine = booking.with_user(self.users["reader"])
        self.assertEqual(mine.number, booking.number)
        with self.assertRaises(AccessError):
            mine.persons = 3
        with self.assertRaises(AccessError):
            self.room.with_user(self.users["staff"]).price = 1
        stranger = new_test_user(self.env, "elsewhere", groups="property_service.group_manager")
        with self.assertRaises(AccessError):
            booking.with_user(stranger).read(["number"])
        self.assertFalse(self.env["property.venue"].with_user(stranger).search([]))

    def test_clerk_and_supervisor(self):
        booking = (
            self.env["property.venue.booking"]
            .with_user(self.users["staff"])
            .create(self._book().copy_data()[0])
        )
        self._check(booking)
        booking.approval_ids.with_user(self.users["supervisor"]).action_approve()
        self.assertEqual(booking.approver_id, self.users["supervisor"])
        self._pay_all(booking.sudo())
        booking.before_note = "ok"
        with freeze_time(local_time(DAY, 14)):
            booking.with_user(self.users["steward"]).action_begin()
            booking.after_note = "Clean"
            booking.with_user(self.users["steward"]).action_inspect()
        self.assertEqual(booking.inspected_by_id, self.users["steward"])

    def test_form(self):
        booking = self._used()
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "property_service.report_venue_booking", booking.ids
        )
        self.assertEqual(kind, "html")
        for text in (booking.number, "Activity room", "2026-11-12 14:00–16:00", "Rehearsal"):
            self.assertIn(text, html.decode())

    def test_register(self):
        booking = self._approved()
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-11-01",
            "date_to": "2026-11-30",
        }
        register = self.env["property.register.venue"].with_user(self.users["staff"])
        [row] = register._rows(options)
        self.assertEqual((row["number"], row["fee"]), (booking.number, 100.0))
        book = load_workbook(io.BytesIO(register._render_xlsx(options)))
        cells = [cell.value for line in book.active.iter_rows() for cell in line]
        self.assertIn(booking.number, cells)

    def test_queries_do_not_grow_with_bookings(self):
        """The calendar of a month is read in as many queries as that of a day."""

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self.env["property.venue.booking"].search([]).read(
                ["venue_id", "time_text", "state", "lateness", "charge_count", "signed_applicant"]
            )
            return self.cr.sql_log_count - start

        for day in range(2):
            self._book(9, 1, day=date(2026, 12, 1 + day), unit=self.neighbour)
        few = queries()
        for day in range(20):
            self._book(9, 1, day=date(2027, 1, 1 + day), unit=self.neighbour)
        self.assertLessEqual(queries(), few + 2)
        self.assertTrue(fields.Date.today())
