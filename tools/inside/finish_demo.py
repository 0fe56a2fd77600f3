"""Settle a new database for its users: finish_demo.py DATABASE."""

import sys

import odoo.init  # noqa: F401
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

ADMINISTRATOR = "property_service.group_administrator"


def main(database):
    """Own identity for the copy, and Chinese for whoever has no language of their own."""
    config.parse_config(["--database", database, "--no-http"], setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        # The copy must not share the secret and the id of the database it came from.
        env["ir.config_parameter"].init(force=True)
        users = env["res.users"].search([("lang", "!=", "zh_CN")])
        users.write({"lang": "zh_CN"})
        env["res.users"].search([("tz", "=", False)]).write({"tz": "Asia/Shanghai"})
        env.ref("base.main_company").partner_id.lang = "zh_CN"
        env["ir.default"].set("res.partner", "lang", "zh_CN")
        env["ir.default"].set("res.partner", "tz", "Asia/Shanghai")
        group = env.ref(ADMINISTRATOR, raise_if_not_found=False)
        if group:
            env.ref("base.user_admin").group_ids |= group
        # The first page would keep the first user waiting for these.
        env["ir.qweb"]._pregenerate_assets_bundles()


if __name__ == "__main__":
    main(sys.argv[1])
