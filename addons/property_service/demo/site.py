# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Running sites: workers, passes, permits for special work, visits, violations."""

import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import file_open

from ..tools import identity
from ..tools.local_time import local_time, local_today

_PEOPLE = (
    ("何建国", "general", "四川巴中"),
    ("杨光明", "electrician", "四川南充"),
    ("谢小龙", "welder", "四川达州"),
    ("冯德贵", "mason", "重庆开州"),
    ("邓春生", "carpenter", "四川广安"),
    ("曾庆华", "painter", "四川资阳"),
    ("彭志远", "plumber", "四川内江"),
)
_TEXTS = {
    "R4": "装修垃圾未装袋，堆放在电梯厅",
    "R9": "防盗网外凸约 15 厘米，与批准样式不符",
    "R2": "中午 12:40 使用电锤施工，楼下住户投诉",
}


def picture():
    """Return the addon's icon, in place of photos."""
    with file_open("property_service/static/description/icon.png", "rb") as icon:
        return base64.b64encode(icon.read())


def workers(env, firm):
    """Return the values of the workers of a site, each with an ID number of his own."""
    number = env["property.renovation.worker"].search_count([("id", "!=", 0)])
    values = []
    for place in range(3 + firm):
        name, trade, origin = _PEOPLE[(number + place) % len(_PEOPLE)]
        serial = number + place
        first = f"5119021985{serial // 900 % 12 + 1:02d}15{serial % 900 + 1:03d}"
        certificate = {}
        if trade in ("electrician", "welder"):
            certificate = {
                "certificate_number": f"T51{serial:06d}",
                "certificate_date_end": fields.Date.today() + timedelta(days=400),
            }
        values.append(
            {
                "name": name,
                "trade": trade,
                "native_place": origin,
                "phone": f"1398800{serial:04d}",
                "id_number": first + identity.resident_check_digit(first),
                "id_checked": True,
                "photo": picture(),
                **certificate,
            }
        )
    return values


def make(env, places, staff):
    """Give the running sites passes, applications, visits and violations."""
    security = env.ref("property_service.group_security")
    staff["supervisor"].group_ids = [Command.link(security.id)]
    sites = env["property.renovation"].search(
        [
            ("estate_id", "=", places["CH"].id),
            ("state", "in", ("permitted", "working", "suspended")),
        ],
        order="id",
    )
    today = local_today()
    for site in sites:
        _passes(site.with_user(staff["clerk"]), staff)
    working = sites.filtered(lambda row: row.state == "working")[:1]
    stopped = sites.filtered(lambda row: row.state == "suspended")[:1]
    if working:
        _special(env, working, staff, today)
        _visit(env, working, staff)
        _noticed(_violation(env, working, "R4", staff), staff)
        _corrected(_violation(env, working, "R2", staff), staff)
    if stopped:
        _reported(_violation(env, stopped, "R9", staff), staff)


def _passes(site, staff):
    if site.state == "suspended":
        return
    site.worker_ids.action_apply_pass()
    cards = site.env["property.renovation.pass"].search([("renovation_id", "=", site.id)])
    cards.action_approve()
    ready = cards.filtered(lambda card: card.deposit_id.sudo().state != "due")
    ready[: max(len(ready) - 1, 1)].with_user(staff["supervisor"]).action_issue()


def _sign(document, *roles):
    for role in roles:
        partner = document._signature_partner(role)
        document._sign(role, partner.name or "吴敏", way="paper", partner=partner)


def _special(env, site, staff, today):
    """Overtime that is approved, hot work on its way, an overnight stay with guarantor."""
    clerk = staff["clerk"]
    last = site.permit_date_end
    day = min(today + timedelta(days=4), last)
    skilled = site.worker_ids.filtered("certificate_number")[:1]
    overtime = (
        env["property.renovation.overtime"]
        .with_user(clerk)
        .create(
            {
                "renovation_id": site.id,
                "date_start": local_time(day, 18.5),
                "date_end": local_time(day, 21),
                "content": "客厅乳胶漆面漆，不使用电动工具",
                "safety_person": site.lead_id.name,
                "worker_ids": [Command.set(site.worker_ids[:2].ids)],
                "facilities": "货梯、楼道照明",
                "cs_opinion": "近期无投诉，同意",
            }
        )
    )
    _sign(overtime, "contractor", "owner")
    if last - today >= timedelta(days=2):
        overtime.action_apply()
        _approve(overtime, staff["supervisor"])
    if skilled:
        work = (
            env["property.renovation.hot.work"]
            .with_user(clerk)
            .create(
                {
                    "renovation_id": site.id,
                    "place": "生活阳台",
                    "method": "electric",
                    "content": "焊接空调支架",
                    "date_start": local_time(day, 9),
                    "date_end": local_time(day, 12),
                    "operator_id": skilled.id,
                    "watcher": "谭勇",
                    "watcher_phone": "13980001234",
                    "extinguisher_count": 2,
                    "extinguisher_kg": 4,
                    "cleared": True,
                    "neighbours_told": True,
                }
            )
        )
        _sign(work, "operator", "watcher")
    guarantor = env["res.partner"].create({"name": "罗志勇", "phone": "13880010001"})
    guarantor.property_id_number = "511902198001150013"[:17] + identity.resident_check_digit(
        "51190219800115001"
    )
    stay = (
        env["property.renovation.stay"]
        .with_user(clerk)
        .create(
            {
                "renovation_id": site.id,
                "worker_id": site.worker_ids[:1].id,
                "reason": "材料已进场，夜间看守",
                "date_start": today,
                "date_end": min(today + timedelta(days=5), last),
                "guarantor_id": guarantor.id,
            }
        )
    )
    stay.action_apply()
    _sign(stay, "guarantor", "owner", "stayer")
    stay.action_guarantee()


def _approve(document, user):
    pending = document.sudo().approval_ids.filtered(lambda row: row.state == "pending")
    pending.with_user(user).action_approve()


def _visit(env, site, staff):
    """An unscheduled check by the manager: everything as it should be."""
    patrol = env["property.patrol"].with_user(staff["manager"])._check_sites(site)
    patrol.action_start()
    visit = patrol.visit_ids
    visit.check_ids.write({"photo": picture()})
    visit.write(
        {
            "work_stage": "卫生间贴砖",
            "workers": 3,
            "handling": "提醒关闭门窗",
            "site_person": site.lead_id.name,
        }
    )
    visit.action_all_normal()
    patrol.action_finish()


def _photo(env, staff):
    """Return a photo taken by the steward."""
    return (
        env["ir.attachment"]
        .with_user(staff["steward"])
        .create({"name": "现场照片.png", "datas": picture()})
    )


def _violation(env, site, code, staff):
    return (
        env["property.renovation.violation"]
        .with_user(staff["steward"])
        .create(
            {
                "unit_id": site.unit_id.id,
                "renovation_id": site.id,
                "type_id": env.ref(f"property_service.violation_type_{code.lower()}").id,
                "place": "施工现场",
                "description": _TEXTS[code],
                "photo_ids": [Command.set(_photo(env, staff).ids)],
                "user_id": staff["steward"].id,
            }
        )
    )


def _noticed(case, staff):
    case.action_dissuade("现场劝阻施工负责人，电话告知业主；对方称当天清理")
    case.with_user(staff["supervisor"]).action_issue_notice()
    _sign(case, "contractor")
    case.action_served()


def _corrected(case, staff):
    case.action_dissuade("现场制止，告知午间 12:00–14:00 不得噪音施工")
    case.action_corrected("当场停止使用电锤")
    case.photo_after_ids = [Command.set(_photo(case.env, staff).ids)]
    case.with_user(staff["supervisor"]).action_close("已改正，当日复查未再施工")


def _reported(case, staff):
    case.action_dissuade("现场劝阻，业主表示不予拆除")
    lead = case.with_user(staff["supervisor"])
    lead.action_issue_notice()
    case._sign(
        "owner", case.partner_id.name, way="refused", note="拒绝签收", witnesses="王思雨、赵大伟"
    )
    case.posted_photo_ids = [Command.set(_photo(case.env, staff).ids)]
    case.action_served()
    case.action_recheck()
    case.action_recheck_failed("仍未拆除")
    lead.committee_copy = "given"
    lead.action_report()
