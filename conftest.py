"""What makes a green run trustworthy: nothing skipped for lack of tools, nothing amiss in the log."""

import inspect
import logging
import sys
from pathlib import Path

import pytest

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests import HttpCase
from odoo.tests.common import get_db_name

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from inside import logcheck, settings

# Odoo skips these tests where a tool is missing; ./test installs the tools, so a skip means
# that tests are silently left out.
MISSING_TOOLS = (
    "--odoo-http is not set",
    "Chrome executable not found",
    "websocket-client module is not installed",
    "wkhtmltopdf",
    "Unable to convert multiple documents",
)


# Glue for OCA addons that are not here: it is not installed, so it cannot be tested.
collect_ignore = [
    str(settings.ADDONS / name) for name in settings.manifests() if name not in settings.suite()
]


class Watch(logging.Handler):
    """Collects warnings and errors that no test expected.

    A test that provokes one says so with assertLogs or mute_logger, which keep the message
    from reaching the root logger.
    """

    def __init__(self):
        super().__init__(logging.WARNING)
        self.found = []

    def emit(self, record):
        """Remember the message unless the list of tools/log_allowlist.txt excuses it."""
        if not record.name.startswith(("odoo", "werkzeug")):
            return
        message = record.getMessage()
        if record.exc_info:
            message += f"\n{logging.Formatter().formatException(record.exc_info)}"
        if not logcheck.is_allowed(record.levelname, record.name, message):
            self.found.append(f"{record.levelname} {record.name}: {message}")

    def take(self):
        """The messages since the last call."""
        found, self.found = self.found, []
        return found


WATCH = Watch()


def pytest_configure():
    """Start watching once Odoo has set up its own logging."""
    logging.getLogger().addHandler(WATCH)


@pytest.fixture(scope="session", autouse=True)
def asset_bundles(request, load_registry):
    """Make the browser's bundles once and for all: what a test makes is rolled back with it."""
    classes = {item.cls for item in request.session.items if getattr(item, "cls", None)}
    if not any(uses_browser(cls) for cls in classes):
        return
    with Registry(get_db_name()).cursor() as cr:
        Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()


def uses_browser(cls):
    """Whether the test class drives a browser."""
    if not issubclass(cls, HttpCase):
        return False
    source = inspect.getsource(cls)
    return "start_tour" in source or "browser_js" in source


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """The test during which something unexpected was logged fails, by its name."""
    yield
    found = WATCH.take()
    if found:
        text = "\n".join(found)
        pytest.fail(f"unexpected in the log during {item.nodeid}:\n{text}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """A test skipped because a tool is missing counts as failed."""
    report = yield
    if report.skipped and any(reason in str(report.longrepr) for reason in MISSING_TOOLS):
        report.outcome = "failed"
    return report
