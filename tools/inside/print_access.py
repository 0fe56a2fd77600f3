"""Print the access matrix of the test database; see tools/access_matrix.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import odoo.init  # noqa: F401
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

from inside import access, databases


def main():
    """Bring the test template up to date and read the rights from it."""
    with databases.locked():
        databases.ensure_installed(databases.TEMPLATE)
    words = ["--database", databases.TEMPLATE, "--no-http", "--log-level", "warn"]
    config.parse_config(words, setup_logging=True)
    with Registry(databases.TEMPLATE).cursor() as cr:
        rows = access.matrix(Environment(cr, SUPERUSER_ID, {}))
    others = access.elsewhere()
    rows += [row for row in access.stored() if row[0] in others]
    text = access.to_csv(sorted(rows, key=lambda row: row[0]))
    if "--write" in sys.argv:
        access.MATRIX.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
