"""``./test``: a clean test database with our addons as they are now, then pytest."""

import fcntl
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from inside import databases, settings
from inside.databases import say
from inside.settings import SetupError

SLOTS = 9


def main(words):
    """Prepare the database and become pytest."""
    database = claim_database()
    with databases.locked():
        databases.ensure_installed(databases.TEMPLATE)
        # Each run starts from a copy: a test that was killed or that commits for real
        # must not be the next run's surprise.
        databases.copy(databases.TEMPLATE, database)
    os.environ["PROPERTY_TEST_DB"] = database
    command = [sys.executable, "-m", "pytest"]
    command += ["--odoo-config", settings.CONF, "--odoo-database", database]
    command += ["--odoo-log-level", "warn", "--odoo-http", *words]
    if not any(names_tests(word) for word in words):
        command += [path for path in ("addons", "tests") if (settings.ROOT / path).exists()]
    os.chdir(settings.ROOT)
    os.execv(command[0], [str(word) for word in command])


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
        return f"property_test{settings.TAG}" + (f"_{slot}" if slot > 1 else "")
    raise SetupError(f"{SLOTS} test runs are going on in this folder already")


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
