# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from ...tools.local_time import day_bounds

#: states of a home that is lived in or used
OCCUPIED = ("occupied_owner", "leased", "business")
#: states before the home was handed over
NOT_DELIVERED = ("unsold", "sold_pending")


class PropertyComplaintSummary(models.Model):
    """The week's or month's words on complaints, and their figures frozen when locked.

    Handbook B C6: the agent compiles, the supervisor analyses, the project manager approves by
    the 5th of the next month. The figures are counted from the complaints' own stamps.
    """

    _name = "property.complaint.summary"
    _description = "Summary of complaints"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, kind, id desc"
    _rec_names_search = ["estate_id.name"]
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("submitted",),
        "submitted": ("approved", "draft"),
        "approved": ("locked", "draft"),
    }
    _workflow_stamps = {
        "submitted": ("submitted_by_id", "submitted_date"),
        "approved": ("approved_by_id", "approved_date"),
        "locked": (None, "locked_date"),
    }

    kind = fields.Selection(
        [("month", "Month"), ("week", "Week")], required=True, default="month", index=True
    )
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    date_from = fields.Date("From", required=True, index=True)
    date_to = fields.Date(
        "To", compute="_compute_date_to", store=True, readonly=False, precompute=True
    )
    received_count = fields.Integer("Complaints taken", compute="_compute_figures")
    valid_count = fields.Integer("Valid", compute="_compute_figures")
    closed_count = fields.Integer("Complaints closed", compute="_compute_figures")
    rate = fields.Float(
        "Complaint rate (%)", compute="_compute_figures", digits=(6, 2), aggregator="avg"
    )
    rate_exceeded = fields.Boolean("Above the limit", compute="_compute_figures")
    main_problems = fields.Text("Main problems (top 3)")
    cause_analysis = fields.Text("Analysis of causes")
    measures = fields.Text("Corrective and preventive measures")
    department_text = fields.Char("Responsible department")
    limit_date = fields.Date("Done until")
    check_of_last = fields.Text("Effect of last month's measures")
    typical_case = fields.Text("Typical case")
    next_measures = fields.Text("Measures of next week")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("locked", "Locked"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_date = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    locked_date = fields.Datetime(readonly=True, copy=False)

    _period_unique = models.UniqueIndex(
        "(estate_id, kind, date_from)", "There is a summary of this period already."
    )

    @api.depends("kind", "date_from")
    def _compute_date_to(self):
        for row in self:
            if row.date_from:
                row.date_to = (
                    money.month_end(row.date_from)
                    if row.kind == "month"
                    else row.date_from + timedelta(days=6)
                )

    @api.depends("estate_id", "date_from", "date_to")
    def _compute_figures(self):
        for row in self:
            if not (row.estate_id and row.date_from and row.date_to):
                row.received_count = row.valid_count = row.closed_count = 0
                row.rate, row.rate_exceeded = 0.0, False
                continue
            figures = self._figures(row.estate_id, row.date_from, row.date_to)
            row.received_count = figures["received"]
            row.valid_count = figures["valid"]
            row.closed_count = figures["settled"]
            row.rate = 100 * figures["rate"]
            row.rate_exceeded = figures["exceeded"]

    @api.depends("kind", "date_from", "estate_id.name")
    def _compute_display_name(self):
        for row in self:
            first = row.date_from
            text = ""
            if first:
                text = f"{first:%Y-%m}" if row.kind == "month" else f"{first}~{row.date_to}"
            row.display_name = f"{row.estate_id.name or ''} {text}"

    def write(self, vals):
        if not self._moving() and any(row.state in ("approved", "locked") for row in self):
            texts = set(vals) - {"message_follower_ids", "activity_ids", "message_ids"}
            if texts:
                raise UserError(self.env._("An approved summary is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if any(row.state != "draft" for row in self):
            raise UserError(self.env._("A submitted summary stays."))

    @api.model
    def _bounds(self, first, last):
        """Return a period of local days as UTC datetimes: from, and up to but not with."""
        return day_bounds(first, last)

    @api.model
    def _complaints(self, estates, first, last):
        """Return the complaints received in a period of local days."""
        start, end = self._bounds(first, last)
        return self.env["property.complaint"].search(
            [
                ("estate_id", "in", estates.ids),
                ("received_date", ">=", start),
                ("received_date", "<", end),
            ],
            order="received_date, id",
        )

    @api.model
    def _count(self, complaints):
        """Return the counts of C6 for some complaints: a dict of whole numbers."""
        deadlines = self.env["property.deadline"].sudo()
        late = set(
            deadlines.search(
                [
                    ("res_model", "=", "property.complaint"),
                    ("res_id", "in", complaints.ids),
                    ("step", "=", "reply"),
                    ("breached", "=", True),
                ]
            ).mapped("res_id")
        )
        now = fields.Datetime.now()
        due = set(
            deadlines.search(
                [
                    ("res_model", "=", "property.complaint"),
                    ("res_id", "in", complaints.ids),
                    ("step", "=", "reply"),
                    ("state", "=", "running"),
                    ("due", "<", now),
                ]
            ).mapped("res_id")
        )
        settled = complaints.filtered(
            lambda case: case.state in ("resolved", "followed_up", "closed", "invalid", "withdrawn")
        )
        asked = complaints.filtered("callback_ok")
        valid = complaints.filtered(lambda case: case.validity == "valid")
        return {
            "received": len(complaints),
            "valid": len(valid),
            "invalid": len(complaints.filtered(lambda case: case.validity == "invalid")),
            "settled": len(settled),
            "open": len(complaints - settled),
            "late": len(late | due),
            "replied": len(complaints.filtered("replied_date")),
            "asked": len(asked),
            "pleased": len(asked.filtered(lambda case: case.callback_ok != "bad")),
            "repeats": len(valid.filtered("is_repeat")),
        }

    @api.model
    def _households(self, estate):
        """Return how many homes the complaint rate is divided by (setting)."""
        domain = [
            ("estate_id", "=", estate.id),
            ("type_id.category", "not in", ("parking", "storage")),
        ]
        base = estate._parameter("complaint_rate_base")
        if base == "occupied":
            domain.append(("state", "in", OCCUPIED))
        elif base == "delivered":
            domain.append(("state", "not in", NOT_DELIVERED))
        return self.env["property.unit"].sudo().search_count(domain)

    @api.model
    def _figures(self, estate, first, last):
        """Return the figures of C6 for an estate and a period of local days.

        :return: the counts of `_count()`, and `rate`, `on_time`, `handled`, `repeat`, `pleased_rate`
            as shares, `exceeded` where the rate reaches the limit
        """
        counts = self._count(self._complaints(estate, first, last))
        numerator = counts["received"]
        if estate._parameter("complaint_rate_numerator") == "valid":
            numerator = counts["valid"]
        homes = self._households(estate)

        def share(part, whole):
            return part / whole if whole else 0.0

        rate = share(numerator, homes)
        return {
            **counts,
            "homes": homes,
            "rate": rate,
            "exceeded": bool(numerator) and 100 * rate >= estate._parameter("complaint_rate_max"),
            "on_time": share(counts["received"] - counts["late"], counts["received"]),
            "handled": share(counts["settled"], counts["received"]),
            "repeat": share(counts["repeats"], counts["valid"]),
            "pleased_rate": share(counts["pleased"], counts["asked"]),
        }

    def action_submit(self):
        """Submit the summary to the project manager.

        :raises UserError: if the words of the period are missing
        """
        for row in self:
            words = row.main_problems if row.kind == "month" else row.next_measures
            if not words:
                raise UserError(
                    self.env._("Write down the main problems, or next week's measures, first.")
                )
            row._move_to("submitted")
        return True

    def action_approve(self):
        """Approve the summary (project manager)."""
        self.env["property.complaint"]._check_role(
            "manager", self.env._("Approving a summary of complaints")
        )
        self._move_to("approved")
        return True

    def action_lock(self):
        """Lock an approved summary."""
        self._move_to("locked")
        return True

    def action_back(self):
        """Give the summary back to the draft."""
        self._move_to("draft")
        return True

    def action_print(self):
        """Print the form of the period: C6-2 of a month, C6-3 of a week."""
        self.ensure_one()
        register = "complaint.month" if self.kind == "month" else "complaint.week"
        options = {
            "estate_ids": self.estate_id.ids,
            "month": str(self.date_from),
            "date_from": str(self.date_from),
            "date_to": str(self.date_to),
        }
        return self.env[f"property.register.{register}"]._action_pdf(options)
