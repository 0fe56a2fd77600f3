# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo company and the people who work in it."""

import base64

from odoo import Command
from odoo.tools import file_open

_STAFF = {
    "manager": ("周文博", ["group_manager"]),
    "supervisor": ("刘慧敏", ["group_supervisor"]),
    "clerk": ("王思雨", ["group_staff"]),
    "cashier": ("李晓燕", ["group_cashier"]),
    "accountant": ("陈建国", ["group_accountant"]),
    "steward": ("赵大伟", ["group_steward"]),
    "technician": ("孙志强", ["group_technician"]),
}
LOGINS = tuple(_STAFF)


def _logo():
    """Return the addon's icon; printed forms bear it instead of Odoo's placeholder."""
    with file_open("property_service/static/description/icon.png", "rb") as icon:
        return base64.b64encode(icon.read())


def make(env):
    """Name the company, make a user of each role; return {role: user}."""
    company = env.company
    company.write(
        {
            "name": "锦城物业服务有限公司",
            "street": "天府大道中段 800 号",
            "city": "成都市",
            "zip": "610041",
            "phone": "028-8512 0000",
            "email": "service@jincheng.example.com",
            "logo": _logo(),
        }
    )
    lang = env["res.lang"]._get_code("zh_CN") or "en_US"
    made = {}
    for login, (name, groups) in _STAFF.items():
        made[login] = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": name,
                    "login": login,
                    "password": login,
                    "lang": lang,
                    "tz": "Asia/Shanghai",
                    "email": f"{login}@jincheng.example.com",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [
                        Command.set(
                            [
                                env.ref(f"property_service.{group}").id
                                for group in ("group_reader", *groups)
                            ]
                        )
                    ],
                    "notification_type": "inbox",
                }
            )
        )
        env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"property_service.demo_user_{login}",
                    "record": made[login],
                    "noupdate": True,
                }
            ]
        )
    made["admin"] = env.ref("base.user_admin")
    return made
