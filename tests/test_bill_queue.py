# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bill run split over two real Odoo servers, one of which is killed in the middle.

And the tests of ``property_service_queue``, which need OCA's ``queue_job`` on the Python path.
"""

import contextlib
import itertools
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from decimal import Decimal

import pytest
from inside import databases, settings
from scripts import free_port, output

pytestmark = pytest.mark.skipif(
    not settings.OCA.exists(), reason="OCA's queue_job could not be downloaded here"
)

HOMES, SIZE = 900, 75
DATABASE = f"property_test{settings.TAG}_queue"
WITH_OCA = {
    "PROPERTY_WITH_OCA": "1",
    "PYTHONPATH": str(settings.OCA),
    "PROPERTY_BENCH_DB": DATABASE,
}
PATIENCE = 300  # seconds the servers may take for what they are asked
# dead jobs are found when the runner wakes up, at least once a minute


def run(*words):
    """Run a Python program that sees OCA's addons, and return what it prints."""
    return output(*words, **WITH_OCA)


@pytest.mark.timeout(900)
def test_addon():
    """Its own tests and the conventions, in a database that has it."""
    run(
        settings.ROOT / "tools" / "inside" / "test.py",
        *("-q", "addons/property_service_queue/tests"),
        *("tests/test_conventions.py::TestModels", "tests/test_conventions.py::TestTranslation"),
    )


class Balancer(threading.Thread):
    """Gives connections to servers in turn, and to those that live only: as nginx would."""

    def __init__(self, ports):
        super().__init__(daemon=True)
        self.ports = itertools.cycle(ports)
        self.count = len(ports)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        """Accept until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """Carry bytes both ways until one side is done."""
        with client, contextlib.suppress(OSError), self.connect() as server:
            selector = selectors.DefaultSelector()
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _events in selector.select():
                    data = key.fileobj.recv(65536)
                    if not data:
                        return
                    key.data.sendall(data)

    def connect(self):
        """Return a connection to the next server that answers."""
        for _try in range(self.count):
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", next(self.ports)), timeout=2)
        raise OSError("no server answers")


def start(port, balancer, log):
    """Start a real Odoo server that runs jobs and, when it is elected, gives them out."""
    with log.open("a") as stream:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "--database", DATABASE),
                *("--db-filter", f"^{DATABASE}$", "--http-port", str(port)),
                *("--http-interface", "127.0.0.1", "--max-cron-threads", "1"),
                *("--load", "base,rpc,web,queue_job"),
            ],
            cwd=settings.ROOT,
            env={
                **os.environ,
                **WITH_OCA,
                "ODOO_QUEUE_JOB_CHANNELS": "root:4",
                "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
                "ODOO_QUEUE_JOB_PORT": str(balancer.port),
            },
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )


@pytest.fixture
def servers(tmp_path):
    """Yield two servers behind a balancer, on a database with a draft run."""
    with databases.locked():
        databases.copy(databases.PLAIN, DATABASE)
    run("tools/inside/build.py", "install", DATABASE, "property_service_queue")
    run("tests/benchmarks/queue_run.py", "prepare", HOMES, SIZE)
    ports = [free_port(), free_port()]
    balancer = Balancer(ports)
    balancer.start()
    logs = [tmp_path / f"server-{port}.log" for port in ports]
    processes = [start(port, balancer, log) for port, log in zip(ports, logs, strict=True)]
    try:
        yield processes
    except BaseException:
        for log in logs:
            print(f"==== {log.name}\n{log.read_text()[-6000:]}")
        raise
    finally:
        for process in processes:
            process.kill()
            process.wait()
        balancer.listener.close()
        databases.drop(DATABASE)


def one(query):
    """Return the single row of a query."""
    return databases.execute(query, database=DATABASE, fetch=True)[0]


def wait_for(reached, what, processes=()):
    """Wait until `reached()`; fail when it takes too long or a server ends by itself."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, f"{what}: not within {PATIENCE} s; {progress()}"
        for process in processes:
            assert process.poll() is None, f"{what}: a server ended by itself"
        time.sleep(0.2)


def progress():
    """Return how far parts and jobs are, for a message."""
    return databases.execute(
        """SELECT p.job, p.state, q.state, q.result, q.exc_message, count(*)
             FROM property_bill_part p
        LEFT JOIN queue_job q ON q.identity_key = 'property.bill.part-' || p.id
         GROUP BY 1, 2, 3, 4, 5""",
        database=DATABASE,
        fetch=True,
    )


def answers():
    """Return whether somebody gives out jobs."""
    return one(
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE l.locktype = 'advisory' AND d.datname = current_database()"
    )[0]


def parts(job, state):
    """Return how many parts of the job are in the state."""
    return one(
        f"SELECT count(*) FROM property_bill_part WHERE job = '{job}' AND state = '{state}'"
    )[0]


@pytest.mark.timeout(1200)
def test_two_servers_one_killed(servers):
    first, second = servers
    wait_for(answers, "a runner", servers)
    run("tests/benchmarks/queue_run.py", "generate")
    wait_for(
        lambda: one("SELECT state FROM property_bill_run")[0] == "generated", "charges", servers
    )
    workers = one("SELECT count(DISTINCT worker), count(*) FROM property_bill_part")
    assert workers == (2, HOMES // SIZE), "both servers take buildings"
    billed = Decimal(run("tests/benchmarks/queue_run.py", "post").strip())

    wait_for(lambda: parts("post", "done") >= 3, "some parts", servers)
    # the one that works just now, and that gives out the jobs if it is the one elected
    first.send_signal(signal.SIGKILL)
    first.wait()
    done = one("SELECT count(*) FROM account_move WHERE property_run_id IS NOT NULL")[0]
    assert 0 < done < HOMES, f"killed in the middle, not after {done} of {HOMES}"
    wait_for(lambda: one("SELECT state FROM property_bill_run")[0] == "posted", "posting", [second])
    check_figures(billed)


def check_figures(billed):
    """Nothing is missing, nothing is there twice, the books agree, the numbers have no hole."""
    assert parts("post", "done") == HOMES // SIZE
    assert one(
        "SELECT count(*), count(DISTINCT property_unit_id), min(sequence_number), "
        "max(sequence_number), count(DISTINCT name) FROM account_move "
        "WHERE property_run_id IS NOT NULL AND state = 'posted'"
    ) == (HOMES, HOMES, 1, HOMES, HOMES)
    assert one("SELECT count(*) FROM account_move WHERE made_sequence_gap") == (0,)
    assert one(
        "SELECT count(*), sum(amount)::text, count(receivable_line_id) FROM property_charge"
    ) == (3 * HOMES, str(billed), 3 * HOMES)
    assert one(
        "SELECT sum(balance)::text FROM account_move_line WHERE property_charge_id IS NOT NULL"
        " AND display_type = 'payment_term' AND parent_state = 'posted'"
    ) == (str(billed),)
    assert one("SELECT count(*) FROM property_bill_exception") == (0,)
    assert one("SELECT job, by_queue, plain_reasons FROM property_bill_run") == (None, False, None)
    check_set_offs()


def check_set_offs():
    """A third had paid in advance: one entry each, numbered on, and charges as reconciled."""
    count, last, names, total = one(
        "SELECT count(DISTINCT property_unit_id), max(sequence_number), count(DISTINCT name), "
        "sum(amount_total) FROM account_move WHERE property_entry = 'set_off' AND state = 'posted'"
    )
    assert (count, last, names) == (HOMES // 3, HOMES // 3, HOMES // 3)
    assert one("SELECT sum(amount_paid), sum(amount - amount_residual) FROM property_charge") == (
        total,
        total,
    )
    assert one(
        "SELECT sum(partial.amount), count(*) FILTER (WHERE line.balance <> line.amount_residual "
        "+ partial.amount) FROM account_partial_reconcile partial "
        "JOIN account_move_line line ON line.id = partial.debit_move_id "
        "WHERE line.property_charge_id IS NOT NULL"
    ) == (total, 0)
