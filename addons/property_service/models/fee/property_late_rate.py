# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: how late charges get into the books (handbook B H8)
MODES = [
    ("calculate", "Only calculated"),
    ("next_run", "Billed in the next run"),
    ("counter", "Proposed at the counter"),
]
DAYS_OF_YEAR = 365


class PropertyLateRate(models.Model):
    """The late charge an estate's contract agrees on, from which day to which (handbook B H8).

    A rate is never edited once it holds: when the contract changes, it is ended and a new one
    begins, and every day bears the rate of its own period. Days no rate covers bear the one of
    the settings.
    """

    _name = "property.late.rate"
    _description = "Late charge rate"
    _inherit = ["property.workflow.mixin", "property.approval.mixin", "mail.thread"]
    _order = "estate_id, date_start desc, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("waiting", "approved", "cancelled"),
        "waiting": ("approved", "draft", "cancelled"),
        "approved": ("cancelled",),
    }
    _workflow_stamps = {"approved": ("approved_by_id", "approved_date")}

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date_start = fields.Date("From", required=True, tracking=True)
    date_end = fields.Date("To", tracking=True, help="Last day; empty while it goes on.")
    rate = fields.Float(
        "Rate (% a day)",
        digits=(16, 4),
        required=True,
        tracking=True,
        aggregator=None,
        default=lambda self: self.env["property.parameter"]._get("late_rate"),
    )
    grace_days = fields.Integer(
        "Days of grace",
        tracking=True,
        default=lambda self: self.env["property.parameter"]._get("late_grace_days"),
        help="The late charge begins on the day after the due date and these days.",
    )
    cap = fields.Float(
        "Cap (% of the principal)",
        digits=(16, 2),
        tracking=True,
        aggregator=None,
        default=lambda self: self.env["property.parameter"]._get("late_cap"),
    )
    mode = fields.Selection(
        MODES,
        "Into the books",
        required=True,
        tracking=True,
        default=lambda self: self.env["property.parameter"]._get("late_post"),
    )
    basis_document = fields.Char("Contract or decision", tracking=True)
    yearly = fields.Float(
        "Per year (%)", compute="_compute_yearly", digits=(16, 2), help="The daily rate × 365."
    )
    lawful = fields.Float("Measure (% a year)", compute="_compute_yearly", digits=(16, 2))
    warning = fields.Text(compute="_compute_yearly")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("approved", "In force"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    approved_by_id = fields.Many2one("res.users", "Put in force by", readonly=True, copy=False)
    approved_date = fields.Datetime("Put in force on", readonly=True, copy=False)

    _rate_range = models.Constraint(
        "CHECK (rate >= 0 AND rate <= 100)", "A daily rate lies between 0 and 100 %."
    )
    _cap_range = models.Constraint(
        "CHECK (cap >= 0 AND cap <= 100)",
        "A late charge is at most what it is charged on: the cap lies between 0 and 100 %.",
    )
    _grace_positive = models.Constraint(
        "CHECK (grace_days >= 0)", "The days of grace cannot be negative."
    )
    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A late charge rate cannot end before it starts.",
    )
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(estate_id, estate_id, '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (state = 'approved')""",
        "The estate has a late charge rate in that period already: end it first.",
    )

    @api.depends("estate_id.name", "rate", "date_start")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = self.env._(
                "%(estate)s %(rate)s %% a day from %(date)s",
                estate=rate.estate_id.name or "",
                rate=f"{rate.rate:g}",
                date=rate.date_start or "",
            )

    @api.depends("rate", "estate_id")
    def _compute_yearly(self):
        for rate in self:
            rate.yearly = rate.rate * DAYS_OF_YEAR
            rate.lawful = self._lawful_yearly(rate.estate_id)
            rate.warning = self._warning_of(rate.rate, rate.estate_id)

    @api.model
    def _lawful_yearly(self, estate=None):
        """Return the yearly rate in % courts measure late charges by (handbook B H0.14, H8).

        By the setting ``late_warn_yearly``: the LPR times its factor, or a fixed rate.
        """
        parameters = self.env["property.parameter"]
        if parameters._get("late_warn_yearly", estate) == "fixed":
            return parameters._get("late_warn_fixed", estate)
        return parameters._get("late_lpr", estate) * parameters._get("late_lpr_factor", estate)

    @api.model
    def _warning_of(self, rate, estate=None):
        """Return the warning a daily rate in % deserves; False where it is within the measure."""
        lawful = self._lawful_yearly(estate)
        yearly = rate * DAYS_OF_YEAR
        if round(yearly, 6) <= round(lawful, 6):
            return False
        return self.env._(
            "%(rate)s %% a day is %(yearly).2f %% a year. That is above %(lawful).2f %% a year, "
            "the measure of the settings: courts cut late charges that far exceed the loss "
            "(Civil Code art. 585). The rate holds only once it is approved.",
            rate=f"{rate:g}",
            yearly=yearly,
            lawful=lawful,
        )

    @api.model
    def _on(self, estate, date):
        """Return what holds in `estate` on `date`: dict with rate (% a day), grace_days, cap (%
        of the principal), mode; by the rate in force, else by the settings."""
        row = self.sudo().search(
            [
                ("estate_id", "=", estate.id),
                ("state", "=", "approved"),
                ("date_start", "<=", date),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", date),
            ],
            limit=1,
        )
        if row:
            return {name: row[name] for name in ("rate", "grace_days", "cap", "mode")}
        return self._default_of(estate)

    @api.model
    def _default_of(self, estate):
        """Return what holds in `estate` on days without a rate of its own (see `_on()`)."""
        return {
            "rate": estate._parameter("late_rate"),
            "grace_days": estate._parameter("late_grace_days"),
            "cap": estate._parameter("late_cap"),
            "mode": estate._parameter("late_post"),
        }

    def write(self, vals):
        frozen = vals.keys() & {"estate_id", "date_start", "rate", "grace_days", "cap"}
        if frozen and (kept := self.filtered(lambda rate: rate.state != "draft")):
            raise UserError(
                self.env._(
                    "“%(rate)s” holds or is being approved and is never edited: end it and make a "
                    "new one.",
                    rate=kept[0].display_name,
                )
            )
        if "date_end" in vals:
            end = fields.Date.to_date(vals["date_end"])
            for rate in self.filtered(lambda rate: rate.state in ("waiting", "approved")):
                if rate.date_end and (not end or end > rate.date_end):
                    raise UserError(
                        self.env._(
                            "“%(rate)s” was agreed until %(date)s: for the time after it make a "
                            "new one.",
                            rate=rate.display_name,
                            date=rate.date_end,
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda rate: rate.state not in ("draft", "cancelled")):
            raise UserError(
                self.env._("“%(rate)s” cannot be deleted: end it.", rate=kept[0].display_name)
            )

    def action_submit(self):
        """Put drafts in force; one above the lawful measure asks for its approval first.

        Handbook B §11.15.
        """
        for rate in self:
            if rate.state != "draft":
                raise UserError(self.env._("Only a draft is put in force."))
            if rate.warning:
                rate._move_to("waiting")
                rate._request_approval("late_rate", rate.display_name, reason=rate.warning)
            else:
                rate._move_to("approved")

    def action_withdraw(self):
        """Take rates that wait for their approval back to draft."""
        for rate in self:
            rate._move_to("draft")
            rate._withdraw_approval()

    def action_cancel(self):
        """Cancel rates nothing was charged by yet.

        :raises UserError: if a late charge of the estate was made while the rate was in force
        """
        for rate in self:
            made = self.env["property.charge"].sudo()
            if rate.state == "approved" and made.search_count(
                [
                    ("late_for_id", "!=", False),
                    ("estate_id", "=", rate.estate_id.id),
                    ("state", "!=", "cancelled"),
                    ("date_end", ">=", rate.date_start),
                    *([("date_start", "<=", rate.date_end)] if rate.date_end else []),
                ],
                limit=1,
            ):
                raise UserError(
                    self.env._(
                        "Late charges were made by “%(rate)s”: end it instead of cancelling it.",
                        rate=rate.display_name,
                    )
                )
            rate._move_to("cancelled")
            rate._withdraw_approval()

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self._move_to("draft")
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))


class PropertyParameterValue(models.Model):
    """The settings cannot be a way around the approval of a late charge rate."""

    _inherit = "property.parameter.value"

    @api.constrains("value", "parameter_id")
    def _check_late_rate(self):
        for row in self.filtered(lambda row: row.parameter_id.key == "late_rate"):
            shipped = float(row.parameter_id.default_value)
            rate = row.parameter_id._parse(row.value)
            rates = self.env["property.late.rate"].with_company(row.company_id)
            if rate > shipped and (warning := rates._warning_of(rate, row.estate_id or None)):
                raise ValidationError(
                    self.env._(
                        "%(warning)s Enter it as a late charge rate of the estate.",
                        warning=warning,
                    )
                )
