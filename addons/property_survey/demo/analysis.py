# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Analyses of the last quarter: one with causes and countermeasures, and corrective actions."""

from datetime import timedelta

from odoo import Command

from odoo.addons.property_service.tools.local_time import local_today

#: branch, cause, part of, root cause
_CAUSES = (
    ("man", "保洁人手不足", None, False),
    ("man", "早晚高峰无人巡回", "保洁人手不足", True),
    ("man", "新员工技能不足", None, False),
    ("machine", "洗地机老化", None, False),
    ("material", "垃圾袋规格偏小", None, False),
    ("method", "清洁标准不细", None, False),
    ("method", "楼道拖洗无频次要求", "清洁标准不细", True),
    ("method", "检查结果不考核", "清洁标准不细", False),
    ("environment", "装修户较多", None, False),
    ("environment", "雨季泥水带入", None, False),
)


def make(env, estates, staff):
    """Make the analysis of the last quarter in each estate and actions in several states."""
    today = local_today()
    for number, code in enumerate(("CH", "JX")):
        campaign = env["property.survey.campaign"].search(
            [("estate_id", "=", estates[code].id), ("state", "=", "closed")], limit=1
        )
        campaign = campaign.with_user(staff["supervisor"])
        action = campaign.action_new_analysis()
        analysis = env["property.survey.analysis"].with_user(staff["supervisor"])
        analysis = analysis.browse(action["res_id"])
        analysis.member_ids = (staff["manager"] | staff["supervisor"] | staff["steward"]).ids
        analysis.action_load()
        analysis.action_pareto()
        if number:
            continue
        analysis.effect = "楼道卫生不达标"
        analysis.action_fishbone()
        _causes(analysis, staff, today)
        for action in campaign._open_corrective()[:3]:
            action.write(
                {
                    "responsible_id": staff["clerk"].id,
                    "verifier_id": staff["supervisor"].id,
                    "date_due_plan": today + timedelta(days=30),
                }
            )
    _actions(env, estates, staff, today)
    for estate in estates.values():
        env["property.corrective.action"]._propose_for(estate)


def _causes(analysis, staff, today):
    made = {}
    for sequence, (branch, name, parent, root) in enumerate(_CAUSES):
        made[name] = analysis.cause_ids.create(
            {
                "analysis_id": analysis.id,
                "sequence": sequence,
                "branch": branch,
                "name": name,
                "parent_id": made[parent].id if parent else False,
                "is_root": root,
                "confirm_method": "现场查看、询问" if root else False,
            }
        )
    analysis.action_countermeasures()
    analysis.measure_ids = [
        Command.create(
            {
                "cause_id": made["早晚高峰无人巡回"].id,
                "name": "增设早晚高峰巡回保洁岗",
                "goal": "楼道卫生满意率达到 90%",
                "method": "7:00–9:00、17:00–19:00 每栋巡回一次并打卡",
                "user_id": staff["supervisor"].id,
                "place": "各楼栋",
                "date_due": today + timedelta(days=20),
                "verification": "下季度征询结果",
            }
        ),
        Command.create(
            {
                "cause_id": made["楼道拖洗无频次要求"].id,
                "name": "修订清洁作业标准",
                "goal": "标准明确、可检查",
                "method": "楼道每周拖洗两次，列入检查表",
                "user_id": staff["clerk"].id,
                "place": "服务中心",
                "date_due": today + timedelta(days=10),
                "verification": "主管每周抽查",
            }
        ),
    ]
    analysis.measure_ids[:1].action_make_action()


def _actions(env, estates, staff, today):
    rows = (
        ("opened", "消防通道被车辆占用屡次发生", "violation"),
        ("plan", "电梯困人救援超时", "check"),
        ("implementing", "维修及时率连续两个月未达标", "figure"),
        ("verify", "门岗登记不全", "check"),
    )
    for target, name, source in rows:
        action = (
            env["property.corrective.action"]
            .with_user(staff["clerk"])
            .create(
                {
                    "estate_id": estates["CH"].id,
                    "name": name,
                    "fact": name,
                    "source": source,
                    "responsible_id": staff["clerk"].id,
                    "verifier_id": staff["supervisor"].id,
                    "date_due_plan": today + timedelta(days=30),
                }
            )
        )
        if target == "opened":
            continue
        action.action_cause()
        action.cause = "法：流程中没有检查点；人：夜班人手不足"
        action.action_plan()
        if target == "plan":
            continue
        action.corrective = "在流程中增加检查点，当班主管每班签字确认"
        action.preventive = "每月抽查一次并在例会通报"
        action.action_submit()
        action.sudo().approval_ids.with_user(staff["manager"]).action_approve()
        action.action_implement()
        if target == "verify":
            action.completion = "检查表已启用，已执行两周"
            action.action_done()
