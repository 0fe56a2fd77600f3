# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Renovations in every stage, from a draft to one that is accepted; power and gas beside them."""

import base64
from datetime import timedelta

from odoo import Command

from ..tools.local_time import local_today
from . import site

#: (last state, days until the start, days of work, contractor, items)
_DOSSIERS = (
    ("draft", 10, 60, 0, (("客厅", "铺贴地砖", "水泥砂浆铺贴", "抛光砖", ()),)),
    ("returned", 7, 45, 1, (("厨房", "拆改橱柜", "更换整体橱柜", "防潮板", ("waterproof",)),)),
    ("first_review", 5, 80, 0, (("全屋", "水电改造", "暗管开槽", "PPR 管、铜芯线", ()),)),
    (
        "wait_authority",
        12,
        60,
        1,
        (
            ("客厅", "开设门洞", "静力切割", "槽钢加固", ("structure",)),
            ("厨房", "燃气表移位", "由燃气公司施工", "镀锌管", ("gas",)),
        ),
    ),
    (
        "agreement",
        2,
        30,
        2,
        (("卫生间", "翻新防水、贴砖", "两遍防水涂料", "JS 防水", ("waterproof",)),),
    ),
    ("permitted", 0, 60, 0, (("全屋", "墙面翻新", "铲除旧涂料，批腻子", "乳胶漆", ()),)),
    ("working", -20, 22, 1, (("主卧", "安装衣柜、铺地板", "现场安装", "复合地板", ()),)),
    ("suspended", -15, 60, 2, (("阳台", "封装阳台窗", "断桥铝窗", "断桥铝", ("grille",)),)),
    ("first_passed", -40, 45, 0, (("全屋", "精装修", "按图施工", "环保板材", ()),)),
)
_FIRMS = (
    ("成都美居装饰工程有限公司", "D251012345", "罗志勇", "13880010001"),
    ("锦宏装饰设计有限公司", "D251067890", "唐伟", "13880010002"),
    ("蓉城老马装修队", "", "马建军", "13880010003"),
)
_ORDER = (
    "draft",
    "returned",
    "first_review",
    "wait_authority",
    "agreement",
    "permitted",
    "working",
    "suspended",
    "first_passed",
)


def make(env, places, staff):
    """Make dossiers in nine states, a power connection and a gas pipe alteration."""
    estate = places["CH"]
    today = local_today()
    equipment = env.ref("property_service.group_equipment")
    staff["technician"].group_ids = [Command.link(equipment.id)]
    estate.renovation_law_id = env.ref("property_service.renovation_law_national")
    firms = [_firm(env, *firm) for firm in _FIRMS]
    env["property.contractor.record"].create(
        {
            "partner_id": firms[2][0].id,
            "estate_id": estate.id,
            "note": "装修垃圾堆放楼道，经劝阻后清理",
            "date": today - timedelta(days=90),
        }
    )
    homes = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("category", "=", "home"),
            ("state", "in", ("handed_over", "occupied_owner", "vacant")),
            ("main_unit_id", "=", False),
            ("owner_id", "!=", False),
        ],
        order="id desc",
        limit=len(_DOSSIERS) + 2,
    )
    for home, row in zip(homes, _DOSSIERS, strict=False):
        _dossier(env, home, staff, firms, today, *row)
    _small(env, homes[-2:], staff, today)


def _firm(env, name, license_number, lead, phone):
    firm = env["res.partner"].create(
        {"name": name, "is_company": True, "property_contractor_license": license_number}
    )
    return firm, env["res.partner"].create({"name": lead, "phone": phone})


def _paper(env, name):
    return env["ir.attachment"].create(
        {"name": f"{name}.txt", "datas": base64.b64encode(name.encode())}
    )


def _sign(dossier, *roles):
    for role in roles:
        partner = dossier._signature_partner(role)
        dossier._sign(role, partner.name or "王思雨", way="paper", partner=partner)


def _dossier(env, home, staff, firms, today, target, start, days, firm, items):
    """Make one dossier and take it as far as `target`."""
    contractor, lead = firms[firm]
    flags = {row.code: row.id for row in env["property.renovation.flag"].search([("id", "!=", 0)])}
    first = today + timedelta(days=start)
    dossier = (
        env["property.renovation"]
        .with_user(staff["clerk"])
        .create(
            {
                "unit_id": home.id,
                "contractor_id": contractor.id,
                "lead_id": lead.id,
                "fire_person": lead.name,
                "worker_count": 3 + firm,
                "worker_ids": [Command.create(row) for row in site.workers(env, firm)],
                "load_kw": 6.0,
                "date_declared": min(today, first - timedelta(days=3)),
                "date_start_plan": first,
                "date_end_plan": first + timedelta(days=days - 1),
                "user_id": staff["steward"].id,
                "item_ids": [
                    Command.create(
                        {
                            "place": place,
                            "name": name,
                            "description": how,
                            "material": material,
                            "flag_ids": [Command.set([flags[code] for code in codes])],
                        }
                    )
                    for place, name, how, material, codes in items
                ],
            }
        )
    )
    rank = _ORDER.index(target)
    if not rank:
        return
    _sign(dossier, "owner", "contractor", "notice_owner", "notice_contractor")
    dossier.action_submit()
    dossier.action_precheck()
    if target == "returned":
        dossier.paper_ids[:3].write({"original_seen": True})
        dossier.action_return("橱柜改动平面图未标注水管走向")
        return
    dossier.paper_ids.write({"original_seen": True, "copy_kept": True})
    dossier.write(
        {"use_kind": "own", "intention": "自住，不改承重墙，不设群租隔断", "cs_opinion": "资料齐全"}
    )
    dossier.action_complete()
    if target == "first_review":
        return
    dossier.review_check_ids.with_user(staff["technician"]).write({"outcome": "ok"})
    dossier.with_user(staff["technician"]).engineering_opinion = "方案可行，按规范施工"
    _approve(dossier, staff["technician"])
    if target == "wait_authority":
        dossier.with_user(staff["manager"]).action_wait_authority()
        return
    dossier.with_user(staff["manager"]).manager_opinion = "同意"
    _approve(dossier, staff["manager"])
    dossier.action_copy_given()
    _sign(dossier, "agreement_owner", "agreement_contractor", "agreement_company")
    dossier.action_agreement()
    if target == "agreement":
        return
    _pay(env, dossier, staff)
    dossier.with_user(staff["supervisor"]).action_issue_permit()
    if target == "permitted":
        return
    dossier.action_notice_posted()
    dossier.write(
        {
            "notice_place": "单元大堂公告栏",
            "drain_test": "ok",
            "waterproof_test": "dry",
            "condition_note": "墙面、门窗完好",
            "condition_date": first,
            "condition_photo_ids": [Command.set(_paper(dossier.env, "现状照片").ids)],
        }
    )
    _sign(dossier, "condition_owner", "condition_company")
    dossier.action_start()
    dossier.sudo()._with_move().write({"started_date": first})
    if target == "suspended":
        dossier.with_user(staff["supervisor"]).action_suspend("防盗网外凸，与批准样式不符")
    if target != "first_passed":
        return
    _sign(dossier, "finish_owner", "finish_contractor")
    dossier.action_apply_acceptance()
    dossier.with_user(staff["supervisor"]).first_check_ids.write({"outcome": "ok"})
    dossier.write({"debris_removed": True, "finish_cs_opinion": "符合申报方案"})
    dossier.with_user(staff["supervisor"]).action_first_pass()


def _approve(dossier, user):
    pending = dossier.sudo().approval_ids.filtered(lambda row: row.state == "pending")
    pending.with_user(user).action_approve()


def _pay(env, dossier, staff):
    """Have the cashier take what is due, one receipt per payer."""
    journal = env["account.journal"]._property_journal_of(dossier.company_id, "wechat")
    for payer, rows in dossier._money_open().grouped("payer_id").items():
        env["property.receipt"].with_user(staff["cashier"])._take(
            [
                {
                    "unit_id": dossier.unit_id.id,
                    "partner_id": payer.id,
                    "journal_id": journal.id,
                    "amount": sum(rows.mapped("amount")),
                    "line_ids": [
                        Command.create(
                            {"deposit_id": row.deposit_id.id, "amount": row.amount}
                            if row.deposit_id
                            else {"charge_id": row.charge_id.id, "amount": row.amount}
                        )
                        for row in rows
                    ],
                }
            ]
        )


def _small(env, homes, staff, today):
    """One application for power and one gas pipe alteration, both on their way."""
    power = (
        env["property.power.connection"]
        .with_user(staff["clerk"])
        .create(
            {
                "unit_id": homes[0].id,
                "partner_id": homes[0].owner_id.id,
                "applicant_id": homes[0].owner_id.id,
                "grid_account": "5101234567",
                "load_kw": 8.0,
                "load_limit_kw": 10.0,
                "date_start": today,
            }
        )
    )
    _sign(power, "owner")
    power.action_apply()
    utility = env["res.partner"].create({"name": "成都城市燃气有限责任公司", "is_company": True})
    gas = (
        env["property.gas.alteration"]
        .with_user(staff["clerk"])
        .create(
            {
                "unit_id": homes[1].id,
                "partner_id": homes[1].owner_id.id,
                "gas_account": "RQ20260088",
                "content": "燃气表由厨房移至生活阳台",
                "gas_company_id": utility.id,
            }
        )
    )
    _sign(gas, "owner")
    gas.action_refer()
