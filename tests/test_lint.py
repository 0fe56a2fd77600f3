"""The linters: ruff, pylint with Odoo's and OCA's checks, Odoo's own upgrade check."""

import subprocess
import sys
from pathlib import Path

import pytest
from inside import settings

from odoo.tests import tagged

from odoo.addons.test_lint.tests import (
    test_dunderinit,
    test_markers,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
)

BIN = Path(sys.executable).parent
PYTHON_FILES = ["addons", "tests", "tools", "conftest.py"]
# Matters of taste in which we follow Odoo itself.
OCA_STYLE = "prefer-readme-rst,xml-header-wrong,xml-field-numeric-without-eval,xml-tag-position"
# Odoo rewrites older idioms from this version on; nothing of ours may need it.
OLDEST_IDIOMS = "17.0"


def check(*command):
    """Run a linter; what it finds is the failure."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=settings.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found = done.stdout + done.stderr
    assert done.returncode == 0, f"{' '.join(str(word) for word in command[:3])}:\n{found}"
    return done.stdout


def our_addons():
    """Folders of our addons, those with OCA dependencies included."""
    return [settings.ADDONS / name for name in settings.manifests()]


def test_ruff():
    check(BIN / "ruff", "check", "--quiet", *PYTHON_FILES)


def test_formatting():
    check(BIN / "ruff", "format", "--check", "--quiet", "--diff", *PYTHON_FILES)


def test_pylint():
    check(BIN / "pylint", f"--rcfile={settings.ROOT / '.pylintrc'}", *our_addons())


@pytest.mark.parametrize("name", sorted(settings.manifests()))
def test_oca_checks(name):
    check(BIN / "oca-checks-odoo-module", f"--disable={OCA_STYLE}", settings.ADDONS / name)


def test_oca_checks_of_translations():
    files = sorted(settings.ADDONS.glob("*/i18n/*.po*"))
    if files:
        check(BIN / "oca-checks-po", "--disable=po-pretty-format", *files)


def test_no_older_idioms():
    command = [sys.executable, "-m", "odoo", "upgrade_code", "--from", OLDEST_IDIOMS]
    command += ["--dry-run", "--addons-path", settings.ADDONS, "--glob", "property_*/**/*"]
    found = [line for line in check(*command).splitlines() if str(settings.ADDONS) in line]
    assert not found, "files with idioms of older versions:\n" + "\n".join(found)


class Ours:
    """Restrict Odoo's own linters to our addons; the rest is not ours to mend."""

    def iter_module_files(self, *globs, modules=None):
        return super().iter_module_files(*globs, modules=modules or settings.manifests())


@tagged("post_install", "-at_install")
class TestPackages(Ours, test_dunderinit.TestDunderinit):
    """Folders with Python files are packages."""


@tagged("post_install", "-at_install")
class TestImports(Ours, test_orm_import.TestDunderinit):
    """Nothing is imported from odoo.orm."""


@tagged("post_install", "-at_install")
class TestMarkers(Ours, test_markers.TestConflictMarkers):
    """No merge was left half-done."""


@tagged("post_install", "-at_install")
class TestOnchange(Ours, test_onchange_domains.TestOnchangeDomains):
    """Onchange methods return no domains."""


@tagged("post_install", "-at_install")
class TestSignatures(test_override_signatures.TestLintOverrideSignatures):
    """An override takes the arguments of the method it overrides."""
