"""``./test``: a clean test database with our addons as they are now, then pytest.

Without paths the whole suite runs, divided over the machine's cores: each part is a pytest of
its own on a database of its own. ``PROPERTY_TEST_PARTS=1`` runs it in one piece.
"""

import fcntl
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[1]))

from inside import databases, odoo_tests, settings
from inside.databases import say
from inside.settings import SetupError

SLOTS = 9
PARTS = 2
# Seconds each file took in the last whole run of a checkout, to make parts of equal length.
SECONDS = Path(__file__).with_name("test_seconds.json")
BYTES_PER_SECOND = 1500  # a guess for files that are not in it
NO_TESTS = 5


def main(words):
    """Prepare the databases and run pytest."""
    if "--odoo" in words:
        rest = [word for word in words if word != "--odoo"]
        return odoo_tests.main(rest, command, claim_database())
    parts = int(os.environ.get("PROPERTY_TEST_PARTS") or min(PARTS, os.cpu_count() or 1))
    if parts < 2 or any(names_tests(word) for word in words):
        return run_in_place(words)
    return run_parts(parts, words)


def run_in_place(words):
    """Become pytest."""
    database = prepare_database()
    paths = [] if any(names_tests(word) for word in words) else ["addons", "tests"]
    os.chdir(settings.ROOT)
    os.environ["PROPERTY_TEST_DB"] = database
    os.execv(sys.executable, command(database, [*words, *paths]))


def run_parts(count, words):
    """Run the suite in parts side by side; print the first as it runs, the others after it."""
    parts = divide(test_files(), count)
    runs = []
    for number, files in enumerate(parts, 1):
        database = prepare_database()
        report = settings.LOGS / f"test-part-{number}.xml"
        output = None if number == 1 else settings.LOGS / f"test-part-{number}.log"
        stream = output.open("w", encoding="utf-8") if output else None
        process = subprocess.Popen(
            command(database, [f"--junitxml={report}", *words, *files]),
            cwd=settings.ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT if stream else None,
            env={**os.environ, "PROPERTY_TEST_DB": database},
            pass_fds=sorted(HANDLES),
        )
        runs.append((process, report, output))
    say(f"the suite runs in {count} parts side by side; this is the first")
    codes, totals = [], Counter()
    for number, (process, report, output) in enumerate(runs, 1):
        codes.append(process.wait())
        if output:
            print(f"\n==== part {number} of {count} ====", flush=True)
            print(output.read_text(encoding="utf-8"), flush=True)
        totals.update(read_report(report))
    keep_seconds(report for _process, report, _output in runs)
    failed = totals["failures"] + totals["errors"]
    passed = totals["tests"] - failed - totals["skipped"]
    print(f"\n{passed} passed, {failed} failed, {totals['skipped']} skipped", flush=True)
    bad = [code for code in codes if code not in (0, NO_TESTS)]
    return bad[0] if bad else 0 if 0 in codes else NO_TESTS


def command(database, words):
    """The command line of pytest on a database."""
    return [
        *(sys.executable, "-m", "pytest", "--odoo-config", str(settings.CONF)),
        *("--odoo-database", database, "--odoo-log-level", "warn", "--odoo-http"),
        *(str(word) for word in words),
    ]


def test_files():
    """The suite's files of tests, as pytest would find them."""
    folders = [*(settings.ADDONS / name for name in settings.suite()), settings.ROOT / "tests"]
    return sorted(
        str(path.relative_to(settings.ROOT))
        for folder in folders
        for path in folder.rglob("test_*.py")
        if not {"static", "benchmarks", "node_modules"} & set(path.parts)
    )


def divide(files, count):
    """Divide files into parts that take about the same time, each in the order of names."""
    known = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
    weights = {
        name: known.get(name, (settings.ROOT / name).stat().st_size / BYTES_PER_SECOND)
        for name in files
    }
    parts, loads = [[] for _part in range(count)], [0.0] * count
    for name in sorted(files, key=lambda name: (-weights[name], name)):
        lightest = loads.index(min(loads))
        parts[lightest].append(name)
        loads[lightest] += weights[name]
    return [sorted(part) for part in parts]


def read_report(path):
    """Counts of a part's report; empty where it did not come to one."""
    if not path.exists():
        return {"errors": 1, "tests": 1}
    suite = next(ElementTree.parse(path).iter("testsuite"))
    return {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}


def keep_seconds(reports):
    """Note how long each file took, beside the other caches; see `SECONDS`."""
    seconds = Counter()
    for path in reports:
        for case in ElementTree.parse(path).iter("testcase") if path.exists() else ():
            name = re.sub(r"\.[A-Z]\w*$", "", case.get("classname", ""))
            seconds[f"{name.replace('.', '/')}.py"] += float(case.get("time", 0))
    text = json.dumps({name: round(used, 1) for name, used in sorted(seconds.items())}, indent=0)
    (settings.CACHE / SECONDS.name).write_text(text + "\n")


def prepare_database():
    """A copy of the template that no other run uses.

    Each run starts from a copy: a test that was killed or that commits for real must not be the
    next run's surprise.
    """
    database = claim_database()
    with databases.locked():
        databases.ensure_installed(databases.TEMPLATE)
        databases.copy(databases.TEMPLATE, database)
    return database


HANDLES = set()


def claim_database():
    """A name that no other run in this folder uses; the lock is held until pytest ends."""
    for slot in range(1, SLOTS + 1):
        handle = os.open(settings.CACHE / f"test-{slot}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        os.set_inheritable(handle, True)
        HANDLES.add(handle)
        return f"property_test{settings.TAG}" + (f"_{slot}" if slot > 1 else "")
    raise SetupError(f"{SLOTS} test runs are going on in this folder already")


def names_tests(word):
    """Whether a word of the command line is a path or a test id."""
    return not word.startswith("-") and (settings.ROOT / word.partition("::")[0]).exists()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        sys.exit(130)
