# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .renovation_case import DOT
from .site_case import MONDAY, SiteCase, id_number, number_of


@tagged("post_install", "-at_install")
class TestSite(SiteCase):
    """Workers, passes, special permits, patrols of a running site (handbook A §31–§36)."""

    # workers and passes --------------------------------------------------------------------------

    @freeze_time(MONDAY)
    def test_worker_identity_is_masked_and_recognised(self):
        number = id_number(number_of("Zhang"))
        self.assertEqual(self.worker.partner_id.sudo().property_id_number, self.worker.id_number)
        self.assertNotIn(number, str(self.worker.id_number))
        self.assertIn("*", self.worker.id_number)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._make_worker("Zhang")
        with self.assertRefused("belongs to Zhang"):
            self.env["property.renovation.worker"].create(
                {"renovation_id": self.site.id, "name": "Li", "id_number": number}
            )
        self.assertEqual(self.worker.age, 35)

    @freeze_time(MONDAY)
    def test_no_pass_without_papers(self):
        welder = self._make_worker("Welder", trade="welder")
        with self.assertRefused("certificate"):
            self._apply(welder)
        welder.write({"certificate_number": "T1", "certificate_date_end": date(2026, 2, 1)})
        with self.assertRefused("has expired on 2026-02-01"):
            self._apply(welder)
        plain = self._make_worker("Plain", id_checked=False)
        with self.assertRefused("original was seen"):
            self._apply(plain)
        plain.write({"id_checked": True, "photo": False})
        with self.assertRefused("photo"):
            self._apply(plain)

    @freeze_time(MONDAY)
    def test_one_person_one_room_one_pass(self):
        card = self._issued()
        self.assertEqual((card.state, card.date_end), ("valid", date(2026, 3, 31)))
        self.assertEqual(self.worker.pass_id, card)
        with self.assertRefused("one person, one room, one pass"):
            self._apply()
        other = self._make_unit("302", 90.0)
        site = self.site.copy({"unit_id": other.id})
        site._with_move().write({"state": "working"})
        again = self._make_worker("Zhang", site=site)
        self.assertEqual(again.partner_id, self.worker.partner_id, "recognised by his number")
        with self.assertRefused(card.number):
            self._apply(again)

    @freeze_time(MONDAY)
    def test_day_passes_not_two_days_in_a_row(self):
        with self.assertRefused("guarantees for him"):
            self._apply(kind="day")
        self._apply(kind="day", guarantee="Firm").action_approve()
        day = self.env["property.renovation.pass"].search([("worker_id", "=", self.worker.id)])
        day.action_issue()
        self.assertEqual(day.date_end, date(2026, 3, 2))
        day.action_recover()
        with self.assertRefused("two days in a row"):
            self._apply(kind="day", guarantee="Firm", date_start=date(2026, 3, 3))
        self._apply(kind="day", guarantee="Firm", date_start=date(2026, 3, 4))

    @freeze_time(MONDAY)
    def test_deposits_of_passes(self):
        planned = self.site.money_ids.filtered(lambda row: row.code == "PASS").deposit_id
        workers = [self._make_worker(f"Worker {letter}") for letter in "ABCDE"]
        cards = [self._apply(worker) for worker in workers]
        for card in cards:
            card.action_approve()
        self.assertEqual([card.deposit_id for card in cards[:4]], [planned] * 4)
        own = cards[4].deposit_id
        self.assertNotEqual(own, planned)
        self.assertEqual((own.amount, own.state, own.partner_id), (20.0, "due", self.firm))
        with self.assertRefused("has not taken the deposit of 20.00"):
            cards[4].action_issue()
        with self.assertRaises(AccessError):
            cards[0].with_user(self.users["staff"]).action_issue()
        self._take_deposit(own, partner_id=self.firm.id)
        cards[4].with_user(self.users["supervisor"]).action_issue()
        cards[4].action_recover()
        self.assertTrue(self._tasks(self.site, cards[4].number))
        self._inspect(own)
        self._approve(self._refund_of(own))
        self._pay(own.refund_ids)
        self.assertEqual(cards[4].state, "deposit_refunded")

    @freeze_time(MONDAY)
    def test_lost_pass_is_charged_and_void(self):
        card = self._issued()
        card.action_report_lost()
        self.assertEqual(card.state, "lost")
        self.assertEqual((card.money_id.amount, card.money_id.payer_id), (20.0, self.firm))
        self.assertEqual(self.site.passes_missing, 1)
        self.assertFalse(card._verify_facts()["valid"])
        self.assertTrue(self._tasks(self.site, "lost and void").user_id & self.users["security"])
        new = self.env["property.renovation.pass"].browse(card.action_replace()["res_id"])
        new.action_approve()
        self.assertEqual(new.deposit_id, card.deposit_id)
        new.action_issue()
        with self.assertRefused("still out"):
            self.site.action_first_pass()

    def test_expiry_extension_and_return(self):
        with freeze_time(MONDAY):
            card = self._issued(kind="short")
            self.assertEqual(card.date_end, date(2026, 3, 16))
            self.assertEqual(card.return_due, date(2026, 3, 23))
            card.action_extend()
            self.assertEqual((card.state, card.date_end), ("extended", date(2026, 3, 31)))
            with self.assertRefused("extend the permit first"):
                card.action_extend()
        cron = self.env.ref("property_service.ir_cron_renovation_pass")
        with freeze_time("2026-04-01 02:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            tasks = len(self.site.activity_ids)
            cron.method_direct_trigger()
            self.assertEqual(len(self.site.activity_ids), tasks, "told once")
        self.assertEqual(card.state, "expired")
        with freeze_time("2026-04-08 02:00:00"):
            self.assertIn(card, card.search([("overdue", "=", True)]))
            with self.assertRefused("has expired"):
                card.action_extend()
            card.action_recover()
            self.assertNotIn(card, card.search([("overdue", "=", True)]))

    @freeze_time(MONDAY)
    def test_pass_found_on_another_unit(self):
        card = self._issued()
        card.action_found_elsewhere("in 302, by the guard")
        self.assertEqual((card.state, card.warning_count), ("valid", 1))
        card.action_found_elsewhere("in 305")
        self.assertEqual(card.state, "withdrawn")
        self.assertFalse(card._verify_facts()["valid"])
        card.action_recover()

    @freeze_time(MONDAY)
    def test_guards_page_shows_no_more_than_needed(self):
        card = self._issued()
        facts = card._verify_facts()
        self.assertTrue(facts["valid"])
        text = str(facts)
        self.assertIn(card.number, text)
        for secret in (self.worker.id_number, "13800001111", "20.0", "data:image"):
            self.assertNotIn(secret, text)
        found = card._verify_find("pass", card.sudo().verify_token)
        self.assertEqual(found.id, card.id)
        self.assertIsNone(card._verify_find("permit", card.sudo().verify_token))
        self.site.action_suspend("wall")
        facts = card._verify_facts()
        self.assertTrue(facts["valid"], "nobody is barred by a button")
        self.assertIn("stopped", str(facts["rows"]))

    # overtime ------------------------------------------------------------------------------------

    def _overtime(self, start="2026-03-02 10:30:00", end="2026-03-02 13:00:00", **values):
        document = self.env["property.renovation.overtime"].create(
            {
                "renovation_id": self.site.id,
                "date_start": start,
                "date_end": end,
                "content": "Painting",
                "worker_ids": [Command.set(self.worker.ids)],
                "safety_person": "Lead",
                **values,
            }
        )
        self._sign(document, "contractor", "owner")
        return document

    @freeze_time(MONDAY)
    def test_overtime_from_application_to_record(self):
        document = self._overtime()
        document.action_apply()
        self._approve_as(document, "supervisor")
        self.assertEqual(document.state, "approved")
        self.assertTrue(self._tasks(self.site, document.number))
        with self.assertRefused("own hours only"):
            document.action_begin()
        with freeze_time("2026-03-02 11:00:00"):
            document.action_begin()
            document.action_end()
            document.action_record()
        self.assertEqual(document.actual_end, datetime(2026, 3, 2, 11, 0))

    @freeze_time(MONDAY)
    def test_overtime_that_is_refused(self):
        with self.assertRefused("no noisy work"):
            self._overtime(end="2026-03-02 15:00:00", noise=True).action_apply()
        self._overtime(end="2026-03-02 15:00:00").action_apply()
        with freeze_time("2026-03-02 09:00:00"), self.assertRefused("until 2026-03-02 16:00"):
            self._overtime().action_apply()
        saturday = self._overtime("2026-03-07 02:00:00", "2026-03-07 04:00:00")
        with freeze_time("2026-03-06 09:00:00"), self.assertRefused("until 2026-03-06 16:00"):
            saturday.action_apply()
        with freeze_time("2026-03-06 07:00:00"):
            saturday.action_apply()
            self._approve_as(saturday, "supervisor")
            saturday.action_stop_by_complaint("302 cannot sleep")
            self.assertEqual(saturday.state, "cancelled_by_complaint")
        with freeze_time("2026-03-09 02:00:00"), self.assertRefused("until 2026-03-13"):
            self._overtime("2026-03-09 10:30:00", "2026-03-09 12:00:00").action_apply()

    # hot work ------------------------------------------------------------------------------------

    def _hot_work(self, **values):
        welder = values.pop("operator", None) or self._make_worker(
            "Welder", trade="welder", certificate_number="T1"
        )
        work = self.env["property.renovation.hot.work"].create(
            {
                "renovation_id": self.site.id,
                "place": "Balcony",
                "content": "Railing",
                "date_start": "2026-03-03 02:00:00",
                "date_end": "2026-03-03 06:00:00",
                "operator_id": welder.id,
                "watcher": "Wang",
                "extinguisher_count": 2,
                "extinguisher_kg": 4,
                "cleared": True,
                **values,
            }
        )
        self._sign(work, "operator", "watcher")
        return work

    @freeze_time(MONDAY)
    def test_hot_work_with_three_approvals_and_fire_check(self):
        work = self._hot_work()
        work.action_apply()
        self._approve_as(work, "equipment")
        with self.assertRefused("look at the place"):
            self._approve_as(work, "security")
        work.site_checked = True
        self._approve_as(work, "security")
        self.assertEqual(work.state, "checked")
        self._approve_as(work, "manager")
        self.assertEqual(work.state, "approved")
        task = self._tasks(work, "Guard watch")
        self.assertEqual(
            (task.user_id, task.date_deadline), (self.users["security"], date(2026, 3, 3))
        )
        with self.assertRefused("read-only|place and time stay"):
            work.place = "Kitchen"
        with self.assertRefused("only in the time"):
            work.action_begin()
        with freeze_time("2026-03-03 03:00:00"):
            self.assertTrue(work._verify_facts()["valid"])
            work.action_begin()
            work.action_finish()
            with self.assertRefused("30 minutes"):
                work.action_recheck("no embers")
        with freeze_time("2026-03-03 03:35:00"):
            work.action_recheck("no embers")
            work.action_close()
        self.assertEqual(work.state, "closed")

    @freeze_time(MONDAY)
    def test_hot_work_that_is_refused(self):
        welder = self._make_worker("Gao", trade="welder", certificate_number="T2")
        for values, message in (
            ({"date_start": "2026-03-02 06:00:00", "date_end": "2026-03-02 08:00:00"}, "1 working"),
            ({"extinguisher_count": 1}, "2 extinguishers of 4 kg"),
            ({"extinguisher_kg": 2}, "2 extinguishers of 4 kg"),
            ({"watcher": False}, "fire watcher"),
            ({"watcher": "Gao"}, "not the operator"),
            ({"operator": self.worker}, "certificate for hot work"),
            ({"cleared": False}, "measures"),
            ({"method": "gas"}, "gas bottles"),
            ({"date_end": "2026-03-05 02:00:00"}, "24 hours"),
        ):
            with self.subTest(message=message), self.assertRefused(message):
                self._hot_work(**{"operator": welder, **values}).action_apply()
        sunday = "2026-03-08 02:00:00"
        late = self._hot_work(
            operator=welder, date_start="2026-03-09 02:00:00", date_end="2026-03-09 04:00:00"
        )
        with freeze_time(sunday), self.assertRefused("1 working"):
            late.action_apply()
        work = self._hot_work(operator=welder)
        work.action_apply()
        with freeze_time("2026-03-04 02:00:00"), self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_renovation_hot_work").method_direct_trigger()
        self.assertEqual(work.state, "expired")

    # overnight stay ------------------------------------------------------------------------------

    def _stay(self, worker=None, **values):
        return self.env["property.renovation.stay"].create(
            {
                "renovation_id": self.site.id,
                "worker_id": (worker or self.worker).id,
                "reason": "Guarding material",
                "date_start": date(2026, 3, 3),
                "date_end": date(2026, 3, 10),
                **values,
            }
        )

    @freeze_time(MONDAY)
    def test_overnight_stay_needs_a_guarantor(self):
        stay = self._stay()
        stay.action_apply()
        with self.assertRefused("without a guarantor"):
            stay.action_guarantee()
        stay.guarantor_id = self.env["res.partner"].create({"name": "Boss", "phone": "139"})
        stay.guarantor_id.property_id_number = id_number(77)
        self.assertIn("*", stay.guarantor_id_number)
        with self.assertRefused("not signed yet"):
            stay.action_guarantee()
        self._sign(stay, "guarantor", "owner", "stayer")
        stay.action_guarantee()
        self._approve_as(stay, "security", "manager")
        self.assertEqual(stay.state, "approved")
        self.assertTrue(self.worker.overnight)
        with self.assertRefused("at most 1"):
            self._stay(self._make_worker("Second")).action_apply()
        with self.assertRefused("does not hold on 2026-04-02"):
            self._stay(date_start=date(2026, 3, 20), date_end=date(2026, 4, 2)).action_apply()
        cron = self.env.ref("property_service.ir_cron_renovation_stay")
        with freeze_time("2026-03-03 02:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            self.assertEqual(stay.state, "valid")
        with freeze_time("2026-03-11 02:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(stay.state, "ended")

    # patrols -------------------------------------------------------------------------------------

    def _visits(self, day):
        return self.site.site_visit_ids.filtered(lambda visit: visit.date == day)

    @freeze_time("2026-03-03 03:00:00")
    def test_two_patrols_a_day(self):
        self.assertEqual(len(self._visits(date(2026, 3, 3))), 2)
        plan = self.site.site_visit_ids.patrol_id.plan_id
        self.assertEqual((plan.target, plan.frequency), ("sites", "daily"))
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_patrol_make").method_direct_trigger()
        self.assertEqual(len(self._visits(date(2026, 3, 3))), 2, "made once")
        self.assertEqual(len(self._visits(date(2026, 3, 10))), 2)
        self.assertIn("0/2", self.site.board_note)
        for visit in self._visits(date(2026, 3, 3)):
            visit.patrol_id.action_start()
            visit.check_ids.write({"photo": DOT})
            with self.assertRefused("stage of the work"):
                visit.action_all_normal()
            visit.work_stage = "Tiles"
            visit.action_all_normal()
        self.site.invalidate_recordset(["patrols_today", "board_note"])
        self.assertIn("2/2", self.site.board_note)
        self.env.flush_all()
        day = self.env["property.renovation.patrol.day"].search(
            [("renovation_id", "=", self.site.id), ("date", "=", date(2026, 3, 3))]
        )
        self.assertEqual((day.done, day.required, day.rate), (2, 2, 100.0))
        self._first_passed(self.site)
        self.assertFalse(self._visits(date(2026, 3, 4)), "patrols end with the work")

    @freeze_time("2026-03-03 03:00:00")
    def test_patrol_finds_a_violation(self):
        visit = self._visits(date(2026, 3, 3))[0]
        visit.patrol_id.action_start()
        visit.check_ids.write({"photo": DOT})
        item = self.env.ref("property_service.patrol_item_site_7")
        bad = visit.check_ids.filtered(lambda row: row.item_id == item)
        (visit.check_ids - bad).write({"result": "ok"})
        bad.write({"result": "bad", "text": "Debris in the corridor"})
        visit.action_done()
        self.assertEqual(visit.state, "abnormal")
        self.assertFalse(visit.finding_ids)
        case = visit.violation_ids
        self.assertEqual((case.code, case.renovation_id, case.state), ("R4", self.site, "found"))
        self.assertTrue(case.photo_ids)
        second = self._visits(date(2026, 3, 3))[1]
        second.patrol_id.action_start()
        second.note = "Door stays shut"
        second.action_refused()
        self.assertTrue(self._tasks(self.site, "phone the owner"))

    @freeze_time("2026-03-03 03:00:00")
    def test_permit_not_posted_is_reminded_first(self):
        """Handbook A §30: the first time a reminder, the second time violation R1."""
        item = self.env.ref("property_service.patrol_item_site_1")
        for turn, visit in enumerate(self._visits(date(2026, 3, 3))):
            visit.patrol_id.action_start()
            visit.check_ids.write({"photo": DOT, "result": "ok"})
            visit.check_ids.filtered(lambda row: row.item_id == item).write(
                {"result": "bad", "text": "Nothing on the door"}
            )
            visit.work_stage = "Tiles"
            visit.action_done()
            self.assertEqual(visit.violation_ids.mapped("code"), ["R1"] * turn)
        self.assertEqual(self.site.permit_reminded_date, date(2026, 3, 3))

    @freeze_time("2026-03-16 03:00:00")
    def test_manager_checks_four_times_a_month(self):
        patrols = self.env["property.patrol"]
        self.assertEqual(patrols._site_checks_left(self.estate, date(2026, 3, 16)), 4)
        cron = self.env.ref("property_service.ir_cron_renovation_spot")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(
            len(self._tasks(self.site, "4 to go").filtered("user_id")),
            len(self._tasks(self.site, "4 to go").user_id),
        )
        with self.assertRaises(AccessError):
            self.site.with_user(self.users["staff"]).action_spot_check()
        self.site.with_user(self.users["manager"]).action_spot_check()
        patrol = patrols.search([("unscheduled", "=", True)])
        patrol.visit_ids.check_ids.write({"photo": DOT})
        patrol.visit_ids.work_stage = "Tiles"
        patrol.visit_ids.action_all_normal()
        patrol.action_finish()
        self.assertEqual(patrols._site_checks_left(self.estate, date(2026, 3, 16)), 3)

    # what must not work --------------------------------------------------------------------------

    @freeze_time(MONDAY)
    def test_states_move_by_methods_only(self):
        card = self._apply()
        work = self._hot_work()
        case = self._violation()
        for record, state in ((card, "valid"), (work, "approved"), (case, "closed")):
            with self.subTest(model=record._name), self.assertRefused("kept by the system"):
                record.with_user(self.users["supervisor"]).write({"state": state})
        for model, values in (
            ("property.renovation.pass", {"worker_id": self.worker.id, "state": "valid"}),
            (
                "property.renovation.violation",
                {
                    "unit_id": self.home.id,
                    "type_id": case.type_id.id,
                    "description": "x",
                    "state": "closed",
                },
            ),
        ):
            with self.subTest(model=model), self.assertRefused("cannot start as"):
                self.env[model].with_user(self.users["staff"]).create(values)
        with self.assertRefused("kept by the system"):
            case.with_user(self.users["staff"]).write({"failed_date": fields.Datetime.now()})
        with self.assertRaises(AccessError):
            case.step_ids.with_user(self.users["manager"]).write({"note": "nothing"})
        self.assertNotIn(
            "confiscated", {state for state, _label in card._fields["state"].selection}
        )

    @freeze_time(MONDAY)
    def test_clerk_of_another_estate_sees_nothing(self):
        self._violation()
        self._apply()
        estate = self._make_estate("Hill Garden", "HG")
        clerk = self.users["staff"].copy({"login": "other_clerk"})
        clerk.property_estate_ids = [Command.set(estate.ids)]
        for model in (
            "property.renovation.worker",
            "property.renovation.pass",
            "property.renovation.violation",
            "property.renovation.violation.step",
            "property.renovation.patrol.day",
        ):
            with self.subTest(model=model):
                self.assertFalse(self.env[model].with_user(clerk).search([("id", "!=", 0)]))
                self.assertTrue(self.env[model].search([("id", "!=", 0)], limit=1))

    @freeze_time(MONDAY)
    def test_permit_needs_registered_workers(self):
        dossier = self._paid(unit=self._make_unit("303", 90.0, state="handed_over"), worker_ids=[])
        with self.assertRefused("workers in the register"):
            dossier.action_issue_permit()

    @freeze_time(MONDAY)
    def test_forms_print(self):
        card = self._issued()
        stay = self._stay()
        case = self._violation()
        for name, record, text in (
            ("site_workers", self.site, "Zhang"),
            ("pass_application", self.site, card.number),
            ("pass_badge", card, "data:image/svg+xml"),
            ("renovation_overtime", self._overtime(), "Painting"),
            ("renovation_hot_work", self._hot_work(), "Wang"),
            ("renovation_stay", stay, stay.number),
            ("site_sheet", self.site, self.site.permit_number),
            ("renovation_violation_notice", case, "Bags of debris"),
            ("renovation_violation_report", case, "Bags of debris"),
        ):
            with self.subTest(form=name):
                html = (
                    self.env["ir.actions.report"]
                    .with_user(self.users["staff"])
                    ._render_qweb_html(f"property_service.report_{name}", record.ids)[0]
                    .decode()
                )
                self.assertIn(text, html)
                self.assertNotIn(id_number(number_of("Zhang")), html)
        for register, count in (("pass", 1), ("violation", 1), ("site.log", 0)):
            model = self.env[f"property.register.{register}"].with_user(self.users["staff"])
            rows = model._content({"date_from": "2026-03-01", "date_to": "2026-03-31"})
            self.assertEqual(rows["count"], count, register)
