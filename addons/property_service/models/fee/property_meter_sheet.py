# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from ...tools import money
from ..estate.property_meter import KINDS

_logger = logging.getLogger(__name__)

_CHECKERS = ("supervisor", "accountant", "manager")
#: meters named in a message
_NAMED = 5


class PropertyMeterSheet(models.Model):
    """The readings of a month's round: of an estate or a building, of one kind of meters.

    Handbook B H3: open → read → checked by another person → billed by the bill run. The readings
    of a sheet that is checked are fixed; those that ran backwards or are abnormal had their second
    look before.
    """

    _name = "property.meter.sheet"
    _description = "Reading sheet"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, estate_id, building_id, kind, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "open": ("read",),
        "read": ("open", "checked"),
        "checked": ("read", "billed"),
        "billed": ("checked",),
    }
    _workflow_stamps = {
        "read": ("read_by_id", "read_date"),
        "checked": ("checked_by_id", "checked_date"),
        "billed": (None, "billed_date"),
    }

    name = fields.Char(compute="_compute_name", store=True)
    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        default=lambda self: self._default_estate(),
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    building_id = fields.Many2one(
        "property.building",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
        help="Empty: every meter of the estate that is on no other sheet of the month.",
    )
    unit_id = fields.Many2one(
        "property.unit",
        "Only this unit",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
        help="A reading beside the monthly round: somebody moves in or out.",
    )
    kind = fields.Selection(KINDS, required=True, default="water", index=True)
    month = fields.Date(
        required=True,
        index=True,
        default=lambda self: money.month_start(fields.Date.context_today(self)),
        help="Any day of the month; kept as its first day.",
    )
    date = fields.Date(
        "Reading day",
        required=True,
        default=fields.Date.context_today,
        help="Day of the readings that name none of their own.",
    )
    reader_id = fields.Many2one(
        "res.users", "Meter reader", default=lambda self: self.env.user, index="btree_not_null"
    )
    second_reader_id = fields.Many2one(
        "res.users", "Second reader", index="btree_not_null", help="Two read, or photos are taken."
    )
    state = fields.Selection(
        [("open", "To be read"), ("read", "Read"), ("checked", "Checked"), ("billed", "Billed")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
    )
    reading_ids = fields.One2many("property.meter.reading", "sheet_id", "Readings")
    reading_count = fields.Integer("Meters", compute="_compute_figures")
    read_count = fields.Integer("Meters read", compute="_compute_figures")
    missing_count = fields.Integer("Still to read", compute="_compute_figures")
    look_count = fields.Integer("To look at again", compute="_compute_figures")
    usage_total = fields.Float("Usage", compute="_compute_figures", digits=(16, 2))
    progress = fields.Float(compute="_compute_figures")
    remark = fields.Char()
    read_by_id = fields.Many2one("res.users", "Meters read by", readonly=True, copy=False)
    read_date = fields.Datetime("Handed in on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    billed_date = fields.Datetime("Billed on", readonly=True, copy=False)

    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "The month of a sheet is kept as its first day."
    )
    _sheet_unique = models.UniqueIndex(
        "(estate_id, COALESCE(building_id, 0), kind, month) WHERE unit_id IS NULL",
        "There is a sheet of this kind for the month already.",
    )

    def _default_estate(self):
        estates = self.env["property.estate"].search([], limit=2)
        return estates if len(estates) == 1 else False

    @api.depends("estate_id.name", "building_id.name", "unit_id.full_name", "kind", "month")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for sheet in self:
            place = sheet.unit_id.full_name or sheet.building_id.name
            parts = (
                f"{sheet.month:%Y-%m}" if sheet.month else "",
                sheet.estate_id.name,
                place,
                kinds.get(sheet.kind),
            )
            sheet.name = " ".join(part for part in parts if part)

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        # the stored name has the kind in the language of whoever made the sheet
        self._compute_name()
        for sheet in self:
            sheet.display_name = sheet.name

    @api.depends("reading_ids.is_read", "reading_ids.needs_look", "reading_ids.usage")
    def _compute_figures(self):
        readings = self.env["property.meter.reading"]
        domain = [("sheet_id", "in", self.ids)]
        totals = {
            sheet: figures
            for sheet, *figures in readings._read_group(
                domain, ["sheet_id"], ["__count", "usage:sum"]
            )
        }
        read, look = (
            dict(
                readings._read_group(
                    [*domain, (name, "=", True)],
                    ["sheet_id"],
                    ["__count"],
                )
            )
            for name in ("is_read", "needs_look")
        )
        for sheet in self:
            sheet.reading_count, sheet.usage_total = totals.get(sheet, (0, 0.0))
            sheet.read_count = read.get(sheet, 0)
            sheet.missing_count = sheet.reading_count - sheet.read_count
            sheet.look_count = look.get(sheet, 0)
            sheet.progress = (
                100.0 * sheet.read_count / sheet.reading_count if sheet.reading_count else 0.0
            )

    @api.onchange("estate_id")
    def _onchange_estate_id(self):
        if self.building_id.estate_id != self.estate_id:
            self.building_id = False
        if self.unit_id.estate_id != self.estate_id:
            self.unit_id = False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        sheets = super().create(vals_list)
        sheets._make_readings()
        return sheets

    def write(self, vals):
        if vals.get("month"):
            vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        scope = vals.keys() & {"estate_id", "building_id", "unit_id", "kind", "month"}
        if scope and self.reading_ids.filtered("is_read"):
            raise UserError(
                self.env._(
                    "“%(sheet)s” has readings already: make another sheet for another place, kind "
                    "or month.",
                    sheet=self.filtered(lambda row: row.reading_ids)[:1].display_name,
                )
            )
        result = super().write(vals)
        if scope:
            self.reading_ids.unlink()
            self._make_readings()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        for sheet in self:
            if sheet.state != "open" or sheet.reading_ids.filtered("is_read"):
                raise UserError(
                    self.env._(
                        "“%(sheet)s” has readings and cannot be deleted.",
                        sheet=sheet.display_name,
                    )
                )

    # the lines -----------------------------------------------------------------------------------

    def _meters(self):
        """Return the meters the sheet is to have a line for."""
        self.ensure_one()
        meters = self.env["property.meter"]
        domain = (
            meters._domain_on(self.month, money.month_end(self.month))
            & fields.Domain("estate_id", "=", self.estate_id.id)
            & fields.Domain("kind", "=", self.kind)
        )
        if self.unit_id:
            domain &= fields.Domain("unit_id", "=", self.unit_id.id)
        elif self.building_id:
            domain &= fields.Domain("building_id", "=", self.building_id.id)
        meters = meters.search(domain)
        if self.unit_id:
            return meters - self.reading_ids.meter_id
        taken = self.env["property.meter.reading"]._read_group(
            [
                ("meter_id", "in", meters.ids),
                ("month", "=", self.month),
                ("sheet_id.unit_id", "=", False),
            ],
            [],
            ["meter_id:recordset"],
        )[0][0]
        return meters - taken

    def _make_readings(self, meters=None):
        """Make a line for each meter that has none yet, with its last reading.

        :param meters: only these meters; None: all of the sheet's place
        """
        for sheet in self:
            if sheet.state != "open":
                continue
            missing = sheet._meters()
            if meters is not None:
                missing &= meters
            last = missing._last_readings()
            self.env["property.meter.reading"].sudo().with_context(
                tracking_disable=True, mail_create_nolog=True, mail_notrack=True
            ).create(
                [
                    {
                        "sheet_id": sheet.id,
                        "meter_id": meter.id,
                        "previous_id": last[meter.id].reading_id if meter.id in last else False,
                        "mean_usage": last[meter.id].mean if meter.id in last else 0.0,
                        "mean_count": last[meter.id].count if meter.id in last else 0,
                    }
                    for meter in missing.sorted(
                        lambda row: (row.building_id.id, row.unit_id.id, row.number)
                    )
                ]
            )
        return True

    def action_refresh(self):
        """Add lines for meters that have come since; what was read stays."""
        self._check_open()
        self._make_readings()
        self.reading_ids._relink()
        return True

    def _check_open(self):
        """Refuse changes of sheets that were handed in.

        :raises UserError: if so
        """
        for sheet in self:
            if sheet.state != "open":
                raise UserError(
                    self.env._(
                        "“%(sheet)s” is %(state)s: take it back to change readings.",
                        sheet=sheet.display_name,
                        state=sheet._state_label(sheet.state),
                    )
                )

    # what people press ---------------------------------------------------------------------------

    def action_read(self):
        """State that every meter was read or estimated.

        :raises UserError: if one is missing, a reading is lower than the last without a reason, or
            the proof the setting ``meter_proof`` asks for is missing
        """
        for sheet in self:
            sheet._check_open()
            sheet.reading_ids._relink()
            sheet._check_complete()
            sheet._move_to("read")
        return True

    def _names(self, readings):
        """Return some of the readings by name, for a message."""
        names = "、".join(reading.place for reading in readings[:_NAMED])
        return f"{names} …" if len(readings) > _NAMED else names

    def _check_complete(self):
        self.ensure_one()
        readings = self.reading_ids
        if not readings:
            raise UserError(
                self.env._(
                    "“%(sheet)s” has no meters: enter the meters first, then press Refresh.",
                    sheet=self.display_name,
                )
            )
        if missing := readings.filtered(lambda row: not row.is_read):
            raise UserError(
                self.env._(
                    "%(count)s meters are not read: %(names)s. Read them, or estimate those that "
                    "cannot be reached.",
                    count=len(missing),
                    names=self._names(missing),
                )
            )
        today = fields.Date.context_today(self)
        if early := readings.filtered(lambda row: row.date > today):
            raise UserError(
                self.env._(
                    "The day of reading has not come yet: %(names)s. Correct the date.",
                    names=self._names(early),
                )
            )
        if twice := self._read_later(readings, ("open", "read", "checked", "billed"), same=True):
            raise UserError(
                self.env._(
                    "%(meter)s was read on %(date)s on “%(sheet)s” as well: correct one of the "
                    "days.",
                    meter=twice.meter_id.display_name,
                    date=fields.Date.to_string(twice.date),
                    sheet=twice.sheet_id.display_name,
                )
            )
        if low := readings.filtered(lambda row: row.estimated and row.usage < 0):
            raise UserError(
                self.env._(
                    "An estimate cannot be lower than the last reading: %(names)s.",
                    names=self._names(low),
                )
            )
        if low := readings.filtered(lambda row: row.flag == "reversed" and not row.reason):
            raise UserError(
                self.env._(
                    "Lower than the last reading, so a reason is needed: %(names)s. Read again, "
                    "enter the reason, or enter the exchange of the meter.",
                    names=self._names(low),
                )
            )
        if (
            self.estate_id._parameter("meter_proof")
            and not self.second_reader_id
            and (bare := readings.filtered(lambda row: not row.photo and not row.estimated))
        ):
            raise UserError(
                self.env._(
                    "Two read, or each meter needs a photo: enter the second reader, or the photos "
                    "of %(names)s.",
                    names=self._names(bare),
                )
            )

    def action_check(self):
        """State that another person has looked through the readings.

        :raises UserError: if a reading still needs its second look, an earlier sheet of the same
            meters is not checked, or the reader himself presses
        """
        for sheet in self:
            sheet._check_checker()
            if sheet.state != "read":
                sheet._move_to("checked")  # says why it cannot
            sheet._check_other_person()
            sheet.reading_ids._relink()
            if look := sheet.reading_ids.filtered("needs_look"):
                raise UserError(
                    self.env._(
                        "%(count)s readings need a second look: %(names)s. Somebody else confirms "
                        "them with a reason, or the meter is read again.",
                        count=len(look),
                        names=sheet._names(look),
                    )
                )
            sheet._check_earlier()
            sheet._move_to("checked")
        return True

    def _check_checker(self):
        self._check_in_group(
            _CHECKERS,
            self.env._("Readings are checked by supervisors and accountants; you are neither."),
        )

    def _check_other_person(self):
        if self.env.su or not self.estate_id._parameter("meter_four_eyes"):
            return
        if self.env.user in (self.read_by_id | self.reading_ids.read_by_id):
            raise UserError(
                self.env._(
                    "You read meters of “%(sheet)s” yourself: somebody else has to check it.",
                    sheet=self.display_name,
                )
            )

    def _check_earlier(self):
        """Refuse to check readings whose last reading may still change."""
        earlier = self.reading_ids.previous_id.sheet_id.filtered(
            lambda row: row.state in ("open", "read")
        )
        if later := self._read_later(self.reading_ids, ("checked", "billed")):
            raise UserError(
                self.env._(
                    "%(meter)s was read later, on %(date)s, and “%(sheet)s” is checked: take that "
                    "back first.",
                    meter=later.meter_id.display_name,
                    date=fields.Date.to_string(later.date),
                    sheet=later.sheet_id.display_name,
                )
            )
        if earlier := earlier - self:
            raise UserError(
                self.env._(
                    "Check “%(sheet)s” first: its readings are the base of these.",
                    sheet=earlier[0].display_name,
                )
            )

    def _read_later(self, readings, states, same=False):
        """Return another reading of one of the meters on a later day, or on the same day.

        :param states: states of the sheets looked at
        :param bool same: look for readings of the same day only
        """
        days = {row.meter_id: row.date for row in readings if row.date}
        others = self.env["property.meter.reading"].search(
            [
                ("meter_id", "in", readings.meter_id.ids),
                ("id", "not in", readings.ids),
                ("is_read", "=", True),
                ("sheet_id.state", "in", states),
                ("date", ">=", min(days.values(), default=self.date)),
            ]
        )
        for other in others:
            day = days.get(other.meter_id)
            if day and (other.date == day if same else other.date > day):
                return other
        return others.browse()

    def action_back(self):
        """Take a sheet one step back: checked → read → open.

        :raises UserError: if readings are on a bill run, or the base of readings checked since
        """
        for sheet in self:
            sheet._check_checker()
            readings = sheet.reading_ids
            if run := readings._charges().run_id[:1]:
                raise UserError(
                    self.env._(
                        "Readings of “%(sheet)s” are on the bill run “%(run)s”: take that back "
                        "first.",
                        sheet=sheet.display_name,
                        run=run.name,
                    )
                )
            if sheet.state == "checked" and (
                later := self.env["property.meter.reading"].search(
                    [
                        ("previous_id", "in", readings.ids),
                        ("sheet_id.state", "in", ("checked", "billed")),
                    ],
                    limit=1,
                )
            ):
                raise UserError(
                    self.env._(
                        "“%(later)s” builds on the readings of “%(sheet)s”: take that back first.",
                        later=later.sheet_id.display_name,
                        sheet=sheet.display_name,
                    )
                )
            if sheet.state == "checked":
                sheet._with_move().write(
                    {"state": "read", "checked_by_id": False, "checked_date": False}
                )
            else:
                sheet._move_to("open", read_by_id=False, read_date=False)
        return True

    def _update_billed(self):
        """Move sheets to billed when nothing of them is left to charge, and back when there is."""
        unbilled = dict(
            self.env["property.meter.reading"]._read_group(
                [("sheet_id", "in", self.ids), *self.env["property.meter.reading"]._to_bill()],
                ["sheet_id"],
                ["__count"],
            )
        )
        for sheet in self:
            if sheet.state == "checked" and sheet not in unbilled and sheet._is_posted():
                sheet._move_to("billed")
            elif sheet.state == "billed" and sheet in unbilled:
                sheet._with_move().write({"state": "checked", "billed_date": False})

    def _is_posted(self):
        """Return whether every charge made of the sheet's readings is posted."""
        return not self.reading_ids._charges().filtered(lambda charge: not charge.invoice_id)

    def action_enter(self):
        """Open the entry of readings, meter after meter, at the first that is not read."""
        self.ensure_one()
        self._check_open()
        reading = self.reading_ids.filtered(lambda row: not row.is_read)[:1]
        if not reading:
            raise UserError(self.env._("Every meter of “%(sheet)s” is read.", sheet=self.name))
        return reading.action_enter()

    def action_open_readings(self):
        """Open the readings of the sheet as a list to type in."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "property.meter.reading",
            "view_mode": "list,kanban,pivot,graph,form",
            "domain": [("sheet_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_open_look(self):
        """Open the readings that need a second look."""
        action = self.action_open_readings()
        action["domain"] = [("sheet_id", "=", self.id), ("needs_look", "=", True)]
        return action

    def action_open_charges(self):
        """Open what was charged for the readings of the sheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "property.charge",
            "view_mode": "list,pivot,graph,form",
            "domain": [("reading_id.sheet_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_print(self):
        """Print the sheet (form H3-1)."""
        options = {
            "estate_ids": self.estate_id.ids,
            "res_ids": self.ids,
            "month": fields.Date.to_string(self[:1].month),
        }
        return self.env["property.register.readings"]._action_pdf(options)

    # the monthly round ---------------------------------------------------------------------------

    @api.model
    def _cron_open_sheets(self):
        """Open this month's sheets of every estate from its ``bill_meter_day`` on (handbook B §10).

        Safe to run twice and to be killed: what exists is not made again; an estate that fails is
        logged, the others go on.
        """
        today = fields.Date.context_today(self)

        def open_month(estate):
            if today.day >= estate._parameter("bill_meter_day"):
                self._open_month(estate, today)

        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)], order="id"),
            open_month,
            lambda estate, _error: _logger.exception("No reading sheets for estate %s", estate.id),
        )

    @api.model
    def _open_month(self, estate, day):
        """Make the sheets of the month of `day` that `estate` lacks: per kind and building.

        :return: the new sheets
        """
        month = money.month_start(day)
        meters = self.env["property.meter"].search(
            self.env["property.meter"]._domain_on(month, money.month_end(month))
            & fields.Domain("estate_id", "=", estate.id)
        )
        read = self.env["property.meter.reading"].search_fetch(
            [
                ("estate_id", "=", estate.id),
                ("month", "=", month),
                ("sheet_id.unit_id", "=", False),
            ],
            ["meter_id"],
        )
        known = {
            (sheet.kind, sheet.building_id.id)
            for sheet in self.search([("estate_id", "=", estate.id), ("month", "=", month)])
            if not sheet.unit_id
        }
        sheets = self.browse()
        groups = groupby(meters - read.meter_id, lambda row: (row.kind, row.building_id.id))
        # those of a building first: a sheet of the estate takes what is left
        for kind, building_id in sorted(
            dict(groups), key=lambda key: (key[0], not key[1], key[1] or 0)
        ):
            if (kind, building_id) in known:
                continue
            sheets += self.create(
                {
                    "estate_id": estate.id,
                    "building_id": building_id,
                    "kind": kind,
                    "month": month,
                    "date": day,
                    "reader_id": False,
                }
            )
        return sheets
