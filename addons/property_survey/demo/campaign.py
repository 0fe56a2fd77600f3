# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Four quarters of opinions in two estates, one satisfaction survey that is being answered."""

from datetime import date, datetime, time, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from odoo.addons.property_service.tools.local_time import local_today

#: what households write, by category
_WORDS = {
    "卫生": ("楼道拖地次数太少", "地下车库灰尘大", "电梯轿厢有异味", "垃圾桶周边不干净"),
    "维修及时": ("报修后等了三天才来", "路灯坏了一周没修", "单元门禁经常失灵"),
    "车辆": ("外来车辆乱停", "消防通道被占"),
    "绿化": ("草坪有枯死的地方", "灌木需要修剪"),
    "态度": ("门岗态度有待改善",),
    "其他": ("希望多办一些亲子活动", "快递柜不够用"),
}
_FREQUENCY = {"卫生": 46, "维修及时": 31, "车辆": 9, "绿化": 6, "态度": 5, "其他": 3}
#: share of the grades, best first, in the four quarters
_MOODS = ((46, 32, 14, 6, 2), (50, 31, 12, 5, 2), (55, 30, 10, 3, 2), (60, 29, 8, 2, 1))


def make(env, estates, staff):
    """Make campaigns of four quarters and one that is running, relative to today."""
    dice = Random(20260312)
    today = local_today()
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    for code in ("CH", "JX"):
        estate = estates[code]
        for number, back in enumerate((4, 3, 2, 1)):
            start = quarter - relativedelta(months=3 * back) + relativedelta(months=2, days=11)
            _past(env, estate, staff, start, _MOODS[number], dice, last=back == 1)
    _running(env, estates["CH"], staff, today, dice)
    env["property.survey.campaign"].with_user(staff["clerk"]).create(
        {
            "estate_id": estates["JX"].id,
            "kind": "satisfaction",
            "template_id": env.ref("property_survey.template_satisfaction").id,
            "purpose": "了解年度服务满意度",
            "date_start": today + timedelta(days=20),
        }
    )


def _plan(env, estate, staff, kind, start, **values):
    """Return an approved campaign with its sample."""
    campaign = (
        env["property.survey.campaign"]
        .with_user(staff["clerk"])
        .create(
            {
                "estate_id": estate.id,
                "kind": kind,
                "template_id": env.ref(f"property_survey.template_{kind}").id,
                "date_start": start,
                "seed": start.toordinal(),
                "purpose": "听取业主意见，改进物业服务",
                "organiser": "客户服务中心",
                **values,
            }
        )
    )
    campaign.action_request()
    campaign.sudo().approval_ids.with_user(staff["manager"]).action_approve()
    campaign.action_distribute()
    return campaign


def _hand_out(campaign, staff, day):
    campaign.form_ids.sudo().write({"distributor_id": staff["steward"].id})
    campaign.form_ids.sudo()._move_to("sent", sent_date=day)


def _grades(dice, campaign, mood):
    """Return the codes of a questionnaire, a few items blank or not known."""
    items = len(campaign.template_id.section_ids.item_ids)
    grades = len(campaign.template_id.grade_ids)
    codes = []
    for _item in range(items):
        code = dice.choices(range(1, 6), mood)[0]
        codes.append(min(code, grades - 1) if dice.random() > 0.03 else grades)
    return codes


def _words(dice):
    category = dice.choices(list(_FREQUENCY), list(_FREQUENCY.values()))[0]
    return {"worst": dice.choice(_WORDS[category])}


def _past(env, estate, staff, start, mood, dice, last):
    campaign = _plan(env, estate, staff, "opinion", start)
    _hand_out(campaign, staff, start)
    campaign.action_collect()
    for form in campaign.form_ids:
        if dice.random() > 0.9:
            continue
        day = start + timedelta(days=dice.randrange(1, 14))
        form.sudo()._move_to(
            "returned_valid",
            returned_date=day,
            return_way="paper",
            collector_id=staff["steward"].id,
        )
        campaign._enter(_grades(dice, campaign, mood), _words(dice), form)
    if last:
        campaign.action_verify()
        checks = campaign.check_ids.with_user(staff["supervisor"])
        checks[1:].action_genuine()
        checks[:1].action_no_contact()
    campaign._close()
    moment = datetime.combine(campaign.date_return, time(9))
    campaign.sudo()._with_move().write({"closed_date": moment})
    categories = {row.name: row for row in env["property.survey.category"].search([])}
    for opinion in campaign.opinion_ids.sudo():
        name = next(name for name, words in _WORDS.items() if opinion.text in words)
        opinion.category_id = categories[name]
    supervisor = campaign.with_user(staff["supervisor"])
    supervisor.conclusion = "多数业主对服务表示认可，卫生与维修及时性仍是意见集中的方面。"
    if last:
        return
    supervisor.action_analyse()
    supervisor.action_report()
    supervisor.sudo()._with_move().write({"reported_date": moment + timedelta(days=5)})
    supervisor.sudo().originals_back = True


def _running(env, estate, staff, today, dice):
    """Make the yearly satisfaction survey, anonymous, in the middle of its answers."""
    start = today - timedelta(days=6)
    campaign = _plan(
        env, estate, staff, "satisfaction", start, anonymous=True, method="index", ratio=40
    )
    _hand_out(campaign, staff, start)
    campaign.action_collect()
    forms = campaign.form_ids
    for form in forms[: len(forms) // 2]:
        number, signature = campaign._take_ballot(form)
        answer = campaign.sudo()._answer_of_ballot(number, signature)
        answer._mark_in_progress()
        for question in answer.survey_id.question_ids.filtered("property_item_id"):
            grade = dice.choices(range(5), _MOODS[3])[0]
            answer._save_lines(question, str(question.suggested_answer_ids[grade].id))
        answer._mark_done()
    campaign._publish_roll()
