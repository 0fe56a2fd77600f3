# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

FLAGS = [
    ("normal", "Normal"),
    ("estimated", "Estimated"),
    ("reversed", "Ran backwards"),
    ("replaced", "Meter exchanged"),
    ("zero", "No usage"),
    ("abnormal", "Abnormal"),
]
#: flags that need a second look before the reading is billed
_TO_LOOK = ("reversed", "abnormal")
#: what a reading of a checked sheet keeps
_FIXED = {
    "current",
    "date",
    "is_read",
    "estimated",
    "reason",
    "agreed_usage",
    "meter_id",
    "sheet_id",
    "previous_id",
    "confirmed_by_id",
    "confirmed_date",
    "look_reason",
}
#: what only the methods of the model write
_STAMPS = {
    "read_by_id",
    "confirmed_by_id",
    "confirmed_date",
    "look_reason",
    "agreed_usage",
    "previous_id",
    "mean_usage",
    "mean_count",
    "reread_date",
    "reread_deadline",
    "reread_done",
    # computed, and nobody types them over
    "previous",
    "start",
    "multiplier",
    "replaced_usage",
    "is_replaced",
    "rolled_over",
    "usage",
    "quantity",
    "flag",
    "needs_look",
}


class PropertyMeterReading(models.Model):
    """What one meter showed on one day, and what was used since the last time (handbook B H3).

    usage = (reading − last) × multiplier; after an exchange (old end − last) + (reading − new
    start); through zero where the dial has run over. A usage below zero or far from the mean of
    the last three needs a second look: another person confirms it with a reason, or the meter is
    read again.
    """

    _name = "property.meter.reading"
    _description = "Meter reading"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "month desc, sheet_id, building_id, unit_id, meter_id, id"
    _check_company_auto = True

    sheet_id = fields.Many2one(
        "property.meter.sheet", required=True, ondelete="cascade", index=True, check_company=True
    )
    sheet_state = fields.Selection(related="sheet_id.state")
    meter_id = fields.Many2one(
        "property.meter", required=True, ondelete="restrict", index=True, check_company=True
    )
    kind = fields.Selection(related="meter_id.kind", store=True, index=True)
    use = fields.Selection(related="meter_id.use", store=True)
    unit_id = fields.Many2one(related="meter_id.unit_id", store=True, index="btree_not_null")
    building_id = fields.Many2one(
        related="meter_id.building_id", store=True, index="btree_not_null"
    )
    estate_id = fields.Many2one(
        related="sheet_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="sheet_id.company_id", store=True, index=True, precompute=True
    )
    month = fields.Date(related="sheet_id.month", store=True, index=True)
    number = fields.Char(related="meter_id.number")
    place = fields.Char(compute="_compute_place")
    payer_name = fields.Char("Name of the household", compute="_compute_payer_name")
    date = fields.Date(
        "Day of reading",
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    previous_id = fields.Many2one(
        "property.meter.reading",
        "Last reading record",
        ondelete="restrict",
        index="btree_not_null",
        readonly=True,
    )
    previous = fields.Float(
        "Last reading",
        compute="_compute_previous",
        store=True,
        precompute=True,
        digits=(16, 4),
        aggregator=None,
    )
    previous_date = fields.Date("Day of the last reading", compute="_compute_previous_date")
    current = fields.Float("Reading", digits=(16, 4), aggregator=None)
    is_read = fields.Boolean(
        "Is read",
        compute="_compute_is_read",
        store=True,
        readonly=False,
        precompute=True,
        help="Tick it where the meter shows zero.",
    )
    estimated = fields.Boolean(
        help="The meter could not be reached: the figure is a guess and is settled with the next "
        "reading."
    )
    multiplier = fields.Float(compute="_compute_usage", store=True, digits=(16, 4), aggregator=None)
    start = fields.Float(
        "Counted from",
        compute="_compute_usage",
        store=True,
        digits=(16, 4),
        aggregator=None,
        help="The last reading, or the first one of a new meter.",
    )
    replaced_usage = fields.Float(
        "Used on the old meter", compute="_compute_usage", store=True, digits=(16, 4)
    )
    is_replaced = fields.Boolean("Exchanged", compute="_compute_usage", store=True)
    rolled_over = fields.Boolean("Through zero", compute="_compute_usage", store=True)
    usage = fields.Float(compute="_compute_usage", store=True, digits=(16, 4))
    quantity = fields.Float(
        "Usage to bill", compute="_compute_quantity", store=True, digits=(16, 4)
    )
    mean_usage = fields.Float(
        "Usual usage",
        readonly=True,
        digits=(16, 2),
        help="Mean of the last three.",
        aggregator=None,
    )
    mean_count = fields.Integer("Readings it is the mean of", readonly=True, aggregator=None)
    flag = fields.Selection(FLAGS, compute="_compute_flag", store=True, index=True)
    needs_look = fields.Boolean(
        "To look at again", compute="_compute_flag", store=True, index="btree_not_null"
    )
    reason = fields.Char(help="Why the reading is lower than the last, or otherwise unusual.")
    photo = fields.Image(max_width=1600, max_height=1600, attachment=True)
    read_by_id = fields.Many2one(
        "res.users", "Meter read by", readonly=True, copy=False, index="btree_not_null"
    )
    reader_name = fields.Char("Reader's name", help="As a sheet that was taken in has it.")
    confirmed_by_id = fields.Many2one(
        "res.users", "Confirmed by", readonly=True, copy=False, index="btree_not_null"
    )
    confirmed_date = fields.Datetime("Confirmed on", readonly=True, copy=False)
    look_reason = fields.Char("Result of the second look", readonly=True, copy=False)
    agreed_usage = fields.Float(
        "Agreed usage",
        readonly=True,
        copy=False,
        digits=(16, 4),
        help="Billed instead of the usage of a meter that ran backwards.",
    )
    reread_date = fields.Date(
        "Re-read asked for on", readonly=True, copy=False, help="Day the owner asked for it."
    )
    reread_deadline = fields.Date("Re-read until", readonly=True, copy=False)
    reread_done = fields.Date("Read again on", readonly=True, copy=False)
    remark = fields.Char()
    charge_ids = fields.One2many("property.charge", "reading_id", "Charges")

    _meter_once = models.UniqueIndex("(sheet_id, meter_id)", "The meter is on this sheet already.")
    _past = models.Index("(meter_id, date DESC, id DESC) WHERE is_read")

    # computed ------------------------------------------------------------------------------------

    @api.depends("meter_id.display_name", "month")
    def _compute_display_name(self):
        for reading in self:
            month = f"{reading.month:%Y-%m}" if reading.month else ""
            reading.display_name = f"{reading.meter_id.display_name or ''} {month}".strip()

    @api.depends("unit_id.full_name", "meter_id.location", "building_id.name", "meter_id.number")
    def _compute_place(self):
        for reading in self:
            meter = reading.meter_id
            reading.place = (
                reading.unit_id.full_name
                or meter.location
                or f"{reading.building_id.name or ''} {meter.number or ''}".strip()
            )

    def _compute_payer_name(self):
        for reading in self:
            unit = reading.unit_id
            reading.payer_name = (unit.owner_id or unit.payer_id).name or ""

    @api.depends("sheet_id.date")
    def _compute_date(self):
        for reading in self:
            if not reading.date or not reading.is_read:
                reading.date = reading.sheet_id.date

    @api.depends("previous_id.current", "meter_id.opening")
    def _compute_previous(self):
        for reading in self:
            reading.previous = (
                reading.previous_id.current if reading.previous_id else reading.meter_id.opening
            )

    @api.depends("previous_id.date", "meter_id.date_installed")
    def _compute_previous_date(self):
        for reading in self:
            reading.previous_date = reading.previous_id.date or reading.meter_id.date_installed

    @api.depends("current")
    def _compute_is_read(self):
        for reading in self:
            reading.is_read = reading.is_read or bool(reading.current)

    @api.depends(
        "current",
        "is_read",
        "date",
        "previous",
        "previous_id.date",
        "meter_id.swap_ids.date",
        "meter_id.multiplier",
        "meter_id.digits",
    )
    def _compute_usage(self):
        for reading in self:
            swaps, later = reading._swaps()
            meter = reading.meter_id
            start, old_usage = reading.previous, 0.0
            for swap in swaps:
                end = swap.old_end
                if swap.old_digits and meter._rolled_over_at(swap.old_digits, start, end):
                    end += 10**swap.old_digits
                old_usage += (end - start) * swap.old_multiplier
                start = swap.new_start
            multiplier = later[:1].old_multiplier if later else meter.multiplier
            digits = later[:1].old_digits if later else meter.digits
            current = reading.current
            rolled = reading.is_read and meter._rolled_over_at(digits, start, current)
            if rolled:
                current += 10**digits
            usage = old_usage + (current - start) * multiplier if reading.is_read else 0.0
            reading.multiplier = multiplier
            reading.start = start
            reading.replaced_usage = old_usage
            reading.is_replaced = bool(swaps)
            reading.rolled_over = rolled
            reading.usage = round(usage, 4)

    def _swaps(self):
        """Return (exchanges since the last reading up to this one, those after it), in order."""
        self.ensure_one()
        swaps = self.meter_id.swap_ids.sorted(lambda swap: (swap.date, swap.id))
        if not swaps or not self.date:
            return swaps.browse(), swaps.browse()
        since = self.previous_id.date
        within = swaps.filtered(
            lambda swap: swap.date <= self.date and (not since or swap.date > since)
        )
        return within, swaps.filtered(lambda swap: swap.date > self.date)

    @api.depends("usage", "flag", "confirmed_date", "agreed_usage", "is_read")
    def _compute_quantity(self):
        for reading in self:
            if not reading.is_read:
                reading.quantity = 0.0
            elif reading.flag == "reversed":
                reading.quantity = reading.agreed_usage if reading.confirmed_date else 0.0
            else:
                reading.quantity = reading.usage

    @api.depends(
        "usage",
        "is_read",
        "estimated",
        "is_replaced",
        "previous_id.estimated",
        "mean_usage",
        "mean_count",
        "confirmed_date",
    )
    def _compute_flag(self):
        for reading in self:
            reading.flag = reading._flag_of() if reading.is_read else False
            reading.needs_look = reading.flag in _TO_LOOK and not reading.confirmed_date

    def _flag_of(self):
        """Return what is unusual about the reading (handbook B H3)."""
        self.ensure_one()
        if self.estimated:
            return "estimated"
        settles = self.previous_id.estimated
        if self.usage < 0 and not settles:
            return "reversed"
        if not self.usage:
            return "zero"
        if self.mean_count and not settles and self.use == "unit":
            limit = self.estate_id._parameter("meter_abnormal_percent") / 100.0
            if abs(self.usage - self.mean_usage) > limit * self.mean_usage + 1e-9:
                return "abnormal"
        return "replaced" if self.is_replaced else "normal"

    # changes -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                for name in _STAMPS & vals.keys():
                    vals.pop(name)
        readings = super().create(vals_list)
        readings.sheet_id._check_open()
        entered = readings.filtered("is_read")
        entered.read_by_id = self.env.user
        readings.filtered(lambda row: not row.previous_id)._relink()
        return readings

    def write(self, vals):
        if not self.env.su and vals.keys() & _STAMPS:
            raise UserError(
                self.env._("Usage, who read and who confirmed it are kept by the system.")
            )
        if vals.keys() & _FIXED:
            fixed = self.sheet_id.filtered(lambda sheet: sheet.state in ("checked", "billed"))
            fixed._check_open()
        if "is_read" in vals and not vals["is_read"]:
            vals = {**vals, "current": 0.0, "estimated": False}
        result = super().write(vals)
        if ("current" in vals or vals.get("is_read")) and "read_by_id" not in vals:
            self._entered()
        return result

    def _enter(self, vals):
        """Enter a reading that comes in with others, in one write.

        :param dict vals: `current`, `date`, `is_read` and what else the sheet says
        """
        self.check_access("write")
        self.sudo().write({**vals, **self._entry_stamps()})

    def _entered(self):
        """Note who entered a reading; a second look at another figure is void."""
        self.sudo().write(self._entry_stamps())

    def _entry_stamps(self):
        return {
            "read_by_id": self.env.uid,
            "confirmed_by_id": False,
            "confirmed_date": False,
            "look_reason": False,
            "agreed_usage": 0.0,
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self.sheet_id._check_open()

    def _relink(self):
        """Tie readings to the last one before them; it may have come in after the sheet."""
        for day, readings in self.filtered("date").grouped("date").items():
            last = readings.meter_id._last_readings(before=day)
            for reading in readings:
                known = last.get(reading.meter_id.id)
                if reading.previous_id.id == (known.reading_id if known else False):
                    continue
                reading.sudo().with_context(tracking_disable=True).write(
                    {
                        "previous_id": known.reading_id if known else False,
                        "mean_usage": known.mean if known else 0.0,
                        "mean_count": known.count if known else 0,
                    }
                )

    def _charges(self):
        """Return the charges made of the readings, without those that were reversed."""
        return self.sudo().charge_ids.filtered(lambda charge: not charge.cancelled)

    @api.model
    def _to_bill(self):
        """Return the domain of readings whose usage is to be charged and is not yet."""
        return [
            ("use", "=", "unit"),
            ("is_read", "=", True),
            ("quantity", "!=", 0),
            ("sheet_id.state", "in", ("checked", "billed")),
            ("charge_ids", "not any", [("cancelled", "=", False)]),
        ]

    def _first_day(self):
        """Return the first day the usage is for: the one after the last reading."""
        self.ensure_one()
        last = self.previous_id.date or self.meter_id.date_installed
        if last and last < self.date:
            return last + timedelta(days=1)
        return min(self.month, self.date)

    # what people press ---------------------------------------------------------------------------

    def action_enter(self):
        """Open the entry of this reading; it goes on to the next meter of the sheet."""
        self.ensure_one()
        self.sheet_id._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.sheet_id.display_name,
            "res_model": "property.meter.entry",
            "view_mode": "form",
            "target": "new",
            "context": {"default_reading_id": self.id},
        }

    def action_estimate(self):
        """Put the usual usage in place of a reading that cannot be taken.

        :raises UserError: if there is no usage of the past to go by
        """
        for reading in self:
            reading.sheet_id._check_open()
            if not reading.mean_count:
                raise UserError(
                    self.env._(
                        "%(meter)s has no readings to estimate from: enter the estimate and tick "
                        "“Estimated”.",
                        meter=reading.meter_id.display_name,
                    )
                )
            guess = reading.start + reading.mean_usage / (reading.multiplier or 1.0)
            reading.write({"current": guess, "estimated": True, "is_read": True})
        return True

    def action_confirm(self):
        """Open the dialog of the second look."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Second look"),
            "res_model": "property.reading.confirm",
            "view_mode": "form",
            "target": "new",
            "context": {"default_reading_ids": self.ids},
        }

    def _confirm(self, reason, agreed_usage=0.0):
        """Confirm readings that ran backwards or are abnormal (handbook B H3).

        :param str reason: what the second look found
        :param float agreed_usage: what is billed for a meter that ran backwards
        :raises UserError: if one needs no second look, or was read by the same person
        """
        for reading in self:
            reading.check_access("write")
            reading.sheet_id.filtered(lambda row: row.state not in ("open", "read"))._check_open()
            if not reading.needs_look:
                raise UserError(
                    self.env._(
                        "%(meter)s needs no second look.", meter=reading.meter_id.display_name
                    )
                )
            if not self.env.su and reading.read_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You read %(meter)s yourself: somebody else has to confirm it.",
                        meter=reading.meter_id.display_name,
                    )
                )
            if agreed_usage < 0:
                raise UserError(self.env._("What is billed cannot be below zero."))
            reading.sudo().write(
                {
                    "confirmed_by_id": self.env.uid,
                    "confirmed_date": fields.Datetime.now(),
                    "look_reason": reason,
                    "agreed_usage": agreed_usage if reading.flag == "reversed" else 0.0,
                }
            )

    def action_ask_reread(self):
        """Note that the owner asks for another reading; the reader gets an activity.

        By the setting ``meter_reread_days`` within three days (handbook B H3).
        """
        today = fields.Date.context_today(self)
        for reading in self:
            if reading.reread_date and not reading.reread_done:
                raise UserError(
                    self.env._(
                        "%(meter)s is to be read again by %(date)s already.",
                        meter=reading.meter_id.display_name,
                        date=fields.Date.to_string(reading.reread_deadline),
                    )
                )
            reading.check_access("write")
            days = reading.estate_id._parameter("meter_reread_days")
            deadline = today + timedelta(days=days)
            reading.sudo().write(
                {"reread_date": today, "reread_deadline": deadline, "reread_done": False}
            )
            user = reading.sheet_id.reader_id or reading.estate_id.manager_id or self.env.user
            reading.sudo().activity_schedule(
                "property_service.mail_activity_type_reread",
                date_deadline=deadline,
                user_id=user.id,
                summary=self.env._("The owner asks to read %(meter)s again", meter=reading.place),
            )
        return True

    def action_reread(self):
        """Open the dialog that enters what the meter showed when it was read again."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read again"),
            "res_model": "property.meter.reread",
            "view_mode": "form",
            "target": "new",
            "context": {"default_reading_id": self.id},
        }

    def _reread(self, value, note=None):
        """Enter what the meter showed when it was read again.

        Before the sheet is checked it replaces the reading; afterwards it is noted, and the next
        reading settles the difference, because usage is counted from what was billed.
        """
        self.ensure_one()
        self.check_access("write")
        before = self.current
        trusted = self.sudo()
        if self.sheet_state in ("open", "read"):
            self.write({"current": value, "is_read": True, "estimated": False})
            body = self.env._(
                "Read again: %(value)s instead of %(before)s. %(note)s",
                value=f"{value:g}",
                before=f"{before:g}",
                note=note or "",
            )
        else:
            body = self.env._(
                "Read again: %(value)s; %(before)s is checked or billed, so the next reading or an "
                "adjustment settles the difference. %(note)s",
                value=f"{value:g}",
                before=f"{before:g}",
                note=note or "",
            )
        trusted.reread_done = fields.Date.context_today(self)
        trusted.message_post(body=body)
        trusted.activity_feedback(["property_service.mail_activity_type_reread"])

    def action_open_charges(self):
        """Open what was charged for the readings."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges"),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("reading_id", "in", self.ids)],
            "context": {"create": False},
        }
