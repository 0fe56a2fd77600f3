# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyVersionMixin(models.AbstractModel):
    """A dated version of what an estate charges by: a price, a tariff, a late charge rate.

    Approved before use and never edited afterwards (handbook B H1, H3, H8): what changes is a new
    version, which starts where the old one is ended. None ends before the last day that was
    charged by it.
    """

    _name = "property.version.mixin"
    _description = "Dated version"
    _inherit = ["property.workflow.mixin", "property.approval.mixin", "mail.thread"]
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("waiting", "cancelled"),
        "waiting": ("approved", "draft", "cancelled"),
        "approved": ("cancelled",),
    }
    _workflow_stamps = {"approved": ("approved_by_id", "approved_date")}
    #: fields that stay as they were approved
    _version_frozen = ("estate_id", "date_start")

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
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting for approval"),
            ("approved", "Approved"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
        index=True,
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)

    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The last day cannot be before the first.",
    )

    def _charges_by(self):
        """Return the domain of the charges made by this version."""
        raise NotImplementedError

    def _last_charge(self):
        """Return the charge made by this version that goes on longest, or none."""
        self.ensure_one()
        charges = self.env["property.charge"].sudo()
        return charges.search(
            [*self._charges_by(), ("cancelled", "=", False)], order="date_end desc", limit=1
        )

    def write(self, vals):
        """Keep what was approved, and let nothing end before what was charged.

        :raises UserError: if so
        """
        fixed = self.filtered(lambda version: version.state in ("waiting", "approved"))
        if fixed and vals.keys() & set(self._version_frozen):
            fixed[0]._refuse_edit()
        if "date_end" in vals:
            for version in fixed:
                version._check_end(fields.Date.to_date(vals["date_end"]))
        return super().write(vals)

    def _refuse_edit(self):
        raise UserError(
            self.env._(
                "“%(version)s” was approved or is being approved and is never edited: end it and "
                "make a new version.",
                version=self.display_name,
            )
        )

    def _check_end(self, date_end):
        """Refuse an end later than approved, or before the last day charged already.

        :param date date_end: the last day, or None for no end
        """
        if self.date_end and (not date_end or date_end > self.date_end):
            raise UserError(
                self.env._(
                    "“%(version)s” was approved until %(date)s: for the time after it make a new "
                    "version and have it approved.",
                    version=self.display_name,
                    date=fields.Date.to_string(self.date_end),
                )
            )
        last = self._last_charge()
        if date_end and last and last.date_end > date_end:
            raise UserError(
                self.env._(
                    "“%(version)s” has been charged until %(date)s and cannot end before that.",
                    version=self.display_name,
                    date=fields.Date.to_string(last.date_end),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda version: version.state not in ("draft", "cancelled")):
            raise UserError(
                self.env._("“%(version)s” cannot be deleted: end it.", version=kept[0].display_name)
            )

    def action_withdraw(self):
        """Take versions that wait for their approval back to draft."""
        for version in self:
            version._move_to("draft")
            version._withdraw_approval()

    def action_cancel(self):
        """Cancel versions nothing was charged by.

        :raises UserError: if something was: it is ended instead
        """
        for version in self:
            if version.state == "approved" and version._last_charge():
                raise UserError(
                    self.env._(
                        "“%(version)s” has been charged: end it instead of cancelling it.",
                        version=version.display_name,
                    )
                )
            version._move_to("cancelled")
            version._withdraw_approval()

    def action_new_version(self):
        """Open a new version like this one, to start where this one is ended."""
        self.ensure_one()
        start = (self.date_end or fields.Date.context_today(self)) + timedelta(days=1)
        values = self.copy_data({"date_start": fields.Date.to_string(start), "date_end": False})[0]
        values.pop("state", None)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New version"),
            "res_model": self._name,
            "view_mode": "form",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self._move_to("draft")
        self.message_post(body=self.env._("Refused: %(reason)s", reason=reason))
