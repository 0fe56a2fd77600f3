# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Yearly plans and activities of every state, with sign-ups, bills, ratings, see `make`."""

from datetime import datetime, timedelta
from random import Random

from odoo import Command

from odoo.addons.property_service.tools.local_time import local_today

#: month, name, number of the type, budget, people, place, whom for, purpose
_LINES = (
    (
        "01",
        "迎新春写春联送祝福",
        10,
        800,
        80,
        "物业服务中心前广场",
        "全体业主",
        "弘扬传统，拉近邻里",
    ),
    ("02", "元宵喜乐会", 5, 2600, 150, "中心广场", "全体业主", "元宵节猜灯谜、包汤圆"),
    ("03", "学雷锋便民服务日", 3, 1200, 120, "中心广场", "全体业主", "公益便民，义诊义剪"),
    ("05", "亲子运动会", 4, 3200, 100, "健身场地", "亲子家庭", "增进亲子与邻里交流"),
    ("06", "六一儿童跳蚤市场", 4, 900, 80, "架空层", "少年儿童", "环保与分享"),
    ("06", "端午包粽子", 5, 1500, 60, "社区活动室", "全体业主", "传统节日氛围"),
    ("08", "夏夜露天电影", 1, 1000, 200, "中心广场", "全体业主", "丰富暑期生活"),
    ("09", "中秋游园会", 5, 4800, 260, "中心广场", "全体业主", "中秋团圆"),
    ("10", "重阳敬老义诊", 3, 1600, 90, "社区活动室", "60 岁以上业主", "关爱老人"),
    ("11", "消防安全知识讲座", 6, 500, 60, "社区活动室", "全体业主", "冬季防火"),
    ("11", "邻里象棋赛", 9, 1200, 32, "社区活动室", "棋牌爱好者", "以棋会友"),
    ("12", "冬至饺子宴", 5, 2400, 120, "社区活动室", "独居老人与业主", "邻里互助"),
    ("12", "年末环境清洁志愿行动", 3, 600, 50, "全小区", "志愿者", "共建整洁家园"),
)
#: line, days from today, state to reach, places, share of the homes that sign up
_ACTIVITIES = (
    ("重阳敬老义诊", -33, "archived", 0, 0.22),
    ("中秋游园会", -58, "summarised", 0, 0.45),
    ("夏夜露天电影", -95, "summarised", 0, 0.3),
    ("消防安全知识讲座", -4, "done", 60, 0.15),
    ("邻里象棋赛", 6, "signup", 8, 0.12),
    ("冬至饺子宴", 29, "preparing", 120, 0),
    ("年末环境清洁志愿行动", 34, "approval", 0, 0),
    ("迎新春写春联送祝福", 60, "scheme", 0, 0),
)
_NAMES = ("小宝", "乐乐", "朵朵", "浩浩", "欣欣", "豆豆", "安安", "果果")
_STEPS = (
    ("preparing", "action_prepare"),
    ("announced", "action_announce"),
    ("signup", "action_open_signup"),
    ("running", "action_start"),
    ("done", "action_finish"),
)


_EVENINGS = ("夏夜露天电影", "中秋游园会", "元宵喜乐会")


def make(env, estates, staff):
    """Make the room's demo records in Chinese, dates relative to today."""
    today = local_today()
    dice = Random(43)
    for code, estate in estates.items():
        plan = _plan(env, staff, estate, today.year, len(_LINES) if code == "CH" else 8)
        _decide(plan, staff)
    _next_year(env, staff, estates["CH"])
    for name, days, state, places, share in _ACTIVITIES:
        _activity(env, staff, estates["CH"], today, dice, name, days, state, places, share)
    _activity(env, staff, estates["JX"], today, dice, "中秋游园会", -57, "done", 0, 0.3)
    _activity(env, staff, estates["JX"], today, dice, "迎新春写春联送祝福", 62, "idea", 0, 0)


def _plan(env, staff, estate, year, count):
    return (
        env["property.activity.plan"]
        .with_user(staff["supervisor"])
        .create(
            {
                "estate_id": estate.id,
                "year": year,
                "basis": "依据上年度满意度调查：业主希望增加亲子类和老年类活动；每半年至少一次公益活动。",
                "consulted": "业主委员会、社区居委会",
                "line_ids": [
                    Command.create(
                        {
                            "month": month,
                            "name": name,
                            "type_id": env.ref(f"property_community.activity_type_{kind:02d}").id,
                            "budget": budget,
                            "expected_count": people,
                            "place": place,
                            "audience": audience,
                            "purpose": purpose,
                            "user_id": staff["clerk" if kind != 3 else "steward"].id,
                            "partner_org": "社区居委会" if kind == 3 else False,
                        }
                    )
                    for month, name, kind, budget, people, place, audience, purpose in _LINES[
                        :count
                    ]
                ],
            }
        )
    )


def _decide(document, staff):
    """Hand the document in and have every step of its approval decided."""
    if document.state in ("draft", "idea", "scheme"):
        document.action_submit()
    approval = document.sudo().approval_ids.filtered(lambda row: row.state == "pending")
    users = {
        document.env.ref(f"property_service.group_{name}"): staff[login]
        for name, login in (
            ("supervisor", "supervisor"),
            ("manager", "manager"),
            ("accountant", "accountant"),
            ("administrator", "admin"),
        )
    }
    while approval.state == "pending":
        approval.with_user(users[approval.current_group_id]).action_approve()


def _next_year(env, staff, estate):
    plan = env["property.activity.plan"].search([("estate_id", "=", estate.id)], limit=1)
    plan = plan.with_user(staff["supervisor"])._copy_as_draft(plan.year + 1)
    plan.basis = "延续本年度受欢迎的活动，重阳义诊改为每半年一次。"
    plan.action_submit()
    plan.approval_ids.with_user(staff["manager"]).action_approve()


def _values(env, estate, line, today, days, places, budget):
    evening = line.name in _EVENINGS
    begin = datetime.combine(today + timedelta(days=days), datetime.min.time()) + timedelta(
        hours=11 if evening else 1, minutes=30
    )
    third = round(budget / 3, 2)
    owners = line.name == "中秋游园会"
    return {
        "estate_id": estate.id,
        "date_begin": begin,
        "date_end": begin + timedelta(hours=2),
        "theme": f"{line.name}·{estate.name}邻里一家亲",
        "flow": (
            "18:30 布场\n19:30 签到入场\n19:45 活动开始\n21:30 清场"
            if evening
            else "09:00 布场\n09:30 签到入场\n09:45 活动开始\n11:15 颁奖与合影\n11:30 清场"
        ),
        "organisation": "客服部组织与签到；秩序部负责安全与通道；工程部负责用电；环境部负责保洁。",
        "publicity": "提前一周张贴海报、业主群推送；现场拍照留存。",
        "safety_plan": "出入口各设两名秩序员；消防通道保持畅通；现场配灭火器两具；指定专人看护用电。",
        "first_aid": "服务中心备急救箱，联系社区卫生站待命。",
        "weather_plan": "遇雨改在架空层举行或顺延一周。",
        "insurance": "公众责任险",
        "late_reason": "配合街道统一安排" if days < 8 else False,
        "poster_text": f"{line.purpose}。\n现场备有茶水和小礼品，欢迎邻居们一起来！",
        "seats_limited": bool(places),
        "seats_max": places,
        "household_quota": 3,
        "signup_until": begin - timedelta(days=1) if days > 1 else False,
        "budget_ids": [
            Command.create({"name": "场地布置", "quantity": 1, "uom": "项", "price_unit": third}),
            Command.create(
                {"name": "奖品与礼品", "quantity": 20, "uom": "份", "price_unit": third / 20}
            ),
            Command.create(
                {"name": "茶水与食品", "quantity": 1, "uom": "批", "price_unit": budget - 2 * third}
            ),
        ],
        "funding_ids": [
            Command.create(
                {
                    "source": "owners" if owners else "service",
                    "amount": budget,
                    "decision": "业委会〔2026〕5 号决定" if owners else False,
                }
            )
        ],
        "task_ids": [
            Command.create(
                {
                    "name": name,
                    "content": content,
                    "date_due": (begin - timedelta(days=before)).date(),
                    "done_date": (begin - timedelta(days=before)).date() if days < 0 else False,
                    "materials": materials,
                    "user_id": line.user_id.id,
                }
            )
            for name, content, before, materials in (
                ("宣传海报", "设计、打印、张贴海报", 7, "A4 海报 20 张"),
                ("物资采购", "按清单采购奖品和食品", 3, "见物资清单"),
                ("场地布置", "舞台、桌椅、横幅、接电", 1, "横幅 2 条、桌椅 20 套"),
                ("现场安全", "秩序员到岗，检查通道与消防", 0, "对讲机、隔离带"),
            )
        ],
        "material_ids": [
            Command.create(
                {
                    "kind": kind,
                    "name": name,
                    "uom": uom,
                    "quantity": quantity,
                    "ready": quantity if days < 10 else 0,
                }
            )
            for kind, name, uom, quantity in (
                ("prize", "一等奖·护眼台灯", "台", 1),
                ("prize", "二等奖·保温杯", "个", 3),
                ("material", "矿泉水", "箱", 5),
                ("equipment", "音响设备", "套", 1),
            )
        ],
    }


def _activity(env, staff, estate, today, dice, name, days, state, places, share):
    """Take an activity as far as `state`."""
    line = env["property.activity.plan.line"].search(
        [("estate_id", "=", estate.id), ("name", "=", name), ("year", "=", today.year)], limit=1
    )
    budget = round(line.budget * 0.95, 2)
    clerk = staff["clerk"]
    values = {**line._event_values(), **_values(env, estate, line, today, days, places, budget)}
    event = env["event.event"].with_user(clerk).create(values)
    if state == "idea":
        return
    event.action_write_scheme()
    if state == "scheme":
        return
    event.action_submit()
    if state == "approval":
        return
    _decide(event, staff)
    for reached, step in _STEPS:
        getattr(event, step)()
        if reached == "signup":
            _sign_up(env, event, dice, share)
        if reached == "running":
            _check_in(event, dice)
        if reached == state:
            break
    if days < 0:
        _after(env, staff, event, dice, state, today + timedelta(days=days))


def _sign_up(env, event, dice, share):
    units = env["property.unit"].search(
        [
            ("estate_id", "=", event.estate_id.id),
            ("state", "in", ("occupied_owner", "leased")),
            ("main_unit_id", "=", False),
        ],
        order="id",
    )
    units = units.filtered(lambda unit: unit.payer_id and not unit.payer_id.is_company)
    values = []
    for unit in dice.sample(list(units), max(int(len(units) * share), 1)):
        person = unit.payer_id
        values.append(
            {
                "event_id": event.id,
                "unit_id": unit.id,
                "partner_id": person.id,
                "name": person.name,
                "age_group": dice.choice(("adult", "adult", "senior")),
            }
        )
        if dice.random() < 0.4:
            values.append(
                {
                    "event_id": event.id,
                    "unit_id": unit.id,
                    "partner_id": person.id,
                    "name": person.name[0] + dice.choice(_NAMES),
                    "age_group": dice.choice(("child", "child", "teen")),
                    "guardian_name": person.name,
                    "guardian_phone": person.phone,
                    "guardian_consent": True,
                }
            )
    values += [
        {"event_id": event.id, "name": name, "participant_kind": "volunteer"}
        for name in ("何志远", "郭婷")
    ]
    env["event.registration"].with_user(event.user_id).create(values)


def _check_in(event, dice):
    for row in event.registration_ids:
        if row.state == "open" and dice.random() < 0.85:
            row.action_set_done()


def _after(env, staff, event, dice, state, day):
    """Ratings, head counts, prizes, bills, the record and the settlement of what was held."""
    came = event.registration_ids.filtered(lambda row: row.state == "done")
    for row in came:
        row.date_closed = event.date_begin + timedelta(minutes=dice.randrange(30))
        if row.participant_kind == "household" and not row.is_minor and dice.random() < 0.5:
            row._rate(dice.choice(("5", "5", "4", "4", "4", "3", "2")), None)
    moment = event.date_begin
    event.write(
        {
            "extra_adults": dice.randrange(5, 20),
            "extra_children": dice.randrange(2, 9),
            "headcount_ids": [
                Command.create(
                    {
                        "moment": moment + timedelta(minutes=minutes),
                        "area": "主会场",
                        "count": int(len(came) * part),
                    }
                )
                for minutes, part in ((15, 0.7), (60, 1.0), (110, 0.5))
            ],
        }
    )
    prize = event.material_ids.filtered(lambda row: row.kind == "prize")[:1]
    winner = came.filtered("unit_id")[:1]
    if prize and winner:
        env["property.activity.issue"].with_user(event.user_id).create(
            {
                "material_id": prize.id,
                "receiver": winner.name,
                "unit_id": winner.unit_id.id,
                "award": "一等奖",
                "date": day,
            }
        )
    if state == "done":
        return
    _bills(env, staff, event, day)
    event.write(
        {
            "course": "活动按方案进行，秩序良好。邻居们踊跃参与，现场气氛热烈。",
            "effect": "增进了邻里感情，业主反映良好，老人和孩子参与度高。",
            "problems": "签到高峰排队稍久；饮用水准备略少。",
            "improvements": "下次增设一个签到点，饮用水按人数 1.2 倍准备。",
        }
    )
    event.action_summarise()
    if event.owners_money:
        return
    event.with_user(staff["accountant"]).action_settle()
    if state == "archived":
        event.with_user(staff["supervisor"]).action_archive_record()


def _bills(env, staff, event, day):
    """Post a bill for each budget line, a little off the budget."""
    trusted = event.sudo()
    trusted._analytic_distribution()
    expense = env["account.account"].search(
        [
            ("account_type", "=", "expense"),
            ("company_ids", "in", event.company_id.ids),
        ],
        limit=1,
    )
    vendor = env["res.partner"].search([("name", "=", "成都欢聚文化用品有限公司")], limit=1)
    vendor = vendor or env["res.partner"].create(
        {"name": "成都欢聚文化用品有限公司", "is_company": True, "supplier_rank": 1}
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "in_invoice",
                "partner_id": vendor.id,
                "invoice_date": day,
                "date": day,
                "ref": f"FP{event.id:04d}{number}",
                "property_activity_id": event.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": row.name,
                            "account_id": expense.id,
                            "price_unit": round(row.amount * factor, 2),
                            "tax_ids": [Command.clear()],
                            "property_budget_id": row.id,
                        }
                    )
                ],
            }
            for number, (row, factor) in enumerate(
                zip(trusted.budget_ids, (1.02, 0.93, 0.98), strict=True), 1
            )
        ]
    )
    moves.action_post()
