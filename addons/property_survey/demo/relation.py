# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Visits of two months, plans, talks, greetings, the owners' committee and the satisfaction index."""

from datetime import date, timedelta
from random import Random

from odoo import Command

from odoo.addons.property_service.tools.local_time import local_time, local_today

_SAID = (
    # topic, kind, what the customer said, answer on the spot
    ("environment", "opinion", "楼道保洁比以前勤，垃圾桶周边仍有异味", "已安排每日两次冲洗"),
    ("repair", "repair", "客厅窗户密封条老化漏风", ""),
    ("security", "complaint", "外卖电动车从人行通道进出，老人孩子不安全", ""),
    ("leisure", "suggestion", "建议儿童乐园增设遮阳棚", ""),
    ("attitude", "praise", "前台小王服务热情", ""),
    ("convenience", "opinion", "快递柜夜间灯光太暗", "已报修更换灯管"),
    ("culture", "suggestion", "希望组织老年书画班", ""),
    ("difficulty", "help", "独居老人希望每周有人上门看望", ""),
    ("other", "opinion", "公示栏内容更新较慢", "公示每月 5 日前更新"),
)
_TOLD = (
    "介绍本季度电梯大修进展及公共收益公示情况",
    "说明地下车库照明已全部更换为节能灯",
    "告知冬季供水管道防冻措施和报修电话",
)
_TALKS = (
    # way, topic, who began, content, agreed, to do, days until, state
    (
        "phone",
        "fee",
        "company",
        "提醒 9–10 月物业费未缴，客户称出差在外",
        "月底前线上缴清",
        "核对到账",
        5,
        "to_do",
    ),
    ("wechat", "service", "customer", "询问暖气试压时间", "告知 11 月 15 日试压", "", 0, "done"),
    (
        "face",
        "neighbour",
        "customer",
        "反映楼上夜间拖动桌椅",
        "由客服与楼上沟通",
        "联系 2 楼住户",
        2,
        "to_do",
    ),
    (
        "phone",
        "renovation",
        "customer",
        "咨询封阳台是否可以",
        "按统一样式申报后施工",
        "",
        0,
        "logged",
    ),
    ("letter", "complaint", "customer", "来信反映地库漏水", "工程部三日内查看", "", 0, "logged"),
    ("meeting", "service", "company", "说明电梯大修计划", "业主同意周末停梯施工", "", 0, "done"),
    ("wechat", "fee", "customer", "申请开具电子发票", "当日开具并发送", "", 0, "done"),
)
#: callbacks of each of the six months before this one: satisfied, fairly satisfied
_HISTORY = {
    "CH": ((4, 3), (5, 3), (5, 4), (6, 3), (6, 2), (7, 2)),
    "JX": ((2, 3), (3, 3), (2, 2), (4, 3), (4, 2), (5, 2)),
}


def make(env, estates, staff):
    """Make the room's demo records in Chinese, dates relative to today."""
    dice = Random(806)
    today = local_today()
    for code, estate in estates.items():
        homes = (
            env["property.unit"]
            .search(
                [
                    ("estate_id", "=", estate.id),
                    ("category", "=", "home"),
                    ("state", "in", ("occupied_owner", "leased")),
                ],
                limit=60,
            )
            .filtered("owner_id")
        )
        stewards = estate.building_ids.steward_ids or staff["steward"]
        _visits(env, estate, homes, stewards, staff, dice, today, 26 if code == "CH" else 10)
        _talks(env, estate, homes, staff, today)
    _grades_and_plans(env, estates["CH"], staff, today)
    _meetings(env, estates["CH"], staff, today)
    _committees(env, estates, staff, today)
    _disputes(env, estates["CH"], staff)
    _greetings(env, estates["CH"], today)
    for weeks in range(8):
        for estate in estates.values():
            env["property.visit.quota"]._count(estate, today - timedelta(weeks=weeks))
    _index(env, estates, today)


def _at(day, hour, minute=0):
    return local_time(day, hour + minute / 60)


def _visits(env, estate, homes, stewards, staff, dice, today, count):
    """Make visits of the last eight weeks and the next days, in every state."""
    purposes = [
        env.ref(f"property_survey.visit_purpose_{code}")
        for code in ("regular", "regular", "regular", "elderly", "order", "complaint", "special")
    ]
    chosen = dice.sample(list(homes), min(count, len(homes)))
    for number, home in enumerate(chosen):
        day = today - timedelta(days=2 * number) if number > 7 else today + timedelta(days=number)
        visit = (
            env["property.visit"]
            .sudo()
            .create(
                {
                    "unit_id": home.id,
                    "partner_id": (home.tenant_id or home.owner_id).id,
                    "purpose_id": dice.choice(purposes).id,
                    "way": dice.choice(("home", "home", "home", "phone", "office", "outdoor")),
                    "date_planned": _at(day, dice.choice((10, 14, 15, 16)), dice.choice((0, 30))),
                    "user_id": dice.choice(list(stewards)).id,
                    "companion_ids": [Command.set(staff["clerk"].ids)],
                }
            )
        )
        if number < 4:
            continue
        visit.action_confirm()
        if number < 8:
            continue
        if number == 9:
            visit._take_step("no_meet", "家中无人，已留便条并电话另约")
            continue
        _hold(visit, dice, number, day)


def _hold(visit, dice, number, day):
    """Carry out a visit as it was at its time, up to a state that depends on its number."""
    visit.action_start()
    said = dice.sample(_SAID, dice.choice((0, 1, 1, 2)))
    visit.write(
        {
            "told": dice.choice(_TOLD),
            "summary": "了解居住情况，听取对客服、保洁、秩序和维修工作的意见",
            "satisfaction": dice.choice(("a", "a", "a", "b", "c")),
            "opinion_ids": [
                Command.create(
                    {"topic": topic, "kind": kind, "description": text, "answer": answer}
                )
                for topic, kind, text, answer in said
            ],
        }
    )
    visit.action_record()
    waiting = visit.opinion_ids.filtered(lambda row: not row.handled)
    if number > 10 and waiting:
        visit.action_assign()
        if number > 13:
            waiting.answer = "已处理并电话告知客户"
            visit.action_answer()
    if number > 13:
        visit.action_close()
    # what happened before today bears the stamps of its day
    moment = visit.date_planned
    visit._with_move().write(
        {
            "started_date": moment,
            "recorded_date": moment + timedelta(minutes=20),
            **({"closed_date": moment + timedelta(days=2)} if visit.closed_date else {}),
        }
    )


def _talks(env, estate, homes, staff, today):
    for number, (way, topic, who, content, agreed, todo, days, state) in enumerate(_TALKS):
        home = homes[(number * 7) % len(homes)]
        talk = (
            env["property.communication"]
            .with_user(staff["clerk"] if number % 2 else staff["steward"])
            .sudo()
            .create(
                {
                    "unit_id": home.id,
                    "partner_id": home.owner_id.id,
                    "date": _at(today - timedelta(days=number * 3), 10 + number % 6),
                    "way": way,
                    "topic": topic,
                    "initiated_by": who,
                    "content": content,
                    "agreed": agreed,
                    "todo": todo,
                    "todo_user_id": staff["steward"].id if todo else False,
                    "todo_date": today + timedelta(days=days) if todo else False,
                }
            )
        )
        if state == "to_do":
            talk.action_to_do()
        elif state == "done":
            talk.action_done()
            talk.with_user(staff["supervisor"]).sudo()._review("已阅，处理及时")
    return True


def _grades_and_plans(env, estate, staff, today):
    """Grade customers, make VIP customers and put the usual plans in force."""
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("category", "=", "home")], limit=44
    )
    owners = homes.owner_id
    values = []
    grades = (("a", 3), ("b", 6), ("c", 8), ("d", 3))
    facts = {
        "a": ("业委会主任，面积大", "关注公共收益公示", "周一上午不接电话"),
        "b": ("楼栋意见带头人", "关注电梯和门禁", ""),
        "c": ("普通住户", "", ""),
        "d": ("近半年投诉 3 次，缴费延迟", "关注车位管理", "避免晚间上门"),
    }
    start = 0
    for grade, count in grades:
        reason, concerns, taboos = facts[grade]
        for owner in owners[start : start + count]:
            values.append(
                {
                    "partner_id": owner.id,
                    "class_id": env.ref(f"property_survey.customer_class_grade_{grade}").id,
                    "estate_id": estate.id,
                    "reason": reason,
                    "concerns": concerns,
                    "taboos": taboos,
                    "visit_months": {"a": 1, "b": 3, "c": 12, "d": 3}[grade],
                    "responsible_id": staff["manager" if grade == "a" else "steward"].id,
                    "date_start": today - timedelta(days=30),
                }
            )
        start += count
    values += [
        {
            "partner_id": owner.id,
            "class_id": env.ref("property_survey.customer_class_vip").id,
            "estate_id": estate.id,
            "reason": "购买三套物业",
            "responsible_id": staff["manager"].id,
        }
        for owner in owners[:3]
    ]
    rows = env["property.customer.classification"].create(values)
    rows.with_user(staff["supervisor"]).sudo().action_approve()
    estate.with_user(staff["supervisor"]).sudo().action_propose_relation_plans()
    plans = env["property.relation.plan"].search(
        [("estate_id", "=", estate.id), ("state", "=", "draft")]
    )
    plans.with_user(staff["supervisor"]).sudo().action_activate()
    for number, line in enumerate(plans.line_ids):
        if number % 3 == 0:
            line._move_to("done", result="电话沟通，客户表示满意")
    vip = plans.line_ids.filtered(lambda line: line.purpose_id.vip and line.state == "planned")[:1]
    if vip:
        vip.sudo().action_visit()
        visit = vip.visit_id
        visit.write(
            {
                "user_id": staff["manager"].id,
                "leader_id": staff["supervisor"].id,
                "preferences": "喜欢微信联系，文件送到公司前台",
                "important_days": "10 月 18 日公司周年",
                "last_issues": "上次反映的车库道闸已更换",
                "date_planned": _at(today, 10),
            }
        )
        visit.action_confirm()
        visit.action_start()
        visit.write(
            {
                "told": "汇报本季度服务改进情况",
                "summary": "客户对秩序维护满意，建议增加访客车位",
                "satisfaction": "a",
                "next_date": today + timedelta(days=90),
                "opinion_ids": [
                    Command.create(
                        {
                            "topic": "security",
                            "kind": "suggestion",
                            "description": "增加访客临时车位",
                        }
                    )
                ],
            }
        )
        visit.action_record()


def _meetings(env, estate, staff, today):
    plan = (
        env["property.owners.meeting.plan"]
        .with_user(staff["supervisor"])
        .create(
            {
                "estate_id": estate.id,
                "year": today.year,
                "note": "每季度一次，听取业主意见，公示服务和收支情况",
                "meeting_ids": [
                    Command.create(
                        {
                            "name": name,
                            "date": _at(today + timedelta(days=days), 15),
                            "place": "小区会所二楼会议室",
                            "invited": invited,
                            "expected": 30,
                            "agenda": "1. 服务工作汇报\n2. 收支公示\n3. 业主意见征询",
                            "host_id": staff["manager"].id,
                        }
                    )
                    for name, days, invited in (
                        ("第二季度业主恳谈会", -120, "1 栋业主"),
                        ("第三季度业主恳谈会", -35, "2、3 栋业主"),
                        ("第四季度业主恳谈会", 20, "全体业主代表"),
                    )
                ],
            }
        )
    )
    plan.action_submit()
    plan.sudo().approval_ids.with_user(staff["manager"]).action_approve()
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("state", "=", "occupied_owner")], limit=8
    )
    for number, meeting in enumerate(plan.sudo().meeting_ids.sorted("date")):
        meeting.action_announce()
        if number == 2:
            continue
        meeting.write(
            {
                "minutes": "业主对保洁工作表示肯定，提出电梯噪音、访客停车两项意见，项目经理逐项答复。",
                "attendee_ids": [
                    Command.create({"unit_id": home.id, "partner_id": home.owner_id.id})
                    for home in homes
                    if home.owner_id
                ],
                "action_ids": [
                    Command.create(
                        {
                            "name": "2 号电梯曳引机检修",
                            "user_id": staff["technician"].id,
                            "date_limit": today + timedelta(days=10),
                            "done": number == 0,
                            "result": "已检修" if number == 0 else False,
                        }
                    )
                ],
            }
        )
        meeting.action_held()
        if number == 0:
            meeting.action_close()


def _committees(env, estates, staff, today):
    estate = estates["CH"]
    owners = (
        env["property.unit"]
        .search([("estate_id", "=", estate.id), ("state", "=", "occupied_owner")], limit=10)
        .filtered("owner_id")
    )
    roles = ("chair", "vice", "member", "member", "member")
    committee = env["property.committee"].create(
        {
            "name": "第二届业主委员会",
            "estate_id": estate.id,
            "date_start": today - timedelta(days=1030),
            "date_end": today + timedelta(days=65),
            "filing_number": "街道备案 2024-018",
            "address": "小区会所一楼",
            "member_ids": [
                Command.create({"partner_id": unit.owner_id.id, "unit_id": unit.id, "role": role})
                for unit, role in zip(owners, roles, strict=False)
            ],
        }
    )
    committee.action_office()
    for place in estates.values():
        place.street_office_id = env["res.partner"].create(
            {"name": f"{place.name}所在街道办事处物业管理科", "is_company": True}
        )
    letters = env["property.committee.letter"]
    for days, name, state in (
        (40, "关于使用维修资金大修 2 号电梯的函", "closed"),
        (20, "关于公共收益使用方案的函", "answered"),
        (9, "关于协助催缴物业费的函", "received"),
        (3, "关于地下车库充电桩建设的函", "sent"),
    ):
        letter = letters.create(
            {
                "name": name,
                "estate_id": estate.id,
                "date": today - timedelta(days=days),
                "content": "根据小区管理规约及服务合同约定，现将有关情况函告贵会，请研究后书面答复。",
                "user_id": staff["manager"].id,
            }
        )
        letter.action_send()
        if state == "sent":
            continue
        letter._sign("receiver", committee.chair_id.name, way="paper")
        if state == "received":
            continue
        letter._take_step("answer", "业主委员会研究后同意，请按程序公示。")
        if state == "closed":
            letter.action_close()
    coming = letters.create(
        {
            "name": "关于加强夜间巡逻的建议",
            "direction": "in",
            "estate_id": estate.id,
            "date": today - timedelta(days=2),
            "content": "近期业主反映夜间外来人员较多，请增加巡逻班次。",
            "user_id": staff["supervisor"].id,
        }
    )
    coming.with_user(staff["supervisor"]).sudo().action_receive()
    for place in estates.values():
        letters._prepare(place, today)


def _disputes(env, estate, staff):
    homes = (
        env["property.unit"]
        .search([("estate_id", "=", estate.id), ("state", "=", "occupied_owner")], limit=16)
        .filtered("owner_id")
    )
    rows = (
        ("noise", "楼上夜间拖动桌椅", "registered"),
        ("leak", "卫生间渗水至楼下吊顶", "mediating"),
        ("pet", "宠物犬未牵绳，在电梯内便溺", "agreed"),
        ("structure", "顶楼搭建阳光房", "to_authority"),
        ("exercise", "清晨广场舞音量过大", "inspected"),
    )
    for number, (kind, text, state) in enumerate(rows):
        first, second = homes[number], homes[-1 - number]
        dispute = (
            env["property.neighbour.dispute"]
            .with_user(staff["clerk"])
            .sudo()
            .create(
                {
                    "kind": kind,
                    "unit_id": first.id,
                    "partner_id": first.owner_id.id,
                    "other_unit_id": second.id,
                    "other_partner_id": second.owner_id.id,
                    "description": text,
                    "first_statement": "多次提醒无效，希望物业协调",
                }
            )
        )
        if state == "registered":
            continue
        if state == "to_authority":
            dispute._take_step("authority", "已书面报告城管执法部门")
            continue
        dispute.write({"findings": "现场查看，情况属实", "second_statement": "愿意配合改正"})
        dispute.action_inspect()
        if state == "inspected":
            continue
        dispute.action_mediate()
        if state == "agreed":
            dispute.write(
                {"agreement": "遛犬牵绳并及时清理，电梯内抱起宠物；双方今后直接友好沟通。"}
            )
            dispute._sign("first", first.owner_id.name, way="paper")
            dispute._sign("second", second.owner_id.name, way="paper")
            dispute.action_agree()


def _greetings(env, estate, today):
    """Have some residents agree to greetings; one has his birthday today, one had it yesterday."""
    owners = (
        env["property.unit"]
        .search([("estate_id", "=", estate.id), ("state", "=", "occupied_owner")], limit=20)
        .owner_id
    )
    owners[:12].write({"property_greeting_consent": True})
    birthday = env.ref("property_survey.greeting_occasion_birthday")
    for number, owner in enumerate(owners[:4]):
        day = today - timedelta(days=number // 2)
        owner.property_birthday = date(1970 + number, day.month, min(day.day, 28))
        day = day.replace(day=min(day.day, 28))
        birthday._make(estate, day)
    made = env["property.greeting"].search([("estate_id", "=", estate.id)], order="id desc")
    made[:1].action_done()


def _index(env, estates, today):
    """Make callbacks of the months before, and count the index of every month from its records."""
    month = today.replace(day=1)
    homes = env["property.unit"].search([("state", "=", "occupied_owner")])
    for code, history in _HISTORY.items():
        own = homes.filtered(lambda home, code=code: home.estate_id == estates[code])
        for back, counts in enumerate(reversed(history), 1):
            first = _months_before(month, back)
            results = ["ok"] * counts[0] + ["fair"] * counts[1]
            for number, result in enumerate(results):
                home = own[(back * 11 + number) % len(own)]
                callback = (
                    env["property.callback"]
                    .sudo()
                    .create(
                        {
                            "unit_id": home.id,
                            "partner_id": home.owner_id.id,
                            "description": "户内维修回访",
                            "channel": "staff",
                        }
                    )
                )
                callback._record(result, method="phone")
                callback._move_to("closed")
                moment = _at(first + timedelta(days=2 + 3 * number), 15)
                callback._with_move().write({"call_date": moment, "settled_date": moment})
    places = env["property.estate"].union(*estates.values())
    for back in range(7):
        env["property.satisfaction"]._count(places, _months_before(month, back))


def _months_before(month, count):
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
