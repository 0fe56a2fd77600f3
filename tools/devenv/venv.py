"""The virtual environment: Python packages, and Odoo reachable from it by a .pth file."""

import shutil
import sys

from .base import CACHE, LOGS, ROOT, SetupError, digest, run, stamp, stamped, timed, unstamp

VENV = CACHE / "venv"
PYTHON = VENV / "bin/python"
RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
# A pip that was killed may leave half a package that it takes for a whole one later, so
# while this file is there the environment is not trusted and made anew.
BUSY = VENV / ".installing"


def ensure(odoo, *, development):
    """Make the environment, or bring it up to date, and return its Python.

    :param Path odoo: the folder that holds the ``odoo`` package
    :param bool development: also what the tests need
    """
    wanted = digest(CACHE, sys.version, odoo)
    if BUSY.exists() or not PYTHON.exists() or not stamped("venv", wanted):
        _create(odoo)
        stamp("venv", wanted)
    _install("requirements", RUNTIME, wanted)
    if development:
        _install("requirements-dev", DEVELOPMENT, wanted)
    return PYTHON


def _create(odoo):
    for name in ("venv", "requirements", "requirements-dev", "requirements-bench"):
        unstamp(name)
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", VENV], log=LOGS / "pip.log")
    except SetupError as error:
        hint = "On Debian and Ubuntu the package python3-venv provides what is missing."
        raise SetupError(f"{error}\n{hint}") from error
    site = next(VENV.glob("lib/python3*/site-packages"))
    (site / "odoo19.pth").write_text(f"{odoo}\n")


def _install(name, requirements, base):
    key = digest(base, requirements.read_bytes())
    if stamped(name, key):
        return
    with timed(f"installing {requirements.name}"):
        pip("-r", requirements)
    stamp(name, key)


def pip(*words):
    """Run pip install in the environment, so that an interruption is noticed."""
    BUSY.touch()
    run([PYTHON, "-m", "pip", "install", "--quiet", *words], log=LOGS / "pip.log")
    BUSY.unlink()
