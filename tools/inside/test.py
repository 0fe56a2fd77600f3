"""``./test``: a clean test database with our addons as they are now, then pytest."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from inside import databases, settings
from inside.databases import say
from inside.settings import SetupError

DATABASE = "property_test"


def main(words):
    """Prepare the database and become pytest."""
    with databases.locked():
        databases.ensure_installed(databases.TEMPLATE)
        # Each run starts from a copy: a test that was killed or that commits for real
        # must not be the next run's surprise.
        databases.copy(databases.TEMPLATE, DATABASE)
    command = [sys.executable, "-m", "pytest"]
    command += ["--odoo-config", settings.CONF, "--odoo-database", DATABASE]
    command += ["--odoo-log-level", "warn", "--odoo-http", *words]
    if not any(names_tests(word) for word in words):
        command += [path for path in ("addons", "tests") if (settings.ROOT / path).exists()]
    os.chdir(settings.ROOT)
    os.execv(command[0], [str(word) for word in command])


def names_tests(word):
    """Whether a word of the command line is a path or a test id."""
    return not word.startswith("-") and (settings.ROOT / word.partition("::")[0]).exists()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        sys.exit(130)
