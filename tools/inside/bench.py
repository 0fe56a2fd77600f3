"""``./bench NAME [arguments]``: run tests/benchmarks/NAME.py on a copy of the test database.

The benchmark is started with its arguments, ODOO_RC naming the configuration and
PROPERTY_BENCH_DB the database, which it may fill as it likes: it is thrown away. OCA's
addons are installed in it, where they can be had.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from inside import databases, settings
from inside.databases import say
from inside.settings import SetupError

#: OCA's addons that a benchmark compares with
COMPARED = ("contract",)
FOLDER = settings.ROOT / "tests" / "benchmarks"


def benchmarks():
    """Return {name: how it is called and what it measures} of the scripts that say so."""
    found = {}
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if text.startswith(f"``./bench {path.stem}"):
            found[path.stem] = text.splitlines()[0].replace("``", "")
    return found


def main(words):
    """Run the benchmark named by the first word; without one, tell what there is."""
    known = benchmarks()
    if not words or words[0] not in known:
        lines = "\n".join(f"  {usage}" for usage in known.values())
        raise SetupError(
            f"usage: ./bench NAME [arguments]; see tests/benchmarks/README.md\n{lines}"
        )
    name, *rest = words
    database = f"property_bench_{name}"
    with databases.locked():
        databases.ensure_installed(databases.TEMPLATE)
        databases.copy(databases.TEMPLATE, database)
    try:
        addons = settings.OCA / "odoo" / "addons"
        others = [name for name in COMPARED if (addons / name / "__manifest__.py").exists()]
        if others:
            say(f"installing {', '.join(others)} …")
            databases.build("install", database, others, strict=False)
        return subprocess.call(
            [sys.executable, FOLDER / f"{name}.py", *rest],
            cwd=settings.ROOT,
            env={**os.environ, "PROPERTY_BENCH_DB": database},
        )
    finally:
        databases.drop(database)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
