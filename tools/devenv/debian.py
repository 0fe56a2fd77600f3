"""Debian packages without root and without touching the machine's own apt.

A private apt configuration keeps its lists and downloads in the cache. The archive is
the one the machine itself uses (``apt-get indextargets`` tells), so none is named here.
"""

import os
import shutil
from pathlib import Path

from .base import CACHE, LOGS, SetupError, run

APT = CACHE / "apt"
KEYRINGS = ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp")


def available():
    """Whether this machine has apt at all."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


class Apt:
    """apt-get with lists and downloads of its own.

    :param str suite: a Debian suite to read instead of the machine's own sources
    """

    def __init__(self, suite=None):
        self.suite = suite
        self.folder = APT / (suite or "machine")
        self.updated = False

    def _options(self):
        options = {
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder / "cache",
            "Dir::Cache::archives": self.folder / "archives",
            "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
            "Debug::NoLocking": "true",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
        }
        if self.suite:
            options["Dir::Etc::sourcelist"] = self.folder / "sources.list"
            options["Dir::Etc::sourceparts"] = "/dev/null"
        return [word for key, value in options.items() for word in ("-o", f"{key}={value}")]

    def _get(self, *words, **kwargs):
        return run(["apt-get", "-q", *self._options(), *words], log=LOGS / "apt.log", **kwargs)

    def update(self):
        """Read the archive's package lists once per process."""
        if self.updated:
            return
        for name in ("lists/partial", "archives/partial", "cache"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        if self.suite:
            source = f"deb {_signed_by()}{machine_archive()} {self.suite} main\n"
            (self.folder / "sources.list").write_text(source)
        self._get("update")
        self.updated = True

    def targets(self):
        """Archive URI, origin and suite of each index this apt reads."""
        template = "$(REPO_URI)|$(ORIGIN)|$(RELEASE)"
        lines = self._get("indextargets", "--format", template).splitlines()
        return sorted({tuple(line.split("|")) for line in lines if line.count("|") == 2})

    def unpack(self, packages, prefix):
        """Download the named packages, and only those, and unpack them into ``prefix``."""
        self.update()
        folder = self.folder / "download"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._get("download", *packages, cwd=folder)
        _unpack_all(folder, prefix)
        shutil.rmtree(folder)

    def unpack_with_depends(self, packages, prefix):
        """Unpack the packages with whatever the machine lacks of what they depend on."""
        self.update()
        folder = self.folder / "archives"
        for old in folder.glob("*.deb"):
            old.unlink()
        self._get("install", "--download-only", "--no-install-recommends", "--yes", *packages)
        _unpack_all(folder, prefix)
        shutil.rmtree(folder)


def _unpack_all(folder, prefix):
    prefix.mkdir(parents=True, exist_ok=True)
    for package in sorted(folder.glob("*.deb")):
        run(["dpkg-deb", "-x", package, prefix])


def _signed_by():
    for name in KEYRINGS:
        path = Path("/usr/share/keyrings") / name
        if path.exists():
            return f"[signed-by={path}] "
    return ""


def machine_archive():
    """URI of the Debian archive this machine uses.

    Read through private lists, so that it works before the machine's first apt-get update.
    """
    machine = Apt()
    machine.update()
    for uri, origin, release in machine.targets():
        if origin == "Debian" and "security" not in release:
            return uri
    raise SetupError(
        "No Debian archive in this machine's apt sources. Set ODOO_HOME to an existing "
        "Odoo 19 instead."
    )


def install(packages):
    """Install packages on the machine itself (root only)."""
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    log = LOGS / "apt.log"
    run(["apt-get", "-q", "update"], log=log, env=env)
    command = ["apt-get", "-q", "install", "--yes", "--no-install-recommends", *packages]
    run(command, log=log, env=env)
