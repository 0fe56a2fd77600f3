# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Late charge rates, dunning at every step, and leases of parking spaces."""

from datetime import timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tools import SQL

from ..tools.local_time import local_time, local_today

_SAID = {
    "call": (
        ("业主称近期出差，回来后缴", "no_answer", "away"),
        ("表示忘记缴费，会尽快处理", None, "forgotten"),
        ("反映电梯维修不及时，暂不愿缴", "refused", "service"),
        ("电话无人接听，已发微信", "no_answer", None),
    ),
    "visit": (
        ("上门说明费用构成，业主表示月底前缴", None, "forgotten"),
        ("家中无人，门口留温馨提示单", "absent", "away"),
    ),
}


def make(env, places, staff):
    """Make the rate, the cases and their contacts, agreements, and parking leases."""
    today = local_today()
    dice = Random(23)
    for estate in places.values():
        rate = env["property.late.rate"].create(
            {
                "estate_id": estate.id,
                "date_start": today.replace(month=1, day=1) - relativedelta(years=1),
                "rate": 0.05,
                "mode": "calculate",
                "basis_document": "前期物业服务合同第 15 条",
            }
        )
        rate.with_user(staff["manager"]).sudo()._move_to("approved")
    _leases(env, places["CH"], staff, dice, today)
    _cases(env, staff, dice, today)


def _moment(day, hour=10):
    return local_time(day, hour)


def _cases(env, staff, dice, today):
    cases = env["property.dunning"].with_user(staff["steward"]).sudo()
    cases._open_cases()
    cases = cases.search([("estate_id.code", "=", "CH")], order="date_first_due, id")
    contacts = env["property.dunning.contact"].with_user(staff["steward"]).sudo()
    for number, case in enumerate(cases):
        age = (today - case.date_first_due).days
        if age < 1 or number % 7 == 6:
            continue
        _talk(contacts, case, staff, dice, min(case.date_first_due + timedelta(4), today))
        if age > 15 and number % 3:
            case.action_next_stage()
            _talk(contacts, case, staff, dice, min(case.date_first_due + timedelta(18), today))
            if age > 30 and number % 2:
                case.action_next_stage()
                _notice(case, contacts, case.date_first_due + timedelta(31), today, number)
    running = cases.filtered(lambda case: case.state == "running")
    for case in running[3:30:6]:
        contacts.create(
            {
                "dunning_id": case.id,
                "stage_id": env["property.dunning.stage"]._by_code("call").id,
                "channel": "phone",
                "user_id": staff["steward"].id,
                "date": _moment(today - timedelta(1), 16),
                "met": case.partner_id.name,
                "content": "承诺按期缴清",
                "result": "promise",
                "promise_date": today + timedelta(dice.randrange(2, 12)),
                "promise_amount": case.amount,
            }
        )
    running = running.filtered(lambda case: case.state == "running")
    if len(running) > 4:
        running[1].with_user(staff["supervisor"])._dispute("业主对建筑面积有异议，正在核实")
        _agreement(env, staff, running[2], today)
        _offer(env, staff, running[0], today)


def _talk(contacts, case, staff, dice, day):
    content, result, reason = dice.choice(_SAID[case.stage_id.code])
    visit = case.stage_id.code == "visit"
    contacts.create(
        {
            "dunning_id": case.id,
            "user_id": staff["steward"].id,
            "second_user_id": staff["clerk"].id if visit else False,
            "date": _moment(min(day, fields.Date.today()), 9),
            "met": case.partner_id.name if result not in ("absent", "no_answer") else False,
            "content": content,
            "result": result,
            "arrears_reason": reason,
        }
    )


def _notice(case, contacts, day, today, number):
    day = min(day, today - timedelta(1))
    notice = contacts.create(
        {
            "dunning_id": case.id,
            "channel": "notice",
            "date": _moment(day, 11),
            "content": "送达催缴通知单，说明欠费明细",
        }
    )
    if number % 4 != 1:
        notice.write(
            {
                "delivery_method": "signed",
                "signer": case.partner_id.name,
                "delivery_date": day,
            }
        )
        notice.action_delivered()


def _agreement(env, staff, case, today):
    half = round(case.amount / 2, 2)
    agreement = (
        env["property.dunning.agreement"]
        .with_user(staff["steward"])
        .sudo()
        .create(
            {
                "dunning_id": case.id,
                "kind": "instalment",
                "months": 2,
                "reason": "业主失业，申请分两期缴清",
                "line_ids": [
                    Command.create({"date_due": today + relativedelta(months=1), "amount": half}),
                    Command.create(
                        {
                            "date_due": today + relativedelta(months=2),
                            "amount": round(case.amount - half, 2),
                        }
                    ),
                ],
            }
        )
    )
    agreement.with_user(staff["steward"]).action_submit()


def _offer(env, staff, case, today):
    charges = case._overdue_charges()
    waiver = (
        env["property.late.waiver"]
        .with_user(staff["supervisor"])
        .create(
            {
                "unit_id": case.unit_id.id,
                "partner_id": case.partner_id.id,
                "charge_ids": [Command.set(charges.ids)],
                "pay_by": today + timedelta(10),
                "reason": "一次性缴清可免违约金",
            }
        )
    )
    if waiver.amount_waived:
        waiver.action_submit()


def _leases(env, estate, staff, dice, today):
    """Spaces let by leases for three months, two of them unpaid, and people who wait."""
    park = env["property.building"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "carpark")], limit=1
    )
    item = env["property.fee.item"].search([("code", "=", "PARK_RENT")], limit=1)
    homes = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("category", "=", "home"),
            ("side_unit_ids", "=", False),
            ("state", "=", "occupied_owner"),
        ]
    )[:14]
    spaces = env["property.unit"].create(
        [
            {
                "building_id": park.id,
                "floor": -2,
                "number": f"B2-{number:03d}",
                "type_id": env.ref("property_service.unit_type_parking_leased").id,
                "gross_area": 12.72,
                "state": "handed_over",
            }
            for number in range(1, 11)
        ]
    )
    first = today.replace(day=1) - relativedelta(months=2)
    leases = env["property.parking.lease"].with_user(staff["clerk"]).sudo()
    made = leases.create(
        [
            {
                "estate_id": estate.id,
                "space_id": space.id,
                "home_id": home.id,
                "partner_id": home.owner_id.id,
                "plate": "川A" + "".join(dice.choice("0123456789DEFGH") for _digit in range(5)),
                "car_model": dice.choice(["大众 白色", "比亚迪 黑色", "丰田 银色", "特斯拉 白色"]),
                "licence_owner": home.owner_id.name,
                "licence_seen": True,
                "date_start": first,
                "months": 3 if number < 2 else 12,
                "item_id": item.id,
                "rent": 320,
                "deposit": 200,
                "card_number": f"K{number + 1:04d}",
            }
            for number, (space, home) in enumerate(zip(spaces[:8], homes, strict=False))
        ]
    )
    for step in ("action_allot", "action_contract", "action_activate"):
        getattr(made, step)()
    waiting = leases.create(
        [
            {
                "estate_id": estate.id,
                "home_id": home.id,
                "partner_id": home.owner_id.id,
                "plate": "川A" + "".join(dice.choice("0123456789DEFGH") for _digit in range(5)),
                "wanted": "靠近电梯",
                "date_start": today.replace(day=1) + relativedelta(months=1),
                "item_id": item.id,
                "rent": 320,
            }
            for home in homes[8:12]
        ]
    )
    waiting[1:].action_queue()
    _rents(env, estate, staff, item, made, today)


def _rents(env, estate, staff, item, leases, today):
    """Bill the rents by a run for this item alone; two tenants do not pay."""
    runs = env["property.bill.run"].with_user(staff["accountant"]).sudo()
    for age in (2, 1, 0):
        run = runs.create(
            {
                "estate_ids": [Command.set(estate.ids)],
                "month": today.replace(day=1) - relativedelta(months=age),
                "item_ids": [Command.set(item.ids)],
            }
        )
        run.action_generate()
        run.with_user(staff["supervisor"]).sudo().action_check()
        run.with_user(staff["accountant"]).sudo().action_post()
    journal = env["account.journal"]._property_journal_of(env.company, "wechat")
    values = []
    for lease in leases[2:]:
        charges = env["property.charge"].search(
            [("parking_lease_id", "=", lease.id), ("state", "=", "open")]
        )
        if charges:
            values.append(
                {
                    "unit_id": lease.home_id.id,
                    "partner_id": lease.partner_id.id,
                    "journal_id": journal.id,
                    "date": today,
                    "amount": sum(charges.mapped("amount_residual")),
                    "line_ids": [
                        Command.create({"charge_id": charge.id, "amount": charge.amount_residual})
                        for charge in charges
                    ],
                }
            )
    env["property.receipt"].with_user(staff["cashier"]).sudo()._take(values)
    cases = env["property.parking.dunning"].with_user(staff["clerk"]).sudo()
    for row in cases._overdue_sums(_of_estate(estate)):
        case = cases.create([row])
        if case.lease_id == leases[0]:
            case.action_oral()


def _of_estate(estate):
    """Return the condition on charges of the estate's let spaces."""
    return SQL("charge.estate_id = %s AND charge.parking_lease_id IS NOT NULL", estate.id)
