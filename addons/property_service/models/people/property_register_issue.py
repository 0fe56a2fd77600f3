# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import money


class PropertyRegisterIssue(models.Model):
    """A month's issue of a register: compiled, reviewed, handed to the archivist (A §3, §4).

    Keeps the printed register as it was, so that a later correction does not change what was
    signed.
    """

    _name = "property.register.issue"
    _description = "Monthly register"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, estate_id, register"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("submitted",),
        "submitted": ("reviewed", "returned"),
        "returned": ("submitted",),
        "reviewed": ("signed_in",),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "reviewed": ("reviewed_by_id", "reviewed_date"),
        "signed_in": ("signed_in_by_id", "signed_in_date"),
    }

    register = fields.Selection(
        [
            ("owners", "Owners' information"),
            ("title", "Title register"),
            ("tenancy", "Tenancy register"),
        ],
        required=True,
    )
    estate_id = fields.Many2one("property.estate", required=True, index=True, check_company=True)
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    month = fields.Date(required=True)
    date_due = fields.Date(
        "Hand in by",
        compute="_compute_date_due",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    row_count = fields.Integer("Rows", readonly=True)
    # who may not print a register may not take its kept copy either
    workbook = fields.Binary(attachment=True, readonly=True, groups="property_service.group_staff")
    filename = fields.Char(readonly=True)
    printed = fields.Binary(
        "Printed form",
        attachment=True,
        readonly=True,
        groups="property_service.group_staff",
    )
    printed_filename = fields.Char("Filename of the printed form", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Being compiled"),
            ("submitted", "To be reviewed"),
            ("returned", "Returned"),
            ("reviewed", "Reviewed"),
            ("signed_in", "Handed to the archive"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )
    return_reason = fields.Char("Reason of the return", tracking=True)
    submitted_by_id = fields.Many2one("res.users", "Prepared by", readonly=True)
    submitted_date = fields.Datetime("Submitted on", readonly=True)
    reviewed_by_id = fields.Many2one("res.users", "Reviewed by", readonly=True)
    reviewed_date = fields.Datetime("Reviewed on", readonly=True)
    signed_in_by_id = fields.Many2one("res.users", "Received by", readonly=True)
    signed_in_date = fields.Datetime("Handed in on", readonly=True)
    late = fields.Boolean(compute="_compute_late")

    _month_once = models.UniqueIndex(
        "(estate_id, register, month)", "This register of the month exists already."
    )

    @api.depends("month", "estate_id")
    def _compute_date_due(self):
        for issue in self.filtered(lambda row: row.month and row.estate_id):
            first = money.add_months(money.month_start(issue.month), 1)
            day = issue.estate_id._parameter("register_hand_in_day")
            issue.date_due = first.replace(day=min(max(day, 1), money.days_in_month(first)))

    @api.depends("register", "estate_id.name", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["register"]._description_selection(self.env))
        for issue in self:
            month = f"{issue.month:%Y-%m}" if issue.month else ""
            issue.display_name = (
                f"{issue.estate_id.name or ''} {labels.get(issue.register)} {month}"
            )

    @api.depends("date_due", "signed_in_date")
    def _compute_late(self):
        today = fields.Date.context_today(self)
        for issue in self:
            done = today
            if issue.signed_in_date:
                # by the day where the archivist sits, not by the one of Greenwich
                done = fields.Datetime.context_timestamp(issue, issue.signed_in_date).date()
            issue.late = bool(issue.date_due and done > issue.date_due)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        return super().create(vals_list)

    def _options(self):
        """Return the options of the register: the month's last day."""
        self.ensure_one()
        return {
            "estate_ids": self.estate_id.ids,
            "date": fields.Date.to_string(money.month_end(self.month)),
        }

    def _register_model(self):
        return self.env[f"property.register.{self.register}"]

    def action_compile(self):
        """Fill the register as of the month's last day: a workbook and, if it can be made, a PDF.

        Only while it is compiled or has been returned; what was submitted stays as it was.
        """
        for issue in self.filtered(lambda row: row.state in ("draft", "returned")):
            issue = issue.with_context(lang=issue.estate_id._print_lang())
            register = issue._register_model()
            options = issue._options()
            table = register._content(options)
            printed = register._render_pdf(options)
            issue.write(
                {
                    "row_count": table["count"],
                    "workbook": base64.b64encode(register._workbook(table)),
                    "filename": f"{issue.display_name}.xlsx",
                    "printed": printed and base64.b64encode(printed),
                    "printed_filename": printed and f"{issue.display_name}.pdf",
                }
            )

    def action_submit(self):
        """Compile and hand over for review."""
        self.action_compile()
        self._move_to("submitted")

    def action_review(self):
        """State that the manager has reviewed the register.

        :raises AccessError: below the manager (handbook A §3)
        """
        self._check_reviewer()
        self._move_to("reviewed")

    def action_return(self):
        """Return the register for correction, with the reason in writing.

        :raises AccessError: below the manager (handbook A §3)
        :raises UserError: without `return_reason`
        """
        self._check_reviewer()
        for issue in self:
            if not (issue.return_reason or "").strip():
                raise UserError(
                    self.env._(
                        "“%(issue)s”: write down what has to be corrected.",
                        issue=issue.display_name,
                    )
                )
            issue._message_log(body=self.env._("Returned: %(reason)s", reason=issue.return_reason))
        self._move_to("returned")

    def _check_reviewer(self):
        if not (self.env.su or self.env.user.has_group("property_service.group_manager")):
            raise AccessError(self.env._("The month's registers are reviewed by the manager."))

    def action_sign_in(self):
        """State that the archivist has received the register."""
        self._move_to("signed_in")

    @api.model
    def _cron_prepare(self):
        """Prepare last month's registers of every estate; does nothing where they exist."""
        month = money.add_months(money.month_start(fields.Date.context_today(self)), -1)
        estates = self.env["property.estate"].search([("active", "=", True)])
        registers = [key for key, _label in self._fields["register"].selection]
        have = {(row.estate_id.id, row.register) for row in self.search([("month", "=", month)])}
        self.create(
            [
                {"estate_id": estate.id, "register": register, "month": month}
                for estate in estates
                for register in registers
                if (estate.id, register) not in have
            ]
        )
