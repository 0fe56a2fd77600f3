"""``./test --odoo [MODULE…]``: Odoo's own tests of the modules we extend, with ours installed.

They expect Odoo as it comes: an American company, English, the generic chart of accounts. So
they run on a database of that kind that has the suite installed, every test of a module
whatever its stage of installation. What fails there and not in ``tools/odoo_failures.txt`` is
ours to mend. ``./test --odoo --without-suite`` runs the same without our addons: that is how
the list is made and checked.
"""

import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from . import databases, settings
from .databases import say

MODULES = ("event", "survey")
WITHOUT = "--without-suite"
KNOWN = Path(__file__).parents[1] / "odoo_failures.txt"
PLAIN = f"property_test{settings.TAG}_odoo_plain"
SUITE = f"property_test{settings.TAG}_odoo_suite"
LINE = re.compile(r"^(\S+)\s+# (.+)$")


def main(words, command, database):
    """Run and compare.

    :param list words: module names and options of pytest
    :param command: function that makes pytest's command line of a database and words
    :param str database: name of the database to run on
    :returns: exit code
    """
    suite = WITHOUT not in words
    modules = [word for word in words if (tests_folder(word) / "__init__.py").exists()]
    options = [word for word in words if word != WITHOUT and word not in modules]
    modules = modules or list(MODULES)
    with databases.locked():
        databases.copy(ensure(suite=suite), database)
    report = settings.LOGS / f"odoo-{'suite' if suite else 'plain'}-{'-'.join(modules)}.xml"
    say(f"Odoo's tests of {', '.join(modules)} on {database}")
    folders = [tests_folder(module) for module in modules]
    subprocess.run(
        command(database, [f"--junitxml={report}", "--tb=short", *options, *folders]),
        cwd=settings.ROOT,
        env={**os.environ, "PROPERTY_TEST_DB": database},
        check=False,
    )
    return compare(report, modules, complete=not options)


def tests_folder(module):
    """Where a module of Odoo keeps its tests."""
    return settings.ODOO / "addons" / module / "tests"


def ensure(*, suite):
    """The database, without our addons or with them; call it with the lock held."""
    plain = settings.foundation_key()
    if not databases.exists(PLAIN) or databases.source_key(PLAIN) != plain:
        say(f"building {PLAIN} …")
        with databases.making(PLAIN) as part:
            databases.create(part)
            databases.build("plain", part, modules_of_odoo(), strict=False)
            databases.build("assets", part, [])
            databases.set_parameter(part, databases.KEY, plain)
    if not suite:
        return PLAIN
    key = f"{plain}-{settings.addons_key()}"
    if not databases.exists(SUITE) or databases.source_key(SUITE) != key:
        say(f"building {SUITE} …")
        with databases.making(SUITE) as part:
            databases.copy(PLAIN, part)
            databases.build("install", part, settings.suite())
            databases.build("assets", part, [])
            databases.set_parameter(part, databases.KEY, key)
    return SUITE


def modules_of_odoo():
    """What ours depend on; no chart of a country, the tests bring theirs."""
    return [name for name in settings.foundation() if not name.startswith("l10n_")]


def known_failures():
    """Reason by test, of those that fail in the same Odoo without us."""
    found = {}
    for line in KNOWN.read_text(encoding="utf-8").splitlines():
        match = LINE.match(line)
        if match:
            found[match[1]] = match[2]
    return found


def read(report):
    """Outcome by test, ``module.file.Class.test``."""
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        name = re.sub(r"^.*?addons[./]", "", name).replace(".tests.", ".")
        tags = {child.tag for child in case}
        failed = tags & {"failure", "error"}
        if failed or name not in outcomes:
            outcomes[name] = "failed" if failed else "skipped" if "skipped" in tags else "passed"
    return outcomes


def compare(report, modules, *, complete):
    """Print what fails beyond the list, and what the list names needlessly."""
    if not report.exists():
        return 1
    outcomes, known = read(report), known_failures()
    failed = {name for name, outcome in outcomes.items() if outcome == "failed"}
    news = sorted(failed - set(known))
    mended = sorted(
        name for name in set(known) - failed if complete and name.partition(".")[0] in modules
    )
    for name in news:
        print(f"FAILED  {name}")
    for name in mended:
        print(f"PASSES, take it off {KNOWN.name}: {name}")
    passed = sum(outcome == "passed" for outcome in outcomes.values())
    print(
        f"\n{passed} passed, {len(failed & set(known))} failed as without the suite,"
        f" {len(news)} failed beyond that",
        flush=True,
    )
    return 1 if news or mended or not passed else 0
