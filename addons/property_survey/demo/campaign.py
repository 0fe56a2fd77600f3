# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demo records of the room, see `make`."""


def make(env, estates, staff):
    """Make the room's demo records in Chinese, dates relative to today."""
