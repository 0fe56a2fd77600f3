# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyMeterEntry(models.TransientModel):
    """Enters one reading after the other on the way through a building, on a phone as well."""

    _name = "property.meter.entry"
    _description = "Entry of readings"

    reading_id = fields.Many2one(
        "property.meter.reading", "Meter reading", required=True, ondelete="cascade"
    )
    sheet_id = fields.Many2one(related="reading_id.sheet_id")
    place = fields.Char(related="reading_id.place")
    number = fields.Char(related="reading_id.number", string="Meter no.")
    payer_name = fields.Char(related="reading_id.payer_name")
    previous = fields.Float(related="reading_id.start", string="Last reading")
    mean_usage = fields.Float(related="reading_id.mean_usage")
    multiplier = fields.Float(related="reading_id.multiplier")
    progress = fields.Char(compute="_compute_progress")
    current = fields.Float("Reading", digits=(16, 4))
    estimated = fields.Boolean(help="The meter could not be reached; the figure is a guess.")
    usage = fields.Float(compute="_compute_usage", digits=(16, 2))
    warning = fields.Char(compute="_compute_usage")
    reason = fields.Char()
    photo = fields.Image(max_width=1600, max_height=1600)

    @api.model
    def default_get(self, fields):
        """Propose what was entered before."""
        values = super().default_get(fields)
        reading = self.env["property.meter.reading"].browse(values.get("reading_id"))
        if reading and reading.is_read:
            values.update(
                current=reading.current, estimated=reading.estimated, reason=reading.reason
            )
        return values

    @api.depends("reading_id")
    def _compute_progress(self):
        for entry in self:
            sheet = entry.reading_id.sheet_id
            entry.progress = f"{sheet.read_count} / {sheet.reading_count}"

    @api.depends("current", "reading_id")
    def _compute_usage(self):
        for entry in self:
            reading = entry.reading_id
            shown = reading.new({}, origin=reading)
            shown.current = entry.current
            shown.is_read = bool(entry.current)
            entry.usage = shown.usage
            entry.warning = False
            if not entry.current:
                continue
            if shown.flag == "reversed":
                entry.warning = self.env._(
                    "Lower than the last reading: look again, or enter the reason."
                )
            elif shown.flag == "abnormal":
                entry.warning = self.env._(
                    "Far from the usual %(mean)s: look again.", mean=f"{reading.mean_usage:g}"
                )

    def action_save_next(self):
        """Keep the reading and go on to the next meter that is not read.

        :raises UserError: if it is lower than the last one and no reason is given
        """
        self.ensure_one()
        self._save()
        return self._next()

    def action_skip(self):
        """Go on to the next meter without a reading."""
        self.ensure_one()
        return self._next()

    def action_estimate_next(self):
        """Estimate the meter that cannot be reached and go on to the next."""
        self.ensure_one()
        self.reading_id.action_estimate()
        return self._next()

    def _save(self):
        reading = self.reading_id
        values = {
            "current": self.current,
            "is_read": True,
            "estimated": self.estimated,
            "date": fields.Date.context_today(self),
            "reason": self.reason or reading.reason,
        }
        if self.photo:
            values["photo"] = self.photo
        reading.write(values)
        if reading.flag == "reversed" and not reading.reason:
            raise UserError(
                self.env._(
                    "%(reading)s is lower than the last reading %(last)s: enter the reason.",
                    reading=f"{self.current:g}",
                    last=f"{reading.start:g}",
                )
            )

    def _next(self):
        """Return the entry of the next meter that is not read, or close."""
        sheet = self.reading_id.sheet_id
        readings = list(sheet.reading_ids)
        place = readings.index(self.reading_id) + 1
        left = [row for row in (*readings[place:], *readings[:place]) if not row.is_read]
        left = [row for row in left if row != self.reading_id]
        if left:
            return left[0].action_enter()
        return {"type": "ir.actions.act_window_close"}
