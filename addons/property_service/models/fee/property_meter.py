# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: readings the usual usage is the mean of (handbook B H3)
MEAN_OF = 3
#: what past readings were computed from
_FROZEN = ("opening", "multiplier", "digits", "unit_id", "kind", "use")


class Last(NamedTuple):
    """What is known of a meter's past: its last reading and the mean of the last usages."""

    reading_id: int
    current: float
    date: object
    mean: float
    count: int


class PropertyMeter(models.Model):
    """Readings of a meter and the fee item its usage is charged as."""

    _inherit = "property.meter"

    item_id = fields.Many2one(
        "property.fee.item",
        "Fee item",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Chooses the tariff where the estate has several of the kind; empty: the first.",
    )
    reading_ids = fields.One2many("property.meter.reading", "meter_id", "Readings")
    reading_count = fields.Integer(compute="_compute_last_reading")
    last_reading = fields.Float(compute="_compute_last_reading", digits=(16, 4))
    last_date = fields.Date("Last day of reading", compute="_compute_last_reading")
    mean_usage = fields.Float("Usual usage", compute="_compute_last_reading", digits=(16, 2))

    @api.depends("reading_ids.current", "reading_ids.is_read", "opening")
    def _compute_last_reading(self):
        last = self._last_readings()
        counts = dict(
            self.env["property.meter.reading"]._read_group(
                [("meter_id", "in", self.ids)], ["meter_id"], ["__count"]
            )
        )
        for meter in self:
            known = last.get(meter.id)
            meter.reading_count = counts.get(meter, 0)
            meter.last_reading = known.current if known else meter.opening
            meter.last_date = known.date if known else meter.date_installed
            meter.mean_usage = known.mean if known else 0.0

    def _last_readings(self, before=None):
        """Return {meter id: `Last`} of the meters that were read.

        :param date before: only readings before this day, None: all
        """
        readings = self.env["property.meter.reading"]
        readings.flush_model(["meter_id", "date", "is_read", "current", "usage"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT meter_id,
                       (array_agg(id ORDER BY place))[1],
                       (array_agg(current ORDER BY place))[1],
                       (array_agg(date ORDER BY place))[1],
                       avg(usage) FILTER (WHERE usage >= 0),
                       count(*)
                  FROM (SELECT id, meter_id, current, date, usage,
                               row_number() OVER (
                                   PARTITION BY meter_id ORDER BY date DESC, id DESC
                               ) AS place
                          FROM property_meter_reading
                         WHERE is_read AND meter_id = ANY(%(ids)s) %(before)s) AS recent
                 WHERE place <= %(mean_of)s
                 GROUP BY meter_id
                """,
                ids=list(self.ids),
                before=SQL("AND date < %s", before) if before else SQL(),
                mean_of=MEAN_OF,
            )
        )
        return {
            meter_id: Last(reading_id, float(current), day, float(mean or 0), count)
            for meter_id, reading_id, current, day, mean, count in rows
        }

    def write(self, vals):
        if changed := [name for name in _FROZEN if name in vals]:
            for meter in self:
                meter._check_not_read(vals, changed)
        return super().write(vals)

    def _check_not_read(self, vals, names):
        """Refuse to change what readings were computed from; an exchange may change the device.

        :raises UserError: if so
        """
        device = self.swap_ids[:1]
        for name in names:
            value = self[name].id if self._fields[name].relational else self[name]
            exchanged = (
                name in ("multiplier", "digits") and device and vals[name] == device[f"new_{name}"]
            )
            if value == vals[name] or exchanged:
                continue
            if self.env["property.meter.reading"].search_count(
                [("meter_id", "=", self.id), ("is_read", "=", True)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "%(meter)s has been read: “%(field)s” cannot be changed any more. Enter an "
                        "exchange of the meter, or remove it and make a new one.",
                        meter=self.display_name,
                        field=self._fields[name]._description_string(self.env),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unread(self):
        read = (
            self.env["property.meter.reading"]
            .sudo()
            .search([("meter_id", "in", self.ids), ("is_read", "=", True)], limit=1)
        )
        if read:
            raise UserError(
                self.env._(
                    "%(meter)s has been read and cannot be deleted: enter the day it was removed.",
                    meter=read.meter_id.display_name,
                )
            )

    def action_open_readings(self):
        """Open the readings of the meters."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Readings"),
            "res_model": "property.meter.reading",
            "view_mode": "list,graph,pivot,form",
            "domain": [("meter_id", "in", self.ids)],
            "context": {"create": False},
        }


class PropertyMeterSwap(models.Model):
    """An exchange cannot lie before a reading that was checked."""

    _inherit = "property.meter.swap"

    def _check_entered(self):
        result = super()._check_entered()
        later = (
            self.env["property.meter.reading"]
            .sudo()
            .search(
                [
                    ("meter_id", "=", self.meter_id.id),
                    ("is_read", "=", True),
                    ("date", ">=", self.date),
                    ("sheet_id.state", "in", ("checked", "billed")),
                ],
                limit=1,
            )
        )
        if later:
            raise UserError(
                self.env._(
                    "%(meter)s was read on %(date)s and the sheet is checked: an exchange before "
                    "that would change it.",
                    meter=self.meter_id.display_name,
                    date=fields.Date.to_string(later.date),
                )
            )
        return result


class PropertyUnit(models.Model):
    """The readings of a unit."""

    _inherit = "property.unit"

    def action_open_readings(self):
        """Open the history of readings of the unit's meters."""
        self.ensure_one()
        action = self.meter_ids.action_open_readings()
        action["name"] = self.env._("Readings of %(unit)s", unit=self.full_name)
        action["domain"] = [("unit_id", "=", self.id)]
        return action
