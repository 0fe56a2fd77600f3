# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Complaints, inquiries, an emergency, notices and a reception day of the demo company."""

from datetime import timedelta

from odoo import Command, fields

_COMPLAINTS = (
    # category, level, facts, hours ago, state it gets to
    ("mep", "important", "2号电梯夜间运行异响，影响休息", 70, "replied"),
    ("mep", "important", "2号电梯又有异响，关门时抖动", 46, "investigating"),
    ("mep", "minor", "电梯噪音大，卧室能听到", 20, "received"),
    ("public_clean", "minor", "楼道垃圾两天未清，有异味", 30, "closed"),
    ("staff", "important", "前台人员接待态度生硬", 26, "investigating"),
    ("decoration", "minor", "楼上中午装修敲打", 5, "transferred"),
    ("public_green", "minor", "树枝遮挡二楼采光", 100, "resolved"),
    ("design", "minor", "小区缺少非机动车充电位", 120, "invalid"),
    ("security", "important", "单元门禁夜间常开，外来人员可随意进入", 9, "proposed"),
    ("parking", "minor", "固定车位多次被占用", 2, "received"),
    ("charging", "minor", "对公摊电费有疑问，要求公示明细", 60, "withdrawn"),
)
_INQUIRIES = (
    (
        "inquiry",
        "papers",
        "办理二次装修需要哪些资料",
        "身份证、房产证复印件及施工图，到前台填写申请表",
        "answered",
    ),
    ("inquiry", "utilities", "燃气开通怎么办理", "", "open"),
    ("inquiry", "policy", "维修资金使用流程咨询", "", "forwarded"),
    ("suggestion", "idea", "建议在儿童乐园旁增设休息长椅", "", "open"),
    (
        "help",
        "locked_out",
        "老人把钥匙锁在家里，请求帮助联系开锁",
        "已联系备案开锁公司,20 分钟到场开锁",
        "answered",
    ),
    ("help", "car", "车辆没电无法启动", "", "working"),
)
_ANSWERS = (
    (
        "papers",
        "补开物业费发票需要什么?",
        "提供房号及开票信息，前台当日开具电子发票。",
        "发票 补开",
    ),
    ("utilities", "停水停电电话是多少?", "供电 95598,供水 96968,燃气 962777。", "电话 热线"),
    (
        "renovation",
        "装修施工时间?",
        "工作日 8:00–12:00、14:00–18:00;节假日不得进行噪声作业。",
        "装修 噪音",
    ),
    (
        "surroundings",
        "派出所在哪里?",
        "天府大道南段派出所，步行约 10 分钟，电话 028-8511 0110。",
        "派出所",
    ),
    ("fees", "物业费可以按季缴吗?", "可以，缴费通知单上可选月、季、年。", "物业费 缴费"),
)


def make(env, places, staff):
    """Make the demo's cases of the service centre."""
    estate = places["CH"]
    estate.manager_id = estate.manager_id or staff["manager"]
    homes = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("state", "in", ("occupied_owner", "leased")),
            ("type_id.category", "=", "home"),
        ],
        limit=40,
    )
    homes = homes.filtered("owner_id")
    _complaints(env, staff, homes)
    _inquiries(env, staff, homes)
    _emergencies(env, staff, estate, homes)
    _notices(env, staff, estate)
    _reception(env, staff, estate, homes)


def _complaints(env, staff, homes):
    now = fields.Datetime.now()
    matter = env["property.complaint.matter"].create(
        {
            "name": "2号电梯噪音",
            "estate_id": homes[0].estate_id.id,
            "category_id": env.ref("property_service.complaint_category_mep").id,
        }
    )
    for index, (code, level, text, hours, state) in enumerate(_COMPLAINTS):
        home = homes[index * 3 % len(homes)]
        case = (
            env["property.complaint"]
            .with_user(staff["clerk"])
            .sudo()
            ._with_move()
            .create(
                {
                    "unit_id": home.id,
                    "partner_id": (home.tenant_id or home.owner_id).id,
                    "category_id": env.ref(f"property_service.complaint_category_{code}").id,
                    "level": level,
                    "description": text,
                    "received_date": now - timedelta(hours=hours),
                    "matter_id": matter.id if code == "mep" else False,
                    "channel": ("phone", "counter", "wechat")[index % 3],
                    "user_id": staff["clerk"].id,
                }
            )
            ._without_move()
        )
        _lead(case, staff, state)


def _lead(case, staff, state):
    """Take a complaint as far as `state`."""
    boss = case.with_user(staff["supervisor"]).sudo()
    if state == "received":
        return
    if state == "withdrawn":
        boss._take_step("withdraw", "核对账单后业主认可")
        return
    boss.validity = "invalid" if state == "invalid" else "valid"
    if state == "invalid":
        boss._take_step("explain", "属原规划设计范围，已书面转建设单位，并向业主说明")
        return
    boss.action_assess()
    boss.handler_id = staff["steward"]
    boss.action_transfer()
    if state == "transferred":
        return
    worker = case.with_user(staff["steward"]).sudo()
    worker.action_receive()
    worker.action_first_action()
    worker._reply("progress", "phone", "已安排人员现场查看,24 小时内再次告知进展")
    if state == "investigating":
        return
    worker.write(
        {
            "finding": "现场核实情况属实",
            "cause": "巡查频次不足，设备保养不到位",
            "proposal": "三日内完成整改，并增加巡查频次",
        }
    )
    boss.reply_channel = "phone"
    worker.action_propose()
    if state == "proposed":
        return
    for approval in worker.approval_ids.filtered(lambda row: row.state == "pending"):
        approval.with_user(staff["manager"]).sudo().action_approve()
    worker.invalidate_recordset()
    worker._reply("final", "phone", "三日内完成整改，并增加巡查频次", "yes")
    if state == "replied":
        return
    worker.write({"measures": "已完成整改，附整改前后照片", "corrective_action": "每日巡查一次"})
    worker.action_resolve()
    if state == "resolved":
        return
    boss._take_step("waive", "业主当面表示满意")
    case.with_user(staff["manager"]).sudo().action_close()


def _inquiries(env, staff, homes):
    env["property.answer"].create(
        [
            {
                "question": question,
                "answer": answer,
                "keywords": words,
                "category_id": env.ref(f"property_service.inquiry_category_{code}").id,
                "department_id": env.ref("property_service.department_service").id,
            }
            for code, question, answer, words in _ANSWERS
        ]
    )
    for index, (kind, code, text, answer, state) in enumerate(_INQUIRIES):
        home = homes[index * 5 % len(homes)]
        case = (
            env["property.inquiry"]
            .with_user(staff["clerk"])
            .sudo()
            .create(
                {
                    "kind": kind,
                    "unit_id": home.id,
                    "partner_id": (home.tenant_id or home.owner_id).id,
                    "category_id": env.ref(f"property_service.inquiry_category_{code}").id,
                    "description": text,
                    "answer": answer,
                    "grade": "urgent" if code == "car" else "normal",
                    "handler_id": staff["steward"].id if kind == "help" else False,
                    "department_id": env.ref("property_service.department_service").id,
                }
            )
        )
        if state == "answered":
            case.action_answer()
        elif state == "forwarded":
            case.action_forward()
        elif state == "working":
            case.action_start()
    task = (
        env["property.special.task"]
        .with_user(staff["manager"])
        .sudo()
        .create(
            {
                "estate_id": homes[0].estate_id.id,
                "source": "government",
                "kind": "special",
                "description": "街道办文明创建检查迎检准备",
                "date_wanted": fields.Datetime.now() + timedelta(days=5),
                "owner_id": staff["supervisor"].id,
                "plan": "1. 楼道清理 2. 消防通道检查 3. 宣传栏更新",
            }
        )
    )
    task.action_classify()
    task.with_user(staff["supervisor"]).sudo().action_plan()
    task.approval_ids.with_user(staff["manager"]).sudo().action_approve()
    env["property.special.task.line"].create(
        {"task_id": task.id, "progress": "楼道清理完成六成", "user_id": staff["supervisor"].id}
    )


def _emergencies(env, staff, estate, homes):
    case = (
        env["property.emergency"]
        .with_user(staff["clerk"])
        .sudo()
        .create(
            {
                "estate_id": estate.id,
                "building_id": homes[0].building_id.id,
                "place": "1号电梯",
                "category_id": env.ref("property_service.emergency_category_lift").id,
                "description": "电梯停在 5–6 层之间，困 2 人",
                "finder": "监控中心",
                "trapped_count": 2,
                "level": "3",
                "commander_id": staff["supervisor"].id,
            }
        )
    )
    log = env["property.emergency.log"].with_user(staff["clerk"]).sudo()
    log.create({"emergency_id": case.id, "mark": "informed", "text": "已通知电梯维保单位"})
    case.action_confirm()
    case.action_respond()
    log.create({"emergency_id": case.id, "mark": "oral", "text": "已口头报告项目经理及公司"})
    log.create({"emergency_id": case.id, "mark": "rescuer", "text": "维保人员到场"})
    log.create({"emergency_id": case.id, "mark": "out", "text": "2 人安全救出，身体无恙"})
    case.step_ids[:3].action_done()
    case.action_control()
    case.first_report = "2 人被困约 30 分钟，已安全救出；初步原因为门机传感器故障。"
    case.action_first_report()
    env["property.emergency.drill"].create(
        {
            "plan_id": env.ref("property_service.emergency_plan_fire").id,
            "estate_id": estate.id,
            "date": fields.Date.today() - timedelta(days=40),
            "user_id": staff["supervisor"].id,
            "participants": "秩序部 8 人、工程部 3 人、客服部 4 人",
            "course": "模拟 3 栋 6 层起火，疏散、灭火、救护分组演练",
            "minutes": 25,
            "rating": "good",
            "improvement": "对讲机频道需统一",
        }
    )


def _notices(env, staff, estate):
    notices = env["property.notice"].with_user(staff["clerk"]).sudo()
    now = fields.Datetime.now()
    outage = notices.create(
        {
            "estate_id": estate.id,
            "kind": "outage",
            "title": "关于二次供水水箱清洗停水的通知",
            "body": "尊敬的业主：为保障用水安全，物业服务中心将清洗二次供水水箱，期间暂停供水，请提前储水。",
            "outage_kind": "water",
            "outage_start": now + timedelta(days=3),
            "outage_end": now + timedelta(days=3, hours=5),
            "outage_reason": "水箱定期清洗消毒",
            "impact": "全小区停水约 5 小时",
            "hints": "恢复供水后请先放水 2 分钟",
            "valid_until": fields.Date.today() + timedelta(days=4),
            "places": "各单元公告栏、业主群",
            "department_id": env.ref("property_service.department_engineering").id,
            "contact_phone": estate.phone,
        }
    )
    outage.with_user(staff["supervisor"]).sudo().action_check()
    outage.approval_ids.with_user(staff["manager"]).sudo().action_approve()
    outage.action_publish()
    notices.create(
        {
            "estate_id": estate.id,
            "kind": "reminder",
            "title": "冬季防火温馨提示",
            "body": "请勿在楼道内为电动车充电，出门请关闭电源和燃气阀门。",
            "valid_until": fields.Date.today() + timedelta(days=30),
            "places": "各单元公告栏",
        }
    )


def _reception(env, staff, estate, homes):
    days = env["property.reception.day"].with_user(staff["supervisor"]).sudo()
    today = fields.Date.today()
    days._plan_month(estate, today)
    days._plan_month(estate, (today.replace(day=1) + timedelta(days=32)).replace(day=1))
    day = days.search([("estate_id", "=", estate.id), ("date", ">", today)], order="date", limit=1)
    booking = (
        env["property.reception"]
        .with_user(staff["clerk"])
        .sudo()
        .create(
            {
                "day_id": day.id,
                "unit_id": homes[0].id,
                "partner_id": homes[0].owner_id.id,
                "subject": "电梯噪音长期未彻底解决",
                "wish": "希望明确更换曳引机轴承的时间",
                "cs_opinion": "情况属实，建议纳入本月维保计划",
                "opinion_ids": [
                    Command.create(
                        {"department_id": env.ref("property_service.department_engineering").id}
                    )
                ],
            }
        )
    )
    booking.action_review()
