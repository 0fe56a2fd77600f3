# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Venues of the first estate and a fortnight of bookings in every state, from the desk to the refund."""

import base64
from datetime import timedelta

from odoo import Command, fields

from ..tools.local_time import local_time, local_today

_VENUES = (
    {
        "name": "社区活动室",
        "kind": "activity",
        "place": "1栋架空层",
        "area": 86,
        "capacity": 40,
        "price_basis": "free",
        "price_commercial": 60,
        "deposit_amount": 200,
        "color": 4,
        "equipment": "音响一套、投影仪一台、折叠椅 40 把、长桌 6 张",
        "rules": "8:00—21:00 开放，单次不超过 4 小时；用后打扫、断电；损坏照价赔偿。",
    },
    {
        "name": "多功能厅",
        "kind": "hall",
        "place": "会所二层",
        "area": 220,
        "capacity": 120,
        "price_basis": "hour",
        "price": 80,
        "price_commercial": 240,
        "deposit_amount": 500,
        "color": 10,
        "hour_to": 22.0,
        "equipment": "舞台、灯光音响、LED 屏",
    },
    {
        "name": "中心广场",
        "kind": "ground",
        "place": "喷泉南侧",
        "area": 600,
        "capacity": 300,
        "price_basis": "free",
        "price_commercial": 120,
        "deposit_amount": 300,
        "color": 3,
        "hour_to": 22.0,
        "rules": "不得占用消防通道；20:30 后不得使用音响。",
    },
    {
        "name": "乒乓球室",
        "kind": "sport",
        "place": "会所一层",
        "area": 70,
        "capacity": 12,
        "price_basis": "hour",
        "price": 20,
        "step_minutes": "30",
        "max_hours": 2,
        "max_month": 4,
        "color": 7,
    },
)
#: (state to reach, venue, days from today, from hour, hours, kind of use, purpose, people)
_BOOKINGS = (
    ("closed", 1, -12, 14, 3, "family", "老人八十寿宴", 60),
    ("closed", 3, -10, 19, 1.5, "sport", "乒乓球友谊赛", 8),
    ("deposit_refunded", 0, -6, 9, 2, "family", "孩子周岁聚会", 20),
    ("damaged", 1, -5, 18, 3, "culture", "业主合唱排练", 45),
    ("inspected", 0, -3, 15, 2, "culture", "书法交流", 16),
    ("cancelled", 3, -2, 10, 1, "sport", "少儿乒乓球练习", 6),
    ("in_use", 0, 0, 9, 3, "charity", "义务理发", 30),
    ("fee_paid", 1, 2, 19, 2, "culture", "舞蹈队排练", 24),
    ("deposit_paid", 1, 4, 14, 3, "meeting", "楼栋业主座谈", 50),
    ("approved", 0, 3, 14, 2, "meeting", "加装充电桩意见征询", 25),
    ("commercial", 2, 6, 10, 4, "commercial", "家电以旧换新展销", 80),
    ("checked", 0, 5, 9, 2, "culture", "亲子绘本共读", 18),
    ("checked", 3, 1, 19, 1, "sport", "乒乓球训练", 4),
    ("applied", 0, 5, 10, 2, "family", "朋友聚餐", 20),
    ("applied", 2, 8, 19, 1.5, "culture", "广场舞展演", 60),
    ("refused", 2, 7, 9, 3, "other", "保健品推介讲座", 50),
)


def make(env, places, staff):
    """Make four venues and bookings in every state."""
    estate = places["CH"]
    today = local_today()
    venues = env["property.venue"].create(
        [{"estate_id": estate.id, "user_id": staff["steward"].id, **row} for row in _VENUES]
    )
    homes = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("category", "=", "home"),
            ("state", "=", "occupied_owner"),
            ("owner_id", "!=", False),
        ],
        order="id",
        limit=len(_BOOKINGS) + 6,
    )[6:]
    for home, row in zip(homes, _BOOKINGS, strict=False):
        _booking(env, home, staff, venues, today, *row)


def _booking(env, home, staff, venues, today, target, venue, days, hour, hours, use, what, people):
    """Make one booking and take it as far as `target`."""
    day = today + timedelta(days=days)
    start = local_time(day, hour)
    ahead = local_time(max(today, day), hour)
    late = target == "in_use" and ahead < fields.Datetime.now()
    clerk = staff["clerk"]
    bookings = env["property.venue.booking"].with_user(clerk)
    commercial = use == "commercial"
    # what is over was applied for before: it is taken through its steps in days to come, and set
    # back afterwards
    shift = timedelta(days=60) if days < 0 or late else timedelta()
    booking = bookings.create(
        {
            "venue_id": venues[venue].id,
            "unit_id": home.id,
            "partner_id": home.owner_id.id,
            "applicant_kind": "company" if commercial else "resident",
            "organiser": "锦里家电连锁" if commercial else False,
            "use_kind": use,
            "purpose": what,
            "persons": people,
            "date_start": start + shift,
            "date_end": start + shift + timedelta(hours=hours),
            "facilities": "音响、投影" if people > 20 else False,
            "safety": "申请人全程在场，保持通道畅通，结束后清场断电。",
            "owners_decision": "业委会决议〔2026〕8号" if commercial else False,
            "user_id": clerk.id,
        }
    )
    if target == "applied":
        return
    booking._sign("applicant", home.owner_id.name, way="paper", partner=home.owner_id)
    if target == "refused":
        booking.with_user(staff["supervisor"])._refuse("以讲座为名推销保健品，不符合场所用途")
        return
    booking.cs_opinion = "时段无冲突，资料齐全"
    booking.action_check()
    if target == "checked":
        return
    for step in booking.sudo().approval_ids.step_ids:
        manager = step.group_id == env.ref("property_service.group_manager")
        decider = staff["manager"] if manager else staff["supervisor"]
        booking.sudo().approval_ids.with_user(decider).action_approve()
    if target in ("approved", "commercial"):
        return
    if target == "cancelled":
        booking._cancel("孩子生病，改期再约")
        _set_back(booking, shift)
        return
    _pay(env, staff, booking, fee=target != "deposit_paid")
    if target in ("deposit_paid", "fee_paid"):
        return
    booking.before_note = "桌椅、音响完好，钥匙 1 把"
    _set_back(booking, shift)
    # handed over and inspected on its day
    booking.sudo()._move_to("in_use")
    if target == "in_use":
        return
    _inspect(env, staff, booking, target)


def _set_back(booking, shift):
    """Set a booking of demo data back to the day it is meant for."""
    if shift:
        booking.sudo().with_context(property_signed_system=True).write(
            {"date_start": booking.date_start - shift, "date_end": booking.date_end - shift}
        )


def _pay(env, staff, booking, fee):
    """Take deposit and fee at the counter."""
    trusted = booking.sudo()
    journal = env["account.journal"]._property_journal_of(booking.company_id, "cash")
    lines = []
    if trusted.deposit_id.state == "due":
        lines.append({"deposit_id": trusted.deposit_id.id, "amount": trusted.deposit_id.amount})
    if fee:
        lines += [
            {"charge_id": charge.id, "amount": charge.amount_residual}
            for charge in trusted.charge_ids.filtered(lambda row: row.amount_residual > 0)
        ]
    if lines:
        env["property.receipt"].with_user(staff["cashier"])._take(
            [
                {
                    "unit_id": booking.unit_id.id,
                    "partner_id": booking.partner_id.id,
                    "journal_id": journal.id,
                    "amount": sum(line["amount"] for line in lines),
                    "line_ids": [Command.create(line) for line in lines],
                }
            ]
        )


def _inspect(env, staff, booking, target):
    """Inspect the venue, and give the deposit back where it has come so far."""
    steward = booking.with_user(staff["steward"])
    damaged = target == "damaged"
    steward.write(
        {
            "clean": not damaged,
            "equipment_ok": not damaged,
            "power_off": True,
            "after_note": "舞台幕布撕裂，地面未清扫" if damaged else "已清扫，设备齐全，已断电",
        }
    )
    if damaged:
        photo = (
            env["ir.attachment"]
            .with_user(staff["steward"])
            .create({"name": "幕布.txt", "datas": base64.b64encode("幕布".encode())})
        )
        env["property.venue.damage"].with_user(staff["steward"]).create(
            {
                "booking_id": booking.id,
                "name": "舞台幕布",
                "amount": 180,
                "photo_ids": [Command.set(photo.ids)],
            }
        )
    steward.action_inspect()
    deposit = booking.sudo().deposit_id
    if target not in ("closed", "deposit_refunded") or not deposit:
        if target == "closed":
            booking.action_close()
        return
    dialog = (
        env["property.venue.refund"].with_user(staff["clerk"]).create({"booking_id": booking.id})
    )
    refund = env["property.refund"].browse(dialog.action_apply()["res_id"])
    refund.with_user(staff["supervisor"]).sudo().action_check()
    approval = refund.approval_ids
    while approval.state == "pending":
        approval.sudo().action_approve()
    refund.journal_id = env["account.journal"]._property_journal_of(booking.company_id, "cash")
    refund.with_user(staff["accountant"]).sudo().action_pay()
    if target == "closed":
        booking.action_close()
