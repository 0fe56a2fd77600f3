"""What makes a green run trustworthy: nothing skipped for lack of tools, nothing amiss in the log."""

import logging
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "tools"))

from inside import logcheck

# Odoo skips these tests where a tool is missing; ./test installs the tools, so a skip means
# that tests are silently left out.
MISSING_TOOLS = (
    "--odoo-http is not set",
    "Chrome executable not found",
    "websocket-client module is not installed",
    "wkhtmltopdf",
    "Unable to convert multiple documents",
)


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
