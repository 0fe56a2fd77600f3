# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import date, timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import PropertyCase


class OccupancyCase(PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.owner = cls.unit.owner_id
        cls.buyer, cls.wife, cls.tenant, cls.child = cls.env["res.partner"].create(
            [
                {"name": "Buyer", "phone": "13811112222"},
                {"name": "Buyer's wife"},
                {"name": "Tenant", "phone": "13933334444"},
                {"name": "Child"},
            ]
        )

    def _rows(self, unit=None):
        """Return the history as {(name, role, from, to, pays)}."""
        return {
            (row.partner_id.name, row.role, row.date_start, row.date_end, row.is_payer)
            for row in (unit or self.unit).occupancy_ids
        }

    @contextmanager
    def refused(self, exception, text):
        """Expect `exception` with `text` in it, and what led to it undone."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertIn(text, str(caught.exception))

    def _payer_on(self, day):
        rows = self.unit._holders_on(day)[self.unit]
        return rows.filtered(lambda row: row.is_payer and not row.pays_items_only).partner_id

    def _dialog(self, action, user):
        user = self.users[user]
        model = self.env[action["res_model"]].with_user(user).with_context(**action["context"])
        return Form(model)


@tagged("post_install", "-at_install")
class TestTransfer(OccupancyCase):
    """Change of owner (handbook A §5)."""

    def test_history_is_kept(self):
        form = self._dialog(self.unit.action_transfer(), "staff")
        form.date = date(2026, 3, 15)
        form.manner = "sale"
        form.title_number = "T-1"
        with form.line_ids.edit(0) as line:
            line.partner_id = self.buyer
            line.share = 60
        with form.line_ids.new() as line:
            line.partner_id = self.wife
            line.share = 40
        form.save().action_apply()
        self.assertEqual(
            self._rows(),
            {
                ("Owner 101", "owner", date(2020, 1, 1), date(2026, 3, 14), True),
                ("Buyer", "owner", date(2026, 3, 15), False, True),
                ("Buyer's wife", "co_owner", date(2026, 3, 15), False, False),
            },
        )
        old, new = self.unit.occupancy_ids.sorted("date_start")[:2]
        self.assertEqual((old.state, old.end_reason), ("ended", "sold"))
        self.assertEqual(old.ended_by_id, self.users["staff"])
        self.assertTrue(old.ended_date)
        self.assertEqual((new.previous_owner, new.title_number), ("Owner 101", "T-1"))
        self.assertEqual(self.unit.owner_names, "Buyer、Buyer's wife")

    def test_family_leaves_and_tenant_stays(self):
        """A sale does not break the lease; the seller's family goes with him."""
        self._make_occupancy(self.unit, self.child, role="family", is_payer=False)
        self.unit._start_tenancy(date(2025, 1, 1), self.tenant, pays=True)
        self.unit._transfer_ownership(date(2026, 1, 1), [(self.buyer, 100)], "sale")
        current = self.unit._holders_on(date(2026, 6, 1))[self.unit]
        self.assertEqual(
            {(row.partner_id.name, row.role, row.is_payer) for row in current},
            {("Buyer", "owner", False), ("Tenant", "tenant", True)},
        )
        self.assertEqual(self._payer_on(date(2024, 12, 31)), self.owner)
        self.assertEqual(self._payer_on(date(2025, 1, 1)), self.tenant)
        self.assertEqual(self._payer_on(date(2026, 1, 1)), self.tenant)

    def test_first_owner(self):
        empty = self._make_unit("102", owner=False)
        self.assertFalse(empty.owner_id)
        empty._transfer_ownership(date(2026, 1, 1), [(self.buyer, 100)], "first")
        self.assertEqual(empty.owner_id, self.buyer)
        self.assertEqual(empty.payer_id, self.buyer)

    def test_not_before_the_present_owner(self):
        with self.assertRaises(UserError):
            self.unit._transfer_ownership(date(2020, 1, 1), [(self.buyer, 100)], "sale")
        with self.assertRaises(UserError):
            self.unit._transfer_ownership(date(2026, 1, 1), [], "sale")

    def test_announced_end_is_shortened(self):
        """A family member who was to leave later leaves with the seller."""
        row = self._make_occupancy(self.unit, self.child, role="family", is_payer=False)
        row._end(date(2026, 12, 31), "other")
        self.unit._transfer_ownership(date(2026, 6, 1), [(self.buyer, 100)], "sale")
        self.assertEqual(row.date_end, date(2026, 5, 31))

    def test_readers_cannot(self):
        with self.assertRaises(AccessError):
            self._dialog(self.unit.action_transfer(), "reader")
        other = self._make_estate("Other", "OT")
        building = self.env["property.building"].create({"name": "9栋", "estate_id": other.id})
        foreign = self._make_unit("101", building=building)
        wizard = self.env["property.unit.transfer"].with_user(self.users["staff"])
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "unit_id": foreign.id,
                    "date": date(2026, 1, 1),
                    "line_ids": [Command.create({"partner_id": self.buyer.id, "share": 100})],
                }
            ).action_apply()


@tagged("post_install", "-at_install")
class TestPayer(OccupancyCase):
    """A unit with an owner has exactly one payer on every day."""

    def test_owner_without_payer_is_refused(self):
        empty = self._make_unit("102", owner=False)
        with self.refused(ValidationError, "nobody who pays from 2026-01-01"):
            self._make_occupancy(empty, self.buyer, is_payer=False, date_start=date(2026, 1, 1))
        with self.assertRaises(ValidationError):
            self.unit.occupancy_ids.is_payer = False

    def test_gap_is_found(self):
        """The payer leaves while the owner stays: the first unpaid day is named."""
        empty = self._make_unit("102", owner=False)
        self.env["property.occupancy"].create(
            [
                {
                    "unit_id": empty.id,
                    "partner_id": self.tenant.id,
                    "role": "tenant",
                    "date_start": date(2026, 1, 1),
                    "is_payer": True,
                },
                {
                    "unit_id": empty.id,
                    "partner_id": self.buyer.id,
                    "role": "owner",
                    "date_start": date(2026, 1, 1),
                },
            ]
        )
        tenant = empty.occupancy_ids.filtered(lambda row: row.role == "tenant")
        with self.refused(ValidationError, "2026-04-01"):
            tenant._end(date(2026, 3, 31), "lease_end")

    def test_database_refuses_two(self):
        rows = self.env["property.occupancy"].with_context(property_occupancy_batch=True)
        vals = {
            "unit_id": self.unit.id,
            "partner_id": self.wife.id,
            "role": "family",
            "date_start": date(2026, 1, 1),
            "is_payer": True,
        }
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.ExclusionViolation) as caught,
            self.cr.savepoint(),
        ):
            rows.create(vals)
        message = rows._sql_error_to_message(caught.exception)
        self.assertIn("one payer", message)
        # one who is still to be confirmed, or pays some items only, is no second payer
        self.assertTrue(rows.create({**vals, "state": "pending"}))

    def test_change_of_payer(self):
        wife = self._make_occupancy(self.unit, self.wife, role="family", is_payer=False)
        form = self._dialog(self.unit.action_change_payer(), "staff")
        form.occupancy_id = wife
        form.date = date(2026, 2, 1)
        form.save().action_apply()
        self.assertEqual(self._payer_on(date(2026, 1, 31)), self.owner)
        self.assertEqual(self._payer_on(date(2026, 2, 1)), self.wife)
        self.assertEqual(
            self.unit._holders_on(date(2026, 2, 1))[self.unit].partner_id, self.owner | self.wife
        )
        self.assertFalse(self.unit._first_day_without_payer())
        back = self.unit.occupancy_ids.filtered(
            lambda row: row.partner_id == self.owner and row.state == "effective"
        )
        self.unit._change_payer(date(2026, 3, 1), back)
        self.assertEqual(self._payer_on(date(2026, 2, 28)), self.wife)
        self.assertEqual(self._payer_on(date(2026, 3, 1)), self.owner)

    def test_change_of_payer_needs_a_relation(self):
        wife = self._make_occupancy(
            self.unit, self.wife, role="family", is_payer=False, date_start=date(2026, 5, 1)
        )
        with self.assertRaises(UserError):
            self.unit._change_payer(date(2026, 4, 1), wife)
        self.assertEqual(self.unit._change_payer(date(2026, 5, 1), wife), wife)
        self.assertEqual(self._payer_on(date(2026, 5, 1)), self.wife)

    def test_items_are_divided(self):
        """Owner and tenant each pay their items; one item is never paid by two."""
        water = self._make_item("WATER", "Water", tax=0, kind="agency", basis="fixed")
        trash = self._make_item("TRASH", "Waste", tax=0, kind="agency", basis="fixed")
        form = self._dialog(self.unit.action_let(), "staff")
        form.tenant_id = self.tenant
        form.date = date(2026, 1, 1)
        form.pays = "items"
        form.payer_item_ids.add(water)
        form.save().action_apply()
        tenant = self.unit.occupancy_ids.filtered(lambda row: row.role == "tenant")
        self.assertTrue(tenant.is_payer and tenant.pays_items_only)
        self.assertEqual(tenant.payer_item_ids, water)
        self.assertEqual(self.unit.payer_id, self.owner, "the owner pays the rest")
        values = {
            "role": "co_resident",
            "pays_items_only": True,
            "date_start": date(2026, 6, 1),
        }
        with self.refused(ValidationError, "Water"):
            self._make_occupancy(
                self.unit, self.wife, payer_item_ids=[Command.set((water | trash).ids)], **values
            )
        self.assertTrue(
            self._make_occupancy(
                self.unit, self.wife, payer_item_ids=[Command.set(trash.ids)], **values
            )
        )
        with self.assertRaises(ValidationError):
            self._make_occupancy(self.unit, self.child, **values)


@tagged("post_install", "-at_install")
class TestTenancy(OccupancyCase):
    """Start and end of a tenancy (handbook A §4)."""

    def test_tenant_pays_until_he_leaves(self):
        form = self._dialog(self.unit.action_let(), "staff")
        form.tenant_id = self.tenant
        form.occupant_ids.add(self.child)
        form.date = date(2025, 1, 1)
        form.lease_date_end = date(2025, 12, 31)
        form.lease_number = "L-7"
        form.owner_consent = True
        form.pays = "tenant"
        form.save().action_apply()
        self.assertEqual(self.unit.state, "leased")
        self.assertEqual(self.unit.tenant_id, self.tenant)
        self.assertEqual(self.unit.payer_id, self.tenant)
        self.assertEqual(self.unit.resident_count, 2)
        self.assertEqual(self.unit.phone, "13933334444")
        end = self._dialog(self.unit.action_end_tenancy(), "staff")
        end.date = date(2026, 1, 31)
        end.save().action_apply()
        self.assertEqual(self.unit.state, "vacant")
        self.assertEqual(self._payer_on(date(2024, 12, 31)), self.owner)
        self.assertEqual(self._payer_on(date(2026, 1, 31)), self.tenant)
        self.assertEqual(self._payer_on(date(2026, 2, 1)), self.owner)
        self.assertFalse(self.unit._first_day_without_payer())
        self.assertEqual(
            {row[1:4] for row in self._rows() if row[0] == "Child"},
            {("co_resident", date(2025, 1, 1), date(2026, 1, 31))},
        )

    def test_one_tenancy_at_a_time(self):
        self.unit._start_tenancy(date(2025, 1, 1), self.tenant)
        with self.refused(UserError, "let to Tenant"):
            self.unit._start_tenancy(date(2025, 6, 1), self.buyer)
        self.unit._end_tenancy(date(2025, 5, 31))
        self.unit._start_tenancy(date(2025, 6, 1), self.buyer)
        self.assertEqual(self.unit.tenant_id, self.buyer)

    def test_owner_goes_on_paying(self):
        self.unit._start_tenancy(date(2025, 1, 1), self.tenant)
        self.assertEqual(self.unit.payer_id, self.owner)
        self.unit._end_tenancy(date(2025, 3, 31))
        self.assertEqual(len(self.unit.occupancy_ids), 2, "the owner's row was not touched")

    def test_no_tenant_no_end(self):
        with self.assertRaises(UserError):
            self.unit._end_tenancy(date(2026, 1, 1))

    def test_lease_ends_after_it_starts(self):
        form = self._dialog(self.unit.action_let(), "staff")
        form.tenant_id = self.tenant
        form.date = date(2026, 1, 1)
        form.lease_date_end = date(2026, 1, 1)
        with self.assertRaises(UserError):
            form.save().action_apply()


@tagged("post_install", "-at_install")
class TestHistory(OccupancyCase):
    """What was, stays (handbook A §2)."""

    def test_shares(self):
        self.unit.occupancy_ids.share = 70
        values = {"role": "co_owner", "is_payer": False}
        self._make_occupancy(self.unit, self.wife, share=30, **values)
        with self.refused(ValidationError, "101.0 % together on 2025-01-01"):
            self._make_occupancy(
                self.unit, self.buyer, share=1, date_start=date(2025, 1, 1), **values
            )
        # after the sale the shares start anew
        self.unit._transfer_ownership(
            date(2026, 1, 1), [(self.buyer, 50), (self.child, 50)], "sale"
        )

    def test_effective_rows_keep_who_and_what(self):
        row = self.unit.occupancy_ids
        for vals in (
            {"partner_id": self.wife.id},
            {"role": "family"},
            {"unit_id": self._make_unit("102").id},
        ):
            with self.assertRaises(UserError):
                row.write(vals)
        with self.assertRaises(UserError):
            row.unlink()
        with self.assertRaises(UserError):
            row.with_context(property_workflow_move=True).write({"state": "ended"})

    def test_ended_rows_are_fixed(self):
        self.unit._transfer_ownership(date(2026, 1, 1), [(self.buyer, 100)], "sale")
        row = self.unit.occupancy_ids.filtered(lambda row: row.state == "ended")
        for vals in (
            {"date_start": date(2019, 1, 1)},
            {"date_end": date(2025, 6, 30)},
            {"is_payer": False},
            {"share": 10},
            {"payer_item_ids": [Command.clear()]},
        ):
            with self.assertRaises(UserError):
                row.with_user(self.users["administrator"]).write(vals)
        row.with_user(self.users["staff"]).remark = "moved to Shanghai"

    def test_pending_until_confirmed(self):
        """Two people claim ownership: both stay pending until the title is shown (A §2)."""
        row = self._make_occupancy(self.unit, self.buyer, state="pending", is_payer=False)
        self.assertNotIn(self.buyer, self.unit._holders_on(date(2026, 1, 1))[self.unit].partner_id)
        row.partner_id = self.wife
        row.action_confirm()
        self.assertIn(self.wife, self.unit._holders_on(date(2026, 1, 1))[self.unit].partner_id)
        other = self._make_occupancy(self.unit, self.buyer, state="pending", is_payer=False)
        other.unlink()

    def test_end_of_one_relation(self):
        row = self._make_occupancy(self.unit, self.child, role="family", is_payer=False)
        form = self._dialog(row.action_end(), "staff")
        form.date = date(2026, 1, 31)
        form.save().action_apply()
        self.assertEqual((row.state, row.date_end), ("ended", date(2026, 1, 31)))
        self.assertEqual(row.end_reason, "other")
        self.assertEqual(self.unit.owner_id, self.owner)

    def test_current(self):
        today = date.today()
        rows = self.env["property.occupancy"]
        future = self._make_occupancy(
            self.unit,
            self.child,
            role="family",
            is_payer=False,
            date_start=today + timedelta(days=5),
        )
        past = self._make_occupancy(
            self.unit,
            self.wife,
            role="family",
            is_payer=False,
            date_end=today - timedelta(days=5),
        )
        mine = [("unit_id", "=", self.unit.id)]
        current = rows.search([*mine, ("current", "=", True)])
        self.assertEqual(current.partner_id, self.owner)
        self.assertEqual(rows.search([*mine, ("current", "=", False)]), future | past)
        self.assertEqual([row.current for row in (current, future, past)], [True, False, False])
        self.assertEqual(self.owner.property_unit_count, 1)
        self.assertEqual(self.wife.property_unit_names, "")


@tagged("post_install", "-at_install")
class TestMergedContacts(OccupancyCase):
    """One resident registered twice: Odoo's merging of contacts takes the homes along."""

    def test_homes_go_to_the_contact_that_stays(self):
        double = self.env["res.partner"].create({"name": self.owner.name})
        other = self._make_unit("102", owner=False)
        self._make_occupancy(other, double, role="owner")
        merging = self.env["base.partner.merge.automatic.wizard"].create({})
        merging._merge((self.owner | double).ids, self.owner)
        self.assertFalse(double.exists())
        self.env.invalidate_all()
        self.assertEqual(other.occupancy_ids.partner_id, self.owner)
