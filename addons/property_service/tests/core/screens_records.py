# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from ...tools import identity
from ..screens import ScreensCase


class ScreensRecords(ScreensCase):
    """One record of everything that has a menu, and what a browser asks the server for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.owner = cls.unit.owner_id
        cls.owner.property_id_number = "110101199003074477"
        cls.space = cls._make_unit(
            "A1", area=0, owner=False, type_id=cls.type_parking.id, main_unit_id=cls.unit.id
        )
        cls.let = cls._make_unit("102")
        cls.let._start_tenancy(
            date(2024, 1, 1),
            cls.env["res.partner"].create({"name": "Tenant"}),
            {"lease_date_end": date(2024, 12, 31)},
        )
        cls.env["property.archive.document"].create(
            {
                "unit_id": cls.unit.id,
                "type_id": cls.env.ref("property_service.archive_type_01").id,
            }
        )
        cls.env["property.customer.classification"].create(
            {
                "partner_id": cls.owner.id,
                "class_id": cls.env.ref("property_service.customer_class_large").id,
                "estate_id": cls.estate.id,
                "reason": "two homes",
            }
        )
        cls.env["property.identity.log"].create(
            {"partner_id": cls.owner.id, "user_id": cls.env.uid, "reason": "title certificate"}
        )
        cls.env["property.register.issue"]._cron_prepare()
        cls._make_fees()
        cls.users["identity"] = new_test_user(
            cls.env,
            "test_identity",
            groups="property_service.group_identity",
            company_id=cls.company.id,
            property_estate_ids=[Command.set(cls.estate.ids)],
        )

    @classmethod
    def _make_fees(cls):
        """Bill a month, take money and ask for an approval, so that fee screens have rows."""
        item = cls._make_item()
        cls._make_price(item, 2.85)
        cls._bill()
        receipt = cls._take(cls.unit, 100.0)
        receipt._void("wrong home")
        cls._take(cls.let, 50.0)
        cls.env["property.incoming"].create(
            {
                "estate_id": cls.estate.id,
                "journal_id": cls._journal("wechat").id,
                "external_ref": "WX1",
                "date": fields.Date.today(),
                "amount": 20.0,
                "unit_id": cls.unit.id,
            }
        )
        cls.env["property.day.closing"].create(
            {"estate_id": cls.estate.id, "date": fields.Date.today()}
        )
        cls._make_reductions()
        cls._make_deposits()
        cls._make_meters()
        cls._make_dunning()
        cls._make_repairs()
        cls._make_complaints()
        cls._make_patrols()
        cls._make_vacant()
        cls._make_renovations()
        cls._make_living()
        cls._make_handovers()
        cls._make_venues()

    @classmethod
    def _make_venues(cls):
        """A venue somebody has applied for."""
        venue = cls.env["property.venue"].create(
            {"name": "Hall", "estate_id": cls.estate.id, "price_basis": "hour", "price": 50}
        )
        start = fields.Datetime.now() + timedelta(days=1)
        cls.env["property.venue.booking"].create(
            {
                "venue_id": venue.id,
                "unit_id": cls.unit.id,
                "purpose": "Choir",
                "date_start": start,
                "date_end": start + timedelta(hours=2),
            }
        )

    @classmethod
    def _make_handovers(cls):
        """A batch with a home inspected with a defect, and all that goes with it."""
        unit = cls._make_unit("901", owner=False, state="unsold")
        owner = cls.env["res.partner"].create({"name": "Buyer"})
        cls.env["property.meter"].create({"number": "W901", "unit_id": unit.id})
        cls.env["property.key"].create({"code": "K901", "unit_id": unit.id})
        fee = {"name": "In advance", "mode": "prepay", "months": 3}
        cls.env["property.handover.fee"].create({**fee, "estate_id": cls.estate.id})
        batch = cls.env["property.handover.batch"].create(
            {
                "name": "Phase 3",
                "estate_id": cls.estate.id,
                "date_start": fields.Date.today(),
                "date_end": fields.Date.today(),
                "building_ids": [Command.set(cls.building.ids)],
                "fee_ids": [Command.create(fee)],
            }
        )
        batch.check_ids.done = True
        batch.action_ready()
        batch.action_make_slots()
        notice = cls.env["property.handover.notice"].create(
            {
                "batch_id": batch.id,
                "unit_id": unit.id,
                "partner_id": owner.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today(),
            }
        )
        batch.action_assign_slots()
        batch.action_send_notices()
        batch.action_open()
        case = notice._attend()
        case.action_papers_seen()
        case.action_verify()
        case.action_fees_refused("later")
        case.action_fees_paid()
        case.action_sign_agreements()
        case.action_signed()
        case.action_sign_papers()
        case.action_issue_papers()
        cls.env["property.proxy.service"].create({"handover_id": case.id})
        case.action_register_services()
        case.action_inspect()
        case.inspection_id.check_ids[0]._defect("Scratch")
        here = {"estate_id": cls.estate.id, "batch_id": batch.id}
        cls.env["property.handover.incident"].create(
            {**here, "place": "Hall", "description": "Crowd"}
        )
        cls.env["property.handover.utility"].create(
            {
                **here,
                "unit_ids": [Command.set(unit.ids)],
                "cause": "Pipe",
                "promised_date": fields.Date.today(),
            }
        )
        cls.env["property.handover.spot.check"]._plan(cls.estate, fields.Date.today())

    @classmethod
    def _make_living(cls):
        """A cabinet with a key, a loan, a custody with a use, passes, cards, moves, a slip."""
        cabinet = cls.env["property.key.cabinet"].create({"name": "A", "estate_id": cls.estate.id})
        key = cls.env["property.key"].create(
            {"code": "K1", "unit_id": cls.unit.id, "cabinet_id": cabinet.id}
        )
        cls.env["property.key.check"].create({"cabinet_id": cabinet.id})
        cls.env["property.key.loan"].create(
            {
                "key_ids": [Command.set(key.ids)],
                "borrower_name": "Agent",
                "purpose": "viewing",
                "return_due": fields.Datetime.now(),
            }
        )
        lost = cls.env["property.key"].create(
            {"code": "K2", "unit_id": cls.unit.id, "cabinet_id": cabinet.id}
        )
        cls.env["property.key.loss"]._report(lost)
        custody = cls.env["property.key.custody"].create({"unit_id": cls.unit.id})
        cls.env["property.key.custody.use"].create(
            {"custody_id": custody.id, "purpose": "airing", "user_name": "Zhang"}
        )
        cls.env["property.key.left"].create(
            {"unit_id": cls.unit.id, "partner_id": cls.owner.id, "repair_subject": "tap"}
        )
        cls.env["property.resident.pass"].create(
            {"unit_id": cls.unit.id, "holder_id": cls.owner.id}
        )
        cls.env["property.access.card"].create(
            {"unit_id": cls.unit.id, "holder_id": cls.owner.id, "card_number": "1"}
        )
        cls.env["property.tenant.movein"].create(
            {
                "unit_id": cls.unit.id,
                "tenant_id": cls.env["res.partner"].create({"name": "New tenant"}).id,
                "slot_start": fields.Datetime.now(),
                "slot_end": fields.Datetime.now() + timedelta(hours=2),
            }
        )
        cls.env["property.moveout"].create(
            {
                "unit_id": cls.let.id,
                "planned_date": fields.Date.today(),
                "slot_start": fields.Datetime.now(),
                "slot_end": fields.Datetime.now() + timedelta(hours=2),
            }
        )
        cls.env["property.gate.pass"].create(
            {"unit_id": cls.unit.id, "line_ids": [Command.create({"name": "Sofa"})]}
        )
        cls.env["property.gate.week"].create(
            {"estate_id": cls.estate.id, "date_start": fields.Date.today()}
        )
        cls.env["property.material.entry"].create(
            {"unit_id": cls.unit.id, "contractor": "Deco", "name": "Cement"}
        )

    @classmethod
    def _make_renovations(cls):
        """A dossier with permit and extension, what stands beside it, power and gas."""
        firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        dossier = cls.env["property.renovation"].create(
            {
                "unit_id": cls.unit.id,
                "contractor_id": firm.id,
                "date_start_plan": fields.Date.today(),
                "date_end_plan": fields.Date.today(),
                "item_ids": [Command.create({"name": "Floor"})],
            }
        )
        dossier._make_checks("review")
        dossier._make_money()
        clocks = cls.env["property.deadline"].sudo()
        clocks._begin(dossier, "review")
        review = clocks._of(dossier, ["review"])
        review.clock_start -= timedelta(hours=3)
        review._finish()
        permit = cls.env["property.renovation.permit"].create(
            {
                "renovation_id": dossier.id,
                "estate_id": cls.estate.id,
                "date_start": fields.Date.today(),
                "date_end": fields.Date.today(),
            }
        )
        cls.env["property.renovation.extension"].create(
            {
                "renovation_id": dossier.id,
                "date_end_new": permit.date_end + timedelta(days=5),
                "reason": "late",
            }
        )
        cls.env["property.contractor.record"].create(
            {"partner_id": firm.id, "estate_id": cls.estate.id, "note": "late"}
        )
        cls.env["property.power.connection"].create({"unit_id": cls.unit.id})
        cls.env["property.gas.alteration"].create({"unit_id": cls.unit.id})
        cls._make_sites(dossier.copy({"unit_id": cls.let.id}))

    @classmethod
    def _make_sites(cls, dossier):
        """A worker with pass, overtime, hot work, a stay, a visit and a violation of a site."""
        dossier._with_move().write({"state": "working", "started_date": fields.Date.today()})
        worker = cls.env["property.renovation.worker"].create(
            {
                "renovation_id": dossier.id,
                "name": "Worker",
                "id_number": "110101199003071111"[:17]
                + identity.resident_check_digit("11010119900307111"),
                "id_checked": True,
            }
        )
        lost = cls.env["property.renovation.pass"].create(
            {"worker_id": worker.id, "kind": "day", "guarantee": "Firm"}
        )
        lost._with_move().write({"state": "lost", "lost_date": fields.Datetime.now()})
        now = fields.Datetime.now()
        period = {"date_start": now, "date_end": now + timedelta(hours=2)}
        site = {"renovation_id": dossier.id}
        cls.env["property.renovation.overtime"].create({**site, **period, "content": "Tiles"})
        cls.env["property.renovation.hot.work"].create(
            {**site, **period, "content": "Rail", "place": "Balcony", "operator_id": worker.id}
        )
        cls.env["property.renovation.stay"].create(
            {
                **site,
                "worker_id": worker.id,
                "reason": "guard",
                "date_start": fields.Date.today(),
                "date_end": fields.Date.today(),
            }
        )
        cls.env["property.renovation.violation"].create(
            {
                "unit_id": dossier.unit_id.id,
                "type_id": cls.env.ref("property_service.violation_type_r4").id,
                "description": "Debris",
            }
        )
        cls.env["property.patrol"]._check_sites(dossier)

    @classmethod
    def _make_vacant(cls):
        """A vacant home with its month, an entrusted one, one for rent with a viewing."""
        home = cls._make_unit("190", state="vacant")
        cls.env["property.vacant.month"]._make(cls.estate, fields.Date.today().replace(day=1))
        row = cls.env["property.trusteeship"].create(
            {"unit_id": home.id, "partner_id": home.owner_id.id}
        )
        row.item_ids = [Command.create({"name": "Sofa"})]
        seeker = cls.env["property.listing.seeker"].create(
            {"estate_id": cls.estate.id, "partner_id": cls.owner.id}
        )
        listing = cls.env["property.listing"].create(
            {"unit_id": home.id, "partner_id": home.owner_id.id, "price": 3000}
        )
        cls.env["property.listing.viewing"].create(
            {"listing_id": listing.id, "seeker_id": seeker.id}
        )

    @classmethod
    def _make_patrols(cls):
        """A patrol with a finding, a callback that was checked, a notice, a log, statistics."""
        point = cls.env["property.patrol.point"].create(
            {"name": "Roof", "building_id": cls.building.id, "subject": "roof"}
        )
        kind = cls.env.ref("property_service.patrol_type_building")
        route = cls.env["property.patrol.route"].create(
            {
                "name": "Route",
                "estate_id": cls.estate.id,
                "type_id": kind.id,
                "point_ids": [Command.set(point.ids)],
            }
        )
        plan = cls.env["property.patrol.plan"].create(
            {
                "name": "Plan",
                "estate_id": cls.estate.id,
                "type_id": kind.id,
                "route_id": route.id,
            }
        )
        plan._make_ahead(fields.Date.today())
        finding = cls.env["property.finding"].create(
            {
                "unit_id": cls.unit.id,
                "partner_id": cls.owner.id,
                "category_id": cls.env.ref("property_service.case_category_finding_repair").id,
                "description": "Lamp broken",
                "responsible_id": cls.users["technician"].id,
            }
        )
        cls.env["property.rectification"]._issue(finding, None, cls.env.user, "Not done")
        finding._case_settled()
        callback = cls.env["property.callback"].search([("res_id", "=", finding.id)])
        callback._record("ok", method="phone")
        cls.env["property.spot.check"]._draw(cls.estate, fields.Date.today())
        cls.env["property.steward.log"].create({"estate_id": cls.estate.id})
        cls.env["property.callback.year"].create({"estate_id": cls.estate.id})

    @classmethod
    def _make_reductions(cls):
        """An application, a closed month, a fapiao batch with a red letter due, accounts."""
        waiver = cls.env["property.waiver"].create(
            {
                "unit_id": cls.unit.id,
                "partner_id": cls.owner.id,
                "kind": "hardship",
                "date_start": date(2026, 11, 1),
                "date_end": date(2027, 10, 31),
                "reason": "ill",
            }
        )
        cls.env["property.collection.period"].create(
            {"estate_id": cls.estate.id, "month": date(2026, 11, 1)}
        )
        charge = cls.unit._open_charges()[:1]
        charge.invoice_id.property_fapiao_number = "2" * 20
        cls.env["property.charge"]._charge(
            [
                {
                    "unit_id": charge.unit_id.id,
                    "item_id": charge.item_id.id,
                    "partner_id": charge.partner_id.id,
                    "amount": -1.0,
                    "origin": "waiver",
                    "reduces_id": charge.id,
                    "waiver_id": waiver.id,
                }
            ]
        )
        cls.env["property.fapiao.batch"].create({"estate_id": cls.estate.id})
        cls.env["property.disclosure"].create(
            {
                "estate_id": cls.estate.id,
                "date_from": date(2026, 11, 1),
                "date_to": date(2026, 11, 30),
            }
        )

    @classmethod
    def _make_meters(cls):
        """Meters read and to be looked at, a tariff, a share with an objection, a settlement."""
        estate = {"estate_id": cls.estate.id}
        item = cls._make_item("WATER", tax=0, kind="agency", basis="quantity", periodic=False)
        group = cls.env["property.meter.group"].create({**estate, "name": "Low zone"})
        meters = cls.env["property.meter"].create(
            [
                {"number": "W1", "unit_id": cls.unit.id, "opening": 9, "group_id": group.id},
                {"number": "C1", "use": "common", **estate, "group_id": group.id},
            ]
        )
        cls.env["property.meter.swap"].create(
            {"meter_id": meters[0].id, "old_end": 9, "new_number": "W2", "reason": "broken"}
        )
        cls.env["property.tariff"].create(
            {**estate, "item_id": item.id, "date_start": date(2020, 1, 1)}
        )
        sheet = cls.env["property.meter.sheet"].create(estate)
        for reading in sheet.reading_ids:
            reading.write({"current": 5, "reason": "?"})
        sheet.action_read()
        sheet.reading_ids.filtered("needs_look")._confirm("seen")
        sheet.action_check()
        share = cls.env["property.share"].create(
            {**estate, "group_id": group.id, "item_id": item.id, "price": 2}
        )
        share.action_compute()
        share.action_publish()
        later = {"unit_id": cls.unit.id, "date": fields.Date.add(sheet.date, days=1)}
        cls.env["property.meter.sheet"].create({**estate, **later}).reading_ids.current = 1
        cls.env["property.share.objection"].create(
            {"share_id": share.id, "unit_id": cls.unit.id, "text": "why?"}
        )
        cls.env["property.agency.settlement"].create(
            {
                **estate,
                "item_id": item.id,
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 1, 31),
            }
        )

    @classmethod
    def _make_dunning(cls):
        """A case with a contact, a promise and an agreement; leases of parking; late charges."""
        unit, owner, today = cls.let, cls.let.owner_id, fields.Date.today()
        item = cls.env["property.fee.item"].search([("code", "=", "MGT")], limit=1)
        due = {"amount": 30, "item_id": item.id, "date_due": date(2024, 1, 31)}
        cls.env["property.charge"]._charge(
            [{"unit_id": place.id, "partner_id": owner.id, **due} for place in (unit, cls.space)]
        )
        case = cls.env["property.dunning"].create({"unit_id": unit.id, "partner_id": owner.id})
        cls.env["property.dunning.contact"].create(
            {
                "dunning_id": case.id,
                "date": f"{today} 02:00:00" if fields.Datetime.now().hour >= 2 else "2024-02-02",
                "result": "promise",
                "promise_date": today,
                "promise_amount": 10,
            }
        )
        cls.env["property.dunning.agreement"].create({"dunning_id": case.id, "reason": "ill"})
        cls.env["property.late.rate"].create(
            {"estate_id": cls.estate.id, "date_start": date(2024, 1, 1)}
        )
        cls.env["property.late.waiver"].create(
            {"unit_id": unit.id, "partner_id": owner.id, "reason": "ill"}
        )
        cls.env["property.arrears.list"]._make(cls.estate, today)
        cls.env["property.parking.lease"].create(
            {"estate_id": cls.estate.id, "home_id": unit.id, "partner_id": owner.id, "plate": "A1"}
        )
        cls.env["property.parking.dunning"].create(
            {"unit_id": cls.space.id, "partner_id": owner.id, "date_expired": date(2024, 1, 31)}
        )

    @classmethod
    def _make_repairs(cls):
        """A contact, a repair under way, a paid service, a claim, what they are set up with."""
        cls.env["property.service.price"].create(
            {"code": "S1", "name": "Replace a tap", "uom": "piece", "price": 30}
        )
        administrator = cls.users["administrator"]
        technician = cls.env["property.technician"].create(
            {
                "employee_id": cls.env["hr.employee"]
                .create({"name": "Technician", "user_id": administrator.id})
                .id
            }
        )
        now = fields.Datetime.now()
        cls.env["property.hint"].create(
            {
                "name": "Lift works",
                "estate_id": cls.estate.id,
                "date_start": now,
                "date_end": now + timedelta(hours=5),
            }
        )
        roof = cls.env.ref("property_service.repair_category_roof_wall_leak")
        cls.env["property.warranty.term"].create(
            {
                "estate_id": cls.estate.id,
                "category_id": roof.id,
                "date_start": "2024-01-01",
                "date_end": "2034-01-01",
            }
        )
        contact = {
            "unit_id": cls.unit.id,
            "partner_id": cls.owner.id,
            "contact_name": "Owner",
            "description": "Tap drips",
        }
        cls.env["property.intake"].create(contact)
        cls.env["property.intake"].create(contact)._make_case()._dispatch(technician.employee_id)
        cls.env["property.intake"].create(
            {**contact, "category_id": roof.id}
        )._make_case().action_claim()
        cls.env["property.repair"].create({**contact, "kind": "service"}).action_accept()
        cls.env["property.on.call"].create(
            {
                "estate_id": cls.estate.id,
                "date_start": now,
                "date_end": now + timedelta(hours=12),
                "employee_id": technician.employee_id.id,
            }
        )
        cls.env["property.repair.month"].create(
            {"estate_id": cls.estate.id, "month": fields.Date.today()}
        )

    @classmethod
    def _make_complaints(cls):
        """A case of each kind of the service centre, a notice, a reception day."""
        common = {"unit_id": cls.unit.id, "partner_id": cls.owner.id, "description": "Noise"}
        matter = cls.env["property.complaint.matter"].create(
            {"name": "Noise", "estate_id": cls.estate.id}
        )
        cls.env["property.complaint"].create({**common, "matter_id": matter.id})
        cls.env["property.complaint.summary"].create(
            {"estate_id": cls.estate.id, "date_from": "2026-01-01"}
        )
        cls.env["property.inquiry"].create(common)
        cls.env["property.answer"].create({"question": "Hours?", "answer": "8:30"})
        cls.env["property.special.task"].create(
            {"estate_id": cls.estate.id, "description": "Inspection"}
        )
        fire = cls.env.ref("property_service.emergency_plan_fire")
        cls.env["property.emergency"].create({**common, "category_id": fire.category_id.id})
        cls.env["property.emergency.drill"].create({"plan_id": fire.id, "estate_id": cls.estate.id})
        cls.env["property.notice"].create(
            {"estate_id": cls.estate.id, "title": "Notice", "body": "Text"}
        )
        day = cls.env["property.reception.day"].create(
            {"estate_id": cls.estate.id, "date": "2026-12-04"}
        )
        cls.env["property.reception"].create(
            {"day_id": day.id, "partner_id": cls.owner.id, "subject": "Noise"}
        )

    @classmethod
    def _make_deposits(cls):
        """A deposit, a refund, a transfer, corrections, a settlement, a receipt book."""
        unit, other = cls.unit, cls.let
        common = {"unit_id": unit.id, "partner_id": cls.owner.id}
        cls.env["property.deposit"]._require(unit, cls.owner, "DECO", 2000)
        cls.env["property.refund"].create({**common, "amount": 5, "reason": "paid twice"})
        cls._take(unit, 30, charges=())
        cls.env["property.prepay.transfer"].create(
            {
                **common,
                "unit_to_id": other.id,
                "partner_to_id": other.owner_id.id,
                "amount": 10,
                "reason": "wrong home",
            }
        )
        charge = unit._open_charges()[:1]
        cls.env["property.adjustment"].create(
            {
                "unit_id": unit.id,
                "reason": "wrong price",
                "line_ids": [Command.create({"charge_id": charge.id, "amount": -5})],
            }
        )
        lost = cls.env["property.write.off"].create(
            {"unit_id": other.id, "partner_id": other.owner_id.id, "reason": "gone"}
        )
        lost.action_load()
        lost.action_submit()
        approval = lost.approval_ids.sudo()
        while approval.state == "pending":
            approval.action_approve()
        cls.env["property.settlement"].create({**common, "date": fields.Date.today()})
        cls.env["property.receipt.book"].create(
            {"name": "1", "estate_id": cls.estate.id, "number_from": 1, "number_to": 50}
        )
        cls.env["property.prepayment"]._set_off(charge)
