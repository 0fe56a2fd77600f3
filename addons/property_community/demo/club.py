# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Issues of the notice board, clubs with meetings and support, activists of the first estate."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from odoo.addons.property_service.tools.local_time import local_time, local_today

#: (state, form, class, days from today, theme, place, summary, effect)
_ISSUES = (
    *(
        (
            "removed",
            "board",
            "policy",
            -75,
            "民法典里的邻里关系",
            "南门宣传栏",
            "相邻关系、共有部分、噪声与宠物的条文解读",
            "停留阅读者较多，收到咨询 12 人次",
        ),
        (
            "removed",
            "board",
            "safety",
            -62,
            "电动车上楼的危险",
            "北门宣传栏",
            "典型火灾案例、充电棚位置与收费",
            "上楼充电现象减少",
        ),
        (
            "removed",
            "lecture",
            "safety",
            -40,
            "消防知识讲座",
            "多功能厅",
            "灭火器使用、逃生面罩、楼道清理",
            "现场 56 人参加",
        ),
    ),
    (
        "posted",
        "board",
        "environment",
        -45,
        "垃圾分类从我做起",
        "2栋宣传栏",
        "四分类投放点、时间与常见误区",
        "",
    ),
    (
        "posted",
        "board",
        "activity",
        -9,
        "邻里节活动预告",
        "南门宣传栏",
        "本月邻里节时间、节目单与报名方式",
        "",
    ),
    (
        "posted",
        "banner",
        "safety",
        -6,
        "冬季防火安全提示",
        "主入口",
        "人走断电，杜绝电动车入户",
        "",
    ),
    (
        "posted",
        "wechat",
        "service",
        -3,
        "客服中心冬季服务时间",
        "公众号",
        "周一至周日 8:30—20:00，24 小时值班",
        "阅读 863 次",
    ),
    (
        "approved",
        "board",
        "promise",
        2,
        "物业服务承诺公示",
        "北门宣传栏",
        "急修 30 分钟到场、投诉 24 小时回复等八项承诺",
        "",
    ),
    (
        "made",
        "board",
        "notice",
        4,
        "年末共用设施检修安排",
        "3栋宣传栏",
        "电梯、水泵、消防主机检修时间表",
        "",
    ),
    ("planned", "door", "policy", 12, "入户宣传反诈知识", "全区", "反诈宣传单入户发放", ""),
    ("planned", "board", "activity", 20, "迎新春书画作品展", "南门宣传栏", "征集业主书画作品", ""),
)
#: (state, field, name, time, venue, rules, members, meetings)
_CLUBS = (
    ("active", "art", "夕阳红合唱团", "每周二、周五 19:00—20:30", 1, 9, 5),
    ("active", "sport", "晨练太极队", "每天 7:00—8:00", 2, 7, 3),
    ("active", "painting", "翰墨书画社", "每周六 14:30—16:30", 0, 6, 3),
    ("active", "volunteer", "锦城义工队", "每月第二个周日上午", 0, 8, 2),
    ("forming", "family", "亲子阅读会", "隔周周日 10:00", 0, 3, 0),
    ("dormant", "chess", "棋友社", "每周四 14:00", 0, 4, 1),
)
_RULES = "自愿参加、自我管理；活动不扰民、不收费营利；场地用后清洁断电；每季度公开经费。"
_SKILLS = (
    "声乐指挥",
    "太极拳教练",
    "书法",
    "急救员",
    "摄影",
    "电器维修",
    "英语",
    "舞蹈编排",
    "围棋",
    "剪纸",
)
#: (state of the activist, index of the skill)
_ACTIVISTS = (
    "honoured",
    "active",
    "active",
    "active",
    "active",
    "honoured",
    "candidate",
    "candidate",
    "left",
)


def make(env, estates, staff):
    """Make the room's demo records in Chinese, dates relative to today."""
    estate = estates["CH"]
    today = local_today()
    homes = env["property.unit"].search(
        [
            ("estate_id", "=", estate.id),
            ("category", "=", "home"),
            ("state", "=", "occupied_owner"),
            ("owner_id", "!=", False),
        ],
        order="id desc",
        limit=60,
    )
    for row in _ISSUES:
        _issue(env, estate, staff, today, *row)
    venues = env["property.venue"].search([("estate_id", "=", estate.id)], order="id")
    used = 0
    clubs = env["property.club"]
    for number, row in enumerate(_CLUBS):
        members = homes[used : used + row[5]]
        used += row[5]
        clubs |= _club(env, estate, staff, today, venues, members, number, *row)
    _support(env, staff, clubs)
    _activists(env, estate, staff, today, homes)


def _issue(env, estate, staff, today, target, form, content, days, theme, place, summary, effect):
    """Make one issue and take it as far as `target`; what is over is stamped with its days."""
    day = today + timedelta(days=days)
    record = (
        env["property.publicity"]
        .with_user(staff["clerk"])
        .create(
            {
                "name": theme,
                "estate_id": estate.id,
                "form": form,
                "content": content,
                "date_planned": day,
                "place": place,
                "summary": summary,
                "body": f"各位业主：\n{summary}。\n请大家相互转告，共同维护我们的家园。如有疑问，欢迎到客服中心咨询。",
                "cost": 60 if form == "board" else 120 if form == "banner" else 0,
                "effect": effect,
                "reach": 56 if form == "lecture" else 863 if form == "wechat" else 0,
            }
        )
    )
    if target == "planned":
        return
    record.action_make()
    if target == "made":
        return
    record.with_user(staff["supervisor"]).action_check()
    record.sudo().approval_ids.with_user(staff["manager"]).action_approve()
    if target == "approved":
        return
    record.action_post()
    moment = local_time(day, 10)
    stamped = {"posted_date": moment}
    if form in ("board", "banner"):
        stamped["valid_until"] = day + relativedelta(months=1)
    if target == "removed":
        record.action_remove()
        stamped["removed_date"] = moment + timedelta(days=30)
    record.sudo()._with_move().write(stamped)


def _club(
    env, estate, staff, today, venues, homes, number, target, field, name, when, venue, _m, meetings
):
    """Make one club with members, meetings and minutes."""
    club = (
        env["property.club"]
        .with_user(staff["clerk"])
        .create(
            {
                "name": name,
                "estate_id": estate.id,
                "field": field,
                "activity_time": when,
                "venue_id": venues[venue].id if venues else False,
                "rules": _RULES,
                "color": number + 1,
                "user_id": staff["steward"].id,
                "filed_date": today - timedelta(days=200 - 10 * number) if number < 3 else False,
                "filed_number": f"社备〔2026〕{number + 3}号" if number < 3 else False,
                "member_ids": [
                    Command.create(
                        {
                            "partner_id": home.owner_id.id,
                            "unit_id": home.id,
                            "role": "1_leader" if not place else "3_member",
                            "date_joined": today - timedelta(days=180 - 7 * place),
                        }
                    )
                    for place, home in enumerate(homes)
                ],
            }
        )
    )
    if target == "forming":
        return club
    club.action_activate()
    for week in range(meetings):
        start = local_time(today - timedelta(days=4 + 7 * week + number), 19)
        meeting = env["property.club.meeting"].create(
            {
                "name": f"{name}第 {meetings - week} 次活动",
                "club_id": club.id,
                "date_start": start,
                "date_end": start + timedelta(minutes=90),
                "attendee_ids": [Command.set(club.member_ids[: len(homes) - week % 3].ids)],
                "guest_count": week % 2,
                "minutes": "到场成员练习、交流；商定下次活动内容与分工。",
            }
        )
        meeting.action_hold()
    if target == "active":
        start = local_time(today + timedelta(days=3 + number), 19)
        env["property.club.meeting"].create(
            {
                "name": f"{name}例行活动",
                "club_id": club.id,
                "date_start": start,
                "date_end": start + timedelta(minutes=90),
            }
        )
    else:
        club._rest("负责人长期外出，暂停活动")
    return club


def _support(env, staff, clubs):
    """Money that is granted, asked for and refused."""
    rows = (
        (0, "演出服装", 1800, "budget", "granted"),
        (2, "宣纸笔墨", 600, "budget", "asked"),
        (3, "义工马甲 20 件", 900, "sponsor", "granted"),
        (1, "外出比赛车费", 2600, "budget", "refused"),
    )
    for club, what, amount, source, target in rows:
        row = (
            env["property.club.support"]
            .with_user(staff["clerk"])
            .create({"club_id": clubs[club].id, "name": what, "amount": amount, "source": source})
        )
        row.action_ask()
        approval = row.sudo().approval_ids.with_user(staff["manager"])
        if target == "granted":
            approval.action_approve()
        elif target == "refused":
            approval._refuse("本年度支持经费已用完，明年再议")


def _activists(env, estate, staff, today, homes):
    """Activists in every state, among them a leader of each club."""
    leaders = env["property.club"].search([("estate_id", "=", estate.id)]).leader_id
    known = homes.filtered(lambda home: home.owner_id in leaders)
    people = (known | homes)[: len(_ACTIVISTS)]
    for number, (home, target) in enumerate(zip(people, _ACTIVISTS, strict=False)):
        person = (
            env["property.activist"]
            .with_user(staff["clerk"])
            .create(
                {
                    "partner_id": home.owner_id.id,
                    "estate_id": estate.id,
                    "unit_id": home.id,
                    "skills": _SKILLS[number],
                    "user_id": staff["steward"].id,
                    "consent_date": (
                        False if number == 7 else today - timedelta(days=150 - number)
                    ),
                }
            )
        )
        if target == "candidate":
            continue
        person.action_activate()
        if target == "honoured":
            person.commendation_ids = [
                Command.create(
                    {
                        "name": "年度社区之星",
                        "date": today - timedelta(days=20),
                        "issuer": "社区居委会、客服中心",
                    }
                )
            ]
            person.action_honour()
        elif target == "left":
            person._leave("工作调动")
    _child(env, estate, staff, today, homes[-1])


def _child(env, estate, staff, today, home):
    """A young volunteer, with the guardian's consent."""
    child = env["res.partner"].create(
        {
            "name": "陈一诺",
            "property_birthday": today - relativedelta(years=13),
            "property_gender": "female",
        }
    )
    env["property.occupancy"].create(
        {
            "unit_id": home.id,
            "partner_id": child.id,
            "role": "family",
            "relation": "女儿",
            "date_start": today - timedelta(days=300),
        }
    )
    person = (
        env["property.activist"]
        .with_user(staff["clerk"])
        .create(
            {
                "partner_id": child.id,
                "estate_id": estate.id,
                "unit_id": home.id,
                "skills": "小小讲解员",
                "consent_date": today - timedelta(days=30),
                "guardian_id": home.owner_id.id,
                "guardian_relation": "母亲",
                "guardian_consent_date": today - timedelta(days=30),
            }
        )
    )
    person.action_activate()
