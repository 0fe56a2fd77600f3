# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench daily [UNITS ...]``: the daily work on databases of ever more homes.

For each piece of work its seconds and statements at each size, and the exponent with which its
seconds grow from one size to the next: 0 is “costs the same”, 1 “costs ten times as much for ten
times the homes”. 1,000 and 10,000 units where nothing else is said; the database of 3 years of
bills, receipts and cases is that of `generator.py`.
"""

import io
import math
import sys
import time
import tracemalloc
import zipfile
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent))

from browser import Browser
from cases import make_due
from generator import Generator, vacuum
from harness import Measure, environment

from odoo import fields

SIZES = (1_000, 10_000)
#: what a person waits for is to be there within this time, whatever the size
SECONDS = 1.0
DUE = 100


class Daily:
    """The pieces of daily work; each is a method that returns what to measure."""

    def __init__(self, env, sample):
        self.env = env
        self.sample = sample
        self.browsers = {login: Browser(env, user) for login, user in self.sample.users.items()}
        self.estate = sample.estates[0]

    # what a person waits for ---------------------------------------------------------------------

    def waited_for(self):
        """Return {name: work} of what somebody looks at the screen for."""
        browser = self.browsers
        cashier = browser["cashier"].env["property.cashier"]
        clerk, supervisor = browser["clerk"], browser["supervisor"]
        units, partners = clerk.env["property.unit"], clerk.env["res.partner"]
        home = self._home()
        debtor = self._debtor()
        return {
            "home screen of the clerk": clerk.log_in,
            "home screen of the cashier": browser["cashier"].log_in,
            "home screen of the manager": browser["manager"].log_in,
            "cashier: search by room": lambda: cashier.cashier_search(home.full_name),
            "cashier: search by room, short": lambda: cashier.cashier_search("1-1-2"),
            "cashier: search by name": lambda: cashier.cashier_search(home.owner_id.name),
            "cashier: search by phone": lambda: cashier.cashier_search(home.phone),
            "cashier: search, nothing found": lambda: cashier.cashier_search("无此人"),
            "cashier: payment panel of a debtor": lambda: cashier.cashier_load(debtor.id),
            "household form": lambda: clerk.open_record(debtor),
            "household form, supervisor": lambda: supervisor.open_record(debtor),
            "find a household (kanban)": self._action(clerk, "property_unit_action_find"),
            "overview of the collection": self._action(
                browser["manager"], "property_charge_action_overview"
            ),
            "list of units": self._action(clerk, "property_unit_action"),
            "list of residents": self._action(clerk, "res_partner_action_residents"),
            "list of charges": self._action(clerk, "property_charge_action"),
            "list of receipts": self._action(browser["accountant"], "property_receipt_action"),
            "board of repairs": self._action(clerk, "property_repair_action"),
            "list of complaints": self._action(clerk, "property_complaint_action"),
            "list of inquiries": self._action(clerk, "property_inquiry_action"),
            "list of callbacks": self._action(clerk, "property_callback_action"),
            "contacts at the desk": self._action(clerk, "property_intake_action"),
            "repairs by state, all": lambda: clerk.env["property.repair"].formatted_read_group(
                [], ["state"], ["__count"]
            ),
            "open charges by age": lambda: clerk.env["property.charge"].formatted_read_group(
                [("state", "in", ("open", "partial"))], ["age"], ["amount_residual:sum"]
            ),
            "choose a unit by room": lambda: units.name_search(home.full_name, limit=8),
            "choose a unit by name": lambda: units.name_search(home.owner_id.name, limit=8),
            "choose a unit, nothing typed": lambda: units.name_search("", limit=8),
            "choose a person by name": lambda: partners.name_search(home.owner_id.name, limit=8),
            "choose a person by phone": lambda: partners.name_search(home.phone, limit=8),
            "choose a person, nothing typed": lambda: partners.name_search("", limit=8),
            "receipt of a payment": lambda: self._take(debtor),
        }

    def _action(self, browser, name):
        action = self.env.ref(f"property_service.{name}")
        return lambda: browser.open(action)

    def _home(self):
        """Return a home in the middle of the estate."""
        count = self.env["property.unit"].search_count([("estate_id", "=", self.estate.id)])
        return self.env["property.unit"].search(
            [("estate_id", "=", self.estate.id)], offset=count // 2, limit=1
        )

    def _debtor(self):
        """Return a home that has owed for long."""
        charge = self.env["property.charge"].search(
            [("estate_id", "=", self.estate.id), ("state", "=", "partial")],
            order="date_due, id desc",
            limit=1,
        )
        return charge.billed_unit_id

    def _take(self, home):
        """Take money for the two oldest charges of a home, as the cashier's screen does."""
        cashier = self.browsers["cashier"].env["property.cashier"]
        charges = home._open_charges()._due_order()[:2]
        total = sum(charges.mapped("amount_residual"))
        return cashier.cashier_take(
            {
                "request_key": f"benchmark-{time.monotonic_ns():020}",
                "unit_id": home.id,
                "journal_id": self.env["account.journal"]
                ._property_journal_of(home.company_id, "cash")
                .id,
                "amount": total,
                "lines": [
                    {"charge_id": charge.id, "amount": charge.amount_residual} for charge in charges
                ],
            },
        )

    # what the machine does by itself, or prints --------------------------------------------------

    def worked_off(self):
        """Return {name: work} of reports and scheduled actions; they may grow as the homes do."""
        estate, today = self.estate, self.sample.today
        options = {"estate_ids": estate.ids, "date": fields.Date.to_string(today)}
        month = today.replace(day=1)
        env = self.env
        return {
            "deadline action, nothing due": env["property.deadline"]._cron_check,
            f"deadline action, {DUE} due": env["property.deadline"]._cron_check,
            "dunning: who is to be dunned": env["property.dunning"]._missing_cases,
            "dunning: 500 cases opened": self._open_cases,
            "late charges of an estate's arrears": self._late_charges,
            "monthly list of unpaid homes (estate)": lambda: env["property.arrears.list"]._make(
                estate, today
            ),
            "collection figures of a month (estate)": lambda: env[
                "property.collection.period"
            ].create({"estate_id": estate.id, "month": month}),
            "ageing of arrears (all estates)": lambda: self._register("ageing")._content(
                {"date": options["date"]}
            ),
            "list of arrears (estate)": lambda: self._register("arrears")._content(options),
            "register of owners at a date (estate)": lambda: self._register("title")._content(
                {**options, "date": fields.Date.to_string(today - timedelta(days=400))}
            ),
            "receivables of a month (estate)": lambda: self._register("receivable")._content(
                {**options, "month": fields.Date.to_string(month)}
            ),
        }

    def _register(self, name):
        return self.browsers["manager"].env[f"property.register.{name}"]

    def _open_cases(self):
        dunning = self.env["property.dunning"]
        homes = [unit_id for unit_id, _partner_id in dunning._missing_cases()]
        return dunning._open_cases(homes[:500])

    def _late_charges(self):
        charges = self.env["property.charge"].search(
            [
                ("estate_id", "=", self.estate.id),
                ("state", "in", ("open", "partial")),
                ("date_due", "<", self.sample.today),
            ],
            order="id",
        )
        return self.env["property.late.charge"]._amounts(charges)

    def workbook(self):
        """Return the list of arrears of all estates as a workbook."""
        return self._register("arrears")._render_xlsx(
            {"date": fields.Date.to_string(self.sample.today)}
        )

    # measuring -----------------------------------------------------------------------------------

    def measure(self, only="", leave_out=()):
        """Return {name: (queries, seconds, waited for)}; nothing of it stays.

        :param str only: part of the names of the works to measure
        :param leave_out: parts of the names of the works to leave out
        """
        figures = {}
        for waited, works in ((True, self.waited_for()), (False, self.worked_off())):
            for name, work in works.items():
                if only in name and not any(part in name for part in leave_out):
                    figures[name] = (*self._measured(name, work, waited), waited)
        return figures

    def _measured(self, name, work, waited):
        cr = self.env.cr
        savepoint = cr.savepoint()
        # scheduled actions commit what they did; here nothing is to stay
        with closing(savepoint), patch.object(cr, "commit", cr.flush):
            if name.startswith("deadline action"):
                put_off(self.env)
            if name.startswith("deadline action") and "nothing" not in name:
                make_due(self.env, DUE)
            elif waited or name.startswith("deadline"):
                work()  # what a process loads once: views, access rules, parameters
                self.env.invalidate_all()
                if waited:
                    savepoint.rollback()
            stopwatch = Measure(self.env)
            with stopwatch:
                work()
            self.env.invalidate_all(flush=False)
            cr.precommit.data.clear()
            savepoint.rollback()
        return stopwatch.queries, stopwatch.seconds

    def measure_workbook(self):
        """Return (rows, seconds, megabytes of Python memory at the peak) of the workbook."""
        self.env.invalidate_all()
        start = time.perf_counter()
        content = self.workbook()
        seconds = time.perf_counter() - start
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            rows = book.read("xl/worksheets/sheet1.xml").count(b"<row ")
        return rows, seconds

    def measure_memory(self):
        """Return the megabytes Python takes at most while the workbook is made."""
        self.env.invalidate_all()
        tracemalloc.start()
        try:
            self.workbook()
            return tracemalloc.get_traced_memory()[1] / 1_000_000
        finally:
            tracemalloc.stop()


def put_off(env):
    """Let no clock come due soon: making a large database takes longer than some clocks run."""
    env.flush_all()
    env.cr.execute(
        "UPDATE property_deadline SET next_check = next_check + interval '30 days' "
        "WHERE next_check < now() AT TIME ZONE 'UTC' + interval '1 day'"
    )
    env.invalidate_all()


def exponents(sizes, seconds):
    """Return the exponents of growth between neighbouring sizes."""
    steps = zip(pairwise(sizes), pairwise(seconds), strict=True)
    return [
        math.log(max(later, 1e-4) / max(earlier, 1e-4)) / math.log(more / fewer)
        for (fewer, more), (earlier, later) in steps
    ]


def report(results):
    """Print the table; return the names of what a person waits for too long."""
    sizes = list(results)
    print(f"{'queries, seconds':42}" + "".join(f"{size:>20,}" for size in sizes) + "   grows as n^")
    slow = []
    for name in results[sizes[0]]:
        figures = [results[size][name] for size in sizes]
        row = "".join(f"{queries:>10,}{seconds:>10.3f}" for queries, seconds, _w in figures)
        growth = exponents(sizes, [seconds for _queries, seconds, _waited in figures])
        too_slow = figures[-1][2] and figures[-1][1] > SECONDS
        slow += [name] * too_slow
        print(
            f"{name:42}{row}   "
            + " ".join(f"{power:5.2f}" for power in growth)
            + ("  SLOW" if too_slow else ""),
            flush=True,
        )
    return slow


def main(argv):
    """Generate, measure, generate more, measure again; then print the comparison."""
    sizes = sorted(int(word) for word in argv) or SIZES
    results = {}
    with environment() as env:
        start = time.perf_counter()
        generator = Generator(env)
        env.cr.commit()
        print(f"sample of {generator.units} homes: {time.perf_counter() - start:.0f} s", flush=True)
        for size in sizes:
            start = time.perf_counter()
            generator.grow(size)
            vacuum(env)
            env.cr.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            print(
                f"{generator.units:,} homes: {time.perf_counter() - start:.0f} s, "
                f"{env.cr.fetchone()[0]}",
                flush=True,
            )
            daily = Daily(env, generator.sample)
            results[size] = daily.measure()
            rows, seconds = daily.measure_workbook()
            print(
                f"workbook of arrears: {rows:,} rows, {seconds:.1f} s, "
                f"{daily.measure_memory():.0f} MB at the peak",
                flush=True,
            )
            report({size: results[size]})
            env.cr.rollback()
    print()
    slow = report(results)
    print(f"slower than {SECONDS} s: {', '.join(slow)}" if slow else "nothing to wait for")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
