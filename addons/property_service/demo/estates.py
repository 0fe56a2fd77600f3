# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two estates: a larger one with shops and a car park, a smaller one."""

from random import Random

from odoo import Command

_LAYOUTS = {
    1: ("三室两厅", "南北", 118.36, 92.32),
    2: ("两室一厅", "南", 89.72, 69.98),
    3: ("三室两厅", "东南", 105.48, 82.27),
    4: ("一室一厅", "西", 58.9, 45.94),
}
_STATES = (
    ["occupied_owner"] * 60
    + ["leased"] * 18
    + ["vacant"] * 12
    + ["renovating"] * 6
    + ["handed_over"] * 4
)


def make(env, staff):
    """Make the estates with buildings and units; return them by code."""
    everybody = [Command.set([user.id for user in staff.values()])]
    lake = env["property.estate"].create(
        {
            "name": "翠湖天地",
            "code": "CH",
            "address": "成都市武侯区翠湖路 66 号",
            "service_center": "翠湖天地物业服务中心",
            "phone": "028-8512 6601",
            "complaint_phone": "028-8512 6600",
            "manager_id": staff["manager"].id,
            "user_ids": everybody,
            "payment_note": "柜台：周一至周五 8:30–18:00,周六周日 9:00–17:00\n"
            "转账：锦城物业服务有限公司 中国建设银行 6222 0000 0000 0000 000\n"
            "转账请注明楼栋、单元和房号",
        }
    )
    garden = env["property.estate"].create(
        {
            "name": "锦绣花园",
            "code": "JX",
            "address": "成都市锦江区锦绣街 18 号",
            "service_center": "锦绣花园物业服务中心",
            "phone": "028-8512 7701",
            "complaint_phone": "028-8512 7700",
            "manager_id": staff["manager"].id,
            "user_ids": everybody,
            "payment_note": "柜台：周一至周五 8:30–18:00\n转账请注明楼栋、单元和房号",
        }
    )
    dice = Random(19)
    for estate, buildings, entrances, floors, doors in ((lake, 3, 2, 9, 2), (garden, 2, 1, 11, 4)):
        for number in range(1, buildings + 1):
            building = env["property.building"].create(
                {
                    "name": f"{number}栋",
                    "estate_id": estate.id,
                    "sequence": number,
                    "floors": floors,
                    "steward_ids": [Command.set(staff["steward"].ids)],
                }
            )
            _homes(env, building, entrances, floors, doors, dice)
    _shops(env, lake, dice)
    for estate, spaces in ((lake, 60), (garden, 24)):
        _parking(env, estate, spaces, dice)
    return {"CH": lake, "JX": garden}


def _homes(env, building, entrances, floors, doors, dice):
    home = env.ref("property_service.unit_type_home")
    values = []
    for entrance in range(1, entrances + 1):
        for floor in range(1, floors + 1):
            for door in range(1, doors + 1):
                layout, orientation, gross, inner = _LAYOUTS[door]
                values.append(
                    {
                        "building_id": building.id,
                        "entrance": f"{entrance}单元",
                        "floor": floor,
                        "number": f"{floor}{door:02d}",
                        "type_id": home.id,
                        "layout": layout,
                        "orientation": orientation,
                        "purpose": "住宅",
                        "gross_area": gross,
                        "inner_area": inner,
                        "usable_area": round(inner * 0.93, 2),
                        "shared_area": round(gross - inner, 2),
                        "facilities": dice.choice(["阳台", "双阳台", "阳台、空调机位", "飘窗"]),
                        "state": dice.choice(_STATES),
                        "address": f"{building.estate_id.address}{building.name}{entrance}单元"
                        f"{floor}{door:02d}号",
                    }
                )
    env["property.unit"].create(values)


def _shops(env, estate, dice):
    street = env["property.building"].create(
        {"name": "商业街", "estate_id": estate.id, "sequence": 50, "floors": 1}
    )
    env["property.unit"].create(
        [
            {
                "building_id": street.id,
                "floor": 1,
                "number": f"S{number:02d}",
                "type_id": env.ref("property_service.unit_type_shop").id,
                "purpose": "商业",
                "gross_area": round(45 + dice.random() * 120, 2),
                "state": dice.choice(["business", "leased", "leased", "vacant"]),
            }
            for number in range(1, 13)
        ]
    )


def _parking(env, estate, count, dice):
    park = env["property.building"].create(
        {"name": "地下车库", "estate_id": estate.id, "kind": "carpark", "sequence": 90}
    )
    homes = env["property.unit"].search([("estate_id", "=", estate.id), ("category", "=", "home")])
    owned = env.ref("property_service.unit_type_parking_owned")
    leased = env.ref("property_service.unit_type_parking_leased")
    values = []
    for number, home in enumerate(dice.sample(list(homes), count), 1):
        plate = "川A" + "".join(dice.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(5))
        values.append(
            {
                "building_id": park.id,
                "floor": -1,
                "number": f"B1-{number:03d}",
                "type_id": (owned if number % 5 < 2 else leased).id,
                "main_unit_id": home.id,
                "plate": plate,
                "gross_area": 12.72,
                "state": "handed_over",
            }
        )
    env["property.unit"].create(values)
