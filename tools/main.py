"""Entry of ``./run``, ``./test``, ``./odoo`` and ``./bench``: set up, then start the command.

Usage: main.py COMMAND [arguments]. The set-up needs nothing but Python; the command then
runs in the environment that was set up (``tools/inside/``).
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from devenv import oca, postgres, setup
from devenv.base import INSIDE, SetupError, exit_on_term, say

DATABASE_OPTIONS = {
    "--db-host": "db_host",
    "--db_host": "db_host",
    "--db-port": "db_port",
    "--db_port": "db_port",
    "--db-user": "db_user",
    "--db_user": "db_user",
    "--db-password": "db_password",
    "--db_password": "db_password",
}


def main(command, words):
    """Set up for the command and replace this process by it."""
    exit_on_term()
    if command == "run" and "--stop" in words:
        return stop()
    if command == "run" and {"-h", "--help"} & set(words):
        print((INSIDE / "run.txt").read_text(), end="")
        return 0
    overrides = database_options(words)
    if command == "odoo":
        environment = setup.ensure(odoo_cluster(words), overrides=overrides)
        return execute(environment, ["-m", "odoo", *words])
    environment = setup.ensure(
        "demo" if command == "run" else "test",
        development=command == "test",
        overrides=overrides,
    )
    if command in ("bench", "test"):
        with_oca(environment, seen=command == "bench")
    return execute(environment, [INSIDE / f"{command}.py", *words])


def with_oca(environment, *, seen):
    """Say where OCA's addons are; put them on the Python path where they are to be seen.

    ``PROPERTY_WITH_OCA=1 ./test addons/property_service_queue/tests`` has them seen, too.
    """
    folder = oca.folder()
    if folder:
        environment.variables["PROPERTY_OCA"] = str(folder)
        if seen or os.environ.get("PROPERTY_WITH_OCA"):
            environment.variables["PYTHONPATH"] = str(folder)


def execute_with_oca(words):
    """Become a tool that looks at all our addons, those that stand on OCA's included."""
    environment = setup.ensure("test")
    environment.variables["PROPERTY_WITH_OCA"] = "1"
    with_oca(environment, seen=True)
    return execute(environment, words)


def execute(environment, words):
    """Become the command."""
    command = [str(environment.python), *(str(word) for word in words)]
    sys.stdout.flush()
    os.execve(command[0], command, environment.variables)


def stop():
    """Stop this checkout's embedded servers."""
    for name in ("demo", "test"):
        if postgres.Cluster(name).stop():
            say(f"PostgreSQL '{name}' stopped")
    return 0


def database_options(words):
    """The database server named on the command line, as Odoo spells the options."""
    found = {}
    for word, following in zip(words, [*words, ""][1:], strict=True):
        option, equals, value = word.partition("=")
        if option in DATABASE_OPTIONS:
            found[DATABASE_OPTIONS[option]] = value if equals else following
    return found


def odoo_cluster(words):
    """``./odoo -d property_test…`` means the server of the tests, anything else the demo's."""
    for word, following in zip(words, [*words, ""][1:], strict=True):
        name = ""
        if word in ("-d", "--database"):
            name = following
        elif word.startswith("--database="):
            name = word.partition("=")[2]
        elif word.startswith("-d"):
            name = word[2:]
        if name.startswith(("property_test", "property_bench")):
            return "test"
    return os.environ.get("PROPERTY_CLUSTER", "demo")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        sys.exit(130)
