# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestListing(PropertyCase):
    """Homes for rent and sale (handbook A §43)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("301", state="vacant", layout="3-2-1")
        cls.item = cls._make_item("AGENT", "Commission", periodic=False)
        cls.supervisor = cls.users["supervisor"]

    def _listing(self, unit=None, **values):
        unit = unit or self.unit
        row = (
            self.env["property.listing"]
            .with_user(self.users["staff"])
            .create(
                {
                    "unit_id": unit.id,
                    "partner_id": unit.owner_id.id,
                    "price": 3000,
                    "title_number": "T-1",
                    **values,
                }
            )
        )
        row.paper_ids.write({"original_seen": True})
        return row

    def _offer(self, unit=None, **values):
        row = self._listing(unit, **values)
        row.with_user(self.supervisor).action_verify()
        row._sign("principal", "Owner", way="paper")
        row.action_publish()
        return row

    def _seeker(self, **values):
        partner = self.env["res.partner"].create({"name": "Seeker", "phone": "13900000000"})
        return self.env["property.listing.seeker"].create(
            {
                "estate_id": self.estate.id,
                "partner_id": partner.id,
                "budget": 3500,
                "area_min": 80,
                **values,
            }
        )

    def _reserve(self, row, seeker=None, price=2800):
        row.write(
            {
                "seeker_id": (seeker or self._seeker(kind=row.kind)).id,
                "price_agreed": price,
                "date_agreed": date(2026, 4, 1),
            }
        )
        row.action_reserve()
        return row

    def _brokerage(self):
        self._set_parameter("brokerage_filed", "1", self.estate)

    def test_letting_with_commission(self):
        """From the offer to the tenancy: one month's rent, paid before it is closed (§59)."""
        self._brokerage()
        row = self._offer(commission=1, item_id=self.item.id)
        seeker = self._seeker()
        found = self.env["property.listing"].search(seeker.action_match()["domain"])
        self.assertEqual((found, seeker.state), (row, "matched"))
        viewing = self.env["property.listing.viewing"].create(
            {
                "listing_id": row.id,
                "seeker_id": seeker.id,
                "key_note": "E-7",
                "key_out": "2026-03-10 03:00:00",
            }
        )
        self.assertEqual((viewing.visitor, viewing.phone), ("Seeker", "13900000000"))
        with self.assertRaisesRegex(UserError, "E-7 is not back"):
            viewing.action_done()
        viewing.key_back = "2026-03-10 03:40:00"
        viewing.action_done()
        self.assertEqual((row.state, seeker.state), ("viewing", "viewed"))
        with self.assertRaisesRegex(UserError, "agreed price"):
            row.action_reserve()
        self._reserve(row, seeker)
        row.action_contract()
        charge = row.charge_ids
        self.assertEqual((charge.amount, charge.partner_id), (2800, self.unit.owner_id))
        self.assertEqual(seeker.state, "contracted")
        with self.assertRaisesRegex(UserError, "register the tenancy"):
            row.action_hand_over()
        action = row.action_start_tenancy()
        dialog = self.env["property.unit.let"].with_context(**action["context"]).create({})
        dialog.action_apply()
        self.assertTrue(row.tenancy_started)
        self.assertEqual(self.unit.state, "leased")
        with self.assertRaisesRegex(UserError, "note meter"):
            row.action_hand_over()
        row.handover_note = "Water 12, power 300; 2 keys"
        row.action_hand_over()
        with self.assertRaisesRegex(UserError, "2800.00 yuan"):
            row.action_close()
        self._take(self.unit, 2800)
        row.invalidate_recordset()
        row.action_close()
        self.assertEqual(row.state, "closed")

    def test_information_only(self):
        """Without filing as a brokerage no commission is agreed (legal caution)."""
        with self.assertRaises(ValidationError):
            self._listing(commission=1)
        row = self._reserve(self._offer())
        row.action_contract()
        self.assertFalse(row.charge_ids)
        self.assertFalse(row.amount_commission)

    def test_commission_of_a_sale(self):
        """1 % of 1 234 567.00 yuan is 12 345.67."""
        self._brokerage()
        row = self._listing(kind="sale", price=1234567, commission=1)
        self.assertEqual(row.amount_commission, 12345.67)
        row.with_user(self.supervisor).action_verify()
        row._sign("principal", "Owner", way="paper")
        row.action_publish()
        self._reserve(row, price=1234567)
        with self.assertRaisesRegex(UserError, "choose the fee item"):
            row.action_contract()

    def test_title(self):
        """Disputed, seized, without number, not the owner's: not listed."""
        row = self._listing(title_status="seized")
        manager = row.with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "Seized"):
            manager.action_verify()
        row.title_status = "disputed"
        with self.assertRaisesRegex(UserError, "Disputed"):
            manager.action_verify()
        row.write({"title_status": "clear", "title_number": False})
        with self.assertRaisesRegex(UserError, "number of the title"):
            manager.action_verify()
        row.title_number = "T-1"
        with self.assertRaisesRegex(AccessError, "supervisor verifies"):
            row.action_verify()
        row.partner_id = self.env["res.partner"].create({"name": "Stranger"})
        with self.assertRaisesRegex(UserError, "does not own"):
            manager.action_verify()

    def test_consents(self):
        """Co-owners, agents, subtenants: their papers are asked for."""
        self._make_occupancy(
            self.unit,
            self.env["res.partner"].create({"name": "Wife"}),
            role="co_owner",
            is_payer=False,
        )
        row = self._listing(agent_id=self.env["res.partner"].create({"name": "Agent"}).id)
        codes = row.paper_ids.type_id.mapped("code")
        self.assertEqual(set(codes), {"title", "id", "co_owner", "authorisation"})
        consent = row.paper_ids.filtered(lambda line: line.type_id.code == "co_owner")
        consent.original_seen = False
        with self.assertRaisesRegex(UserError, "co-owners"):
            row.with_user(self.supervisor).action_verify()
        let = self._make_unit("302", state="vacant")
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        let._start_tenancy(date(2026, 1, 1), tenant)
        sublet = self._listing(let, partner_id=tenant.id)
        self.assertIn("sublet", sublet.paper_ids.type_id.mapped("code"))
        sublet.with_user(self.supervisor).action_verify()

    def test_preemption(self):
        """The tenant of a home for sale has 15 days (Civil Code 726)."""
        tenant = self.env["res.partner"].create({"name": "Tenant"})
        self.unit._start_tenancy(date(2026, 1, 1), tenant)
        row = self._reserve(self._offer(kind="sale", price=900000), price=900000)
        with self.assertRaisesRegex(UserError, "wait 15 days"):
            row.action_contract()
        row.tenant_told_date = date(2026, 3, 1)
        self.assertEqual(row.preemption_date, date(2026, 3, 16))
        with self.assertRaisesRegex(UserError, "until 2026-03-16"):
            row.action_contract()
        row.tenant_answer = "buys"
        with self.assertRaisesRegex(UserError, "buys .* himself"):
            row.action_contract()
        row.tenant_answer = False
        with freeze_time("2026-03-17 04:00:00"):
            row.action_contract()
        self.assertEqual(row.state, "contracted")

    def test_expiry_and_withdrawal(self):
        row = self._offer()
        self.assertEqual(row.date_end, date(2026, 9, 10))
        with self.assertRaisesRegex(UserError, "why it is withdrawn"):
            row.action_withdraw()
        with freeze_time("2026-09-11 04:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref("property_service.ir_cron_listing_expire").method_direct_trigger()
            self.assertEqual(row.state, "expired")
            row.action_extend()
            with self.assertRaisesRegex(UserError, "not signed"):
                row.action_publish()
            row._sign("principal", "Owner", way="paper")
            row.action_publish()
            self.assertEqual(row.date_end, date(2027, 3, 11))
        row.end_note = "moves in himself"
        row.action_withdraw()
        self.assertEqual(row.state, "withdrawn")

    def test_forms_and_registers(self):
        row = self._offer()
        seeker = self._seeker()
        viewing = self.env["property.listing.viewing"].create(
            {"listing_id": row.id, "seeker_id": seeker.id, "opinion": "too dark"}
        )
        viewing._sign("visitor", "Seeker", way="paper")
        render = self.env["ir.actions.report"]._render_qweb_html
        html = render("property_service.report_listing", row.ids)[0]
        self.assertIn(b"information display only", html)
        html = render("property_service.report_listing_seeker", seeker.ids)[0]
        self.assertIn(b"3,500.00", html)
        options = {
            "estate_ids": self.estate.ids,
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
        }
        [line] = self.env["property.register.listing"]._rows(options)
        self.assertEqual((line["number"], line["price"]), (row.number, 3000))
        [line] = self.env["property.register.listing.seeker"]._rows(options)
        self.assertEqual(line["budget"], 3500)
        [line] = self.env["property.register.listing.viewing"]._rows(options)
        self.assertEqual((line["signature"], line["opinion"]), ("Seeker", "too dark"))

    def test_guards(self):
        row = self._listing()
        staff = self.users["staff"]
        for record in (row, self._seeker()):
            with self.assertRaises(UserError):
                record.with_user(staff).write({"state": "contracted"})
        with self.assertRaises(UserError):
            row.with_user(staff).action_contract()
        with self.assertRaises(UserError):
            row.action_view()
        other = self._make_estate("Hill", "HL")
        other.user_ids = [Command.set(self.env.user.ids)]
        building = self.env["property.building"].create({"name": "9", "estate_id": other.id})
        unit = self._make_unit("901", building=building, state="vacant")
        hidden = self.env["property.listing"].create(
            {"unit_id": unit.id, "partner_id": unit.owner_id.id, "price": 1}
        )
        with self.assertRaises(AccessError):
            hidden.with_user(staff).read(["price"])
