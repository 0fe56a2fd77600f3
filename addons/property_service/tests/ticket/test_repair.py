# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .repair_case import SIGNATURE, RepairCase


@tagged("post_install", "-at_install")
class TestRepairScenarios(RepairCase):
    """The scenarios of handbook B §11 that are repairs."""

    def test_scenario_1_night_burst_pipe(self):
        """23:40 phone … 00:40 done, 78.00 yuan signed before work, billed, in time 1 of 1."""
        with freeze_time("2026-11-10 15:41:00") as clock:  # 23:41 in China
            repair = self._accepted(channel="phone")
            self.assertEqual((repair.state, repair.urgency), ("accepted", "U1"))
            self.assertEqual(repair.payer_class, "chargeable")
            clock.move_to("2026-11-10 15:42:00")
            self._as("staff", repair)._dispatch(self.plumber)
            mine = self._as("technician", repair)
            clock.move_to("2026-11-10 15:44:00")
            mine.action_pick_up()
            clock.move_to("2026-11-10 15:54:00")
            mine.action_arrive()
            arrive = self._deadline(repair, "arrive")
            self.assertEqual(arrive.due, datetime(2026, 11, 10, 15, 56))
            self.assertEqual((arrive.state, arrive.breached), ("kept", False))
            mine.action_controlled()
            mine.line_ids = self._lines()
            self.assertEqual(mine.amount_total, 78.0)
            mine.solution = "Elbow replaced"
            with self.assertRaisesRegex(UserError, "agreed and signed before"):
                mine.action_done()
            mine.action_quote()
            with self.assertRaisesRegex(UserError, "sign for the price"):
                mine.action_agree()
            clock.move_to("2026-11-10 16:05:00")
            mine.write({"quote_signature": SIGNATURE, "quote_signed_by": "Owner 101"})
            mine.action_agree()
            self.assertEqual(repair.agreed_at, datetime(2026, 11, 10, 16, 5))
            self.assertEqual(repair.settlement, "agreed")
            clock.move_to("2026-11-10 16:40:00")
            mine.action_done()
            mine.write({"customer_signature": SIGNATURE, "satisfaction": "A"})
            mine.action_accept_signed()
        self.assertEqual(repair.state, "accepted_by_customer")
        charge = repair.charge_ids
        self.assertEqual(charge.amount, 78.0)
        self.assertEqual(charge.item_id.code, "REPAIR")
        self.assertEqual(charge.partner_id, self.owner)
        self.assertEqual(charge.invoice_id.state, "posted")
        self.assertEqual(repair.settlement, "to_pay")
        self.assertEqual(repair._callback_class(), "leak")
        self.assertIn(self.users["technician"], repair._callback_handlers())
        self.env.flush_all()
        row = self.env["property.repair.report"].search([("repair_id", "=", repair.id)])
        self.assertEqual((row.on_time, row.first_time), (100.0, 100.0))
        self.assertEqual(row.arrive_minutes, 13)
        self._take(self.unit, 78.0)
        self.assertEqual(repair.settlement, "paid")
        with self.assertRaisesRegex(UserError, "the callback"):
            self._as("supervisor", repair).action_close()
        self._callback_of(repair)._record("ok", method="phone")
        self.assertEqual(repair.state, "closed")

    def _callback_of(self, repair):
        """Return the callback planned for a leak: due three days after the acceptance."""
        callback = self.env["property.callback"].search(
            [("res_model", "=", repair._name), ("res_id", "=", repair.id)]
        )
        self.assertEqual(len(callback), 1)
        return callback

    def test_scenario_2_leak_comes_back(self):
        """A callback that is not satisfied makes a free rework; then both close."""
        first = self._accepted()
        self._signed(first)
        callback = self.env["property.repair"].new({})  # stands for any record with a result
        callback = type("Callback", (), {"result": "bad", "_fields": {}})()
        first._callback_result(callback)
        self.assertEqual(first.state, "rework")
        again = first.rework_ids
        self.assertEqual(again.state, "accepted")
        self.assertEqual(again.payer_class, "free_promise")
        self.assertEqual(again.rework_number, 1)
        self.assertEqual(again.urgency, "U1", "U1 is not raised to danger to life")
        with self.assertRaisesRegex(UserError, "the rework"):
            self._as("supervisor", first).action_close()
        self._signed(again)
        self.assertFalse(again.charge_ids)
        callback.result = "ok"
        again._callback_result(callback)
        self.assertEqual((again.state, first.state), ("closed", "closed"))
        self.env.flush_all()
        rows = self.env["property.repair.report"].search([("repair_id", "in", (first | again).ids)])
        self.assertEqual(sum(rows.mapped("reworks")), 1)
        self.assertEqual(rows.filtered(lambda row: row.repair_id == first).first_time, 0)

    def test_second_failure_needs_another_technician(self):
        first = self._accepted()
        self._done(first)
        one = self._as("staff", first)._make_rework("Drips again")
        self._done(one)
        two = self._as("staff", one)._make_rework("Still drips")
        self.assertEqual(two.rework_number, 2)
        self.assertNotIn(self.plumber, self.env["property.technician"]._propose(two).employee_id)
        with self.assertRaisesRegex(UserError, "somebody else has to go"):
            self._as("staff", two)._dispatch(self.plumber)
        self._as("staff", two)._dispatch(self.joiner)

    def test_same_fault_within_the_window_is_a_free_rework(self):
        with freeze_time("2026-10-01 02:00:00"):
            first = self._accepted()
            self._signed(first)
        with freeze_time("2026-10-30 02:00:00"):
            again = self._accepted()
            self.assertIn(first, again.similar_ids)
            again.action_mark_rework()
        self.assertEqual(again.origin_id, first)
        self.assertFalse(again._is_billed())
        with freeze_time("2026-12-15 02:00:00"):
            self.assertNotIn(first, self._accepted().similar_ids)


@tagged("post_install", "-at_install")
class TestRepairSteps(RepairCase):
    """Steps, their conditions and what they refuse."""

    def test_states_move_by_steps_only(self):
        repair = self._accepted()
        staff = self._as("staff", repair)
        for values in (
            {"state": "closed"},
            {"arrived_at": fields.Datetime.now()},
            {"agreed_at": fields.Datetime.now()},
            {"technician_id": self.plumber.id},
            {"origin_id": repair.id},
            {"discount": 5.0},
            {"done_at": fields.Datetime.now()},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                staff.write(values)
        with self.assertRaises(UserError):
            staff.with_context(property_workflow_move=True).write({"state": "closed"})
        with self.assertRaisesRegex(UserError, "cannot become"):
            self._as("supervisor", repair).action_arrive()
        with self.assertRaises(UserError):
            self.env["property.repair"].with_user(self.users["staff"]).create(
                {"unit_id": self.unit.id, "description": "x", "state": "closed"}
            )
        made = (
            self.env["property.repair"]
            .with_user(self.users["staff"])
            .create(
                {"unit_id": self.unit.id, "description": "x", "arrived_at": "2026-01-01 00:00:00"}
            )
        )
        self.assertFalse(made.arrived_at)

    def test_two_dispatchers(self):
        repair = self._accepted()
        self._as("staff", repair)._dispatch(self.plumber)
        with self.assertRaisesRegex(UserError, "already"):
            self._as("supervisor", repair)._dispatch(self.joiner)
        with self.assertRaisesRegex(UserError, "only an accepted one"):
            self._as("supervisor", repair).action_dispatch()
        self.assertEqual(repair.technician_id, self.plumber)

    def test_foreign_estate_sees_nothing(self):
        other = self._make_estate("River Park", "RP")
        repair = self._accepted()
        self.users["staff"].property_estate_ids = [Command.set(other.ids)]
        try:
            for model in ("property.repair", "property.intake", "property.deadline"):
                self.assertFalse(
                    self.env[model]
                    .with_user(self.users["staff"])
                    .search([("estate_id", "=", self.estate.id)]),
                    model,
                )
            with self.assertRaises(AccessError):
                self._as("staff", repair).read(["description"])
            with self.assertRaises(AccessError):
                self._as("staff", repair)._dispatch(self.plumber)
        finally:
            self.users["staff"].property_estate_ids = [Command.set(self.estate.ids)]

    def test_proposal_by_skill_estate_and_load(self):
        other = self._make_estate("River Park", "RP")
        repair = self._accepted()
        found = self.env["property.technician"]._propose(repair)
        self.assertEqual(found.employee_id, self.plumber | self.joiner)
        self._as("staff", self._accepted())._dispatch(self.plumber)
        found.invalidate_recordset()
        self.assertEqual(
            self.env["property.technician"]._propose(repair)[:1].employee_id, self.joiner
        )
        self.technicians[2].estate_ids = other
        self.assertEqual(self.env["property.technician"]._propose(repair).employee_id, self.plumber)

    def test_only_the_technician_reports_on_work(self):
        repair = self._accepted()
        self._as("staff", repair)._dispatch(self.joiner)
        with self.assertRaises(AccessError):
            self._as("technician", repair).action_pick_up()
        self._as("supervisor", repair).action_pick_up()

    def test_returned_three_times(self):
        repair = self._accepted()
        for count in (1, 2, 3):
            self._as("staff", repair)._dispatch(self.plumber)
            self._as("technician", repair)._return("No spare parts")
            self.assertEqual((repair.state, repair.return_count), ("accepted", count))
        told = repair.activity_ids.filtered(lambda row: "Returned 3 times" in (row.summary or ""))
        self.assertTrue(told)
        with freeze_time(self._later(minutes=1)):
            self._as("staff", repair)._dispatch(self.plumber)
        with freeze_time(self._later(minutes=30)):
            with self.assertRaisesRegex(UserError, "within 10 minutes"):
                self._as("technician", repair)._return("Too far")
            self._as("supervisor", repair)._transfer(self.joiner, "Nearer")
        self.assertEqual(repair.technician_id, self.joiner)

    def test_urgency_is_lowered_by_a_supervisor_only(self):
        repair = self._accepted(category_id=self.sanitary.id)
        self.assertEqual(repair.urgency, "U2")
        staff = self._as("staff", repair)
        staff.urgency = "U1"
        self.assertTrue(self._deadline(repair, "control"))
        with self.assertRaisesRegex(UserError, "Only a supervisor"):
            staff.urgency = "U2"
        with self.assertRaises(AccessError):
            staff._lower_urgency("U2", "not so bad")
        self._as("supervisor", repair)._lower_urgency("U2", "Valve is closed")
        self.assertEqual(repair.urgency, "U2")

    def test_missed_visits(self):
        repair = self._accepted(category_id=self.sanitary.id)
        self._as("staff", repair)._dispatch(self.plumber)
        mine = self._as("technician", repair)
        mine.action_pick_up()
        mine._missed_visit("Card left", self._later(days=1))
        self.assertEqual(repair.state, "on_hold")
        with self.assertRaises(UserError):
            self._as("supervisor", repair).action_close_missed()
        mine.action_resume()
        mine._missed_visit("Card left again")
        with self.assertRaises(AccessError):
            self._as("staff", repair).action_close_missed()
        self._as("supervisor", repair).action_close_missed()
        self.assertEqual(repair.state, "cancelled")

    def test_not_our_scope_is_never_silent(self):
        repair = self._accepted(
            category_id=self.env.ref("property_service.repair_category_network").id
        )
        with self.assertRaisesRegex(UserError, "turn to"):
            repair._reject("The operator's line", "")
        repair._reject("The operator's line", "Call 10000")
        self.assertEqual(repair.state, "rejected")
        self.assertEqual(self._deadline(repair, "respond").state, "kept")

    def test_duplicates_are_merged(self):
        other = self._make_unit("102")
        place = {"unit_id": False, "building_id": self.building.id, "estate_id": self.estate.id}
        lift = self.env.ref("property_service.repair_category_lift").id
        master = self._accepted(**place, category_id=lift, place="Lift 1")
        double = self._accepted(
            **place, category_id=lift, partner_id=other.owner_id.id, contact_name="Neighbour"
        )
        self.assertIn(master, double.similar_ids)
        self._as("staff", double)._merge_into(master)
        self.assertEqual((double.state, double.master_id), ("cancelled", master))
        self._done(master)
        answers = double.message_ids.filtered(lambda row: "Done:" in (row.body or ""))
        self.assertTrue(answers, "everybody who reported it gets the reply")
        with self.assertRaises(UserError):
            self._as("staff", master)._merge_into(master)

    def test_signed_is_read_only(self):
        repair = self._accepted()
        self._signed(repair)
        with self.assertRaisesRegex(UserError, "has signed"):
            self._as("manager", repair).description = "Something else"
        with self.assertRaises(UserError):
            self._as("manager", repair).line_ids = self._lines()
        with self.assertRaises(UserError):
            self._as("manager", repair).unlink()

    def test_price_changed_after_signature(self):
        repair = self._accepted()
        mine = self._on_site(repair)
        mine.line_ids = self._lines()
        mine.action_quote()
        mine.quote_signature = SIGNATURE
        mine.action_agree()
        with self.assertRaisesRegex(UserError, "new quote"):
            mine.line_ids[0].quantity = 3
        with self.assertRaises(UserError):
            mine.payer_class = "free_common"
        mine.action_requote()
        self.assertFalse(repair.agreed_at)
        self.assertFalse(repair.quote_signature)
        mine.line_ids[0].quantity = 3
        mine.action_quote()
        self.assertEqual(repair.state, "quoted")

    def test_price_off_the_list(self):
        repair = self._accepted()
        mine = self._on_site(repair)
        mine.line_ids = [
            Command.create({"kind": "labour", "name": "Open the wall", "price_unit": 200})
        ]
        with self.assertRaisesRegex(UserError, "supervisor"):
            mine.action_quote()
        mine.action_ask_assessment()
        self.assertTrue(self._deadline(repair, "assess", ("running",)))
        with self.assertRaises(AccessError):
            mine.action_assess()
        mine.line_ids.price_unit = 1200
        with self.assertRaisesRegex(AccessError, "project manager"):
            self._as("supervisor", repair).action_assess()
        mine.line_ids.price_unit = 200
        self._as("supervisor", repair).action_assess()
        mine.action_quote()

    def test_quote_refused(self):
        repair = self._accepted()
        mine = self._on_site(repair)
        mine.line_ids = self._lines()
        mine.action_quote()
        mine._refuse_quote("Too dear")
        self.assertEqual((repair.state, repair.settlement), ("cancelled", "refused"))
        self.assertFalse(repair.charge_ids)

    def test_quote_refused_with_published_visit_fee(self):
        fee = self.env["property.service.price"].create(
            {"code": "V01", "name": "Visit", "uom": "time", "price": 20, "visit_fee": True}
        )
        repair = self._accepted()
        mine = self._on_site(repair)
        mine.line_ids = [
            *self._lines(),
            Command.create({"kind": "visit", "price_id": fee.id}),
        ]
        mine.action_quote()
        mine._refuse_quote("Too dear")
        self.assertEqual(repair.charge_ids.amount, 20)

    def test_discount_along_the_matrix(self):
        for amount, groups in (
            (50, ["supervisor"]),
            (70, ["supervisor", "manager"]),
        ):
            repair = self._accepted()
            mine = self._on_site(repair)
            mine.line_ids = self._lines()
            self._as("staff", repair)._ask_discount(amount, "Regular customer")
            steps = repair.approval_ids.sudo().step_ids.group_id
            self.assertEqual(
                steps,
                self.env["res.groups"].union(
                    *(self.env.ref(f"property_service.group_{name}") for name in groups)
                ),
            )
            for name in groups:
                self.assertEqual(repair.discount, 0)
                self._as(name, repair.approval_ids[-1:]).action_approve()
            self.assertEqual(repair.amount_total, 78 - amount)
        with self.assertRaises(UserError):
            self._as("staff", repair)._ask_discount(500, "Too much")

    def test_free_work_needs_no_quote_and_is_costed(self):
        repair = self._accepted()
        repair.payer_class = "free_common"
        mine = self._on_site(repair)
        mine.line_ids = self._lines()
        with self.assertRaisesRegex(UserError, "not chargeable"):
            mine.action_quote()
        mine.solution = "Done"
        mine.action_done()
        mine.write({"customer_signature": SIGNATURE})
        mine.action_accept_signed()
        self.assertFalse(repair.charge_ids)
        self.assertEqual(repair.cost, 7.0, "internal cost of free work too")
        self.assertEqual(repair.settlement, "not_chargeable")

    def test_second_check_of_dangerous_work(self):
        repair = self._accepted(
            category_id=self.env.ref("property_service.repair_category_power_out").id
        )
        mine = self._done(repair)
        mine.customer_signature = SIGNATURE
        with self.assertRaisesRegex(UserError, "supervisor checks it"):
            mine.action_accept_signed()
        self._as("supervisor", repair).action_check()
        mine.action_accept_signed()

    def test_common_part_is_accepted_with_photos_by_somebody_else(self):
        repair = self._accepted(
            unit_id=False,
            estate_id=self.estate.id,
            building_id=self.building.id,
            place="Stairs",
            category_id=self.env.ref("property_service.repair_category_lift").id,
        )
        self.assertEqual((repair.scope, repair.payer_class), ("common", "free_common"))
        mine = self._done(repair)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            mine.action_accept_staff()
        with self.assertRaisesRegex(UserError, "photos"):
            self._as("staff", repair).action_accept_staff()
        mine.photo_after_ids = (
            self.env["ir.attachment"]
            .with_user(self.users["technician"])
            .create({"name": "a.png", "raw": b"x"})
        )
        self._as("staff", repair).action_accept_staff()
        self.assertEqual(repair.accepted_way, "staff")

    def test_nobody_objects_for_three_days(self):
        with freeze_time("2026-11-10 02:00:00"):
            repair = self._accepted()
            self._done(repair)
        with freeze_time("2026-11-13 01:00:00"):
            self._check_deadlines()
            self.assertEqual(repair.state, "done")
        with freeze_time("2026-11-13 02:10:00"):
            self._check_deadlines()
            self.assertEqual((repair.state, repair.accepted_way), ("accepted_by_customer", "auto"))
            self.assertFalse(repair.breached)
            self._check_deadlines()
            # not drawn for a callback, or waived: then nothing holds the case open
            self.env["property.callback"].search(
                [("res_model", "=", repair._name), ("res_id", "=", repair.id)]
            ).filtered(lambda row: row.state == "planned")._move_to("waived")
        with freeze_time("2026-11-25 02:10:00"):
            with self.enter_registry_test_mode():
                self.env.ref("property_service.ir_cron_repair_close").method_direct_trigger()
            self.assertEqual(repair.state, "closed")

    def test_paid_service_by_appointment(self):
        """Five minutes before the appointment (handbook B A1, U4; A6)."""
        with freeze_time("2026-11-10 01:00:00") as clock:
            cleaning = self.env["property.service.price"].create(
                {
                    "code": "F01",
                    "name": "Cleaning",
                    "uom": "hour",
                    "price": 40,
                    "kind": "service",
                    "category": "household",
                }
            )
            order = (
                self.env["property.repair"]
                .with_user(self.users["staff"])
                .create(
                    {
                        "kind": "service",
                        "unit_id": self.unit.id,
                        "partner_id": self.owner.id,
                        "description": "Cleaning, three hours",
                        "appointment_start": "2026-11-11 01:00:00",
                        "settle": "account",
                    }
                )
            )
            self.assertEqual((order.urgency, order.payer_class), ("U4", "chargeable"))
            order.action_accept()
            due = self._deadline(order, "appointment")
            self.assertEqual(due.due, datetime(2026, 11, 11, 0, 55))
            self.assertFalse(self._deadline(order, "arrive"))
            order.appointment_start = "2026-11-11 03:00:00"
            due = self._deadline(order, "appointment", ("running",))
            self.assertEqual(due.due, datetime(2026, 11, 11, 2, 55))
            clock.move_to("2026-11-11 02:50:00")
            mine = self._on_site(order)
            self.assertEqual(due.state, "kept")
            mine.line_ids = [
                Command.create({"kind": "labour", "price_id": cleaning.id, "quantity": 3})
            ]
            mine.action_quote()
            mine.quote_signature = SIGNATURE
            mine.action_agree()
            mine.solution = "Cleaned"
            mine.action_done()
            mine.write({"customer_signature": SIGNATURE, "satisfaction": "B"})
            mine.action_accept_signed()
        self.assertEqual(order.charge_ids.amount, 120)
        self.assertEqual(order.settlement, "on_account")
        self.assertEqual(order._callback_class(), "special")

    def test_warranty_goes_to_the_developer(self):
        builder = self.env["res.partner"].create({"name": "Builder"})
        roof = self.env.ref("property_service.repair_category_roof_wall_leak")
        self.env["property.warranty.term"].create(
            {
                "estate_id": self.estate.id,
                "building_id": self.building.id,
                "category_id": roof.id,
                "date_start": "2024-01-01",
                "date_end": "2028-12-31",
                "partner_id": builder.id,
            }
        )
        with freeze_time("2026-11-01 02:00:00"):
            repair = self._accepted(category_id=roof.id)
            self.assertEqual(repair.payer_class, "warranty")
            action = self._as("staff", repair).action_claim()
            claim = self.env["property.warranty.claim"].browse(action["res_id"])
            self.assertEqual((repair.state, claim.responsible_id), ("on_hold", builder))
            self.assertEqual(self._deadline(repair, "finish").state, "paused")
            self._as("staff", claim).action_send()
        for day, letters in (("2026-11-08", 1), ("2026-11-16", 2), ("2026-12-01", 3)):
            with self.assertRaisesRegex(UserError, "reminder letters"):
                self._as("supervisor", claim).action_on_behalf()
            with freeze_time(f"{day} 02:01:00"):
                self._check_deadlines()
                self._check_deadlines()
            self.assertEqual(claim.reminders, letters)
        self._as("supervisor", claim).action_on_behalf()
        self.assertEqual((claim.state, repair.state), ("closed", "accepted"))

    def test_price_versions(self):
        with self.assertRaises(ValidationError):
            self.price_elbow.copy()
        repair = self._accepted()
        repair.line_ids = self._lines()
        with self.assertRaisesRegex(UserError, "new version"):
            self._as("supervisor", self.price_elbow).price = 70
        action = self._as("supervisor", self.price_elbow).action_new_version()
        new = self.env["property.service.price"].browse(action["res_id"])
        new.price = 70
        today = new.date_start - timedelta(days=1)
        prices = self.env["property.service.price"]
        self.assertEqual(prices._list_on(self.estate, today), self.price_elbow)
        self.assertEqual(prices._list_on(self.estate, today + timedelta(days=1)), new)

    def test_from_finding(self):
        finding = self._intake(
            unit_id=False, estate_id=self.estate.id, building_id=self.building.id, place="Gate"
        )
        repair = self.env["property.repair"]._from_finding(finding)
        self.assertEqual((repair.state, repair.channel), ("accepted", "patrol"))
        self.assertEqual(repair.payer_class, "free_common")
