# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The estate's papers that lie beside the project, and the figures that must come out."""

import base64
import json
import os
from decimal import Decimal
from pathlib import Path

FOLDER = Path(
    os.environ.get("PROPERTY_PAPERS")
    or Path(__file__).resolve().parents[2] / "shared" / "data" / "estate-1"
)
MISSING = not (FOLDER / "expected.json").is_file()


def expected():
    """Return the figures of ``expected.json``."""
    return json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def paper(name):
    """Return a file as a binary field takes it."""
    return base64.b64encode((FOLDER / name).read_bytes())


def home_key(row):
    """Return the key of a home in the figures, as units are searched by."""
    entrance = row["entrance"] or ""
    return "-".join(part for part in (row["building"], entrance, row["number"]) if part)


def cents(amount):
    """Return a float of the database as the exact amount it stands for."""
    return Decimal(str(amount)).quantize(Decimal("0.01"))
