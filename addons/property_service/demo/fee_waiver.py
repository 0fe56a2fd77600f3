# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fee reductions in every state, closed collection months, a fapiao batch, published accounts."""

from dateutil.relativedelta import relativedelta

from odoo import Command

from ..tools.local_time import local_today

_CASES = (
    # kind, share to pay, reason, what was found, state it gets to
    (
        "vacancy",
        70,
        "业主长期在外地工作，房屋空置",
        "门窗关闭，水电表无走数，邮箱有积存信件",
        "active",
    ),
    ("vacancy", 70, "毛坯房未装修，一直空置", "毛坯，无人居住痕迹", "active"),
    ("hardship", 50, "低保家庭，附社区证明", "核对低保证，情况属实", "active"),
    ("compensation", 80, "电梯停运 12 天的补偿", "维保记录显示停运 12 天", "waiting"),
    ("vacancy", 70, "老人随子女居住，房屋空置", "表底已抄，无人居住", "verified"),
    ("vacancy", 70, "外派出国两年", "", "applied"),
    ("policy", 60, "现役军人家庭优待", "证件齐全", "waiting"),
    ("vacancy", 70, "申请空置减免", "夜间有灯光，阳台晾晒衣物", "refused"),
)
_COSTS = (
    ("staff", "6601", "员工工资及社保", 21800),
    ("maintenance", "6602", "电梯维保费", 6400),
    ("cleaning", "6603", "保洁外包费", 7200),
    ("greening", "6604", "绿化养护费", 2600),
    ("order", "6605", "秩序维护外包费", 9800),
    ("office", "6606", "办公费", 860),
    ("insurance", "6607", "公众责任险", 450),
)


def make(env, places, staff):
    """Make what belongs to reductions, figures and published accounts."""
    today = local_today()
    estate = places["CH"]
    _waivers(env, staff, estate, today)
    _costs(env, estate, today)
    _periods(env, staff, places, today)
    _fapiao(env, staff, estate, today)
    _accounts(env, staff, estate, today)


def _waivers(env, staff, estate, today):
    charges = env["property.charge"].search(
        [
            ("estate_id", "=", estate.id),
            ("item_id.code", "=", "MGT"),
            ("month", "=", today.replace(day=1)),
        ],
        order="unit_id",
    )
    vacant = charges.unit_id.filtered(lambda unit: unit.state in ("vacant", "handed_over"))
    others = (charges.unit_id - vacant).filtered(lambda unit: unit.owner_id)
    first = today.replace(day=1)
    for kind, rate, reason, findings, state in _CASES:
        pool = vacant if kind == "vacancy" and vacant else others
        unit = pool[0]
        vacant, others = vacant - unit, others - unit
        waiver = (
            env["property.waiver"]
            .with_user(staff["steward"])
            .sudo()
            .create(
                {
                    "unit_id": unit.id,
                    "partner_id": (unit.owner_id or unit.payer_id).id,
                    "kind": kind,
                    "rate": rate,
                    "date": first - relativedelta(days=12),
                    "date_start": first,
                    "date_end": first + relativedelta(months=12, days=-1),
                    "vacant_since": first - relativedelta(months=9),
                    "reason": reason,
                    "findings": findings,
                    "water_start": 128.0,
                    "power_start": 3406.0,
                }
            )
        )
        if state == "refused":
            waiver.with_user(staff["supervisor"]).sudo().action_refuse()
        if state in ("verified", "waiting", "active"):
            waiver.action_verify()
        if state in ("waiting", "active"):
            waiver.action_submit()
        if state == "active":
            approval = waiver.approval_ids
            for role in ("supervisor", "manager", "admin", "admin"):
                approval.with_user(staff[role]).sudo().action_approve()
            if kind == "vacancy":
                waiver.check_ids.create(
                    {"waiver_id": waiver.id, "date": today, "water": 0.6, "power": 3.5}
                )


def _costs(env, estate, today):
    """Book a month's costs of the estate as vendor bills."""
    supplier = env["res.partner"].create({"name": "成都安洁服务有限公司", "is_company": True})
    accounts = env["account.account"]
    lines = []
    for code, number, name, amount in _COSTS:
        account = accounts.search(
            [("code", "=", f"{number}88"), ("company_ids", "in", env.company.ids)], limit=1
        ) or accounts.create(
            {
                "code": f"{number}88",
                "name": name,
                "account_type": "expense",
                "company_ids": [Command.set(env.company.ids)],
            }
        )
        item = env.ref(f"property_service.cost_item_{code}")
        item.account_ids = [Command.link(account.id)]
        lines.append((name, account, amount))
    analytic = {str(estate.analytic_account_id.id): 100}
    bills = env["account.move"].create(
        [
            {
                "move_type": "in_invoice",
                "partner_id": supplier.id,
                "ref": f"CB-{month:%Y%m}",
                "invoice_date": month,
                "date": month,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": 1,
                            "price_unit": amount,
                            "account_id": account.id,
                            "tax_ids": [Command.clear()],
                            "analytic_distribution": analytic,
                        }
                    )
                    for name, account, amount in lines
                ],
            }
            for month in (
                today.replace(day=1) - relativedelta(months=2) + relativedelta(days=27),
                today.replace(day=1) - relativedelta(months=1) + relativedelta(days=27),
            )
        ]
    )
    bills.action_post()


def _periods(env, staff, places, today):
    """Two months ago is closed, last month waits for its closing."""
    first = today.replace(day=1)
    for estate in places.values():
        for months in (2, 1):
            period = (
                env["property.collection.period"]
                .with_user(staff["accountant"])
                .sudo()
                .create({"estate_id": estate.id, "month": first - relativedelta(months=months)})
            )
            if months == 2:
                period.action_close()


def _fapiao(env, staff, estate, today):
    """A batch of last month's paid bills that waits for its numbers."""
    first = today.replace(day=1) - relativedelta(months=1)
    batch = (
        env["property.fapiao.batch"]
        .with_user(staff["accountant"])
        .sudo()
        .create(
            {
                "estate_id": estate.id,
                "date_from": first,
                "date_to": first + relativedelta(months=1, days=-1),
            }
        )
    )
    batch.action_collect()


def _accounts(env, staff, estate, today):
    """The accounts of the two months past, checked by finance."""
    first = today.replace(day=1)
    accounts = (
        env["property.disclosure"]
        .with_user(staff["accountant"])
        .sudo()
        .create(
            {
                "estate_id": estate.id,
                "date_from": first - relativedelta(months=2),
                "date_to": first - relativedelta(days=1),
                "share_note": "公共照明及电梯用电按建筑面积分摊，明细见公摊费用公示表。",
            }
        )
    )
    for line in accounts.cost_line_ids:
        line.budget = round(line.actual * 1.05, -2)
    accounts.action_finance_ok()
