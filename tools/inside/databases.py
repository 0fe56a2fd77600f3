"""Create, copy and drop databases together with their file stores.

A database is built under a temporary name and renamed when complete, so a database under
its final name is whole whatever was interrupted.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from . import logcheck, settings
from .settings import SetupError

BUILD = Path(__file__).with_name("build.py")
PART = "_part"
# Our addons without demo data; nobody works in it, so that it can be copied at any time.
PLAIN = f"property_test{settings.TAG}_template"
# The same with those of ours that stand on OCA's addons, where this process sees them.
TEMPLATE = f"property_test{settings.TAG}_oca" if settings.WITH_OCA else PLAIN
KEY = "property.source_key"
DROP_ATTEMPTS = 30


def say(text):
    """Progress for the user."""
    print(f"[setup] {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def locked():
    """Only one process builds databases at a time."""
    with (settings.CACHE / "databases.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another process is building databases, waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def execute(statement, *names, values=(), database="postgres", fetch=False):
    """Run one statement outside a transaction; ``names`` are identifiers in it."""
    options = settings.options()
    connection = psycopg2.connect(
        dbname=database,
        **{
            word: options[key]
            for word, key in (
                ("host", "db_host"),
                ("port", "db_port"),
                ("user", "db_user"),
                ("password", "db_password"),
            )
            if key in options
        },
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cr:
            cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values or None)
            return cr.fetchall() if fetch else None
    finally:
        connection.close()


def exists(name):
    """Whether there is such a database."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return bool(execute(query, values=(name,), fetch=True))


def names(prefix):
    """Databases whose name starts with the prefix."""
    query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    return [name for (name,) in execute(query, values=(prefix,), fetch=True)]


def filestore(name):
    """Folder of the database's attachments."""
    return settings.data_dir() / "filestore" / name


def drop(name):
    """Drop the database and its files, if they are there, whoever is connected."""
    for left in reversed(range(DROP_ATTEMPTS)):
        try:
            execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
            break
        except psycopg2.errors.InsufficientPrivilege:
            # an autovacuum worker is at it, which an ordinary role may not send away
            if not left:
                raise
            time.sleep(1)
    shutil.rmtree(filestore(name), ignore_errors=True)


def create(name):
    """Create an empty database the way Odoo does."""
    drop(name)
    execute("CREATE DATABASE {} ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE template0", name)


def rename(old, new):
    """Rename a database with its files; its files first, so that they are never missing."""
    shutil.rmtree(filestore(new), ignore_errors=True)
    if filestore(old).exists():
        filestore(old).rename(filestore(new))
    execute("ALTER DATABASE {} RENAME TO {}", old, new)


def disconnect(name):
    """Throw everybody out: a database in use can be neither copied nor renamed."""
    # autovacuum workers go by themselves, and may not be sent away by an ordinary role
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'"
    )
    execute(query, values=(name,), fetch=True)


def copy(source, target):
    """Make ``target`` a copy of ``source``."""
    drop(target)
    disconnect(source)
    execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", target, source)
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(target))


def build(step, name, modules, *, strict=True):
    """Run a step of build.py; where ``strict``, a warning in its log is a failure, too."""
    log = settings.LOGS / f"{step}-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as stream:
        done = subprocess.run(
            [sys.executable, BUILD, step, name, *modules],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=settings.ROOT,
            check=False,
        )
    text = log.read_text(errors="replace")
    problems = logcheck.problems(text) if strict else []
    if done.returncode or problems:
        shown = "\n".join(problems or text.splitlines()[-30:])
        raise SetupError(f"{step} of {name} failed:\n{shown}\n(full log: {log})")


@contextlib.contextmanager
def making(name):
    """Yield the name to build under; on success it becomes ``name``."""
    part = name + PART
    start = time.monotonic()
    try:
        yield part
    except BaseException:
        drop(part)
        raise
    drop(name)
    disconnect(part)
    rename(part, name)
    say(f"database {name}: {time.monotonic() - start:.0f} s")


def ensure_base():
    """The database with Odoo's own modules in a Chinese company, from which others are copied."""
    prefix = f"property_base{settings.TAG}_"
    name = prefix + settings.foundation_key()
    if exists(name):
        return name
    for old in names(prefix):
        drop(old)
    modules = settings.foundation()
    say(f"building the base database with {', '.join(modules)} …")
    with making(name) as part:
        create(part)
        build("base", part, modules)
    return name


def source_key(name):
    """What the database was last installed or upgraded from, None when it does not say."""
    query = "SELECT value FROM ir_config_parameter WHERE key = %s"
    rows = execute(query, values=(KEY,), database=name, fetch=True)
    return rows[0][0] if rows else None


def set_parameter(name, key, value):
    """Write a system parameter without starting Odoo."""
    execute(
        """INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)
           ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value""",
        values=(key, value),
        database=name,
    )


def ensure_installed(name, *, demo=False):
    """A database with our addons as they are now, rebuilt when they changed."""
    key = f"{settings.foundation_key()}-{settings.addons_key()}"
    if exists(name) and source_key(name) == key:
        return False
    modules = settings.suite(oca=False)
    if settings.WITH_OCA and name == TEMPLATE:
        ensure_installed(PLAIN)
        base = PLAIN
        modules = [module for module in settings.suite() if module not in modules]
    else:
        base = ensure_base()
    if modules:
        say(f"installing {', '.join(modules)}{' with demo data' if demo else ''} …")
    with making(name) as part:
        copy(base, part)
        if modules:
            build("demo" if demo else "install", part, modules)
        set_parameter(part, KEY, key)
    return True


@contextlib.contextmanager
def scratch(suffix, source=TEMPLATE):
    """A copy of a database that a test may fill, commit to and kill servers on."""
    name = f"{os.environ['PROPERTY_TEST_DB']}_{suffix}"
    with locked():
        copy(source, name)
    try:
        yield name
    finally:
        drop(name)
