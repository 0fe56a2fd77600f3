"""Where things are, read from the configuration file that the set-up wrote."""

import ast
import configparser
import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
CACHE = Path(os.environ["PROPERTY_CACHE"])
CONF = Path(os.environ["ODOO_RC"])
ODOO = Path(os.environ["PROPERTY_ODOO"])
LOGS = CACHE / "log"
OCA = Path(os.environ.get("PROPERTY_OCA", "/nowhere"))  # OCA's addons, where they could be had
# Whether they are on the Python path of this process: ours that stand on them are installed, too.
WITH_OCA = bool(os.environ.get("PROPERTY_WITH_OCA")) and OCA.exists()
TAG = os.environ.get("PROPERTY_TAG", "")  # part of our databases' names on a shared server
# What a database is worth without any addon of ours; the addons' own depends come on top.
ALWAYS = ("account", "l10n_cn")
# Files that cannot change what an installation puts into the database.
NOT_INSTALLED = {".pyc", ".md", ".rst", ".pot"}


class SetupError(Exception):
    """Something went wrong that the user should read without a traceback."""


def options():
    """The [options] of the configuration file."""
    parser = configparser.RawConfigParser()
    parser.read(CONF)
    return dict(parser["options"])


def data_dir():
    """Odoo's data folder, which holds the file stores."""
    return Path(options()["data_dir"])


def manifests():
    """Manifests of our installable addons by name."""
    found = {}
    for path in sorted(ADDONS.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def suite(*, oca=WITH_OCA):
    """Our addons that can be installed, in the order of their names.

    :param bool oca: those that stand on OCA's addons, too
    """
    ours = manifests()
    return [name for name in ours if not missing_depends(name, ours, oca=oca)]


def missing_depends(name, ours, *, oca=False):
    """What an addon of ours needs that is neither Odoo's nor ours nor, with ``oca``, OCA's."""
    folders = [ODOO / "addons", ODOO.parent / "addons"]
    if oca:
        folders.append(OCA / "odoo" / "addons")
    return [
        depend
        for depend in ours[name].get("depends", [])
        if depend not in ours
        and not any((folder / depend / "__manifest__.py").exists() for folder in folders)
    ]


def foundation():
    """Odoo's own modules that our addons depend on: what the base database consists of."""
    ours = manifests()
    names = set(ALWAYS)
    for name in suite(oca=False):
        names.update(depend for depend in ours[name].get("depends", []) if depend not in ours)
    return sorted(names)


def addons_key():
    """Hash of everything in our addons that an installation may depend on."""
    sha = hashlib.sha256()
    for path in sorted(ADDONS.rglob("*")):
        relative = path.relative_to(ADDONS)
        if not path.is_file() or path.suffix in NOT_INSTALLED or "tests" in relative.parts:
            continue
        sha.update(str(relative).encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()[:16]


def foundation_key():
    """Hash of everything that the base database depends on."""
    parts = [str(ODOO), *foundation(), (ROOT / "tools/inside/build.py").read_text()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
