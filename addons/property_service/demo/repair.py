# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Technicians, price list, hints, contacts and repairs in every state."""

import base64
from datetime import timedelta

from odoo import Command, fields

from ..tools.local_time import local_day, local_time

#: code, category, service, unit, labour in yuan, remark
_PRICES = (
    ("S01", "water", "更换水龙头", "个", 30, "不含配件"),
    ("S02", "water", "更换角阀、软管", "处", 25, "不含配件"),
    ("S03", "drain", "疏通地漏", "次", 50, ""),
    ("S04", "drain", "疏通马桶", "次", 80, ""),
    ("D01", "power", "更换开关、插座", "个", 20, "不含配件"),
    ("D02", "lamp", "更换灯具", "套", 40, "不含灯具"),
    ("M01", "door", "更换锁芯", "把", 60, "不含锁芯"),
    ("Q01", "other", "上门费", "次", 20, "客户拒绝报价时收取"),
)
_SERVICES = (
    ("F01", "household", "日常保洁", "小时", 45, "2 小时起"),
    ("F02", "household", "擦窗", "平方米", 6, "不含外窗外侧"),
    ("F03", "appliance", "空调清洗", "台", 120, ""),
)
_TECHNICIANS = (
    ("孙志强", "technician", ("water_leak", "drain", "toilet_bath", "door_lock", "other")),
    ("马国栋", None, ("power_out", "lighting", "socket_switch", "access", "cctv", "lift")),
    ("何建平", None, ()),
)
#: category, what, channel, step it has reached
_REPAIRS = (
    ("toilet_bath", "卫生间水龙头滴水", "phone", "accepted"),
    ("water_leak", "厨房水管爆裂，水漫到客厅", "phone", "on_site"),
    ("drain", "厨房下水道堵塞", "counter", "dispatched"),
    ("socket_switch", "客厅插座无电", "wechat", "on_the_way"),
    ("door_lock", "入户门锁打不开", "phone", "quoted"),
    ("lighting", "卧室吸顶灯不亮", "portal", "on_hold"),
    ("toilet_bath", "马桶漏水", "phone", "done"),
    ("toilet_bath", "更换洗手盆水龙头", "counter", "charged"),
    ("drain", "地漏返臭", "phone", "free"),
    ("toilet_bath", "洗菜盆下水管松动", "phone", "rework"),
    ("roof_wall_leak", "顶层卧室天花渗水", "phone", "warranty"),
    ("network", "宽带无法上网", "phone", "rejected"),
)
_COMMON = (
    ("lighting", "2 层楼道灯不亮", "2 层楼道", "accepted"),
    ("access", "单元门禁刷卡无反应", "单元门", "dispatched"),
    ("fence_rail", "中庭护栏松动", "中庭", "free"),
)
_SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def make(env, places, staff):
    """Make the repair side of the service centre in the estate with bills."""
    estate = places["CH"]
    staff["technician"].property_estate_ids = [Command.link(estate.id)]
    now = fields.Datetime.now()
    _set_up(env, estate, staff, now)
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("main_unit_id", "=", False), ("owner_id", "!=", False)],
        order="id",
    )
    homes = homes.filtered(lambda unit: unit.type_id.category == "home")
    for number, (code, text, channel, step) in enumerate(_REPAIRS):
        home = homes[3 + number * 2]
        _repair(
            env,
            staff,
            code,
            step,
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "description": text,
                "channel": channel,
            },
        )
    building = homes[0].building_id
    for code, text, place, step in _COMMON:
        _repair(
            env,
            staff,
            code,
            step,
            {
                "estate_id": estate.id,
                "building_id": building.id,
                "place": place,
                "description": text,
                "channel": "staff",
            },
        )
    _service(env, staff, homes[40], now)
    _on_call(env, estate, now)
    month = fields.Date.context_today(estate).replace(day=1)
    env["property.repair.month"].create({"estate_id": estate.id, "month": month})
    _contacts(env, staff, homes)


def _set_up(env, estate, staff, now):
    first = fields.Date.context_today(estate).replace(month=1, day=1)
    for kind, rows in (("repair", _PRICES), ("service", _SERVICES)):
        env["property.service.price"].create(
            [
                {
                    "code": code,
                    "kind": kind,
                    "category": category,
                    "name": name,
                    "uom": uom,
                    "price": price,
                    "note": note,
                    "visit_fee": code == "Q01",
                    "night_percent": 20 if kind == "repair" and code != "Q01" else 0,
                    "date_start": first,
                }
                for code, category, name, uom, price, note in rows
            ]
        )
    categories = env["property.case.category"]
    for name, login, codes in _TECHNICIANS:
        employee = env["hr.employee"].create(
            {"name": name, "user_id": staff[login].id if login else False, "job_title": "维修工"}
        )
        env["property.technician"].create(
            {
                "employee_id": employee.id,
                "category_ids": [
                    Command.set([categories._by_code("repair", code).id for code in codes])
                ],
            }
        )
    env["property.hint"].create(
        [
            {
                "kind": "water",
                "name": "明日 9:00–12:00 二次供水水箱清洗，全区停水",
                "estate_id": estate.id,
                "date_start": now + timedelta(hours=12),
                "date_end": now + timedelta(hours=15),
            },
            {
                "kind": "lift",
                "name": "1 栋 2 号电梯维保",
                "estate_id": estate.id,
                "building_id": estate.building_ids[:1].id,
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(hours=6),
            },
        ]
    )
    env["property.warranty.term"].create(
        {
            "estate_id": estate.id,
            "category_id": categories._by_code("repair", "roof_wall_leak").id,
            "date_start": first.replace(year=first.year - 2),
            "date_end": first.replace(year=first.year + 3),
        }
    )
    if not estate.developer_id:
        estate.developer_id = env["res.partner"].create(
            {"name": "锦城置业有限公司", "is_company": True}
        )


def _repair(env, staff, code, step, vals):
    """Make a contact and its repair, and take the repair as far as `step`."""
    intake = (
        env["property.intake"]
        .with_user(staff["clerk"])
        .sudo()
        .create(
            {
                **vals,
                "kind": "repair",
                "category_id": env["property.case.category"]._by_code("repair", code).id,
            }
        )
    )
    repair = intake._make_case()
    if step == "accepted":
        return repair
    if step == "rejected":
        repair._reject("宽带线路由运营商负责。", "中国电信客服 10000")
        return repair
    if step == "warranty":
        action = repair.action_claim()
        env["property.warranty.claim"].browse(action["res_id"]).action_send()
        return repair
    technician = env["property.technician"]._propose(repair)[:1]
    repair._dispatch(technician.employee_id)
    if step == "dispatched":
        return repair
    repair.action_pick_up()
    if step == "on_the_way":
        return repair
    repair.action_arrive()
    if step == "on_hold":
        repair._hold(env.ref("property_service.hold_reason_material"), "灯具缺货，已申购")
    elif step in ("quoted", "charged"):
        _quote(env, repair)
        if step == "charged":
            repair.write({"quote_signature": _SIGNATURE, "quote_signed_by": vals["description"]})
            repair.quote_signed_by = repair.partner_id.name
            repair.action_agree()
            _finish(repair)
            _sign(repair, "A")
    elif step in ("done", "free", "rework"):
        repair.payer_class = "free_promise" if repair.unit_id else "free_common"
        _finish(repair)
        if step == "free":
            _sign(repair, "B")
        elif step == "rework":
            _sign(repair, "C")
            repair._make_rework("使用后仍有渗漏")
    return repair


def _quote(env, repair):
    price = env["property.service.price"].search([("code", "=", "S01")], limit=1)
    repair.line_ids = [
        Command.create({"kind": "labour", "price_id": price.id}),
        Command.create(
            {
                "kind": "material",
                "name": "陶瓷阀芯水龙头",
                "spec": "DN15",
                "uom": "个",
                "price_unit": 58,
                "cost_unit": 36,
            }
        ),
    ]
    repair.action_assess()
    repair.action_quote()


def _finish(repair):
    repair.write({"fault_cause": "密封件老化", "solution": "更换密封件并试水，现场已清理"})
    repair.action_done()


def _sign(repair, satisfaction):
    repair.write(
        {
            "customer_signature": base64.b64encode(base64.b64decode(_SIGNATURE)),
            "customer_signed_by": repair.partner_id.name or "客服",
            "satisfaction": satisfaction,
        }
    )
    if repair.needs_check:
        repair.action_check()
    repair.action_accept_signed()


def _service(env, staff, home, now):
    order = (
        env["property.repair"]
        .with_user(staff["clerk"])
        .sudo()
        .create(
            {
                "kind": "service",
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "description": "全屋保洁 3 小时",
                "advance_asked": 50,
                "appointment_start": now + timedelta(days=1),
                "appointment_end": now + timedelta(days=1, hours=3),
                "line_ids": [
                    Command.create(
                        {
                            "price_id": env["property.service.price"]
                            .search([("code", "=", "F01")], limit=1)
                            .id,
                            "quantity": 3,
                        }
                    )
                ],
            }
        )
    )
    order.action_accept()


def _on_call(env, estate, now):
    """Roster a week of nights: each technician in turn, the next one as the deputy."""
    people = env["property.technician"].search([], order="id").employee_id
    for number, person in enumerate(people, 1):
        person.mobile_phone = f"138000020{number:02d}"
    evening = local_time(local_day(now), 18)
    env["property.on.call"].create(
        [
            {
                "estate_id": estate.id,
                "date_start": evening + timedelta(days=day),
                "date_end": evening + timedelta(days=day, hours=14, minutes=30),
                "employee_id": people[day % len(people)].id,
                "deputy_id": people[(day + 1) % len(people)].id,
            }
            for day in range(-1, 7)
        ]
    )


def _contacts(env, staff, homes):
    intakes = env["property.intake"].with_user(staff["clerk"]).sudo()
    intakes.create(
        {
            "kind": "praise",
            "unit_id": homes[50].id,
            "partner_id": homes[50].owner_id.id,
            "description": "感谢维修师傅周末上门",
            "answer": "已转达工程部",
        }
    ).action_answer()
    intakes.create(
        {
            "kind": "errand",
            "unit_id": homes[51].id,
            "partner_id": homes[51].owner_id.id,
            "channel": "counter",
            "description": "补办门禁卡一张",
        }
    )
