# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What benchmarks share: a database, a stopwatch that counts queries, an estate to bill."""

import cProfile
import os
import pstats
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import odoo.init  # noqa: F401  (sets the framework up)
from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import config

START = date(2020, 1, 1)
MONTH = date(2026, 11, 1)


@contextmanager
def environment():
    """Yield an environment on the benchmark's own database, thrown away afterwards."""
    database = os.environ["PROPERTY_BENCH_DB"]
    config.parse_config(["--database", database, "--log-level", "warn"], setup_logging=True)
    registry = Registry(database)
    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})


class Measure:
    """Seconds and SQL statements of a block of work; caches are emptied before.

    `cpu` are the seconds this process and its PostgreSQL worked, which other work on the machine
    does not lengthen; None where the server's process is not to be seen from here.
    """

    def __init__(self, env):
        self.env = env
        self.seconds = self.queries = 0
        self.cpu = 0.0 if self._server_seconds() is not None else None

    def _server_seconds(self):
        """Return the processor time of the cursor's server process, in seconds."""
        try:
            stat = Path(f"/proc/{self.env.cr.connection.get_backend_pid()}/stat").read_text()
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _cpu_seconds(self):
        server = self._server_seconds()
        return None if server is None else time.process_time() + server

    def __enter__(self):
        if os.environ.get("PROPERTY_PROFILE"):
            self._profile = cProfile.Profile()
            self._profile.enable()
        self.env.flush_all()
        self.env.invalidate_all()
        self._queries = self.env.cr.sql_log_count
        self._start, self._cpu = time.perf_counter(), self._cpu_seconds()
        return self

    def __exit__(self, *error):
        self.env.flush_all()
        self.seconds += time.perf_counter() - self._start
        self.queries += self.env.cr.sql_log_count - self._queries
        if self._cpu is not None:
            self.cpu += self._cpu_seconds() - self._cpu
        if os.environ.get("PROPERTY_PROFILE"):
            self._profile.disable()
            pstats.Stats(self._profile).sort_stats("cumulative").print_stats(60)


def estate_with_homes(env, count, size=None, code="BM", layouts=50):
    """Return an estate with `count` homes, each with an owner who pays three items a month.

    :param int size: homes of a building; all are in one where it is left out
    :param int layouts: how many areas there are, each a bill of its own (a real estate of 888
        homes had 48)
    """
    estate = env["property.estate"].create({"name": f"Benchmark estate {code}", "code": code})
    company = estate.company_id
    size = size or count
    buildings = env["property.building"].create(
        [{"name": f"{number + 1}栋", "estate_id": estate.id} for number in range(-(-count // size))]
    )
    home = env.ref("property_service.unit_type_home")
    partners = env["res.partner"].create(
        [{"name": f"Owner {n}", "customer_rank": 1} for n in range(count)]
    )
    units = env["property.unit"].create(
        [
            {
                "building_id": buildings[n // size].id,
                "entrance": f"{n // 400 + 1}单元",
                "floor": n % 400 // 4 + 1,
                "number": f"{n % 400 // 4 + 1}{n % 4 + 1:02d}",
                "type_id": home.id,
                "gross_area": 60 + n % layouts + n % layouts % 13 / 100,
                "state": "occupied_owner",
            }
            for n in range(count)
        ]
    )
    env["property.occupancy"].create(
        [
            {
                "unit_id": unit.id,
                "partner_id": partner.id,
                "date_start": START,
                "is_payer": True,
            }
            for unit, partner in zip(units, partners, strict=True)
        ]
    )
    for key, name, rate, kind, basis, price in (
        ("MGT", "Property service fee", 6, "income", "gross_area", 2.85),
        ("LIFT", "Lift fee", 6, "income", "gross_area", 0.35),
        ("TRASH", "Waste disposal", 0, "agency", "fixed", 5),
    ):
        items = env["property.fee.item"]
        item = items.search([("code", "=", key)], limit=1) or items.create(
            {
                "code": key,
                "name": name,
                "kind": kind,
                "basis": basis,
                "tax_id": company._property_sale_tax(rate).id,
            }
        )
        env["property.fee.price"].create(
            {
                "item_id": item.id,
                "estate_id": estate.id,
                "type_id": home.id,
                "price": price,
                "date_start": START,
            }
        )._approve_now()
    env.flush_all()
    env.cr.commit()  # the work measured is not to pay for what was prepared
    env.cr.execute("ANALYZE")
    return estate


def prepay(env, estate, every, amount):
    """Let every so many homes of the estate pay `amount` yuan in advance.

    :return: the homes
    """
    homes = env["property.unit"].search([("estate_id", "=", estate.id)], order="id")[::every]
    journal = env["account.journal"]._property_journal_of(estate.company_id, "cash")
    env["property.receipt"]._take(
        [
            {
                "unit_id": home.id,
                "partner_id": home.payer_id.id,
                "journal_id": journal.id,
                "amount": amount,
                "date": MONTH - timedelta(days=10),
            }
            for home in homes
        ]
    )
    env.flush_all()
    return homes


def new_run(env, estates, month=MONTH):
    """Return a draft bill run of the estates."""
    return env["property.bill.run"].create(
        {"estate_ids": [Command.set(estates.ids)], "month": month}
    )
