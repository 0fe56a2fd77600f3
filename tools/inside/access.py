"""The access rights that really hold, for the matrix in tests/access_matrix.csv."""

import csv
import io
import re
from pathlib import Path

from . import settings

MATRIX = Path(__file__).resolve().parents[2] / "tests" / "access_matrix.csv"
HEADER = ("model", "group", "read", "write", "create", "unlink")
OPERATIONS = HEADER[2:]
GROUPS = (
    "reader",
    "staff",
    "cashier",
    "steward",
    "technician",
    "supervisor",
    "manager",
    "administrator",
)


def our_models(env):
    """Models with a table that an addon of ours created."""
    return sorted(
        name
        for name, model in env.registry.items()
        if (model._original_module or "").startswith("property_") and not model._abstract
    )


def matrix(env):
    """Rows of the matrix as the database has them; a group has what it implies, too."""
    rows = []
    groups = [(name, env.ref(f"property_service.group_{name}")) for name in GROUPS]
    for model in our_models(env):
        accesses = env["ir.model.access"].sudo().search([("model_id.model", "=", model)])
        for name, group in groups:
            held = accesses.filtered(
                lambda access, group=group: (
                    not access.group_id or access.group_id in group.all_implied_ids
                )
            )
            rights = (str(int(any(held.mapped(f"perm_{right}")))) for right in OPERATIONS)
            rows.append((model, name, *rights))
    return rows


def to_csv(rows):
    """The text of the matrix file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return stream.getvalue()


def elsewhere():
    """Models of those addons of ours that are not installed here, for lack of OCA's addons."""
    found = set()
    for name in settings.manifests():
        if name not in settings.suite():
            for path in (settings.ADDONS / name).rglob("*.py"):
                found.update(re.findall(r"_name = \"([\w.]+)\"", path.read_text("utf-8")))
    return found


def stored():
    """Rows of the matrix file."""
    with MATRIX.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        if tuple(next(reader)) != HEADER:
            raise ValueError(f"{MATRIX.name} must start with {','.join(HEADER)}")
        return [tuple(row) for row in reader if row]
