# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Owners, tenants and families; invented, with ID numbers that pass the check and are nobody's."""

from datetime import date
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from ..tools import identity

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国志宏思雨梓涵浩然子轩欣怡佳琪晓东文博慧婷俊熙雅诗宇航"
_EMPLOYERS = ("天府软件园", "华西医院", "四川大学", "成都地铁", "个体经营", "中铁二局", "退休")


class _People:
    """Draws people who do not repeat."""

    def __init__(self, env):
        self.env = env
        self.dice = Random(2026)
        self.taken = set()

    def person(self):
        """Return the values of a partner and an ID number."""
        dice = self.dice
        while True:
            name = dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, dice.choice((1, 2, 2))))
            if name not in self.taken:
                break
        self.taken.add(name)
        born = date(1955, 1, 1) + relativedelta(days=dice.randrange(17000))
        # 510199 is no district: such a number belongs to nobody
        first17 = f"510199{born:%Y%m%d}{dice.randrange(1, 999):03d}"
        number = first17 + identity.resident_check_digit(first17)
        return {
            "name": name,
            "phone": f"1{dice.choice('3578')}{dice.randrange(10**8, 10**9)}",
            "lang": self.env["res.lang"]._get_code("zh_CN") or "en_US",
            "customer_rank": 1,
            "property_gender": identity.gender(number),
            "property_birthday": born,
            "property_employer": dice.choice(_EMPLOYERS),
            "property_data_state": "verified",
            "property_consent_date": fields.Date.today() - relativedelta(months=8),
        }, number

    def make(self, count):
        """Return `count` new partners, their ID numbers kept."""
        drawn = [self.person() for _each in range(count)]
        partners = self.env["res.partner"].create([values for values, _number in drawn])
        self.env["property.identity"]._set(
            {
                partner: ("resident_id", number)
                for partner, (_values, number) in zip(partners, drawn, strict=True)
            }
        )
        return partners


def make(env, places, staff):
    """Move households into the units of the estates."""
    people = _People(env)
    for estate in places.values():
        units = env["property.unit"].search(
            [("estate_id", "=", estate.id), ("main_unit_id", "=", False)]
        )
        # one home nobody has registered for: the bill run lists it instead of guessing
        settle(env, people, units[:-1])
    _archive(env, places["CH"])
    _classes(env, places["CH"], staff)
    _resident(env, places["CH"])


def settle(env, people, units):
    """Give every unit owners, and families and tenants where they belong."""
    dice, today = people.dice, fields.Date.today()
    rows = []
    owners = people.make(len(units))
    for unit, owner in zip(units, owners, strict=True):
        since = today - relativedelta(days=dice.randrange(500, 2000))
        unit.handover_date = since
        common = {"unit_id": unit.id, "date_start": since}
        shared = dice.random() < 0.12
        rows.append(
            {
                **common,
                "partner_id": owner.id,
                "role": "owner",
                "is_payer": True,
                "share": 50 if shared else 100,
                "manner": "first",
                "title_number": f"川(2022)成都市不动产权第{dice.randrange(10**6, 10**7)}号",
            }
        )
        others = people.make(2 if shared else 1) if dice.random() < 0.4 else people.make(0)
        if shared and others:
            rows.append({**common, "partner_id": others[0].id, "role": "co_owner", "share": 50})
        if unit.state == "occupied_owner" and others:
            rows.append(
                {
                    **common,
                    "partner_id": others[-1].id,
                    "role": "family",
                    "relation": dice.choice(["配偶", "子女", "父母"]),
                }
            )
    env["property.occupancy"].create(rows)
    leased = units.filtered(lambda unit: unit.state == "leased")
    for unit, tenant in zip(leased, people.make(len(leased)), strict=True):
        start = today - relativedelta(days=dice.randrange(30, 330))
        unit._start_tenancy(
            start,
            tenant,
            {
                "lease_number": f"ZL{start:%Y}{dice.randrange(1000, 9999)}",
                "lease_date_end": start + relativedelta(years=1, days=-1),
                "lease_use": "居住" if unit.category == "home" else "经营",
                "owner_consent": True,
                "interior": dice.choice(["精装修", "简装修"]),
            },
            pays=dice.random() < 0.35,
        )


def _archive(env, estate):
    types = env["property.archive.type"].search([("required", "=", True)])
    units = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("category", "=", "home")], limit=40
    )
    dice = Random(7)
    env["property.archive.document"].create(
        [
            {
                "unit_id": unit.id,
                "type_id": kind.id,
                "partner_id": unit.owner_id.id,
                "pages": dice.randrange(1, 6),
                "copy_kind": dice.choice(["original", "copy"]),
                "date": unit.handover_date,
                "state": "filed",
            }
            for unit in units
            for kind in types
            if not kind.leased_only and dice.random() < 0.85
        ]
    )


def _classes(env, estate, staff):
    owners = (
        env["property.unit"]
        .search([("estate_id", "=", estate.id), ("category", "=", "home")], limit=30)
        .owner_id
    )
    reasons = {
        "key": "持有多套物业",
        "committee": "业主委员会委员",
        "elderly": "独居老人，每周探访",
        "on_time": "连续两年按时缴费",
    }
    rows = env["property.customer.classification"].create(
        [
            {
                "partner_id": owner.id,
                "class_id": env.ref(f"property_service.customer_class_{code}").id,
                "estate_id": estate.id,
                "reason": reason,
            }
            for number, (code, reason) in enumerate(reasons.items())
            for owner in owners[number * 5 : number * 5 + 4]
        ]
    )
    rows[:-3].with_user(staff["supervisor"]).action_approve()


def _resident(env, estate):
    """Give one owner a login of the portal."""
    unit = env["property.unit"].search(
        [("estate_id", "=", estate.id), ("state", "=", "occupied_owner")], limit=1
    )
    unit.owner_id.email = "resident@jincheng.example.com"
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "partner_id": unit.owner_id.id,
            "name": unit.owner_id.name,
            "login": "resident",
            "password": "resident",
            "lang": env["res.lang"]._get_code("zh_CN") or "en_US",
            "tz": "Asia/Shanghai",
            "group_ids": [Command.set([env.ref("base.group_portal").id])],
        }
    )
