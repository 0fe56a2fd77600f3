"""Find Odoo 19, or get it: an existing one, else Debian's package, else a git clone."""

import ast
import os
import re
import shutil
import sys
from pathlib import Path

from . import debian
from .base import LOGS, SetupError, artifact, digest, run, say, timed

RELEASE = (19, 0)
SUITE = "sid"
# The package links to files of the others by relative links, so they share a prefix.
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-inconsolata",
)
# The web client draws its icons with Font Awesome 4, which sid has already dropped: the
# machine's own stable release still has it.
STABLE_PACKAGES = ("fonts-font-awesome",)
ICON_FONT = "odoo/addons/web/static/src/libs/fontawesome/fonts/fontawesome-webfont.ttf"
GIT_URL = "https://github.com/odoo/odoo"
# Debian leaves these out for licence reasons, yet the web client's bundles list them, and a
# bundle with a missing file makes the browser console complain (which fails browser tests).
LEFT_OUT = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)


def release_of(package):
    """Release tuple such as (19, 0) of an ``odoo`` package folder, None if it is none."""
    path = package / "release.py"
    if not path.is_file():
        return None
    found = re.search(r"^version_info\s*=\s*(\(.*?\))\s*$", path.read_text(), re.MULTILINE)
    try:
        return tuple(ast.literal_eval(found.group(1))[:2]) if found else None
    except (SyntaxError, ValueError):
        words = re.findall(r"\d+", found.group(1))
        return tuple(int(word) for word in words[:2])


def find():
    """Folders to put on the Python path so that ``import odoo`` gives Odoo 19."""
    home = os.environ.get("ODOO_HOME")
    if home:
        return _existing_home(Path(home).expanduser().resolve())
    return _importable() or _unpacked()


def _existing_home(home):
    for folder in (home, home.parent, home / "usr/lib/python3/dist-packages"):
        release = release_of(folder / "odoo")
        if release == RELEASE:
            return folder
        if release:
            raise SetupError(f"ODOO_HOME={home} holds Odoo {release[0]}.{release[1]}, not 19.0.")
    raise SetupError(f"ODOO_HOME={home} holds no Odoo (no odoo/release.py found there).")


def _importable():
    """An Odoo 19 of this Python or of the system's, without importing it."""
    paths = [Path(path) for path in sys.path if path] + [Path("/usr/lib/python3/dist-packages")]
    for path in paths:
        release = release_of(path / "odoo")
        if release == RELEASE:
            return path
        if release:
            say(f"ignoring Odoo {release[0]}.{release[1]} in {path}: 19.0 is needed")
    return None


def _unpacked():
    key = digest(SUITE, *PACKAGES, *STABLE_PACKAGES, *LEFT_OUT)
    folder = artifact("odoo", key, _build)
    for candidate in (folder / "usr/lib/python3/dist-packages", folder):
        if release_of(candidate / "odoo") == RELEASE:
            return candidate
    raise SetupError(f"What was unpacked into {folder} is not Odoo 19.0; remove it and try again.")


def _build(folder):
    reason = "this machine has no apt"
    if debian.available():
        try:
            with timed(f"unpacking Odoo 19 from Debian's {SUITE}"):
                debian.Apt(SUITE).unpack(PACKAGES, folder)
                debian.Apt().unpack(STABLE_PACKAGES, folder)
            _complete(folder / "usr/lib/python3/dist-packages")
            return
        except SetupError as error:
            reason = str(error)
    _clone(folder, reason)


def _complete(packages):
    if release_of(packages / "odoo") != RELEASE:
        raise SetupError("the unpacked package is not Odoo 19.0")
    if not (packages / ICON_FONT).exists():
        say("warning: no Font Awesome 4 in this Debian release, icons will be blank")
    for name in LEFT_OUT:
        path = packages / "odoo/addons" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("// left out of the Debian package; empty so that bundles are whole\n")


def _clone(folder, reason):
    if not shutil.which("git"):
        raise SetupError(f"No Odoo 19: {reason}; and there is no git to clone it.")
    say(f"no Debian package ({reason.splitlines()[0]}); cloning the 19.0 branch instead")
    clone = folder / "clone"
    command = ["git", "clone", "--depth=1", "--branch=19.0", GIT_URL, clone]
    try:
        run(command, log=LOGS / "git.log")
    except SetupError as error:
        raise SetupError(
            f"No Odoo 19 to be had.\nDebian package: {reason}\ngit: {error}\n"
            "Set ODOO_HOME to a folder that holds one."
        ) from error
    # A source checkout keeps most addons beside the package; Odoo finds them in
    # <package>/../addons, so the checkout is used as it is.
    for child in clone.iterdir():
        child.rename(folder / child.name)
    clone.rmdir()
