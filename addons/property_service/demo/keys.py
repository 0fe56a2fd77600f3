# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys, loans, custody, passes, cards, tenants moving in and out, exit slips of some weeks."""

import base64
import io
from datetime import timedelta

from PIL import Image, ImageDraw

from odoo import Command, fields


def make(env, places, staff):
    """Make two cabinets' worth of keys and a few documents in every state that is looked at."""
    estate = places["CH"]
    lang = env["res.lang"]._get_code("zh_CN") or "en_US"
    env = env(context={**env.context, "lang": lang})
    clerk = env(user=staff["clerk"].id)
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("category", "=", "home")], limit=60
    )
    owned = homes.filtered(lambda unit: unit.state == "occupied_owner" and unit.owner_id)
    let = homes.filtered(lambda unit: unit.state == "leased" and unit.tenant_id)
    cabinet = _cabinet(env, estate, staff)
    keys = _keys(clerk, estate, cabinet, homes)
    _loans(env, clerk, staff, keys)
    _custody(env, clerk, staff, cabinet, owned)
    _left(clerk, cabinet, owned[3:5])
    _passes(clerk, staff, owned[:3])
    _cards(clerk, owned[:4])
    _slips(env, clerk, staff, owned[5:12])
    _movein(clerk, owned[12:16])
    _moveout(clerk, let[:2])


def _sign(document, role, name=None):
    partner = document._signature_partner(role)
    document._sign(role, name or partner.name or "王思雨", way="paper")


def _face(text):
    """Return a plain portrait as PNG: a head on a coloured ground."""
    shade = sum(text.encode()) % 90
    image = Image.new("RGB", (240, 320), (190 + shade // 2, 205, 220 - shade // 2))
    draw = ImageDraw.Draw(image)
    draw.ellipse((70, 60, 170, 180), fill=(236, 205, 180))
    draw.pieslice((66, 40, 174, 170), 180, 360, fill=(60, 45, 40))
    draw.ellipse((30, 195, 210, 420), fill=(60 + shade, 80, 120))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue())


def _cabinet(env, estate, staff):
    return env["property.key.cabinet"].create(
        {
            "name": "A 柜",
            "place": "客服前台",
            "estate_id": estate.id,
            "keeper_id": staff["clerk"].id,
        }
    )


def _keys(env, estate, cabinet, homes):
    """Hang up keys of vacant homes, common parts and equipment rooms; return those of homes."""
    vacant = homes.filtered(lambda unit: unit.state in ("vacant", "unsold", "handed_over"))
    vacant = (vacant or homes[-6:])[:6]
    rows = [
        {
            "code": f"A{index:03d}",
            "key_class": "vacant",
            "unit_id": unit.id,
            "quantity": 2,
            "received_from": "锦城置业有限公司",
        }
        for index, unit in enumerate(vacant, 1)
    ]
    common = (
        ("G001", "common", False, "1栋 天台门"),
        ("G002", "common", False, "地下车库工具间"),
        ("S001", "plant", "other", "水泵房"),
        ("S002", "plant", "power", "配电房"),
        ("S003", "plant", "fire", "消防控制室"),
        ("S004", "plant", "cctv", "监控室"),
    )
    rows += [
        {
            "code": code,
            "key_class": key_class,
            "plant_kind": kind,
            "place": place,
            "quantity": 1,
            "received_from": "锦城置业有限公司",
        }
        for code, key_class, kind, place in common
    ]
    keys = env["property.key"].create(
        [
            {
                **row,
                "estate_id": estate.id,
                "cabinet_id": cabinet.id,
                "position": f"{number:02d} 号钩",
            }
            for number, row in enumerate(rows, 1)
        ]
    )
    return keys.filtered(lambda key: not key.never_lent)


def _loans(env, clerk, staff, keys):
    """Lend keys: one asked for, one approved, one out, one overdue, one returned."""
    people = [
        ("sales", "何晓琳", "安居房产经纪", "带客户看房"),
        ("contractor", "罗建军", "鼎尚装饰", "量房"),
        ("developer", "谢志刚", "锦城置业工程部", "整改渗水"),
        ("staff", "赵大伟", "客户服务部", "空置房巡查"),
        ("sales", "邓婷", "贝壳门店", "拍照"),
    ]
    loans = clerk["property.key.loan"].create(
        [
            {
                "key_ids": [Command.set(key.ids)],
                "borrower_kind": kind,
                "borrower_name": name,
                "organisation": organisation,
                "purpose": purpose,
                "identity_checked": True,
                "id_last4": "3021",
                "phone": "13900001234",
            }
            for key, (kind, name, organisation, purpose) in zip(keys[:5], people, strict=True)
        ]
    )
    loans[1:].with_user(staff["supervisor"]).action_approve()
    for loan in loans[2:]:
        _sign(loan, "borrower", loan.borrower_name)
        _sign(loan, "issuer")
    overdue = loans[2]
    overdue.sudo()._with_move().write(
        {
            "return_due": fields.Datetime.now() - timedelta(hours=20),
            "out_date": fields.Datetime.now() - timedelta(hours=30),
        }
    )
    overdue._move_to("overdue")
    back = loans[4]
    back.write({"condition": "good", "returned_quantity": back.quantity})
    _sign(back, "returner", back.borrower_name)
    _sign(back, "receiver")


def _custody(env, clerk, staff, cabinet, homes):
    """Take keys into custody: one with a use, one kept, one applied for."""
    custodies = clerk["property.key.custody"].create(
        [
            {
                "unit_id": unit.id,
                "cabinet_id": cabinet.id,
                "position": f"信封 {index:02d}",
                "purposes": "应急进入、通风、维修",
                "allowed_users": "物业服务中心管家",
                "valuables": "室内无现金、首饰等贵重物品",
                "key_line_ids": [Command.create({"kind": "entrance", "quantity": 1})],
            }
            for index, unit in enumerate(homes[:3], 1)
        ]
    )
    for number, custody in enumerate(custodies[:2], 1):
        custody.sudo().paper_ids.write({"original_seen": True})
        custody.write({"tested": True, "seal_number": f"FT{number:04d}"})
        _sign(custody, "owner")
        _sign(custody, "keeper")
    use = clerk["property.key.custody.use"].create(
        {
            "custody_id": custodies[0].id,
            "purpose": "开窗通风",
            "user_name": "赵大伟",
            "consent_way": "phone",
            "consent_note": "当日 09:20 业主本人来电同意",
        }
    )
    use.with_user(staff["supervisor"]).action_approve()
    use.action_take()
    use.write({"finding": "已通风，门窗水电检查正常", "new_seal": "FT0008"})
    use.action_back()


def _left(env, cabinet, homes):
    """Keys left for repairs: one with the worker, one just left."""
    for unit in homes:
        left = env["property.key.left"].create(
            {
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "repair_subject": "卫生间水龙头更换",
                "cabinet_id": cabinet.id,
            }
        )
        _sign(left, "customer")
    env["property.key.left.visit"].create(
        {"left_id": left.id, "borrower_name": "孙志强", "companion_name": "赵大伟"}
    )


def _passes(env, staff, homes):
    """Passes of owners: valid, being made, lost."""
    rows = env["property.resident.pass"].create(
        [
            {
                "unit_id": unit.id,
                "holder_id": unit.owner_id.id,
                "photo": _face(unit.owner_id.name),
            }
            for unit in homes
        ]
    )
    rows.sudo().paper_ids.write({"original_seen": True})
    rows.action_check()
    rows[:2].action_make()
    _sign(rows[0], "holder")
    _sign(rows[1], "holder")
    rows[1]._lost("业主来电挂失")


def _cards(env, homes):
    """Three free cards and a charged one in a home, one lost card."""
    for index, unit in enumerate(homes):
        for number in range(4 if not index else 1):
            card = env["property.access.card"].create(
                {
                    "unit_id": unit.id,
                    "card_number": f"88{index:02d}{number:04d}",
                    "holder_id": unit.owner_id.id,
                    "zones": "小区大门、单元门、地下车库",
                    "id_checked": True,
                    "tested": True,
                }
            )
            _sign(card, "receiver")
    card._lost("业主本人，证件已核对")


def _slips(env, clerk, staff, homes):
    """Slips of today, and of last week for the reconciliation."""
    today = clerk["property.gate.pass"]._today()
    goods = (
        (("双门冰箱", "西门子 502L", 1, "台"), ("餐椅", "实木", 4, "把")),
        (("三人沙发", "布艺", 1, "套"),),
        (("台式电脑", "戴尔", 1, "台"), ("显示器", "27 寸", 2, "台")),
        (("洗衣机", "滚筒 10kg", 1, "台"),),
        (("保险柜", "60cm", 1, "个"),),
        (("衣柜", "拆装", 1, "组"), ("床垫", "1.8m", 1, "张")),
    )
    slips = clerk["property.gate.pass"].create(
        [
            {
                "unit_id": unit.id,
                "confirmation_way": "shown",
                "vehicle": f"川A{index}8K{index}2",
                "fees_talked": True,
                "line_ids": [
                    Command.create({"name": name, "spec": spec, "quantity": count, "uom": uom})
                    for name, spec, count, uom in lines
                ],
            }
            for index, (unit, lines) in enumerate(zip(homes, goods, strict=False))
        ]
    )
    slips[1:].action_confirm()
    slips[2:].action_issue()
    slips[3]._release("东门岗", "吴勇", slips[3].vehicle, "顺达搬家", slips[3].line_ids.ids)
    last = slips[4:]
    for slip in last:
        slip._release("东门岗", "吴勇", slip.vehicle, "顺达搬家", slip.line_ids.ids)
    last[:1].action_collect()
    trusted = last.sudo().with_context(property_signed_system=True)
    trusted._with_move().write({"date": today - timedelta(days=7)})
    clerk["property.gate.week"].create(
        {"estate_id": slips.estate_id.id, "date_start": today - timedelta(days=7)}
    )
    clerk["property.material.entry"].create(
        [
            {
                "unit_id": homes[0].id,
                "contractor": "鼎尚装饰",
                "kind": kind,
                "name": name,
                "quantity": count,
                "uom": uom,
                "vehicle": "川A66D18",
                "guard_name": "吴勇",
            }
            for kind, name, count, uom in (
                ("material", "袋装水泥", 30, "袋"),
                ("material", "瓷砖 800×800", 60, "箱"),
                ("tool", "电锤", 2, "把"),
            )
        ]
    )


def _movein(env, homes):
    """Tenants on their way in: reported, registered, booked, moved in."""
    today = env["property.tenant.movein"]._today()
    names = ("蒋思远", "苏雅婷", "魏浩然", "程子轩")
    lang = env["res.lang"]._get_code("zh_CN") or "en_US"
    moves = env["property.tenant.movein"].create(
        [
            {
                "unit_id": unit.id,
                "tenant_id": env["res.partner"]
                .create({"name": name, "phone": f"1380000{index}567", "lang": lang})
                .id,
                "lease_number": f"ZL-{today:%Y}-{index:03d}",
                "lease_date_start": today,
                "lease_date_end": fields.Date.add(today, years=1, days=-1),
                "consent_way": "written" if index > 1 else False,
                "tenant_pays": True,
                "readings_taken": index > 1,
                "reading_water": 128.0 + index,
                "reading_power": 3560.0 + index,
            }
            for index, (unit, name) in enumerate(zip(homes, names, strict=False), 1)
        ]
    )
    for move in moves[1:]:
        move.sudo().paper_ids.write({"original_seen": True})
        move.action_check_papers()
        for role in ("tenant", "covenant", "fire"):
            _sign(move, role)
        move.action_register()
    moves[3:].action_moved_in()
    booked = moves[2:3]
    start = env["property.tenant.movein"]._at(fields.Date.add(today, days=1), 9)
    booked.write({"slot_start": start, "slot_end": start + timedelta(hours=2)})
    booked.action_book()


def _moveout(env, homes):
    """Tenants on their way out: applied for, held for debts."""
    today = env["property.moveout"]._today()
    moves = env["property.moveout"].create(
        [
            {
                "unit_id": unit.id,
                "planned_date": fields.Date.add(today, days=5),
                "reason": "租约到期",
                "new_address": "成都市高新区",
                "consent_way": "written",
                "allowed_goods": "沙发 1 套、双人床 1 张、洗衣机 1 台",
            }
            for unit in homes
        ]
    )
    held = moves[1:]
    held.sudo().paper_ids.write({"original_seen": True})
    held.action_confirm()
    held._hold("物业费有欠费，租户要求分期")
