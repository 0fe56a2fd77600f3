"""Warnings and errors in Odoo's log fail the build, but for a short, reasoned list."""

import functools
import re
from pathlib import Path

ALLOWED = Path(__file__).parents[1] / "log_allowlist.txt"
LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<message>.*)"
)
BAD = {"WARNING", "ERROR", "CRITICAL"}


@functools.cache
def allowed():
    """Patterns of the list; each line is matched against ``LEVEL logger: message``."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    return [re.compile(line) for line in lines if line.strip() and not line.startswith("#")]


def is_allowed(level, logger, message):
    """Whether the list excuses this message."""
    text = f"{level} {logger}: {message}"
    return any(pattern.search(text) for pattern in allowed())


def problems(text):
    """Messages in a log that are not excused, each with the lines that belong to it."""
    found, keep = [], False
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            keep = match["level"] in BAD and not is_allowed(
                match["level"], match["logger"], match["message"]
            )
        if keep:
            found.append(line)
    return found
