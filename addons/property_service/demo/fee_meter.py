# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Water and power of the larger estate: meters, three months of readings, shares, a settlement."""

from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command

from ..tools.local_time import local_today

_ITEMS = {
    "WATER": ("代收水费", "water", 60),
    "PUBE": ("公摊电费", "electricity", 56),
}
#: usage that needs a second look, by place in the sheet of the building that waits for it
_UNUSUAL = {3: -4.0, 17: 61.0}


def prepare(env, places, staff):
    """Make meters and checked readings, so that the bill runs of the demo take them."""
    estate, dice = places["CH"], Random(5)
    today = local_today()
    first = today.replace(day=1)
    items = _items(env)
    _tariffs(env, staff, estate, items, first)
    _meters(env, estate, first, dice)
    for age in (2, 1):
        for sheet in _sheets(env, estate, first - relativedelta(months=age)):
            _read(env, staff, sheet, dice)
            sheet.with_user(staff["steward"]).sudo().action_read()
            sheet.with_user(staff["supervisor"]).sudo().action_check()
    _share(env, staff, estate, items["PUBE"], first - relativedelta(months=2))


def finish(env, places, staff):
    """This month's sheets at different steps, a share with an objection, a settlement."""
    estate, dice = places["CH"], Random(6)
    today = local_today()
    first = today.replace(day=1)
    sheets = _sheets(env, estate, first)
    of_homes = sheets.filtered(lambda sheet: sheet.kind == "water" and sheet.building_id)
    for number, sheet in enumerate(of_homes.sorted("id")):
        if number == 2:
            _read(env, staff, sheet, dice, part=0.4)
            continue
        _read(env, staff, sheet, dice, unusual=_UNUSUAL if number else {})
        sheet.with_user(staff["steward"]).sudo().action_read()
        if not number:
            sheet.with_user(staff["supervisor"]).sudo().action_check()
    share = _share(
        env,
        staff,
        estate,
        env["property.fee.item"].search([("code", "=", "PUBE")], limit=1),
        first - relativedelta(months=1),
    )
    unit = share.line_ids[:1].unit_id
    env["property.share.objection"].create(
        {
            "share_id": share.id,
            "unit_id": unit.id,
            "partner_id": unit.owner_id.id,
            "text": "上月电梯停运一周，公摊电量为何没有减少?",
        }
    )
    for row in env["property.agency.settlement"]._open_month(estate, first):
        row.amount_supplier = round(row.amount_charged * 1.035, 2)
        row.supplier_reference = f"CDZLS-{first:%Y%m}"


def _items(env):
    supplier = env["res.partner"].create(
        {"name": "成都市自来水有限责任公司", "company_type": "company", "supplier_rank": 1}
    )
    return {
        code: env["property.fee.item"].create(
            {
                "code": code,
                "name": name,
                "kind": "agency",
                "basis": "quantity",
                "periodic": False,
                "priority": priority,
                "supplier_id": supplier.id if kind == "water" else False,
                "legal_basis": "成都市发展和改革委员会价格文件",
            }
        )
        for code, (name, kind, priority) in _ITEMS.items()
    }


def _tariffs(env, staff, estate, items, first):
    for kind, item, tiers in (
        ("water", items["WATER"], ((0, 3.03), (216, 4.19), (300, 7.67))),
        ("electricity", items["PUBE"], ((0, 0.5464),)),
    ):
        tariff = env["property.tariff"].create(
            {
                "estate_id": estate.id,
                "kind": kind,
                "item_id": item.id,
                "date_start": first - relativedelta(years=1),
                "basis_document": "居民阶梯价格",
                "tier_ids": [
                    Command.create({"quantity_from": start, "price": price})
                    for start, price in tiers
                ],
            }
        )
        tariff.with_user(staff["accountant"]).sudo().action_submit()
        tariff.approval_ids.with_user(staff["admin"]).sudo().action_approve()


def _meters(env, estate, first, dice):
    homes = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("category", "=", "home")], order="id"
    )
    installed = first - relativedelta(months=3)
    lift = homes[0].building_id
    groups = env["property.meter.group"].create(
        [
            {"name": "翠湖天地供水", "estate_id": estate.id, "kind": "water"},
            {
                "name": f"{lift.name}公共用电",
                "estate_id": estate.id,
                "kind": "electricity",
                "building_id": lift.id,
            },
        ]
    )
    common = {
        "estate_id": estate.id,
        "multiplier": 1,
        "date_installed": installed,
    }
    env["property.meter"].create(
        [
            {
                **common,
                "number": f"W{number:06d}",
                "unit_id": home.id,
                "opening": round(dice.uniform(80, 900), 1),
                "group_id": groups[0].id,
            }
            for number, home in enumerate(homes, 1)
        ]
    )
    env["property.meter"].create(
        [
            {
                **common,
                "number": "W900001",
                "use": "total",
                "location": "总水表 南门表井",
                "opening": 15230,
                "group_id": groups[0].id,
            },
            {
                **common,
                "number": "W900002",
                "use": "common",
                "location": "绿化用水",
                "opening": 410,
                "group_id": groups[0].id,
            },
            {
                **common,
                "number": "D100001",
                "kind": "electricity",
                "use": "common",
                "building_id": lift.id,
                "location": f"{lift.name} 电梯及公共照明",
                "multiplier": 40,
                "opening": 1220,
                "group_id": groups[1].id,
            },
        ]
    )


def _sheets(env, estate, month):
    """Return the month's sheets, made by what makes them every month."""
    known = env["property.meter.sheet"].search(
        [("estate_id", "=", estate.id), ("month", "=", month)]
    )
    return known or env["property.meter.sheet"]._open_month(estate, month)


def _read(env, staff, sheet, dice, part=1.0, unusual=None):
    """Enter readings of the sheet; `unusual` usages by place."""
    reader = staff["steward"]
    sheet.reader_id = reader
    lines = sheet.reading_ids
    total = sum(
        env["property.meter.reading"]
        .search([("month", "=", sheet.month), ("use", "=", "unit"), ("kind", "=", sheet.kind)])
        .mapped("usage")
    )
    for number, line in enumerate(lines[: int(len(lines) * part)]):
        usual = line.mean_usage or dice.choice((4, 7, 9, 12, 15, 19))
        usage = usual * dice.uniform(0.75, 1.25)
        if line.use == "common":
            usage = 46.0 if sheet.kind == "water" else 28.5
        elif line.use == "total":
            usage = (total + 46) * 1.06
        if line.unit_id.state == "vacant":
            usage = 0.0
        usage = (unusual or {}).get(number, usage)
        line.with_user(reader).sudo().write(
            {
                "current": round(line.start + usage, 1),
                "is_read": True,
                "reason": "水表疑似反装" if usage < 0 else False,
            }
        )


def _share(env, staff, estate, item, month):
    """Return the month's shared power of a building, published."""
    group = env["property.meter.group"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "electricity")], limit=1
    )
    share = env["property.share"].create(
        {
            "estate_id": estate.id,
            "group_id": group.id,
            "item_id": item.id,
            "month": month,
            "exclude_ground_floor": True,
            "exclusion_basis": "业主大会决议：一层住户不分摊电梯用电",
        }
    )
    share.with_user(staff["accountant"]).sudo().action_compute()
    share.with_user(staff["supervisor"]).sudo().action_publish()
    return share
