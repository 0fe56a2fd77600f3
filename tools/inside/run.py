"""``./run``: build the demo database if need be and serve it in the foreground."""

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from inside import databases, settings
from inside.databases import say
from inside.settings import SetupError

FINISH = Path(__file__).with_name("finish_demo.py")
LOGINS = settings.ADDONS / "property_service" / "demo" / "logins.txt"


def arguments(words):
    """Parse the command line (``--help`` was answered before the set-up)."""
    parser = argparse.ArgumentParser(prog="./run", add_help=False)
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--db", default="property_demo")
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--init-only", action="store_true")
    for name in ("host", "port", "user", "password"):
        parser.add_argument(f"--db-{name}", f"--db_{name}", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main(words):
    """Carry out the command."""
    options = arguments(words)
    address = f"http://127.0.0.1:{options.port}"
    if not options.init_only:
        check_port(options.port)
    with databases.locked():
        if options.fresh:
            databases.drop(options.db)
        prepare(options.db, demo=not options.no_demo)
    # Reports fetch their styles from the server itself, so both must name this port.
    databases.set_parameter(options.db, "web.base.url", address)
    databases.set_parameter(options.db, "web.base.url.freeze", "True")
    databases.set_parameter(options.db, "report.url", address)
    if options.init_only:
        return
    print(welcome(address, demo=not options.no_demo), flush=True)
    command = [
        *(sys.executable, "-m", "odoo", "--database", options.db),
        *("--db-filter", f"^{options.db}$", "--http-port", str(options.port)),
    ]
    os.execv(command[0], command)


def check_port(port):
    """Say at once, not after minutes of building, that the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            text = f"port {port} cannot be used ({error.strerror}); choose another with --port"
            raise SetupError(text) from error


def prepare(name, *, demo):
    """Create the database, or upgrade it when our addons changed since."""
    modules = settings.suite()
    key = f"{settings.foundation_key()}-{settings.addons_key()}"
    if not databases.exists(name):
        base = databases.ensure_base()
        say(f"creating {name} {'with' if demo else 'without'} demo data …")
        with databases.making(name) as part:
            databases.copy(base, part)
            if modules:
                databases.build("demo" if demo else "install", part, modules)
            finish(part)
            databases.set_parameter(part, databases.KEY, key)
    elif databases.source_key(name) != key:
        say(f"the addons changed, upgrading {name} …")
        databases.build("upgrade", name, modules)
        databases.set_parameter(name, databases.KEY, key)


def finish(name):
    """What a demo company needs beyond its data: see finish_demo.py."""
    done = subprocess.run(
        [sys.executable, FINISH, name], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SetupError(f"finishing {name} failed:\n{done.stderr[-3000:]}")


def welcome(address, *, demo):
    """Address and logins."""
    lines = ["", f"  Odoo is starting at {address}", "", "  Logins (user / password):"]
    lines.append("    admin / admin")
    if demo and LOGINS.exists():
        for line in LOGINS.read_text(encoding="utf-8").splitlines():
            login, _, rest = line.strip().partition(" ")
            password, _, role = rest.strip().partition(" ")
            if login and login != "admin" and not login.startswith("#"):
                lines.append(f"    {login} / {password}    {role.strip()}")
    return "\n".join([*lines, "", "  Ctrl-C stops it.", ""])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SetupError as error:
        say(f"error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        say("interrupted; the next start goes on from here")
        sys.exit(130)
