# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..handover.living_case import LivingCase

NOW = "2026-11-16 02:00:00"  # a Monday


class GateCase(LivingCase):
    def _slip(self, **values):
        return (
            self.env["property.gate.pass"]
            .with_user(self.staff)
            .create(
                {
                    "unit_id": self.unit.id,
                    "line_ids": [
                        Command.create({"name": "Sofa", "spec": "leather", "quantity": 1}),
                        Command.create({"name": "Chair", "quantity": 4}),
                    ],
                    "confirmation_way": "shown",
                    **values,
                }
            )
        )

    def _issued(self, **values):
        slip = self._slip(**values)
        slip.action_confirm()
        slip.action_issue()
        return slip


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestGatePass(GateCase):
    """Exit slips (handbook A §26, §34)."""

    def test_owner_to_reconciliation(self):
        slip = self._issued()
        self.assertEqual(slip.applicant_name, "Owner 101")
        with self.assertRaisesRegex(UserError, "need a new slip"):
            slip.line_ids[0].quantity = 2
        with self.assertRaisesRegex(UserError, "kept by the system"):
            slip.write({"state": "released"})
        with self.assertRaisesRegex(UserError, "differ"):
            slip._release("East", "Wu", "粤A1", "Mover", slip.line_ids[:1].ids)
        with self.assertRaisesRegex(UserError, "gate and your name"):
            slip._release("", "Wu", "粤A1", "Mover", slip.line_ids.ids)
        slip._release("East", "Wu", "粤A1", "Mover", slip.line_ids.ids)
        self.assertEqual((slip.state, slip.guard_name, slip.vehicle), ("released", "Wu", "粤A1"))
        self.assertTrue(slip._is_signed("guard"))
        with self.assertRaisesRegex(UserError, "not valid now"):
            slip._release("East", "Wu", "粤A1", "Mover", slip.line_ids.ids)
        missing = self._issued()
        missing._release("East", "Wu", "", "", missing.line_ids.ids)
        with freeze_time("2026-11-23 02:00:00"):
            self._cron("ir_cron_gate_week")
        week = self.env["property.gate.week"].search([("estate_id", "=", self.estate.id)])
        self.assertEqual((week.date_start, len(week.slip_ids)), (date(2026, 11, 16), 2))
        slip.action_collect()
        with self.assertRaisesRegex(UserError, missing.number):
            week.with_user(self.staff).action_done()
        week.explanation = "left in the rain"
        week.with_user(self.staff).action_done()
        self.assertEqual(set(week.slip_ids.mapped("state")), {"reconciled"})

    def test_same_day_only(self):
        slip = self._issued()
        facts = slip.sudo()._verify_facts()
        self.assertTrue(facts["valid"])
        with freeze_time("2026-11-16 15:59:00"):
            self.assertTrue(slip._is_valid_now(), "until midnight in China")
        with freeze_time("2026-11-16 16:01:00"):
            self.assertFalse(slip._is_valid_now())
            self.assertFalse(slip.sudo()._verify_facts()["valid"])
            with self.assertRaisesRegex(UserError, "not valid now"):
                slip._release("East", "Wu", "", "", slip.line_ids.ids)
            self._cron("ir_cron_gate_pass")
            self.assertEqual(slip.state, "expired")
            again = slip.browse(slip.action_copy_slip()["res_id"])
            self.assertEqual(again.date, date(2026, 11, 17))
            self.assertEqual(again.line_ids.mapped("name"), ["Sofa", "Chair"])

    def test_guard_sees_only_what_he_needs(self):
        slip = self._issued(id_last4="4477")
        text = str(slip.sudo()._verify_facts())
        for shown in ("Sofa", "leather", "× 4", "1栋-1单元-101", "2026-11-16"):
            self.assertIn(shown, text)
        for hidden in ("Owner 101", "13800000001", "4477", "yuan"):
            self.assertNotIn(hidden, text)

    def test_tenant_and_others_need_the_owner(self):
        """Who applies decides how the owner's consent may be shown."""
        tenant = self.env["res.partner"].create({"name": "Tenant T"})
        self.unit._start_tenancy(date(2026, 1, 1), tenant)
        slip = self._slip(applicant_kind="tenant")
        self.assertEqual(slip.applicant_name, "Tenant T")
        with self.assertRaisesRegex(UserError, "shown by one of"):
            slip.action_confirm()
        slip.confirmation_way = "phone"
        with self.assertRaisesRegex(UserError, "whom you called"):
            slip.action_confirm()
        slip.confirmation_note = "Owner, 138…, 10:02"
        slip.action_confirm()
        moving = self._slip(
            applicant_kind="tenant",
            reason="moving",
            confirmation_way="phone",
            confirmation_note="Owner, 138…, 10:02",
        )
        with self.assertRaisesRegex(UserError, "settles the accounts first"):
            moving.action_confirm()
        cousin = self._slip(
            applicant_kind="family", applicant_name="Cousin", confirmation_way="written"
        )
        cousin.confirmation_note = "letter"
        with self.assertRaisesRegex(UserError, "last four"):
            cousin.action_confirm()
        cousin.id_last4 = "1234"
        with self.assertRaisesRegex(UserError, "attach the authorisation"):
            cousin.action_confirm()
        cousin.copy_ids = [self._attachment()]
        cousin.action_confirm()

    def test_open_fees_are_talked_about_not_a_bar(self):
        item = self._make_item("OLD")
        self.env["property.charge"]._charge(
            [{"unit_id": self.unit.id, "item_id": item.id, "amount": 500.0}]
        )
        slip = self._slip()
        slip.action_confirm()
        with self.assertRaisesRegex(UserError, "Talk to the customer"):
            slip.action_issue()
        slip.fees_talked = True
        slip.action_issue()

    def test_dispute_theft_night(self):
        slip = self._slip(dispute=True)
        with self.assertRaisesRegex(UserError, "both owners"):
            slip.action_confirm()
        slip.all_owners_agree = True
        with self.assertRaisesRegex(AccessError, "supervisor"):
            slip.action_confirm()
        slip.with_user(self.supervisor).action_confirm()
        theft = self._slip(stolen=True)
        with self.assertRaisesRegex(UserError, "police"):
            theft.action_confirm()
        night = self._slip()
        with self.assertRaisesRegex(UserError, "shift leader"):
            self._reason(night, "night")
        night.write(
            {
                "shift_leader": "Wu",
                "confirmation_note": "Owner, 02:10",
                "copy_ids": [self._attachment()],
            }
        )
        self._reason(night, "night", "flooded flat")
        self.assertEqual((night.state, night.night), ("released", True))
        self.assertIn(self.supervisor, night.activity_ids.user_id)

    def test_contractor_takes_registered_tools_only(self):
        drill = self.env["property.material.entry"].create(
            {
                "unit_id": self.unit.id,
                "contractor": "Deco",
                "kind": "tool",
                "name": "Drill",
                "quantity": 2,
            }
        )

        def slip(**line):
            return self._slip(
                applicant_kind="contractor",
                applicant_name="Foreman",
                id_last4="9999",
                confirmation_way="tools",
                line_ids=[Command.create({"name": "Drill", **line})],
            )

        with self.assertRaisesRegex(UserError, "not registered"):
            slip(quantity=1).action_confirm()
        first = slip(quantity=1, entry_id=drill.id)
        first.action_confirm()
        self.assertEqual(drill.left_quantity, 1)
        with self.assertRaisesRegex(UserError, "1 are still registered"):
            slip(quantity=2, entry_id=drill.id).action_confirm()
        door = self._slip(
            applicant_kind="contractor",
            applicant_name="Foreman",
            id_last4="9999",
            confirmation_way="written",
            confirmation_note="letter",
            copy_ids=[self._attachment()],
            line_ids=[Command.create({"name": "Old door", "special": True})],
        )
        with self.assertRaisesRegex(UserError, "belongs to the home"):
            door.action_confirm()
        door.write({"confirmation_way": "phone"})
        door.action_confirm()

    @mute_logger("odoo.addons.property_service.models.desk.property_gate_pass")
    def test_one_broken_slip_does_not_stop_the_others(self):
        broken, other = self._slip(), self._slip()
        original = type(broken)._move_to

        def move(slips, state, **vals):
            if slips == broken:
                raise ValueError("broken")
            return original(slips, state, **vals)

        with (
            freeze_time("2026-11-17 02:00:00"),
            patch.object(type(broken), "_move_to", move),
        ):
            self._cron("ir_cron_gate_pass")
        self.assertEqual((broken.state, other.state), ("applied", "expired"))

    def test_refused_and_void_keep_their_number(self):
        slip = self._issued()
        with self.assertRaisesRegex(UserError, "what differs"):
            slip._refuse_at_gate("East", "Wu", "")
        slip._refuse_at_gate("East", "Wu", "six chairs")
        self.assertEqual((slip.state, slip.refuse_reason), ("refused", "six chairs"))
        self.assertIn(self.supervisor, slip.activity_ids.user_id)
        void = self._slip()
        self._reason(void, "void", "typed wrong")
        self.assertEqual(void.state, "void")
        with self.assertRaisesRegex(UserError, "keeps its number"):
            void.sudo().unlink()
        with self.assertRaises(AccessError):
            self._slip().with_user(self.users["reader"]).action_confirm()


@tagged("post_install", "-at_install")
class TestGateScreen(GateCase, HttpCase):
    """The guard's phone and the public page."""

    def test_screen(self):
        slip = self._issued()
        token = slip.sudo().verify_token
        page = self.url_open(f"/property/verify/exit/{token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Sofa", page.text)
        for hidden in ("Owner 101", "13800000001"):
            self.assertNotIn(hidden, page.text)
        anonymous = self.url_open(f"/property/gate/{token}", allow_redirects=False)
        self.assertIn("/web/login", anonymous.headers.get("Location", ""))
        self.staff.password = "test_staff_1"
        self.authenticate("test_staff", "test_staff_1")
        page = self.url_open(f"/property/gate/{token}")
        self.assertIn("Sofa", page.text)
        self.assertNotIn("13800000001", page.text)
        form = {
            "csrf_token": page.text.split('name="csrf_token" value="')[1].split('"')[0],
            "gate": "East",
            "guard": "Wu",
            "action": "release",
            "line": [str(slip.line_ids[0].id)],
        }
        page = self.url_open(f"/property/gate/{token}/done", data=form)
        self.assertEqual(slip.state, "issued", "one line was not ticked")
        form["line"] = [str(line) for line in slip.line_ids.ids]
        self.url_open(f"/property/gate/{token}/done", data=form)
        slip.invalidate_recordset()
        self.assertEqual((slip.state, slip.released_by_id), ("released", self.staff))
        self.assertEqual(self.url_open("/property/gate/nothing").status_code, 404)
