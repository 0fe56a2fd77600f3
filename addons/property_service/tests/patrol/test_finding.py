# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .patrol_case import NOON, PHOTO, PatrolCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFinding(PatrolCase):
    """Every finding ends in a verified fix (B §E6)."""

    def test_limits_by_category(self):
        """Danger at once, fire and security 24 h, cleaning 2 h, repair 2 days, greening 7."""
        limits = {
            "danger": datetime(2026, 3, 2, 4, 30),
            "fire": datetime(2026, 3, 3, 4),
            "security": datetime(2026, 3, 3, 4),
            "clean": datetime(2026, 3, 2, 6),
            "repair": datetime(2026, 3, 4, 4),
            "green": datetime(2026, 3, 9, 4),
        }
        for code, due in limits.items():
            with self.subTest(code=code):
                self.assertEqual(self._finding(code).date_due, due)
        self.assertEqual(self._finding("danger").severity, "danger")

    def test_danger_whatever_it_is_about(self):
        finding = self._finding("green")
        finding.severity = "danger"
        self.assertEqual(finding.date_due, datetime(2026, 3, 2, 4, 30))

    def _fix(self, finding):
        finding.responsible_id = self.technician
        finding.with_user(self.supervisor).action_assign()
        own = finding.with_user(self.technician)
        own.action_accept()
        own.action_begin()
        with self.assertRaisesRegex(UserError, "what was done"):
            own.action_fixed()
        own.measures = "Lamp replaced"
        own.action_fixed()

    def test_from_found_to_closed(self):
        finding = self._finding()
        with freeze_time("2026-03-03 04:00:00"):
            self._fix(finding)
            self.assertEqual(finding.date_due, datetime(2026, 3, 4, 4), "recheck in a day")
            with self.assertRaisesRegex(UserError, "Who put it right"):
                finding.with_user(self.technician).action_rechecked()
            with self.assertRaisesRegex(UserError, "who found it"):
                finding.with_user(self.users["staff"]).action_rechecked()
            finding.with_user(self.steward).action_rechecked()
        self.assertEqual(finding.state, "closed")
        self.assertTrue(finding.in_time)
        self.assertEqual((finding.count_closed, finding.count_in_time), (1, 1))

    def test_fixed_on_paper_only(self):
        """A failed recheck goes back a level higher, and the leaders know."""
        finding = self._finding()
        self._fix(finding)
        with self.assertRaisesRegex(UserError, "still wrong"):
            finding.with_user(self.steward).action_recheck_failed()
        with freeze_time("2026-03-02 08:00:00"):
            finding.with_user(self.steward).action_recheck_failed("still dark")
        self.assertEqual((finding.state, finding.level), ("assigned", 2))
        self.assertEqual(finding.date_due, datetime(2026, 3, 4, 8), "a new clock")
        self.assertTrue(finding.activity_ids)

    def test_overdue_escalates(self):
        finding = self._finding("clean")
        with freeze_time("2026-03-02 06:30:00"):
            self._cron("ir_cron_deadline")
            self._cron("ir_cron_deadline")
        self.assertTrue(finding.breached)
        self.assertEqual(finding.lateness, "ok" if not finding.date_due else finding.lateness)
        self.assertEqual(len(finding.activity_ids.filtered("summary")), len(finding.activity_ids))

    def test_on_the_spot_needs_two_photos(self):
        finding = self._finding(photo=PHOTO)
        with self.assertRaisesRegex(UserError, "photo"):
            finding.action_fixed_on_spot()
        finding.photo_after = PHOTO
        finding.action_fixed_on_spot()
        self.assertEqual(finding.state, "closed")
        self.assertTrue(finding.in_time)

    def test_deferred_comes_back(self):
        finding = self._finding()
        later = datetime(2026, 4, 1)
        with self.assertRaisesRegex(UserError, "supervisor"):
            finding.with_user(self.steward).action_defer("no funds", later)
        with self.assertRaisesRegex(UserError, "ahead"):
            finding.with_user(self.supervisor).action_defer("no funds", datetime(2026, 3, 1))
        finding.with_user(self.supervisor).action_defer("no funds", later)
        self.assertFalse(finding.date_due, "the clock stands")
        with freeze_time("2026-04-01 02:00:00"):
            self._cron("ir_cron_finding_review")
            self._cron("ir_cron_finding_review")
            self.assertEqual(len(finding.activity_ids), len(finding._deadline_users("supervisor")))
            finding.responsible_id = self.technician
            finding.with_user(self.supervisor).action_resume()
            self.assertEqual(finding.state, "assigned")
            self.assertEqual(finding.date_due, datetime(2026, 4, 3, 2), "the whole time is left")
        danger = self._finding("danger")
        with self.assertRaisesRegex(UserError, "dangerous"):
            danger.with_user(self.supervisor).action_defer("no funds", later)

    def test_the_same_for_the_third_time(self):
        place = {"place": "Lobby"}
        first, second = self._finding(**place), self._finding(**place)
        other = self._finding(place="Roof")
        third = self._finding(**place)
        self.assertEqual((first | second | other | third).mapped("repeat_count"), [1, 2, 1, 3])
        self.assertEqual(third.mapped("repeated"), [True])
        self.assertFalse(second.repeated)
        self.assertTrue(third.activity_ids)
        with freeze_time("2026-07-01 04:00:00"):
            self.assertEqual(self._finding(**place).repeat_count, 1, "long ago")

    def test_as_rectification_notice(self):
        finding = self._finding(responsible_id=self.technician.id)
        finding.with_user(self.supervisor).action_make_notice()
        notice = self.env["property.rectification"].browse(finding.followup_id)
        self.assertEqual((notice.state, notice.source_kind), ("issued", "patrol"))
        self.assertEqual(finding.state, "assigned")
        with self.assertRaisesRegex(UserError, notice.number):
            finding.with_user(self.supervisor).action_make_notice()
        notice.action_receive()
        notice.action_begin()
        notice.write({"cause": "c", "measures": "m"})
        notice.with_user(self.technician).action_fixed()
        notice.with_user(self.supervisor).action_verify()
        self.assertEqual(finding.state, "fixed", "the finder looks again")

    def test_as_repair(self):
        """The repair that is made of it brings the finding to its recheck when it is done."""
        finding = self._finding()
        if "property.repair" not in self.env:
            with self.assertRaisesRegex(UserError, "not kept here"):
                finding.with_user(self.supervisor).action_make_repair()
        repair = self._finding(description="stands for the repair order")
        finding._pass_on(repair, waits=True)
        self.assertEqual(finding.state, "assigned")
        # another document than a finding tells it in the same way
        finding.followup_model = "property.rectification"
        notice = self.env["property.rectification"]._propose(repair, None, None, "x")
        finding.followup_id = notice.id
        notice._case_settled()
        self.assertEqual(finding.state, "fixed")

    def test_states_are_not_jumped(self):
        finding = self._finding()
        own = finding.with_user(self.steward)
        for values in ({"state": "closed"}, {"fixed_date": NOON}):
            with self.assertRaises(UserError):
                own.write(values)
        with self.assertRaisesRegex(UserError, "supervisor"):
            own.found_date = "2026-03-01 00:00:00"
        with self.assertRaises(UserError):
            own.action_rechecked()
        with self.assertRaisesRegex(UserError, "name the department"):
            own.action_assign()
        with self.assertRaises(UserError):
            finding.with_user(self.supervisor).action_close_deferred("x")
