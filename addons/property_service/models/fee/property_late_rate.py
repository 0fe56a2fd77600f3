# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .property_version_mixin import PropertyVersionMixin

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
    _inherit = ["property.version.mixin"]
    _order = "estate_id, date_start desc, id desc"

    _workflow_moves = {
        **PropertyVersionMixin._workflow_moves,
        # in force at once within the lawful measure
        "draft": ("waiting", "approved", "cancelled"),
    }
    _version_frozen = ("estate_id", "date_start", "rate", "grace_days", "cap")

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

    # within the lawful measure a rate holds without an approval
    state = fields.Selection(selection_add=[("approved", "In force")])
    approved_by_id = fields.Many2one(string="Put in force by")
    approved_date = fields.Datetime(string="Put in force on")

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

    def _charges_by(self):
        return [
            ("late_for_id", "!=", False),
            ("estate_id", "=", self.estate_id.id),
            ("date_end", ">=", self.date_start),
            *([("date_start", "<=", self.date_end)] if self.date_end else []),
        ]

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
