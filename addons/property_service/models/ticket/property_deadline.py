# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: deadlines looked at per transaction of the scheduled action
CHUNK = 200


class PropertyDeadline(models.Model):
    """The clock of one step of a case: when it began, when it is due, whether it was kept.

    Everything comes from stamps: start and end are times of moves, pauses are booked as minutes
    run so far. `next_check` is when the clock has something to tell next — a warning, the breach,
    an escalation; closed clocks have none, so the scheduled action never looks at them.
    """

    _name = "property.deadline"
    _description = "Deadline"
    _order = "due, id"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    step = fields.Char(required=True, readonly=True)
    policy_id = fields.Many2one(
        "property.deadline.policy",
        "Rule of the deadline",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
    )
    estate_id = fields.Many2one("property.estate", required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    start = fields.Datetime(required=True, readonly=True)
    due = fields.Datetime("Due at", required=True, readonly=True, index=True)
    done = fields.Datetime("Kept at", readonly=True)
    paused_since = fields.Datetime(readonly=True)
    minutes_run = fields.Float(readonly=True, help="Minutes of the clock before the last pause.")
    clock_start = fields.Datetime(readonly=True, help="Since when the clock runs without a pause.")
    state = fields.Selection(
        [
            ("running", "Clock runs"),
            ("paused", "Paused"),
            ("kept", "Kept in time"),
            ("missed", "Missed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="running",
        readonly=True,
        index=True,
        help="Missed: done, but too late.",
    )
    breached = fields.Boolean(readonly=True, index=True)
    breached_at = fields.Datetime(readonly=True)
    warned = fields.Boolean(readonly=True)
    told_percent = fields.Integer(readonly=True, help="Escalations up to here were sent.")
    next_check = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)

    _document = models.Index("(res_model, res_id)")
    _to_check = models.Index("(next_check) WHERE next_check IS NOT NULL")
    _once = models.UniqueIndex(
        "(res_model, res_id, step) WHERE state IN ('running', 'paused')",
        "This step's clock is running already.",
    )

    @api.depends("res_model", "step")
    def _compute_display_name(self):
        for deadline in self:
            deadline.display_name = deadline.policy_id.display_name or deadline.step

    @api.model
    def _begin(self, documents, step, start=None):
        """Start the clock of `step` for each document that has a policy for it.

        :param documents: cases (`property.case.mixin`)
        :param datetime start: when it began, now where none is given
        :return: the deadlines
        """
        start = start or fields.Datetime.now()
        values, known = [], {}
        policies = self.env["property.deadline.policy"]
        for document in documents:
            key = (
                document._deadline_category(),
                document._deadline_urgency(),
                document.estate_id,
            )
            if key not in known:
                known[key] = policies._find(document._name, step, *key)
            policy = known[key]
            if policy:
                agreed = document._deadline_agreed(step)
                begin = policy._before(agreed) if agreed else start
                values.append(
                    {
                        "res_model": document._name,
                        "res_id": document.id,
                        "step": step,
                        "policy_id": policy.id,
                        "estate_id": document.estate_id.id,
                        "start": begin,
                        "clock_start": begin,
                        "due": agreed or policy._due(begin),
                    }
                )
        # what was closed just now is known to the unique index only once it is written
        self.flush_model(["state"])
        deadlines = self.sudo().create(values)
        deadlines._set_next_check()
        return deadlines

    @api.model
    def _of(self, documents, steps=None, states=("running", "paused")):
        """Return the clocks of `documents` that are not closed, all steps or some."""
        domain = [
            ("res_model", "=", documents._name),
            ("res_id", "in", documents.ids),
            ("state", "in", states),
        ]
        if steps is not None:
            domain.append(("step", "in", list(steps)))
        return self.sudo().search(domain)

    def _finish(self, now=None):
        """Close clocks whose step was done: kept in time, or missed."""
        now = now or fields.Datetime.now()
        for deadline in self:
            late = not deadline.paused_since and now > deadline.due
            deadline.write(
                {
                    "done": now,
                    "state": "missed" if late else "kept",
                    "breached": late or deadline.breached,
                    "breached_at": deadline.breached_at or (deadline.due if late else False),
                    "paused_since": False,
                    "next_check": False,
                }
            )

    def _cancel(self):
        """Close clocks whose step is not needed any more."""
        self.write({"state": "cancelled", "next_check": False, "paused_since": False})

    def _pause(self, now=None):
        """Stop the clocks that may stand still while their case is on hold."""
        now = now or fields.Datetime.now()
        for deadline in self:
            if deadline.state != "running" or not deadline.policy_id.pause_on_hold:
                continue
            run = deadline.policy_id._elapsed(deadline.clock_start, now)
            deadline.write(
                {
                    "state": "paused",
                    "paused_since": now,
                    "minutes_run": deadline.minutes_run + run,
                    "next_check": False,
                }
            )

    def _resume(self, now=None):
        """Let paused clocks run on; what has run before the pause stays run."""
        now = now or fields.Datetime.now()
        for deadline in self.filtered(lambda row: row.state == "paused"):
            deadline.write(
                {
                    "state": "running",
                    "paused_since": False,
                    "clock_start": now,
                    "due": deadline.policy_id._due(now, deadline.minutes_run),
                }
            )
        self._set_next_check()

    def _at_percent(self, percent):
        """Return when `percent` of the time is used up; above 100 beyond the deadline."""
        whole = self.due - self.clock_start
        if percent <= 100 and self.minutes_run:
            total = self.policy_id._minutes() or 1
            share = (percent / 100 * total - self.minutes_run) / max(total - self.minutes_run, 1)
            return self.clock_start + whole * max(share, 0)
        return self.clock_start + whole * (percent / 100)

    def _set_next_check(self):
        """Note when the next thing is to be told."""
        for deadline in self:
            if deadline.state != "running":
                deadline.next_check = False
                continue
            percents = [row.percent for row in deadline.policy_id.escalation_ids]
            moments = [
                deadline._at_percent(percent)
                for percent in percents
                if percent > deadline.told_percent
            ]
            if not deadline.warned and deadline.policy_id.warn_percent:
                moments.append(deadline._at_percent(deadline.policy_id.warn_percent))
            if not deadline.breached:
                moments.append(deadline.due)
            deadline.next_check = min(moments) if moments else False

    @api.model
    def _cron_check(self):
        """Warn, record breaches and escalate what has come due; a broken record is parked.

        Looks only at clocks with a `next_check` in the past, a chunk per commit; safe to be run
        twice or killed, because what was told is noted in the same transaction.
        """
        cron = self.env["ir.cron"]
        while True:
            now = fields.Datetime.now()
            todo = self.search(
                [("next_check", "!=", False), ("next_check", "<=", now)],
                order="next_check, id",
                limit=CHUNK,
            )
            if not todo:
                return
            for deadline in todo:
                try:
                    with self.env.cr.savepoint():
                        deadline._check(now)
                except Exception as error:
                    _logger.warning("Deadline %s cannot be told: %s", deadline.id, error)
                    deadline.write({"error": str(error), "next_check": now + timedelta(hours=1)})
            if not cron._commit_progress(len(todo)):
                return

    def _check(self, now):
        """Tell what is to be told of one clock at `now`."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            self._cancel()
            return
        values = {"error": False}
        policy = self.policy_id
        if now >= self.due and not self.breached:
            values.update(breached=True, breached_at=self.due)
            document._deadline_breached(self)
        if not self.warned and policy.warn_percent and now >= self._at_percent(policy.warn_percent):
            values["warned"] = True
            document._deadline_tell(self, "handler", warning=now < self.due)
        for row in policy.escalation_ids.sorted("percent"):
            if row.percent > self.told_percent and now >= self._at_percent(row.percent):
                document._deadline_tell(self, row.role, warning=row.percent < 100)
                values["told_percent"] = row.percent
        self.write(values)
        self._set_next_check()

    def action_open_document(self):
        """Open the case the deadline belongs to."""
        self.ensure_one()
        if self.res_model not in self.env:
            raise UserError(self.env._("The document of this deadline is gone."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
