# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Price lists, three months of bills, and the money that came in for them."""

from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command

from ..tools.local_time import local_today

_ITEMS = {
    "MGT": ("物业服务费", "income", "gross_area", 6, 10),
    "LIFT": ("电梯运行费", "income", "gross_area", 6, 15),
    "TRASH": ("生活垃圾处理费", "agency", "fixed", 0, 20),
    "PARK_MGT": ("车位管理服务费", "income", "fixed", 6, 30),
    "PARK_RENT": ("车位租金", "income", "fixed", 5, 40),
}
_PRICES = {
    "CH": (
        ("MGT", "home", 2.85),
        ("MGT", "shop", 6.8),
        ("LIFT", "home", 0.3),
        ("TRASH", "home", 5),
        ("PARK_MGT", "parking_owned", 80),
        ("PARK_RENT", "parking_leased", 320),
    ),
    "JX": (
        ("MGT", "home", 1.98),
        ("LIFT", "home", 0.25),
        ("TRASH", "home", 5),
        ("PARK_MGT", "parking_owned", 60),
        ("PARK_RENT", "parking_leased", 260),
    ),
}
#: share of homes that have paid, by age of the bill in months
_PAID = {2: 0.9, 1: 0.75, 0: 0.45}


def make(env, places, staff):
    """Make the price lists, bill three months, take money for most of it."""
    today = local_today()
    items = _price_lists(env, staff, places, today)
    first = today.replace(day=1)
    dice = Random(11)
    for age in (2, 1, 0):
        month = first - relativedelta(months=age)
        for code, estate in places.items():
            run = _run(env, staff, estate, month)
            if code == "JX" and age == 0:
                continue  # this one still waits for its check
            run.with_user(staff["supervisor"]).sudo().action_check()
            run.with_user(staff["accountant"]).sudo().action_post()
            if age:
                run.action_notify()
            _payments(env, staff, run, min(_PAID[age], 1), dice, today)
    _today(env, staff, places["CH"], dice, today)
    _incoming(env, places["CH"], dice, today)
    _waiting(env, staff, places["JX"], items, today)


def _price_lists(env, staff, places, today):
    company = env.company
    items = {
        code: env["property.fee.item"].create(
            {
                "code": code,
                "name": name,
                "kind": kind,
                "basis": basis,
                "priority": priority,
                "tax_id": company._property_sale_tax(rate).id,
                "legal_basis": "前期物业服务合同",
            }
        )
        for code, (name, kind, basis, rate, priority) in _ITEMS.items()
    }
    for estate_code, rows in _PRICES.items():
        for code, unit_type, amount in rows:
            price = env["property.fee.price"].create(
                {
                    "item_id": items[code].id,
                    "estate_id": places[estate_code].id,
                    "type_id": env.ref(f"property_service.unit_type_{unit_type}").id,
                    "price": amount,
                    "date_start": today.replace(month=1, day=1) - relativedelta(years=1),
                    "basis_document": "前期物业服务合同第 12 条",
                }
            )
            price.with_user(staff["manager"]).sudo()._approve_now()
    return items


def _run(env, staff, estate, month):
    run = (
        env["property.bill.run"]
        .with_user(staff["accountant"])
        .sudo()
        .create({"estate_ids": [Command.set(estate.ids)], "month": month})
    )
    run.action_generate()
    return run


def _payments(env, staff, run, share, dice, today):
    """Take money of most homes, on days of the month, by every way of paying."""
    journals = env["account.journal"]._property_journals(env.company)
    weights = {"cash": 2, "wechat": 5, "alipay": 3, "pos": 2, "transfer": 2}
    chances = [weights[journal.property_method] for journal in journals]
    values = []
    for unit, charges in run.charge_ids.grouped("billed_unit_id").items():
        if dice.random() > share:
            continue
        total = sum(charges.mapped("amount_residual"))
        if not total:
            continue
        draw = dice.random()
        amount = round(total * 0.6, 2) if draw < 0.06 else total
        shares, _left = charges._allocate(amount)
        if draw > 0.96:
            amount = round(total * 3, 2)
        day = run.month + relativedelta(days=dice.randrange(4, 27))
        values.append(
            {
                "unit_id": unit.id,
                "partner_id": charges[0].partner_id.id,
                "journal_id": dice.choices(journals, chances)[0].id,
                "date": min(day, today - relativedelta(days=1)),
                "amount": amount,
                "line_ids": [
                    Command.create({"charge_id": charge.id, "amount": part})
                    for charge, part in shares
                ],
            }
        )
    values.sort(key=lambda row: row["date"])
    env["property.receipt"].with_user(staff["cashier"]).sudo()._take(values)


def _today(env, staff, estate, dice, today):
    """A few receipts of today for the cashier, and yesterday closed."""
    charges = env["property.charge"].search(
        [("estate_id", "=", estate.id), ("state", "=", "open")], order="date_due, id"
    )
    journals = env["account.journal"]._property_journals(env.company)
    for number, (unit, group) in enumerate(list(charges.grouped("billed_unit_id").items())[:6]):
        total = sum(group.mapped("amount_residual"))
        shares, _left = group._allocate(total)
        env["property.receipt"].with_user(staff["cashier"]).sudo()._take(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": group[0].partner_id.id,
                    "journal_id": journals[number % len(journals)].id,
                    "date": today,
                    "amount": total,
                    "line_ids": [
                        Command.create({"charge_id": charge.id, "amount": part})
                        for charge, part in shares
                    ],
                }
            ]
        )
    closing = (
        env["property.day.closing"]
        .with_user(staff["cashier"])
        .sudo()
        .create({"estate_id": estate.id, "date": today - relativedelta(days=1)})
    )
    for line in closing.line_ids:
        line.counted = line.amount
    closing.action_close()


def _incoming(env, estate, dice, today):
    """Transfers nobody could place yet."""
    journal = env["account.journal"]._property_journal_of(env.company, "transfer")
    texts = ("物业费", "11月物业", "王女士家物业费", "转账", "车位费", "代缴物业费", "房号见备注")
    env["property.incoming"].create(
        [
            {
                "estate_id": estate.id,
                "journal_id": journal.id,
                "external_ref": f"DEMO{number:06d}",
                "date": today - relativedelta(days=number),
                "amount": round(180 + dice.random() * 400, 2),
                "payer_name": dice.choice(["陈怡飞", "吴兰力", "董强伟", "何涛欣", "赵悦"]),
                "payer_account": f"6217{dice.randrange(10**14, 10**15)}",
                "text": dice.choice(texts),
            }
            for number in range(1, 10)
        ]
    )


def _waiting(env, staff, estate, items, today):
    """A new price that waits for its approval."""
    price = (
        env["property.fee.price"]
        .with_user(staff["accountant"])
        .sudo()
        .create(
            {
                "item_id": items["MGT"].id,
                "estate_id": estate.id,
                "type_id": env.ref("property_service.unit_type_shop").id,
                "price": 5.5,
                "date_start": today.replace(day=1) + relativedelta(months=1),
                "basis_document": "业主大会决议",
            }
        )
    )
    price.action_submit()


def name_journals(env):
    """Name the journals of the cashier in the language of `env`, as a company there would."""
    journals = env["account.journal"]._property_journals(env.company)
    labels = dict(journals._fields["property_method"]._description_selection(env))
    for journal in journals:
        journal.name = labels[journal.property_method]
