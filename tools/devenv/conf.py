"""Odoo's configuration files, written into the cache for each cluster."""

from .base import ADDONS, CACHE


def write(name, connection):
    """Write ``odoo-<name>.conf`` and return its path."""
    values = {
        "data_dir": str(CACHE / "data" / name),
        "http_interface": "127.0.0.1",
        "list_db": "False",
        "admin_passwd": "admin",
        "log_level": "info",
        # Demo servers run in one process; these keep a slow laptop from being cut off.
        "limit_time_cpu": "600",
        "limit_time_real": "1200",
        "limit_time_real_cron": "1800",
        **connection.options(),
    }
    # Odoo warns about a folder without addons.
    if any(path.with_name("__init__.py").exists() for path in ADDONS.glob("*/__manifest__.py")):
        values["addons_path"] = str(ADDONS)
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
    (CACHE / "data" / name).mkdir(parents=True, exist_ok=True)
    path = CACHE / f"odoo-{name}.conf"
    if not path.exists() or path.read_text() != text:
        aside = path.with_suffix(".part")
        aside.write_text(text)
        aside.rename(path)
    return path
