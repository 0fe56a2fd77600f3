# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..estate.property_meter import KINDS


class PropertyHandoverMeter(models.Model):
    """The undisputed first reading of a meter, read with the owner (表底, handbook A §17).

    What both confirm becomes the opening reading of the meter and its first reading record.
    """

    _name = "property.handover.meter"
    _description = "Opening reading"
    _inherit = ["property.workflow.mixin"]
    _order = "handover_id, kind, id"
    _check_company_auto = True

    _workflow_moves = {
        "listed": ("read",),
        "read": ("owner_confirmed", "read"),
        "owner_confirmed": ("transferred", "corrected"),
        "transferred": ("corrected",),
        "corrected": ("corrected",),
    }
    _workflow_stamps = {
        "read": ("read_by_id", "read_date"),
        "owner_confirmed": (None, "confirmed_date"),
        "transferred": (None, "transferred_date"),
        "corrected": ("corrected_by_id", "corrected_date"),
    }

    handover_id = fields.Many2one(
        "property.handover", "Handover case", required=True, ondelete="cascade", index=True
    )
    unit_id = fields.Many2one(related="handover_id.unit_id", store=True, index=True)
    building_id = fields.Many2one(related="handover_id.building_id", store=True, index=True)
    batch_id = fields.Many2one(related="handover_id.batch_id", store=True, index=True)
    partner_id = fields.Many2one(related="handover_id.partner_id", string="Owner")
    estate_id = fields.Many2one(
        related="handover_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="handover_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    meter_id = fields.Many2one(
        "property.meter",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('unit_id', '=', unit_id)]",
    )
    kind = fields.Selection(KINDS, "Supply", required=True)
    number = fields.Char("Meter no.", compute="_compute_number", store=True, readonly=False)
    number_ok = fields.Boolean(
        "No. agrees",
        default=True,
        help="Not ticked: the number at the meter differs from the list, look at the neighbours'.",
    )
    value = fields.Float("Opening value", digits=(16, 4))
    is_read = fields.Boolean("Is read", help="Tick it where the meter shows zero.")
    status = fields.Selection(
        [
            ("ok", "In use"),
            ("missing", "No meter yet"),
            ("closed", "Supply not opened yet"),
            ("moving", "Turns with everything off"),
            ("disputed", "Owner disputes the value"),
        ],
        "Condition",
        required=True,
        default="ok",
    )
    expected_date = fields.Date("Expected for", help="When the supply will be there.")
    photo = fields.Image("Photo of the meter", max_width=1600, max_height=1600)
    note = fields.Char("Remark")
    state = fields.Selection(
        [
            ("listed", "To read"),
            ("read", "Read"),
            ("owner_confirmed", "Confirmed by the owner"),
            ("transferred", "Handed to accounting"),
            ("corrected", "Corrected"),
        ],
        required=True,
        default="listed",
        readonly=True,
        index=True,
    )
    old_value = fields.Float("Value before the correction", digits=(16, 4), readonly=True)
    correct_reason = fields.Char("Why it was corrected", readonly=True)
    reading_id = fields.Many2one("property.meter.reading", "Reading record", readonly=True)
    read_by_id = fields.Many2one("res.users", "Meter read by", readonly=True)
    read_date = fields.Datetime("Read on", readonly=True)
    confirmed_date = fields.Datetime("Confirmed on", readonly=True)
    transferred_date = fields.Datetime("Handed over to accounting on", readonly=True)
    corrected_by_id = fields.Many2one("res.users", "Corrected by", readonly=True)
    corrected_date = fields.Datetime("Corrected on", readonly=True)

    _value_positive = models.Constraint("CHECK (value >= 0)", "A reading cannot be below zero.")

    @api.depends("meter_id.number")
    def _compute_number(self):
        for row in self:
            row.number = row.meter_id.number or row.number

    @api.depends("unit_id.full_name", "kind", "number")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            parts = (row.unit_id.full_name, labels.get(row.kind), row.number)
            row.display_name = " ".join(part for part in parts if part)

    def write(self, vals):
        """Take a value as read; one that is confirmed is corrected with a reason only."""
        facts = {"value", "is_read", "status", "meter_id", "kind", "number", "photo"}
        if facts & vals.keys() and not (self.env.su or self._moving()):
            fixed = self.filtered(lambda row: row.state not in ("listed", "read"))
            if fixed:
                raise UserError(
                    self.env._(
                        "%(meter)s is confirmed by the owner: correct it with a reason, the old "
                        "value is kept.",
                        meter=fixed[0].display_name,
                    )
                )
        result = super().write(vals)
        if "value" in vals or vals.get("is_read") or "status" in vals:
            fresh = self.filtered(
                lambda row: (
                    row.state == "listed"
                    and (row.value or row.is_read or row.status in ("missing", "closed"))
                )
            )
            fresh._move_to("read")
        return result

    def _obstacle(self):
        """Return why the reading cannot be confirmed, or None (handbook A §17)."""
        self.ensure_one()
        if self.status in ("missing", "closed"):
            if not self.expected_date:
                return self.env._(
                    "%(meter)s is not in use: enter for when it is expected, then the handover can "
                    "go on.",
                    meter=self.display_name,
                )
            return None
        if self.state == "listed":
            return self.env._("%(meter)s was not read.", meter=self.display_name)
        if not self.number_ok:
            return self.env._(
                "%(meter)s: the number at the meter differs from the list. Check that it is not "
                "swapped with a neighbour's before anybody signs.",
                meter=self.display_name,
            )
        if self.status == "disputed":
            return self.env._(
                "%(meter)s: the owner disputes the value. Read it again together and take a photo.",
                meter=self.display_name,
            )
        if self.status == "moving" and not self.note:
            return self.env._(
                "%(meter)s turns with everything switched off: test for a leak, note the result "
                "and the defect.",
                meter=self.display_name,
            )
        return None

    def action_confirm(self):
        """Note that the owner has confirmed the readings.

        :raises UserError: naming the meter that stands against it
        """
        for row in self:
            if problem := row._obstacle():
                raise UserError(problem)
        self.filtered(lambda row: row.state == "read")._move_to("owner_confirmed")
        # a supply that was opened after the handover
        self.filtered(lambda row: row.handover_id.state == "filed")._transfer()
        return True

    def _transfer(self):
        """Hand confirmed readings to accounting: opening values and first reading records.

        One sheet per home and kind; accounting checks it like any other. A meter that was read
        before keeps its opening: usage until now is the developer's.
        """
        todo = self.sudo().filtered(
            lambda row: (
                row.state == "owner_confirmed"
                and row.meter_id
                and row.status not in ("missing", "closed")
            )
        )
        known = set(todo.meter_id._last_readings())
        for row in todo:
            if row.meter_id.id not in known:
                row.meter_id.opening = row.value
        sheets = self.env["property.meter.sheet"].sudo()
        today = fields.Date.context_today(self)
        groups = todo.grouped(lambda row: (row.unit_id, row.kind))
        rows = [
            {
                "estate_id": unit.estate_id.id,
                "unit_id": unit.id,
                "kind": kind,
                "month": today.replace(day=1),
                "date": today,
                "remark": group.handover_id[:1].number,
            }
            for (unit, kind), group in groups.items()
        ]
        for sheet, group in zip(sheets.create(rows), groups.values(), strict=True):
            by_meter = {row.meter_id: row for row in group}
            for reading in sheet.reading_ids:
                row = by_meter.get(reading.meter_id)
                if row:
                    reading._enter(
                        {"current": row.value, "date": today, "is_read": True, "photo": row.photo}
                    )
                    row.reading_id = reading
                else:
                    reading.unlink()
        todo._move_to("transferred")

    def _correct(self, value, reason):
        """Correct a confirmed reading; the old value and the reason are kept.

        :raises UserError: where accounting has checked the reading already
        """
        for row in self:
            reading = row.sudo().reading_id
            if reading and reading.sheet_id.state in ("checked", "billed"):
                raise UserError(
                    self.env._(
                        "%(meter)s was checked by accounting: the sheet has to be opened there "
                        "first.",
                        meter=row.display_name,
                    )
                )
            row._move_to("corrected", old_value=row.value, value=value, correct_reason=reason)
            if not reading:
                continue
            if not reading.previous_id:
                # the first usage counts from what was really shown
                reading._enter({"is_read": False})
                row.sudo().meter_id.opening = value
            reading._enter({"current": value, "is_read": True})

    def action_correct(self):
        """Open the dialog that corrects a confirmed reading."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the opening reading"),
            "res_model": "property.handover.meter.correct",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_meter_line_id": self.id, "default_value": self.value},
        }


class PropertyHandoverMeterCorrect(models.TransientModel):
    """Asks for the right value of an opening reading and the reason."""

    _name = "property.handover.meter.correct"
    _description = "Correction of an opening reading"

    meter_line_id = fields.Many2one(
        "property.handover.meter", required=True, readonly=True, ondelete="cascade"
    )
    value = fields.Float("Right value", digits=(16, 4), required=True)
    reason = fields.Char("Why it is corrected", required=True)

    def action_correct(self):
        """Correct the reading; needs a supervisor.

        :raises UserError: below the supervisor
        """
        self.ensure_one()
        self.meter_line_id.check_access("write")
        if not self.env.user.has_group("property_service.group_supervisor"):
            raise UserError(self.env._("Confirmed readings are corrected by a supervisor."))
        self.meter_line_id._correct(self.value, self.reason)
        return {"type": "ir.actions.act_window_close"}


class PropertyHandover(models.Model):
    """The meters read in the inspection."""

    _inherit = "property.handover"

    meter_ids = fields.One2many("property.handover.meter", "handover_id", "Opening readings")

    def _make_meters(self):
        """List the meters of the homes; set up once."""
        meters = (
            self.env["property.meter"]
            .sudo()
            .search([("unit_id", "in", self.unit_id.ids), ("date_removed", "=", False)])
            .grouped("unit_id")
        )
        self.env["property.handover.meter"].create(
            [
                {"handover_id": case.id, "meter_id": meter.id, "kind": meter.kind}
                for case in self.filtered(lambda row: not row.meter_ids)
                for meter in meters.get(case.unit_id, ())
            ]
        )

    def _check_meters(self):
        """Confirm the readings with the inspection: both have signed its form.

        :raises UserError: naming the meter that stands against it
        """
        rows = self.meter_ids.filtered(lambda row: row.state in ("listed", "read"))
        rows.action_confirm()
