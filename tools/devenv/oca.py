"""OCA addons in a folder of their own, so that only those see them who ask for it.

The benchmark of billing compares with one, ``property_service_queue`` stands on another.
"""

from .base import LOGS, ROOT, SetupError, artifact, digest, run, say, timed
from .venv import PYTHON

REQUIREMENTS = ROOT / "tools" / "oca-requirements.txt"


def folder():
    """Folder to put on the Python path, None where the addons cannot be had."""

    def build(target):
        # The wheels ask for a package called odoo, which no registry has: hence --no-deps.
        command = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target]
        with timed("installing OCA's addons"):
            run([*command, "-r", REQUIREMENTS], log=LOGS / "pip.log")

    try:
        return artifact("oca", digest(REQUIREMENTS.read_bytes()), build)
    except SetupError as error:
        say(f"going on without OCA's addons: {error}")
        return None
