# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .living_case import LivingCase

PHOTO = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    b"rkJggg=="
)
NOW = "2026-11-16 02:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPassesAndCards(LivingCase):
    """Resident passes and access cards (handbook A §23, §24)."""

    def _pass(self, holder, **values):
        return (
            self.env["property.resident.pass"]
            .with_user(self.staff)
            .create({"unit_id": self.unit.id, "holder_id": holder.id, "photo": PHOTO, **values})
        )

    def _issue(self, row):
        self._papers(row)
        if row.category != "owner":
            self._sign(row, "owner")
        row.action_check()
        row.action_make()
        self._sign(row, "holder")
        return row

    def test_pass_of_owner(self):
        row = self._pass(self.owner)
        self.assertEqual((row.category, row.valid_until), ("owner", date(2027, 11, 16)))
        with self.assertRaisesRegex(UserError, "lacks papers"):
            row.action_check()
        self._issue(row)
        self.assertEqual((row.state, row.fee), ("valid", 0))
        facts = row.sudo()._verify_facts()
        self.assertTrue(facts["valid"])
        self.assertNotIn(self.owner.name, str(facts))
        self.assertNotIn(self.owner.phone, str(facts))
        with freeze_time("2027-11-10 02:00:00"):
            row.action_review()
            self.assertEqual(row.valid_until, date(2028, 11, 10))
        with freeze_time("2028-11-11 02:00:00"):
            self._cron("ir_cron_resident_pass")
            self.assertEqual(row.state, "expired")
            self.assertFalse(row.sudo()._verify_facts()["valid"])

    def test_lost_pass_costs_and_stays_blocked(self):
        row = self._issue(self._pass(self.owner))
        with self.assertRaisesRegex(UserError, "report the pass as lost"):
            row.action_reissue()
        self._reason(row, "lost", "on the bus")
        self.assertIn(self.supervisor, row.activity_ids.user_id, "has the gates told")
        new = row.browse(row.action_reissue()["res_id"])
        self.assertEqual((row.state, new.replaces_id), ("reissued", row))
        self._issue(new)
        self.assertEqual((new.fee, new.charge_id.amount), (10, 10))
        self.assertFalse(row.sudo()._verify_facts()["valid"])

    def test_lending_ends_in_withdrawal(self):
        row = self._issue(self._pass(self.owner))
        for state in ("valid", "suspended"):
            self._reason(row, "warn", "lent")
            self.assertEqual(row.state, state)
        self._reason(row, "resume", "promised", user=self.supervisor)
        self._reason(row, "warn", "lent")
        self.assertEqual(row.state, "withdrawn")

    def test_tenant_helper_and_stranger(self):
        tenant = self.env["res.partner"].create({"name": "Tenant T"})
        self.unit._start_tenancy(date(2026, 11, 1), tenant, {"lease_date_end": date(2027, 3, 31)})
        row = self._pass(tenant)
        self.assertEqual((row.category, row.valid_until), ("tenant", date(2027, 3, 31)))
        with self.assertRaisesRegex(UserError, "ends with the lease"):
            row.valid_until = date(2027, 6, 1)
        self._papers(row)
        with self.assertRaisesRegex(UserError, "not signed yet"):
            row.action_check()
        self._issue(row)
        self.assertIn("Copy of the lease contract", row.paper_ids.mapped("name"))
        helper = self._pass(self.person, category="helper")
        self.assertEqual(helper.valid_until, date(2027, 5, 16))
        with self.assertRaisesRegex(UserError, "6 months"):
            helper.valid_until = date(2027, 5, 17)
        self._papers(helper)
        self._sign(helper, "owner")
        with self.assertRaisesRegex(UserError, "not registered"):
            helper.action_check()
        self.unit._end_tenancy(date(2026, 11, 15))
        self.assertEqual(row.state, "expired", "a tenant's pass ends with the tenancy")

    def _card(self, number, **values):
        return (
            self.env["property.access.card"]
            .with_user(self.staff)
            .create(
                {
                    "unit_id": self.unit.id,
                    "card_number": number,
                    "holder_id": self.owner.id,
                    "id_checked": True,
                    "tested": True,
                    **values,
                }
            )
        )

    def test_cards_free_extra_and_most(self):
        """Three are free, the fourth costs 20 yuan, beyond six a supervisor decides."""
        untested = self._card("00", tested=False)
        with self.assertRaisesRegex(UserError, "try it at the door"):
            self._sign(untested, "receiver")
        untested.action_cancel()
        cards = self.env["property.access.card"]
        for index in range(6):
            card = self._card(f"C{index}")
            self._sign(card, "receiver")
            cards |= card
        self.assertEqual(cards.mapped("kind"), ["first"] * 3 + ["extra"] * 3)
        self.assertEqual(cards.mapped("fee"), [0] * 3 + [20] * 3)
        self.assertEqual(sum(cards.charge_id.mapped("amount")), 60)
        self.assertEqual(set(cards.mapped("state")), {"active"})
        self.assertEqual(cards[0].valid_until, date(2028, 11, 16), "two years")
        seventh = self._card("C7")
        with self.assertRaisesRegex(UserError, "let by the day"):
            self._sign(seventh, "receiver")
        self._sign(seventh, "receiver", user=self.supervisor)
        self.unit.card_free_count = 9
        self.assertEqual(self._card("C8").kind, "first", "this home has nine free")

    def test_lost_card_is_locked_first(self):
        card = self._card("L1")
        self._sign(card, "receiver")
        with self.assertRaisesRegex(UserError, "lock the lost card"):
            card.action_replace()
        with self.assertRaisesRegex(UserError, "lock the lost card"):
            self._card("L2", replaces_id=card.id)
        self._reason(card, "lost", "owner, ID checked")
        self.assertTrue(card.locked_date)
        new = self._card("L2", replaces_id=card.id)
        self._sign(new, "receiver")
        self.assertEqual((card.state, new.kind, new.fee), ("replaced", "replacement", 20))
        self._reason(new, "damaged", "chip")
        free = self._card("L3", replaces_id=new.id)
        self._sign(free, "receiver")
        self.assertEqual((free.kind, free.fee), ("damaged", 0))
        with self.assertRaisesRegex(UserError, "read-only|stays as it is"):
            free.holder_id = self.person

    def test_arrears_never_block_a_card(self):
        """No step of a card asks for or acts on unpaid fees (law, handbook A §24)."""
        item = self._make_item("OLD")
        self.env["property.charge"]._charge(
            [{"unit_id": self.unit.id, "item_id": item.id, "amount": 500.0}]
        )
        self.assertTrue(self.unit._release_warning())
        card = self._card("A1")
        self._sign(card, "receiver")
        self.assertEqual(card.state, "active")
        names = " ".join(dir(card))
        self.assertNotIn("arrears", names)
        self.assertNotIn("action_block", names)

    def test_new_owner_leaves_no_valid_pass(self):
        row = self._issue(self._pass(self.owner))
        card = self._card("N1")
        self._sign(card, "receiver")
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        self.unit._transfer_ownership(date(2026, 11, 16), [(buyer, None)], "sale")
        self.assertEqual(row.state, "expired")
        self.assertTrue(
            self.unit.activity_ids.filtered(lambda act: "N1" in (act.note or "")),
            "cards are asked for",
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMovingIn(LivingCase):
    """Moving in of tenants (handbook A §25)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = cls.env["res.partner"].create({"name": "Tenant T", "phone": "137"})
        cls.mate = cls.env["res.partner"].create({"name": "Mate M"})

    def _move(self, **values):
        return (
            self.env["property.tenant.movein"]
            .with_user(self.staff)
            .create(
                {
                    "unit_id": self.unit.id,
                    "tenant_id": self.tenant.id,
                    "lease_date_start": date(2026, 11, 15),
                    "lease_date_end": date(2027, 11, 14),
                    "occupant_ids": [Command.create({"partner_id": self.mate.id})],
                    "consent_way": "written",
                    "readings_taken": True,
                    **values,
                }
            )
        )

    def _register(self, move):
        self._papers(move)
        move.action_check_papers()
        for role in ("tenant", "covenant", "fire"):
            self._sign(move, role)
        move.action_register()

    def test_from_report_to_tenancy(self):
        move = self._move(consent_way=False, tenant_pays=True)
        with self.assertRaisesRegex(UserError, "no credentials but a visitor"):
            move.action_check_papers()
        move.consent_way = "phone"
        with self.assertRaisesRegex(UserError, "how the owner agreed"):
            move.action_check_papers()
        move.consent_note = "138, 10:00"
        with self.assertRaisesRegex(UserError, "lacks papers"):
            move.action_check_papers()
        with self.assertRaisesRegex(UserError, "register the tenant first"):
            move.action_passes()
        self._register(move)
        with self.assertRaisesRegex(UserError, "read-only"):
            move.occupant_ids.relation = "cousin"
        move.action_passes()
        self.assertEqual(move.pass_ids.holder_id, self.tenant | self.mate)
        self.assertEqual(set(move.pass_ids.mapped("valid_until")), {date(2027, 11, 14)})
        move.write({"slot_start": datetime(2026, 11, 17, 2), "slot_end": datetime(2026, 11, 17, 4)})
        move.action_book()
        with self.assertRaisesRegex(UserError, "kept by the system"):
            move.write({"state": "filed"})
        move.action_moved_in()
        row = move.occupancy_id
        self.assertEqual((row.partner_id, row.role, row.is_payer), (self.tenant, "tenant", True))
        self.assertEqual((row.lease_date_end, row.owner_consent), (date(2027, 11, 14), True))
        self.assertEqual((self.unit.state, self.unit.tenant_id), ("leased", self.tenant))
        self.assertIn(self.mate, self.unit.occupancy_ids.partner_id)
        move.action_file()
        filed = self.env["property.archive.document"].search(
            [("res_model", "=", move._name), ("res_id", "=", move.id)]
        )
        self.assertEqual(len(filed), 3)
        register = self.env["property.register.tenancy"]
        rows = register._rows({"estate_ids": self.estate.ids, "date": "2026-11-16"})
        self.assertEqual([line["tenant"] for line in rows], ["Tenant T"])

    def test_over_occupancy_and_arrears(self):
        """Too many people: a supervisor decides. Arrears of the owner: told, never blocked."""
        small = self._make_unit("105", area=9.0)
        item = self._make_item("OLD")
        self.env["property.charge"]._charge(
            [{"unit_id": small.id, "item_id": item.id, "amount": 500.0}]
        )
        move = self._move(unit_id=small.id)
        self.assertTrue(move.crowded)
        self._papers(move)
        move.action_check_papers()
        self.assertTrue(move.activity_ids.filtered(lambda act: "500.00" in (act.note or "")))
        for role in ("tenant", "covenant", "fire"):
            self._sign(move, role)
        with self.assertRaisesRegex(UserError, "group rental"):
            move.action_register()
        with self.assertRaises(AccessError):
            self._reason(move, "crowded")
        self._reason(move, "crowded", "a baby", user=self.supervisor)
        move.action_register()
        self.assertEqual(move.state, "registered")

    def test_slots_and_present_tenant(self):
        other = self._make_unit("102")
        first, second = self._move(), self._move(unit_id=other.id)
        slot = {"slot_start": datetime(2026, 11, 17, 2), "slot_end": datetime(2026, 11, 17, 4)}
        for move in first | second:
            self._register(move)
            move.write(slot)
        first.action_book()
        with self.assertRaisesRegex(UserError, "choose another time"):
            second.action_book()
        second.write(
            {"slot_start": datetime(2026, 11, 17, 4), "slot_end": datetime(2026, 11, 17, 5)}
        )
        second.action_book()
        sitting = self.env["res.partner"].create({"name": "Old tenant"})
        self.unit._start_tenancy(date(2026, 1, 1), sitting)
        with self.assertRaisesRegex(UserError, "end that tenancy first"):
            first.action_moved_in()
        self._reason(first, "reject", "owner changed his mind")
        self.assertEqual(first.state, "rejected")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMovingOut(LivingCase):
    """Moving out of residents (handbook A §27)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tenant = cls.env["res.partner"].create({"name": "Tenant T", "phone": "137"})
        cls.mate = cls.env["res.partner"].create({"name": "Mate M"})
        cls.unit._start_tenancy(date(2026, 1, 1), cls.tenant, pays=True, occupants=cls.mate)

    def _move(self, **values):
        return (
            self.env["property.moveout"]
            .with_user(self.staff)
            .create(
                {
                    "unit_id": self.unit.id,
                    "planned_date": date(2026, 11, 19),
                    "consent_way": "written",
                    "readings_taken": True,
                    **values,
                }
            )
        )

    def _confirm(self, move):
        self._papers(move)
        move.action_confirm()

    def _settle(self, move):
        """Carry the settlement through as the cashier does."""
        settlement = self.env["property.settlement"].browse(move.action_settlement()["res_id"])
        settlement = settlement.with_user(self.users["cashier"])
        settlement.no_meter = True
        settlement.action_meter_read()
        settlement.action_close_account()
        settlement.action_settle()
        settlement.action_certify()
        return settlement

    def test_from_application_to_vacant(self):
        move = self._move()
        self.assertEqual((move.who, move.partner_id), ("tenant", self.tenant))
        card = self.env["property.access.card"].create(
            {
                "unit_id": self.unit.id,
                "card_number": "X1",
                "holder_id": self.mate.id,
                "id_checked": True,
                "tested": True,
            }
        )
        self._sign(card, "receiver")
        self._confirm(move)
        self.assertEqual(move.state, "inspected", "a home needs no inspection by both departments")
        with self.assertRaisesRegex(UserError, "settlement of the account"):
            move.action_settle()
        settlement = self._settle(move)
        self.assertEqual(settlement.date, date(2026, 11, 20), "the day after the move")
        move.action_settle()
        with self.assertRaisesRegex(UserError, "X1"):
            move.action_credentials()
        self._reason(card, "return", "at the desk")
        move.action_credentials()
        with self.assertRaisesRegex(UserError, "exit slip"):
            move.action_released()
        move.no_goods = True
        move.action_released()
        move.moved_date = date(2026, 11, 19)
        with freeze_time("2026-11-19 08:00:00"):
            move.action_close()
        self.assertEqual((move.state, settlement.state), ("closed", "new_party_active"))
        self.assertEqual(self.unit.state, "vacant")
        ended = self.unit.occupancy_ids.filtered(lambda row: row.partner_id == self.mate)
        self.assertEqual(ended.date_end, date(2026, 11, 19))
        rows = self.env["property.register.moving"]._rows(
            {"estate_ids": self.estate.ids, "date_from": "2026-11-01", "date_to": "2026-11-30"}
        )
        self.assertEqual([line["name"] for line in rows], ["Tenant T"])

    def test_notice_and_consent(self):
        move = self._move(planned_date=date(2026, 11, 18), consent_way=False)
        self.assertIn("2 days", move.short_notice)
        with self.assertRaisesRegex(UserError, "written consent"):
            move.action_confirm()
        move.consent_way = "written"
        with self.assertRaisesRegex(UserError, "why it cannot wait"):
            move.action_confirm()
        move.short_notice_reason = "new job"
        with self.assertRaisesRegex(UserError, "lacks papers"):
            move.action_confirm()
        self._confirm(move)
        shop = self._make_unit("S1", type_id=self.type_shop.id)
        shop._start_tenancy(date(2026, 1, 1), self.person)
        office = self._move(unit_id=shop.id, planned_date=date(2026, 11, 25))
        self.assertIn("written notice", office.short_notice)
        office.owner_notice_date = date(2026, 11, 15)
        self.assertIn("10 days", office.short_notice)
        office.owner_notice_date = date(2026, 11, 10)
        self.assertFalse(office.short_notice)
        self._confirm(office)
        self.assertEqual(office.state, "owner_confirmed")
        with self.assertRaisesRegex(UserError, "engineering and security"):
            office.action_inspected()
        office.write({"engineering_opinion": "ok", "security_opinion": "ok"})
        with self.assertRaisesRegex(UserError, "not signed yet"):
            office.action_inspected()
        self._sign(office, "engineering", "Sun")
        self._sign(office, "security", "Wu")
        office.action_inspected()

    def test_debts_hold_and_release(self):
        """Debts: owner told, plan or record by the manager; goods are never kept by force."""
        item = self._make_item("OLD")
        self.env["property.charge"]._charge(
            [{"unit_id": self.unit.id, "item_id": item.id, "amount": 500.0}]
        )
        move = self._move()
        self._confirm(move)
        self.assertEqual(move.debt, 500)
        with self.assertRaisesRegex(UserError, "500.00 yuan"):
            move.action_settle()
        self._reason(move, "hold", "fees")
        self.assertIn(self.supervisor, move.activity_ids.user_id)
        with self.assertRaises(AccessError):
            self._reason(move, "record")
        with self.assertRaisesRegex(UserError, "payment plan"):
            self._reason(move, "plan", user=self.manager)
        move.goods_dispute = "piano"
        with self.assertRaisesRegex(UserError, "piano"):
            self._reason(move, "record", user=self.manager)
        move.goods_dispute = False
        move.plan_ids = [self._attachment()]
        self._reason(move, "plan", "five instalments", user=self.manager)
        self.assertEqual((move.state, move.release_way), ("settled", "plan"))
        self.assertEqual(move.approved_by_id, self.manager)
        move.action_credentials()
        move.no_goods = True
        move.action_released()
        move.action_close()
        self.assertEqual(self.unit.state, "vacant")
        self.assertEqual(move.debt, 500, "the debt stays with the debtor")

    def test_secret_departure(self):
        card = self.env["property.access.card"].create(
            {
                "unit_id": self.unit.id,
                "card_number": "X1",
                "holder_id": self.tenant.id,
                "id_checked": True,
                "tested": True,
            }
        )
        self._sign(card, "receiver")
        move = self._move(consent_way=False)
        with self.assertRaises(AccessError):
            self._reason(move, "secret")
        with self.assertRaisesRegex(UserError, "tell the owner today"):
            self._reason(move, "secret", user=self.supervisor)
        move.write({"owner_informed": datetime(2026, 11, 16, 1), "owner_informed_way": "phone"})
        self._reason(move, "secret", "neighbours saw the van", user=self.supervisor)
        self.assertEqual((move.state, move.secret, self.unit.state), ("closed", True, "vacant"))
        self.assertEqual(card.state, "lost", "locked: nobody knows where it is")

    def test_owner_moves_out(self):
        home = self._make_unit("106")
        family = self._make_occupancy(home, self.person, role="family", is_payer=False)
        move = self._move(unit_id=home.id, consent_way=False, no_goods=True)
        self.assertEqual(move.who, "owner")
        self._confirm(move)
        move.action_settle()
        move.action_credentials()
        move.action_released()
        move.action_close()
        self.assertEqual((home.state, family.state), ("vacant", "ended"))
        self.assertEqual(home.owner_id.name, "Owner 106", "he still owns it")
