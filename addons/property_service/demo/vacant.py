# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Vacant homes under care, entrusted homes in every state, homes for rent and sale."""

from datetime import datetime, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command

from ..tools.local_time import local_time, local_today

_THINGS = (
    ("布艺沙发", 1, "客厅", "完好"),
    ("55 寸电视", 1, "客厅", "完好"),
    ("双人床", 2, "卧室", "一张床板有裂纹"),
    ("空调", 3, "客厅、卧室", "正常"),
)
#: state, months since the application, note
_TRUSTEESHIPS = (
    ("applied", 0, "业主外派两年"),
    ("checked", 0, "业主随子女居住"),
    ("agreement_signed", 0, "投资房，暂不出租"),
    ("in_force", 3, "业主长期在外地工作"),
    ("in_force", 2, "老人住养老院"),
    ("over_limit", 3, "业主定居国外"),
    ("ended", 3, "业主调回本地工作"),
)
#: kind, price, layout, renovation standard, equipment, state
_LISTINGS = (
    ("let", 2600, "2室2厅1卫", "furnished", "家具家电齐全，拎包入住", "published"),
    ("let", 3200, "3室2厅2卫", "fine", "空调、热水器", "viewing"),
    ("sale", 1280000, "3室2厅2卫", "fine", "固定装修随房", "published"),
    ("let", 2200, "2室1厅1卫", "simple", "热水器", "reserved"),
    ("sale", 960000, "2室2厅1卫", "bare", "", "registered"),
)
_SEEKERS = (
    ("罗佳怡", "13880001201", "let", "2室", 60, 110, 2800, "自住", 2),
    ("唐浩", "13880001202", "let", "3室", 80, 150, 3500, "家庭居住", 4),
    ("谢晓琪", "13880001203", "sale", "", 80, 150, 1300000, "改善住房", 3),
)


def make(env, places, staff):
    """Make what belongs to homes nobody lives in."""
    today = local_today()
    estate = places["CH"]
    _vacancies(env, places, staff, today)
    _trusteeships(env, staff, estate, today)
    _listings(env, staff, estate, today)
    first = today.replace(day=1)
    for place in places.values():
        for back in (2, 1, 0):
            env["property.vacant.month"]._make(place, first - relativedelta(months=back))


def _vacancies(env, places, staff, today):
    """Backdate the list, take most of it into care and check it last month."""
    dice = Random(41)
    for place in places.values():
        vacants = env["property.vacant"].search(
            [("estate_id", "=", place.id), ("state", "!=", "ended")]
        )
        for number, vacant in enumerate(vacants):
            vacant.write(
                {
                    "date_start": today - timedelta(days=dice.randrange(40, 400)),
                    "user_id": vacant.user_id.id or staff["steward"].id,
                    "keys_kept": f"钥匙柜 {number // 20 + 1}-{number % 20 + 1:02d}"
                    if vacant.kind != "long"
                    else "业主自管",
                    "furnished": vacant.kind == "long",
                }
            )
        vacants[: len(vacants) * 3 // 4]._move_to("under_care")
    estate = places["CH"]
    plan = estate._make_vacant_plans(("vacant",)).filtered(lambda row: row.frequency == "monthly")
    day = (today.replace(day=1) - timedelta(days=1)).replace(day=10)
    moment = local_time(day, 9)
    tasks = plan[:1]._make([(day, f"{day} 09.00", moment, local_time(day, 17))])
    for task in tasks:
        _walk(task, staff, moment, dice)


def _walk(task, staff, moment, dice):
    """Make a patrol as it was made on its day; a few homes have something wrong."""
    task._move_to("in_progress", user_id=staff["steward"].id)
    task.visit_ids._lay_out()
    for number, visit in enumerate(task.visit_ids):
        moment += timedelta(minutes=dice.randrange(6, 12))
        visit.check_ids.write({"result": "ok"})
        visit.write(
            {
                "meters_read": True,
                "water": dice.randrange(1, 160),
                "power": dice.randrange(20, 2400),
                "aired": True,
            }
        )
        visit._with_move().write(
            {
                "state": "ok",
                "arrival": "on_time",
                "user_id": staff["steward"].id,
                "done_date": moment,
            }
        )
        vacant = visit._vacancy()
        vacant._checked(visit)
        if number % 7 == 3 and vacant:
            finding = _finding(visit, "阳台落水管接口渗水，墙角有霉斑", staff)
            finding.action_report_out()
        elif vacant.owner_id:
            visit.with_user(staff["steward"]).sudo()._with_move().write({"owner_told": moment})
            vacant.told_date = moment
    task._move_to("done")


def _finding(visit, text, staff):
    """Return a finding of `visit` with `text`."""
    env = visit.env
    return env["property.finding"].create(
        {
            "unit_id": visit.unit_id.id,
            "estate_id": visit.estate_id.id,
            "patrol_id": visit.patrol_id.id,
            "visit_id": visit.id,
            "finder_id": staff["steward"].id,
            "user_id": staff["steward"].id,
            "category_id": env["property.case.category"]._by_code("finding", "VACANT").id,
            "description": text,
        }
    )


def _trusteeships(env, staff, estate, today):
    units = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "in", ("vacant", "handed_over", "occupied_owner")),
            ("category", "=", "home"),
        ],
        order="state desc, id",
    )
    units = units.filtered(
        lambda unit: (
            unit.owner_id
            and unit.payer_id == unit.owner_id
            and not unit.tenant_id
            and not unit.waiver_ids.filtered(lambda row: row.state not in ("refused", "ended"))
            and not unit.arrears
        )
    )
    for (state, months, reason), unit in zip(_TRUSTEESHIPS, units, strict=False):
        applied = today - relativedelta(months=months)
        row = env["property.trusteeship"].create(
            {
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "user_id": staff["clerk"].id,
                "date": applied,
                "emergency_name": "王女士",
                "emergency_phone": "13980010086",
                "scope": "inside",
                "keys_left": "入户门钥匙 2 把，信封 07 号",
                "remark": reason,
                "item_ids": [
                    Command.create(
                        {"name": name, "quantity": quantity, "place": place, "condition": condition}
                    )
                    for name, quantity, place, condition in _THINGS
                ],
            }
        )
        if state == "applied":
            continue
        row.write(
            {
                "readings_taken": True,
                "water_start": 216,
                "power_start": 3520,
                "findings": "门窗完好，墙面无渗漏，水电气阀门已关闭",
            }
        )
        row.paper_ids.write({"original_seen": True, "copy_kept": True})
        row.action_check()
        if state == "checked":
            continue
        row._sign("owner", unit.owner_id.name, way="paper", partner=unit.owner_id)
        row._sign("company", staff["manager"].name, way="paper")
        if state == "agreement_signed":
            continue
        for role in ("supervisor", "manager", "admin", "admin"):
            approval = row.waiver_ids.approval_ids.filtered(lambda line: line.state == "pending")
            approval.with_user(staff[role]).sudo().action_approve()
        water = 228 if state == "over_limit" else 217
        row._read(today - timedelta(days=9), 216.5, 3524, "patrol")
        row._read(today - timedelta(days=2), water, 3531, "patrol")
        row.patrol_date = today - timedelta(days=2)
        if state == "ended":
            row._finish("owner", today, "业主本人来服务中心办理")


def _listings(env, staff, estate, today):
    units = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("category", "=", "home"),
            ("state", "in", ("vacant", "handed_over", "occupied_owner")),
        ],
        order="id desc",
        limit=60,
    )
    units = units.filtered(lambda unit: unit.owner_id and not unit.tenant_id)
    seekers = env["property.listing.seeker"]
    for name, phone, kind, layout, area_min, area_max, budget, purpose, persons in _SEEKERS:
        partner = env["res.partner"].create({"name": name, "phone": phone})
        seekers |= seekers.create(
            {
                "estate_id": estate.id,
                "partner_id": partner.id,
                "user_id": staff["clerk"].id,
                "kind": kind,
                "layout": layout,
                "area_min": area_min,
                "area_max": area_max,
                "budget": budget,
                "date_wanted": today + timedelta(days=20),
                "purpose": purpose,
                "persons": persons,
            }
        )
    for number, (offer, unit) in enumerate(zip(_LISTINGS, units, strict=False), 1):
        kind, price, layout, interior, equipment, state = offer
        row = env["property.listing"].create(
            {
                "kind": kind,
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "user_id": staff["clerk"].id,
                "price": price,
                "layout": unit.layout or layout,
                "interior": interior,
                "equipment": equipment,
                "payment_terms": "押一付三" if kind == "let" else "按揭或一次性付款",
                "title_number": f"川(2023)成都市不动产权第 01{number:05d} 号",
                "available_date": today + timedelta(days=10),
                "keys_left": f"入户门钥匙 1 把，信封 {number + 20} 号",
            }
        )
        if state == "registered":
            continue
        row.paper_ids.write({"original_seen": True, "copy_kept": True})
        row.action_verify()
        row._sign("principal", unit.owner_id.name, way="paper", partner=unit.owner_id)
        row.action_publish()
        if state == "published":
            continue
        seeker = seekers[0] if state == "viewing" else seekers[1]
        shown = datetime.combine(today, datetime.min.time()) - timedelta(days=1, hours=-2)
        viewing = env["property.listing.viewing"].create(
            {
                "listing_id": row.id,
                "seeker_id": seeker.id,
                "visitor_id_last": "2316",
                "user_id": staff["steward"].id,
                "date": shown,
                "key_note": row.keys_left,
                "key_out": shown - timedelta(minutes=20),
                "key_back": shown + timedelta(minutes=50),
                "opinion": "采光好，希望租金再优惠一些",
            }
        )
        viewing.action_done()
        if state == "reserved":
            row.write(
                {
                    "seeker_id": seeker.id,
                    "price_agreed": price - 100,
                    "date_agreed": today + timedelta(days=15),
                }
            )
            row.action_reserve()
