# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deposits taken, inspected and given back; refunds, corrections, a sale being settled."""

import base64
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command

from ..tools.local_time import local_today

#: (kind, usual amount)
_AMOUNTS = {
    "DECO": 2000,
    "DECO_FIRM": 3000,
    "PASS": 20,
    "KEY": 50,
    "CARD": 30,
    "VENUE": 500,
    "MOVE": 200,
}
#: (kind, days ago it was taken, what it is for); None: still due
_DEPOSITS = (
    ("DECO", 400, "全屋装修"),
    ("DECO", 210, "厨房改造"),
    ("DECO_FIRM", 210, "装修公司押金"),
    ("DECO", 95, "卫生间改造"),
    ("PASS", 60, "施工人员出入证 1 张"),
    ("KEY", 45, "借用弱电井钥匙"),
    ("VENUE", 30, "会所生日会"),
    ("MOVE", 12, "搬入"),
    ("DECO", 8, "局部装修"),
    ("CARD", 3, "门禁卡 1 张"),
    ("DECO", None, "阳台封装"),
    ("DECO_FIRM", None, "装修公司押金"),
    ("CARD", None, "门禁卡 1 张"),
)


def make(env, places, staff):
    """Make what the rest of the fee room shows: every document in several states."""
    estate = places["CH"]
    today = local_today()
    dice = Random(23)
    kinds = env["property.deposit.kind"].search([("company_id", "=", env.company.id)])
    for kind in kinds:
        kind.amount = _AMOUNTS.get(kind.code, 0)
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("main_unit_id", "=", False), ("owner_id", "!=", False)],
        order="id",
    )
    homes = homes.filtered(lambda unit: unit.type_id.category == "home")
    deposits = _deposits(env, staff, kinds, homes, dice, today)
    _returned(env, staff, deposits)
    _refund(env, staff, homes)
    _transfer(env, staff, homes)
    _corrections(env, staff, homes[20:])
    own = homes[30:].filtered(lambda unit: unit.payer_id == unit.owner_id)
    _settlement(env, staff, own[0], today)
    _books(env, staff, estate, today)


def _as(staff, role, record):
    return record.with_user(staff[role]).sudo()


def _deposits(env, staff, kinds, homes, dice, today):
    journals = env["account.journal"]._property_journals(env.company)
    made = env["property.deposit"]
    closed = env["property.day.closing"]
    for number, (code, age, note) in enumerate(_DEPOSITS):
        unit = homes[number * 2]
        kind = kinds.filtered(lambda row, code=code: row.code == code)
        deposit = _as(staff, "clerk", made).create(
            {
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "kind_id": kind.id,
                "amount": kind.amount,
                "note": note,
                "date": today - relativedelta(days=age or 1),
            }
        )
        made |= deposit
        if age is None:
            continue
        day = today - relativedelta(days=age)
        while closed._is_closed(unit.estate_id, day):
            day -= relativedelta(days=1)
        _as(staff, "cashier", env["property.receipt"])._take(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": unit.owner_id.id,
                    "journal_id": dice.choice(journals).id,
                    "date": day,
                    "amount": deposit.amount,
                    "line_ids": [
                        Command.create({"deposit_id": deposit.id, "amount": deposit.amount})
                    ],
                }
            ]
        )
    return made


def _paper(env, name):
    return env["ir.attachment"].create({"name": name, "datas": base64.b64encode(name.encode())})


def _returned(env, staff, deposits):
    """One deposit to inspect, one inspected with a deduction, one given back."""
    to_inspect, deducted, _firm, back = deposits[:4]
    for deposit in (to_inspect, deducted, back):
        deposit.write({"receipt_back": "returned", "request_reason": "装修完工，申请退还押金"})
        _as(staff, "clerk", deposit).action_request_refund()
    for deposit in (deducted, back):
        deposit.write(
            {
                "inspector_id": staff["steward"].id,
                "findings": "楼道墙面两处划痕" if deposit == deducted else "现场无损坏，垃圾已清运",
                "photo_ids": [Command.set(_paper(env, "现场照片.txt").ids)],
            }
        )
    deducted.deduction_ids = [Command.create({"reason": "楼道墙面修复", "amount": 300})]
    for deposit in (deducted, back):
        _as(staff, "steward", deposit).action_inspected()
    for deposit in (deducted, back):
        action = _as(staff, "clerk", deposit).action_refund()
        refund = env["property.refund"].browse(action["res_id"])
        _as(staff, "clerk", refund).action_apply()
        _as(staff, "supervisor", refund).action_check()
        if deposit == back:
            _grant(refund)
            refund.journal_id = env["account.journal"]._property_journal_of(env.company, "transfer")
            _as(staff, "accountant", refund).action_pay()


def _grant(document):
    approval = document.approval_ids.filtered(lambda row: row.state == "pending")
    while approval.state == "pending":
        approval.sudo().action_approve()


def _paid_ahead(env, homes):
    """Return (home, payer, yuan) of homes with money in advance."""
    balances = env["property.prepayment"]._balances(homes)
    return [
        (unit, env["res.partner"].browse(partner_id), amount)
        for unit in homes
        for partner_id, amount in balances[unit.id].items()
    ]


def _refund(env, staff, homes):
    for unit, payer, amount in _paid_ahead(env, homes)[:1]:
        refund = _as(staff, "clerk", env["property.refund"]).create(
            {
                "unit_id": unit.id,
                "partner_id": payer.id,
                "cause": "double",
                "reason": "业主与租户重复缴费",
                "amount": round(amount / 2, 2),
                "payee_account": "中国建设银行 6217 0038 1000 0000 000",
            }
        )
        refund.action_apply()


def _transfer(env, staff, homes):
    for unit, payer, amount in _paid_ahead(env, homes)[1:2]:
        other = homes.filtered(lambda home, unit=unit: home != unit)[:1]
        _as(staff, "cashier", env["property.prepay.transfer"]).create(
            {
                "unit_id": unit.id,
                "partner_id": payer.id,
                "unit_to_id": other.id,
                "partner_to_id": other.owner_id.id,
                "amount": round(amount / 2, 2),
                "reason": "缴费时房号报错",
                "signed": True,
            }
        ).action_submit()


def _corrections(env, staff, homes):
    """An area corrected and approved, one that waits; a debt to be written off."""
    charges = env["property.charge"].search(
        [("billed_unit_id", "in", homes.ids), ("state", "=", "open"), ("item_id.code", "=", "MGT")],
        order="month, id",
    )
    for number, charge in enumerate(charges[:2]):
        document = _as(staff, "accountant", env["property.adjustment"]).create(
            {
                "unit_id": charge.billed_unit_id.id,
                "cause": "price",
                "reason": "按合同约定的优惠单价更正",
                "line_ids": [Command.create({"charge_id": charge.id, "amount": -20.0})],
            }
        )
        document.action_submit()
        if not number:
            _grant(document)
    debts = (charges - charges[:2]).filtered(
        lambda charge: charge.billed_unit_id not in charges[:2].billed_unit_id
    )
    for number, debt in enumerate(debts[:2]):
        document = _as(staff, "accountant", env["property.write.off"]).create(
            {
                "unit_id": debt.billed_unit_id.id,
                "partner_id": debt.partner_id.id,
                "reason": "多次催缴，债务人已移居国外，诉讼时效届满",
                "line_ids": [Command.create({"charge_id": debt.id})],
            }
        )
        document.action_submit()
        if number:
            _grant(document)


def _settlement(env, staff, unit, today):
    """A sale whose account is closed to the end of the month."""
    buyer = env["res.partner"].create({"name": "罗思远", "phone": "13880010001"})
    settlement = _as(staff, "clerk", env["property.settlement"]).create(
        {
            "unit_id": unit.id,
            "partner_id": unit.owner_id.id,
            "new_partner_id": buyer.id,
            "date": today.replace(day=1) + relativedelta(months=1),
            "document": "存量房买卖合同 2026-0312",
            "reading_ids": [
                Command.create({"kind": "water", "meter_number": "S-30218", "value": 612}),
                Command.create({"kind": "power", "meter_number": "D-30218", "value": 10345.6}),
            ],
        }
    )
    settlement.action_meter_read()
    _as(staff, "cashier", settlement).action_close_account()


def _books(env, staff, estate, today):
    books = env["property.receipt.book"].create(
        [
            {
                "name": f"{today:%Y}-{number:02d}",
                "estate_id": estate.id,
                "number_from": 9951 + 50 * number,
                "number_to": 10000 + 50 * number,
                "holder_id": staff["cashier"].id,
                "issue_date": number < 3 and today - relativedelta(days=120 - 30 * number),
            }
            for number in range(1, 4)
        ]
    )
    for book in books[:2]:
        _as(staff, "accountant", book).action_issue()
    books[0].write({"used_to": 10050, "voided": "10017", "amount": 8640})
    _as(staff, "cashier", books[0]).action_return()
    _as(staff, "accountant", books[0]).action_check()
