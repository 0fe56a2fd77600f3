"""Put modules into a database. Run as a process of its own: build.py STEP DATABASE [MODULE…].

Steps:
    base      an empty database becomes a Chinese company (CN, CNY, chart of l10n_cn, zh_CN)
    plain     an empty database as Odoo's own tests expect it: English, chart of no country
    install   the modules are installed without demo data
    demo      the modules are installed with demo data, while Odoo's own modules stay without
    upgrade   the modules are upgraded
    assets    the browser's bundles are made, which a test's first page would wait for

Odoo gives demo data to a module only where all it depends on has some. Its own demo data
(American companies, English products) would clutter a Chinese demo, so for the time of the
installation the modules below ours are merely marked as having demo data.
"""

import sys

import odoo.init  # noqa: F401
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

LANGUAGE = "zh_CN"


def main(step, database, modules):
    """Carry out one step."""
    words = ["--database", database, "--no-http", "--stop-after-init"]
    if step == "base":
        words += ["--load-language", LANGUAGE]
    config.parse_config(words, setup_logging=True)
    STEPS[step](database, modules)


def environment(database):
    """A cursor with the superuser's environment; commits at the end."""
    return Registry(database).cursor()


def base(database, modules):
    """Create the foundation; the country is set before ``account`` picks a chart by it."""
    Registry.new(database, update_module=True, install_modules=["base"])
    with environment(database) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        currency = env.ref("base.CNY")
        currency.active = True
        company = env.ref("base.main_company")
        company.country_id = env.ref("base.cn")
        company.currency_id = currency
    Registry.new(database, update_module=True, install_modules=modules)
    with environment(database) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        company = env.ref("base.main_company")
        chart, currency = company.chart_template, company.currency_id.name
        if not (chart or "").startswith("cn") or currency != "CNY":
            sys.exit(f"the main company has the chart {chart} in {currency}, not a Chinese one")
        # The slow part of the first page; copies of this database keep what stays the same.
        env["ir.qweb"]._pregenerate_assets_bundles()


def plain(database, modules):
    """Odoo as it comes."""
    Registry.new(database, update_module=True, install_modules=modules)


def install(database, modules):
    """Install without demo data."""
    Registry.new(database, update_module=True, install_modules=modules)
    check_installed(database, modules)


def demo(database, modules):
    """Install with demo data of these modules only; a failure in it is an error."""
    with environment(database) as cr:
        cr.execute("SELECT name FROM ir_module_module WHERE demo")
        had_demo = [name for (name,) in cr.fetchall()]
        cr.execute("UPDATE ir_module_module SET demo = TRUE WHERE state = 'installed'")
    Registry.new(database, update_module=True, install_modules=modules)
    with environment(database) as cr:
        cr.execute(
            "UPDATE ir_module_module SET demo = FALSE WHERE NOT name = ANY(%s)",
            [[*had_demo, *modules]],
        )
        cr.execute(
            """SELECT m.name, f.error FROM ir_demo_failure f
               JOIN ir_module_module m ON m.id = f.module_id"""
        )
        failures = cr.fetchall()
    if failures:
        sys.exit("\n".join(f"demo data of {name} failed:\n{error}" for name, error in failures))
    check_installed(database, modules)


def upgrade(database, modules):
    """Upgrade, and install what is new, with demo data where the others have it."""
    with environment(database) as cr:
        cr.execute("SELECT name, state, demo FROM ir_module_module WHERE name = ANY(%s)", [modules])
        rows = cr.fetchall()
    installed = [name for name, state, _demo in rows if state == "installed"]
    missing = sorted(set(modules) - set(installed))
    Registry.new(database, update_module=True, upgrade_modules=installed)
    if missing:
        with_demo = any(has_demo for _name, _state, has_demo in rows)
        (demo if with_demo else install)(database, missing)


def assets(database, modules):
    """Make the browser's bundles once; copies of the database keep them."""
    with environment(database) as cr:
        Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()


def check_installed(database, modules):
    """Odoo skips a module that it cannot install with a mere message."""
    with environment(database) as cr:
        cr.execute(
            "SELECT name FROM ir_module_module WHERE state = 'installed' AND name = ANY(%s)",
            [modules],
        )
        missing = sorted(set(modules) - {name for (name,) in cr.fetchall()})
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}")


STEPS = {
    "base": base,
    "plain": plain,
    "install": install,
    "demo": demo,
    "upgrade": upgrade,
    "assets": assets,
}

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
