# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Patrols of a week with what was found, callbacks, rectification notices and a daily log."""

from datetime import timedelta
from random import Random

from odoo import Command

from ..tools.local_time import local_time, local_today

_FOUND = (
    ("fire", "2栋一层防火门被杂物堵塞", "2栋 一层走廊"),
    ("repair", "3单元 5 层楼道灯不亮", "3单元 5层"),
    ("clean", "垃圾桶旁有散落垃圾", "中心花园"),
    ("green", "东门绿篱枯死约 3 米", "东门"),
    ("repair_m", "地下车库入口地坪开裂", "地下车库"),
    ("security", "单元门禁失灵，可直接推开", "1栋 1单元"),
)
_SAID = (
    ("ok", "维修师傅很准时"),
    ("ok", "满意"),
    ("fair", "处理及时，但现场未清扫"),
    ("bad", "灯又不亮了"),
)


def make(env, places, staff):
    """Make points, routes, plans, a week of patrols, findings, callbacks and a log."""
    today = local_today()
    dice = Random(29)
    estate = places["CH"]
    plans = _plans(env, estate, staff, today)
    _patrols(plans, staff, dice, today)
    _findings(env, estate, staff, today)
    _callbacks(env, estate, staff)
    env["property.spot.check"]._draw(estate, today)
    log = (
        env["property.steward.log"]
        .with_user(staff["steward"])
        .create({"estate_id": estate.id, "date": today, "contact_text": "提醒装修户遵守施工时间"})
    )
    log.action_fill()
    env["property.callback.year"].with_user(staff["supervisor"]).create(
        {"estate_id": estate.id, "year": today.year}
    )


def _plans(env, estate, staff, today):
    buildings = env["property.building"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "building")], limit=2
    )
    values = [
        {"name": f"{building.name} {name}", "building_id": building.id, "subject": subject}
        for building in buildings
        for name, subject in (
            ("天台", "roof"),
            ("楼梯间及走廊", "stairs"),
            ("大堂、电梯厅", "lobby"),
            ("管道井", "shaft"),
        )
    ]
    values += [
        {"name": name, "estate_id": estate.id, "subject": subject}
        for name, subject in (
            ("中心花园", "green"),
            ("东门岗亭", "order"),
            ("地下车库", "garage"),
            ("水泵房", "plant"),
        )
    ]
    points = env["property.patrol.point"].create(
        [{**vals, "sequence": number} for number, vals in enumerate(values, 1)]
    )

    def kind(code):
        return env.ref(f"property_service.patrol_type_{code}")

    routes = env["property.patrol.route"].create(
        [
            {
                "name": "楼宇巡查线路",
                "estate_id": estate.id,
                "type_id": kind("building").id,
                "point_ids": [Command.set(points[:8].ids)],
            },
            {
                "name": "片区公共区域线路",
                "estate_id": estate.id,
                "type_id": kind("steward").id,
                "point_ids": [Command.set(points[8:].ids)],
            },
        ]
    )
    steward = [Command.set(staff["steward"].ids)]
    start = today - timedelta(7)
    common = {"estate_id": estate.id, "date_start": start, "user_ids": steward}

    def times(*rows):
        return [Command.create({"hour": hour, "minutes": minutes}) for hour, minutes in rows]

    return env["property.patrol.plan"].create(
        [
            {
                **common,
                "name": "片区每日巡查",
                "type_id": kind("steward").id,
                "route_id": routes[1].id,
                "time_ids": times((9, 120)),
            },
            {
                **common,
                "name": "楼宇巡查",
                "type_id": kind("building").id,
                "route_id": routes[0].id,
                "frequency": "interval",
                "interval_days": 2,
                "time_ids": times((14, 120)),
            },
            {
                **common,
                "name": "装修现场巡查(每日两次)",
                "type_id": kind("renovation").id,
                "target": "sites",
                "time_ids": times((10, 120), (15, 120)),
            },
            {
                **common,
                "name": "项目经理装修管理抽查(每月 4 次)",
                "type_id": kind("renovation").id,
                "target": "sites",
                "frequency": "drawn",
                "times_a_month": 4,
                "user_ids": [Command.set(staff["manager"].ids)],
                "time_ids": times((16, 120)),
            },
            {
                **common,
                "name": "夜间查岗(每月 2 次)",
                "type_id": kind("night").id,
                "route_id": routes[1].id,
                "frequency": "drawn",
                "times_a_month": 2,
                "user_ids": [Command.set((staff["manager"] | staff["supervisor"]).ids)],
                "time_ids": times((23, 120)),
            },
            {
                **common,
                "name": "空置房每月入户检查",
                "type_id": kind("vacant").id,
                "target": "vacant",
                "frequency": "monthly",
                "month_days": "10",
                "time_ids": times((9, 480)),
            },
            {
                **common,
                "name": "托管房每周巡查",
                "type_id": kind("entrusted").id,
                "target": "entrusted",
                "frequency": "weekly",
                "time_ids": times((9, 480)),
            },
            {
                **common,
                "name": "托管房大雨前后巡查",
                "type_id": kind("entrusted").id,
                "target": "entrusted",
                "frequency": "weather",
            },
        ]
    )


def _patrols(plans, staff, dice, today):
    daily, building = plans[0], plans[1]
    for plan in (daily, building):
        slots = plan._slots(today - timedelta(7), today - timedelta(1))
        tasks = plan._make(slots).sorted("planned_start")
        for task in tasks[:-1]:
            _walk(task, staff, dice)
        tasks[-1:]._move_to("overdue", late=True)
        tasks[-1:]._move_to("missed")
        tasks[-1:].visit_ids._with_move().write({"arrival": "missed"})
    for plan in plans.filtered(lambda row: row.frequency != "weather"):
        plan._make_ahead(today)


def _walk(task, staff, dice):
    """Make a patrol as it was made on its day."""
    moment = task.planned_start + timedelta(minutes=dice.randrange(3, 12))
    task._move_to("in_progress", user_id=staff["steward"].id)
    task.visit_ids._lay_out()
    for visit in task.visit_ids:
        visit.check_ids.write({"result": "ok"})
        visit._with_move().write(
            {
                "state": "ok",
                "scanned_date": moment,
                "scanned_by_id": staff["steward"].id,
                "user_id": staff["steward"].id,
                "done_date": moment + timedelta(minutes=3),
                "arrival": "on_time",
            }
        )
        moment += timedelta(minutes=dice.randrange(5, 9))
    task._move_to("done")
    task._with_move().write(
        {
            "started_date": task.planned_start + timedelta(minutes=2),
            "started_by_id": staff["steward"].id,
            "done_date": moment,
            "done_by_id": staff["steward"].id,
        }
    )
    task.visit_ids._find_suspicious()


def _findings(env, estate, staff, today):
    model = env["property.finding"].with_user(staff["steward"]).sudo()
    findings = model.create(
        [
            {
                "estate_id": estate.id,
                "category_id": env.ref(f"property_service.case_category_finding_{code}").id,
                "description": text,
                "place": place,
                "finder_id": staff["steward"].id,
                "responsible_id": staff["clerk"].id,
            }
            for code, text, place in _FOUND
        ]
    )
    fire, lamp, _litter, hedge, floor, _door = findings
    for finding in (fire, lamp, hedge):
        finding.with_user(staff["supervisor"]).action_assign()
    for finding in (fire, lamp):
        own = finding.with_user(staff["clerk"])
        own.action_accept()
        own.action_begin()
        own.measures = "已清理并张贴提示" if finding == fire else "已更换灯泡"
        own.action_fixed()
    fire.with_user(staff["steward"]).action_rechecked()
    floor.with_user(staff["supervisor"]).action_defer(
        "需动用维修资金，已报业委会", local_time(today + timedelta(60), 9)
    )
    notice = env["property.rectification"].with_user(staff["supervisor"])
    notice = notice._issue(hedge, None, staff["clerk"], "东门绿篱枯死，已超过一周未补种", days=3)
    notice.write({"requirement": "三日内补种并浇水养护", "basis": "绿化养护合同第 6 条"})
    notice.with_user(staff["clerk"]).action_receive()


def _callbacks(env, estate, staff):
    """Callbacks of things that residents reported and that were put right."""
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("state", "=", "occupied_owner")], limit=7
    )
    model = env["property.finding"].with_user(staff["clerk"]).sudo()
    cases = model.create(
        [
            {
                "unit_id": home.id,
                "partner_id": home.owner_id.id,
                "channel": "phone",
                "category_id": env.ref("property_service.case_category_finding_repair").id,
                "description": "业主反映楼道灯不亮，已更换灯泡",
                "finder_id": staff["steward"].id,
                "responsible_id": staff["clerk"].id,
                "measures": "已更换灯泡",
            }
            for home in homes
        ]
    )
    cases.with_user(staff["supervisor"]).action_assign()
    cases.with_user(staff["clerk"]).action_accept()
    cases.with_user(staff["clerk"]).action_fixed()
    cases.with_user(staff["steward"]).action_rechecked()
    callbacks = env["property.callback"].search(
        [("res_model", "=", "property.finding"), ("res_id", "in", cases.ids)], order="id"
    )
    for callback, (result, text) in zip(callbacks, _SAID, strict=False):
        callback.with_user(staff["steward"])._record(
            result,
            method="phone",
            **{"shortcomings" if result == "bad" else "suggestions": text},
        )
    callbacks[4:5].with_user(staff["steward"])._not_reached("phone", "无人接听")
