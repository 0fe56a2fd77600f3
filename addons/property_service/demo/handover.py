# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The third phase: a building being handed over now, with cases in every state."""

from dateutil.relativedelta import relativedelta

from odoo import Command

from ..tools.local_time import local_today
from .households import _People

_PAPERS = {
    "owner_id": "业主身份证",
    "notice": "入住通知单",
    "contract": "房屋买卖契约",
    "payment": "开发商财务收款收据",
    "agent_id": "受托人（经办人）身份证",
    "authorisation": "授权委托书",
    "unit_letter": "单位证明",
    "licence": "营业执照复印件（盖章）",
    "legal_person": "法定代表人证明",
    "co_owner": "其他共有人委托书",
    "co_owner_id": "其他共有人身份证",
    "notarised": "公证或认证的委托书",
    "loan": "贷款合同",
    "name_proof": "姓名变更证明",
}
_DEFECTS = ("入户门扇有划痕", "客厅墙面空鼓约 0.2㎡", "卫生间地漏排水不畅", "阳台栏杆松动")


def make(env, places, staff):
    """Make the building, its buyers, the batch and what happened at the desks so far."""
    estate = places["CH"]
    today = local_today()
    if not estate.developer_id:
        estate.developer_id = env["res.partner"].create(
            {"name": "成都翠湖置业有限公司", "is_company": True, "phone": "028-8512 9900"}
        )
    units = _homes(env, estate, staff, today)
    batch = _batch(env, estate, units, staff, today)
    notices = batch.notice_ids.sorted(lambda row: row.unit_id.id)
    _notices(env, batch, notices, today)
    _cases(env, notices[:14], staff, today)
    _around(env, estate, batch, units, staff, today)


def _homes(env, estate, staff, today):
    building = env["property.building"].create(
        {
            "name": "6栋",
            "estate_id": estate.id,
            "sequence": 6,
            "floors": 6,
            "steward_ids": [Command.set(staff["steward"].ids)],
        }
    )
    units = env["property.unit"].create(
        [
            {
                "building_id": building.id,
                "entrance": "1单元",
                "floor": floor,
                "number": f"{floor}{door:02d}",
                "type_id": env.ref("property_service.unit_type_home").id,
                "layout": "三室两厅" if door % 2 else "两室两厅",
                "purpose": "住宅",
                "gross_area": 118.36 if door % 2 else 96.4,
                "inner_area": 92.3 if door % 2 else 75.2,
                "state": "unsold",
            }
            for floor in range(1, 7)
            for door in range(1, 5)
        ]
    )
    people = _People(env)
    people.dice.seed(306)
    buyers = people.make(len(units))
    env["property.occupancy"].create(
        [
            {
                "unit_id": unit.id,
                "partner_id": buyer.id,
                "role": "owner",
                "state": "pending",
                "is_payer": True,
                "manner": "first",
                "date_start": today,
            }
            for unit, buyer in zip(units, buyers, strict=True)
        ]
    )
    env["property.meter"].create(
        [
            {"number": f"{letter}6{unit.number}", "kind": kind, "unit_id": unit.id}
            for unit in units
            for letter, kind in (("S", "water"), ("D", "electricity"), ("Q", "gas"))
        ]
    )
    env["property.key"].create(
        [
            {
                "code": f"6-{unit.number}-{mark}",
                "unit_id": unit.id,
                "kind": kind,
                "quantity": quantity,
                "position": f"B{unit.floor}-{unit.number[-2:]}",
            }
            for unit in units
            for mark, kind, quantity in (("A", "entrance", 5), ("B", "letter_box", 2))
        ]
    )
    return units


def _batch(env, estate, units, staff, today):
    company = estate.company_id
    items = env["property.fee.item"]
    card = items.search(
        [("code", "=", "CARDFEE"), ("company_id", "=", company.id)]
    ) or items.create(
        {
            "code": "CARDFEE",
            "name": "门禁卡工本费",
            "company_id": company.id,
            "basis": "quantity",
            "periodic": False,
            "tax_id": company._property_sale_tax(6).id,
        }
    )
    fees = [
        {"sequence": 1, "name": "预收物业服务费（3 个月）", "mode": "prepay", "months": 3},
        {
            "sequence": 2,
            "name": "门禁卡工本费",
            "mode": "quantity",
            "item_id": card.id,
            "price": 20.0,
            "quantity": 3,
            "free_quantity": 2,
            "note": "每户免费 2 张",
        },
        {
            "sequence": 3,
            "name": "专项维修资金（查验缴款凭证）",
            "mode": "proof",
            "optional": True,
        },
    ]
    env["property.handover.fee"].create([{**fee, "estate_id": estate.id} for fee in fees])
    batch = env["property.handover.batch"].create(
        {
            "name": "翠湖天地三期 6栋集中入伙",
            "estate_id": estate.id,
            "building_ids": [Command.set(units.building_id.ids)],
            "date_start": today - relativedelta(days=3),
            "date_end": today + relativedelta(days=11),
            "place": "三期会所一楼大厅",
            "phone": "028-8512 6601",
            "leader_id": staff["supervisor"].id,
            "member_ids": [Command.set([user.id for user in staff.values()])],
            "slot_capacity": 3,
            "ready_text": "本项目三期 6栋已通过竣工验收和物业承接查验，水、电、燃气、道路、排水均已"
            "具备使用条件，房屋符合入伙要求。",
            "papers_text": "本通知书、全体产权人身份证原件及复印件、商品房买卖合同、购房款收据、"
            "每位住户一寸照片两张。",
            "steps_text": "1. 资料审核；2. 缴纳费用；3. 签署管理规约及协议；4. 验房抄表；5. 领取"
            "钥匙和资料。",
            "agent_text": "委托他人办理的，另须携带载明“收楼、签署管理规约、领取钥匙”事项的授权委托"
            "书、委托人身份证复印件及受托人身份证；境外委托须公证。",
            "late_text": "因故不能按期办理的，请提前与我中心联系另约时间；逾期未办理的，按买卖合同"
            "约定处理。",
            "desk_ids": [
                Command.create({"sequence": number, "name": name, "reception": number == 1})
                for number, name in enumerate(
                    ("资料审核台", "财务收费台", "签约台", "验房抄表组", "钥匙资料台"), 1
                )
            ],
            "fee_ids": [Command.create(fee) for fee in fees],
        }
    )
    batch.check_ids.write({"done": True, "user_id": staff["supervisor"].id})
    batch.with_user(staff["supervisor"]).sudo().action_ready()
    batch.action_make_slots()
    batch.action_make_notices()
    batch.action_assign_slots()
    env["property.handover.batch"].create(
        {
            "name": "翠湖天地四期 7栋集中入伙",
            "estate_id": estate.id,
            "date_start": today + relativedelta(days=50),
            "date_end": today + relativedelta(days=60),
            "leader_id": staff["manager"].id,
        }
    ).check_ids[:6].write({"done": True})
    return batch


def _notices(env, batch, notices, today):
    batch.action_send_notices()
    batch.action_open()
    notices.write({"send_way": "courier"})
    for number, notice in enumerate(notices[:18], 1):
        notice.write(
            {
                "send_number": f"EMS10258{number:05d}CN",
                "delivered_date": today - relativedelta(days=20),
                "proof_note": "本人签收",
            }
        )
    late = notices[20:22]
    late.write({"date_to": today - relativedelta(days=1), "slot_id": False})
    late.action_overdue()


def _cases(env, notices, staff, today):
    clerk = staff["clerk"]
    cases = notices.with_user(clerk).sudo()._attend()
    for number, case in enumerate(cases, 1):
        case.queue_number = f"A{number:03d}"
        for paper in case.paper_ids:
            paper.name = _PAPERS.get(paper.type_id.code, paper.name)
    # 1 just checked in, 2 with papers missing, the others further and further
    agent = cases[1]
    agent.write(
        {
            "way": "agent",
            "agent_name": "林晓峰",
            "agent_receives": True,
            "agent_signs": True,
            "agent_keys": True,
        }
    )
    for paper in agent.paper_ids:
        paper.name = _PAPERS.get(paper.type_id.code, paper.name)
    agent.action_verify()
    rest = cases[2:]
    rest.action_papers_seen()
    rest.action_verify()
    rest = rest[1:]
    for case in rest:
        charges = case.line_ids.filtered("charge_id")
        env["property.receipt"].with_user(staff["cashier"]).sudo()._take(
            [
                {
                    "unit_id": case.unit_id.id,
                    "partner_id": case.partner_id.id,
                    "journal_id": env["account.journal"]
                    ._property_journal_of(env.company, "wechat")
                    .id,
                    "amount": case.amount_open,
                    "line_ids": [
                        Command.create({"charge_id": line.charge_id.id, "amount": line.amount_open})
                        for line in charges
                        if line.amount_open
                    ],
                }
            ]
        )
    rest.invalidate_recordset()
    rest.line_ids.invalidate_recordset()
    rest.action_fees_paid()
    rest = rest[1:]
    rest.action_sign_agreements()
    rest.action_signed()
    rest = rest[1:]
    rest.action_sign_papers()
    rest.action_issue_papers()
    rest = rest[1:]
    env["property.proxy.service"].create(
        {
            "handover_id": rest[0].id,
            "kind": "gas",
            "requirement": "代办燃气开户通气，周末上门",
            "papers_given": "身份证复印件 1 份",
            "promised_date": today + relativedelta(days=7),
        }
    )
    rest.action_no_services()
    rest.action_register_services()
    rest = rest[1:]
    rest.action_inspect()
    _inspections(env, rest[1:])


def _inspections(env, cases):
    for case in cases:
        for number, meter in enumerate(case.meter_ids):
            meter.value = 3 + number * 4 + case.id % 5
    inspections = cases.inspection_ids
    refused, repaired, *_others = inspections
    for number, check in enumerate((repaired.check_ids[0], repaired.check_ids[4])):
        check._defect(_DEFECTS[number])
    refused.check_ids[28]._defect(_DEFECTS[3], "leak")
    refused.write({"opinion": "refuse", "opinion_text": "阳台栏杆松动，存在安全隐患，暂不接收"})
    repaired.opinion = "rectify"
    accepted = inspections - refused - repaired
    accepted.write({"opinion": "accept"})
    accepted[0].check_ids[24]._defect(_DEFECTS[2], "medium")
    inspections.action_rest_ok()
    inspections.action_sign_all()
    inspections.action_conclude()
    repaired.defect_ids[:1].write({"work_done": "重新喷漆"})
    repaired.defect_ids[:1].action_self_checked()
    handed = accepted.handover_id[1:]
    handed.write({"card_count": 3, "card_numbers": "IC0601–0603"})
    handed.action_sign_keys()
    handed.action_hand_keys()
    handed[1:].action_file()


def _around(env, estate, batch, units, staff, today):
    env["property.handover.utility"].create(
        {
            "estate_id": estate.id,
            "batch_id": batch.id,
            "supply": "gas",
            "unit_ids": [Command.set(units[-4:].ids)],
            "cause": "燃气公司支管尚未通气",
            "promised_date": today + relativedelta(days=5),
            "told_owners": True,
        }
    )
    env["property.handover.incident"].create(
        {
            "estate_id": estate.id,
            "batch_id": batch.id,
            "kind": "crowd",
            "place": "三期会所一楼大厅",
            "description": "上午十时业主集中到场，资料审核台排队约三十人",
            "measures": "启用叫号，增开一个审核台",
            "user_id": staff["supervisor"].id,
        }
    ).action_handle()
    checks = env["property.handover.spot.check"]._plan(estate, today)
    for check in checks[:2]:
        check.action_draw()
    checks[0].write({"findings": "抽查 5 户，资料、签收齐全", "conform": "yes"})
    checks[0].with_user(staff["manager"]).sudo().action_checked()
