# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A server killed while it posts bills goes on after the next start, with the same figures."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from decimal import Decimal

import pytest
from inside import databases, settings
from scripts import benchmark, free_port

HOMES = 900
DATABASE = "property_test_killed"
PATIENCE = 240  # seconds a server may take for what it is asked


@pytest.fixture(scope="module")
def billed():
    """Yield what the prepared run amounts to, in yuan."""
    databases.copy(databases.TEMPLATE, DATABASE)
    try:
        told = benchmark("prepare_run", HOMES, "2026-11-01", database=DATABASE)
        yield Decimal(told.strip())
    finally:
        databases.drop(DATABASE)


def one(query):
    """Return the single row of a query on the patient's database."""
    return databases.execute(query, database=DATABASE, fetch=True)[0]


def posted():
    """Return how many invoices of the run are posted."""
    return one(
        "SELECT count(*) FROM account_move WHERE property_run_id IS NOT NULL AND state = 'posted'"
    )[0]


@contextmanager
def server(log):
    """Run a real Odoo server that works off scheduled actions; killed at the end if need be."""
    with log.open("a") as stream:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "--database", DATABASE),
                *("--db-filter", f"^{DATABASE}$", "--http-port", str(free_port())),
                *("--max-cron-threads", "1"),
            ],
            cwd=settings.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def wait_for(reached, process):
    """Wake the scheduled actions until `reached()`; fail when the server dies or is too slow."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if reached():
            return
        assert process.poll() is None, "the server ended by itself"
        databases.execute("SELECT pg_notify('cron_trigger', %s)", values=(DATABASE,), fetch=True)
        time.sleep(0.2)
    raise AssertionError("the server did not get there in time")


@pytest.mark.timeout(900)
def test_killed_while_posting(billed, tmp_path):
    log = tmp_path / "server.log"
    with server(log) as process:
        wait_for(lambda: posted() >= HOMES // 9, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = posted()
    assert 0 < done < HOMES, f"killed in the middle, not after {done} of {HOMES}"
    assert one("SELECT state, job FROM property_bill_run") == ("checked", "post")

    with server(log) as process:
        wait_for(lambda: one("SELECT state FROM property_bill_run")[0] == "posted", process)
    check_figures(billed)


def check_figures(billed):
    """Nothing is missing, nothing is there twice, and the books agree with the charges."""
    assert posted() == HOMES
    assert one(
        "SELECT count(*), count(DISTINCT property_unit_id) FROM account_move WHERE property_run_id IS NOT NULL"
    ) == (HOMES, HOMES)
    assert one("SELECT sum(amount)::text FROM property_charge") == (str(billed),)
    assert one("SELECT count(*) FROM property_charge WHERE receivable_line_id IS NULL") == (0,)
    assert one(
        "SELECT sum(balance)::text FROM account_move_line WHERE property_charge_id IS NOT NULL"
        " AND display_type = 'payment_term' AND parent_state = 'posted'"
    ) == (str(billed),)
    assert one("SELECT count(*) FROM property_bill_exception") == (0,)
    # the invoices' numbers have no hole
    numbers = one(
        "SELECT min(sequence_number), max(sequence_number) FROM account_move WHERE property_run_id IS NOT NULL"
    )
    assert numbers == (1, HOMES)
