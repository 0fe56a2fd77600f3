# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local, local_day, local_time


class PropertyStewardLog(models.Model):
    """A steward's daily log (片区管家(A岗)日巡查日志, form E3-1, handbook B §E3)."""

    _name = "property.steward.log"
    _description = "Steward's daily log"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _workflow_moves = {"open": ("submitted",), "submitted": ("commented", "open")}
    _workflow_stamps = {
        "submitted": (None, "submitted_date"),
        "commented": ("commented_by_id", "commented_date"),
    }

    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    user_id = fields.Many2one(
        "res.users", "Steward", required=True, default=lambda self: self.env.user, index=True
    )
    relief_for_id = fields.Many2one("res.users", "In relief of", index="btree_not_null")
    estate_id = fields.Many2one("property.estate", required=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    area = fields.Char(compute="_compute_area", store=True, readonly=False)
    patrol_ids = fields.Many2many("property.patrol", compute="_compute_patrols")
    morning = fields.Char("Patrol in the morning", compute="_compute_patrols")
    afternoon = fields.Char("Patrol in the afternoon", compute="_compute_patrols")
    order_text = fields.Text("Order")
    engineering_text = fields.Text("Engineering seen")
    environment_text = fields.Text("Environment seen")
    renovation_text = fields.Text("Renovation")
    vacant_text = fields.Text("Vacant units")
    contact_count = fields.Integer("Households spoken to")
    contact_text = fields.Text("What they said")
    dunning_count = fields.Integer("Households dunned")
    promise_count = fields.Integer("Promises")
    pending_text = fields.Text("To be followed up")
    comment = fields.Text("Comment of the supervisor")
    state = fields.Selection(
        [("open", "Being written"), ("submitted", "Submitted"), ("commented", "Commented")],
        required=True,
        default="open",
        index=True,
        tracking=True,
        copy=False,
    )
    submitted_date = fields.Datetime("Submitted on", readonly=True, copy=False)
    commented_by_id = fields.Many2one("res.users", "Commented by", readonly=True, copy=False)
    commented_date = fields.Datetime("Commented on", readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(user_id, estate_id, date)", "This steward has a log of the day already."
    )

    @api.depends("date", "user_id")
    def _compute_display_name(self):
        for log in self:
            log.display_name = f"{log.date or ''} {log.user_id.name or ''}"

    @api.depends("user_id", "estate_id")
    def _compute_area(self):
        for log in self:
            buildings = self.env["property.building"].search(
                [("estate_id", "=", log.estate_id.id), ("steward_ids", "in", log.user_id.ids)]
            )
            log.area = "、".join(buildings.mapped("name")) or False

    @api.depends("date", "user_id", "estate_id")
    def _compute_patrols(self):
        for log in self:
            patrols = self.env["property.patrol"].search(
                [
                    ("estate_id", "=", log.estate_id.id),
                    ("date", "=", log.date),
                    ("user_id", "=", log.user_id.id),
                    ("started_date", "!=", False),
                ],
                order="started_date",
            )
            log.patrol_ids = patrols
            noon = local_time(log.date, 12) if log.date else fields.Datetime.now()
            log.morning = log._spans(
                patrols.filtered(lambda row, noon=noon: row.started_date < noon)
            )
            log.afternoon = log._spans(
                patrols.filtered(lambda row, noon=noon: row.started_date >= noon)
            )

    def _spans(self, patrols):
        parts = []
        for patrol in patrols:
            start, end = local(patrol.started_date), local(patrol.done_date)
            parts.append(f"{start:%H:%M}–{end:%H:%M}" if end else f"{start:%H:%M}–")
        return "、".join(parts) or False

    def action_fill(self):
        """Fill in what the day's patrols, findings and calls show; texts that are there stay."""
        kinds = {
            "order_text": ("SECURITY", "FIRE", "DANGER"),
            "engineering_text": ("REPAIR", "REPAIR_M"),
            "environment_text": ("CLEAN", "GREEN"),
            "renovation_text": ("DECO",),
            "vacant_text": ("VACANT",),
        }
        states = dict(
            self.env["property.finding"]._fields["state"]._description_selection(self.env)
        )
        for log in self.filtered(lambda row: row.state == "open"):
            start = local_time(log.date, 0)
            day = [
                ("estate_id", "=", log.estate_id.id),
                ("found_date", ">=", start),
                ("found_date", "<", start + timedelta(days=1)),
                ("finder_id", "=", log.user_id.id),
            ]
            findings = self.env["property.finding"].search(day, order="id")
            values = {}
            for name, codes in kinds.items():
                rows = findings.filtered(lambda row, codes=codes: row.category_id.code in codes)
                text = "\n".join(
                    f"{row.number} {row.place or row.unit_id.full_name or ''} "
                    f"{row.description} [{states[row.state]}]"
                    for row in rows
                )
                values[name] = log[name] or text or self.env._("Normal")
            calls = self.env["property.callback"].search(
                [
                    ("estate_id", "=", log.estate_id.id),
                    ("call_user_id", "=", log.user_id.id),
                    ("call_date", ">=", start),
                    ("call_date", "<", start + timedelta(days=1)),
                ]
            )
            values["contact_count"] = log.contact_count or len(calls.partner_id)
            contacts = self.env["property.dunning.contact"].search(
                [
                    ("user_id", "=", log.user_id.id),
                    ("date", ">=", start),
                    ("date", "<", start + timedelta(days=1)),
                ]
            )
            values["dunning_count"] = log.dunning_count or len(contacts.unit_id)
            values["promise_count"] = log.promise_count or len(
                contacts.filtered("promise_date").unit_id
            )
            pending = findings.filtered(lambda row: row.state != "closed")
            values["pending_text"] = log.pending_text or "、".join(
                number for number in pending.mapped("number") if number
            )
            log.write(values)

    def action_submit(self):
        """Submit the log at the end of the shift.

        :raises UserError: for who is not the steward, or before the day has come
        """
        for log in self:
            if log.user_id != self.env.user and not self.env.su:
                raise UserError(self.env._("The log is submitted by the steward who wrote it."))
            if log.date > local_day(fields.Datetime.now()):
                raise UserError(self.env._("This day has not come yet."))
        self._move_to("submitted")

    def action_comment(self):
        """Comment on the log, as supervisor.

        :raises UserError: for who is no supervisor, or without a comment
        """
        for log in self:
            if not self.env.user.has_group("property_service.group_supervisor"):
                raise UserError(self.env._("The log is commented on by a supervisor."))
            if not log.comment:
                raise UserError(self.env._("Write the comment first."))
        self._move_to("commented")

    def write(self, vals):
        """Keep a submitted log as it is; only the supervisor's comment is added.

        :raises UserError: for whoever edits it
        """
        guarded = set(vals) - {"comment", "message_follower_ids", "activity_ids"}
        if guarded and not self._moving() and not self.env.su:
            if self.filtered(lambda row: row.state != "open"):
                raise UserError(self.env._("A submitted log stays as it is."))
        return super().write(vals)
