"""Chromium for the browser tests."""

import os
import shutil

from . import debian
from .base import SetupError, timed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure():
    """Make sure that Odoo's test framework finds a browser."""
    if any(shutil.which(name) for name in NAMES):
        return
    if os.geteuid() == 0 and debian.available():
        with timed("installing chromium"):
            debian.install(["chromium"])
        if shutil.which("chromium"):
            return
    raise SetupError(
        "The browser tests need Chromium or Chrome, and there is none on this machine.\n"
        "Install it (Debian: apt-get install chromium) and start again."
    )
