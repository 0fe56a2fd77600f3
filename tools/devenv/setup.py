"""The whole set-up in order; each step is skipped when it was done already."""

import dataclasses
import os
from pathlib import Path

from . import browser, conf, odoo_source, pdf, postgres, venv
from .base import CACHE, digest, locked


@dataclasses.dataclass
class Environment:
    """What a command needs to start Odoo."""

    python: Path
    conf: Path
    variables: dict


def ensure(cluster, *, development=False, overrides=None):
    """Set up everything and return the environment.

    :param str cluster: ``demo`` or ``test``, which embedded server is used
    :param bool development: with what tests need, browser included
    :param dict overrides: ``db_host`` and the like from the command line
    """
    with locked():
        odoo = odoo_source.find()
        python = venv.ensure(odoo, development=development)
        variables = pdf.environment()
        if development:
            browser.ensure()
        connection = postgres.connect(cluster, overrides)
        path = conf.write(cluster, connection)
    variables |= {
        "ODOO_RC": str(path),
        "PROPERTY_CACHE": str(CACHE),
        "PROPERTY_CLUSTER": cluster,
        "PROPERTY_ODOO": str(odoo / "odoo"),
        # On a server of the site's own, two checkouts must not use the same names.
        "PROPERTY_TAG": "" if connection.embedded else f"_{digest(CACHE)[:6]}",
    }
    # The connection is in the configuration file; leftovers must not contradict it.
    for key in [key for key in os.environ if key.startswith("PG")]:
        del os.environ[key]
    variables |= connection.environment()
    return Environment(python, path, {**os.environ, **variables})
