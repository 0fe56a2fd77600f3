# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_day

_logger = logging.getLogger(__name__)

#: tasks moved by the scheduled action at a time
CHUNK = 200
#: states in which a patrol can still be made
OPEN = ("scheduled", "in_progress", "overdue")


class PropertyPatrol(models.Model):
    """A patrol task (巡查任务, form E1-2): points to go to, each with its result.

    Handbook B §E1. It is done when every point has a result; what is late, missed or looks filled
    in afterwards (疑似补录) is shown, never typed.
    """

    _name = "property.patrol"
    _description = "Patrol"
    _inherit = ["property.case.mixin", "property.patrol.reasoned"]
    _order = "planned_start desc, id desc"
    _check_company_auto = True
    _rec_name = "number"

    _number_form = "XC"
    _workflow_moves = {
        "scheduled": ("in_progress", "overdue", "missed", "cancelled"),
        "in_progress": ("done", "overdue", "cancelled"),
        "overdue": ("scheduled", "in_progress", "done", "missed", "cancelled"),
    }
    _workflow_stamps = {
        "in_progress": ("started_by_id", "started_date"),
        "done": ("done_by_id", "done_date"),
    }
    _case_end = ("done", "missed", "cancelled")
    _reasons = {"reschedule": "action_reschedule", "cancel": "action_cancel"}
    _reasons_dated = ("reschedule",)

    plan_id = fields.Many2one(
        "property.patrol.plan", ondelete="restrict", index="btree_not_null", readonly=True
    )
    slot = fields.Char(readonly=True, copy=False)
    type_id = fields.Many2one("property.patrol.type", required=True, index=True)
    kind = fields.Selection(related="type_id.kind", store=True, index=True)
    route_id = fields.Many2one(
        "property.patrol.route", index="btree_not_null", domain="[('estate_id', '=', estate_id)]"
    )
    description = fields.Text("What it is about", default="")
    channel = fields.Selection(default="patrol")
    user_id = fields.Many2one(string="Patrolled by")
    occasion = fields.Selection(
        [("before", "Before heavy rain"), ("after", "After heavy rain")], readonly=True
    )
    weather = fields.Char()
    date = fields.Date(required=True, index=True, default=fields.Date.context_today)
    planned_start = fields.Datetime(
        "To begin at", required=True, index=True, default=fields.Datetime.now
    )
    planned_end = fields.Datetime(
        "To be done by",
        required=True,
        index=True,
        default=lambda self: fields.Datetime.now() + timedelta(hours=2),
    )
    visit_ids = fields.One2many("property.patrol.visit", "patrol_id", "Points", copy=False)
    point_count = fields.Integer("Number of points", compute="_compute_counts", store=True)
    done_count = fields.Integer("Points with result", compute="_compute_counts", store=True)
    on_time_count = fields.Integer("Points on time", compute="_compute_counts", store=True)
    abnormal_count = fields.Integer("Abnormal points", compute="_compute_counts", store=True)
    finding_ids = fields.One2many("property.finding", "patrol_id", "Patrol findings")
    finding_count = fields.Integer("Number of findings", compute="_compute_finding_count")
    progress = fields.Float("Done (%)", compute="_compute_counts", store=True, aggregator="avg")
    late = fields.Boolean(readonly=True, copy=False, index=True, help="Not done in its time.")
    suspicious = fields.Boolean("Looks filled in later", compute="_compute_suspicious", store=True)
    reason = fields.Char("Reason of a change", readonly=True, copy=False, tracking=True)
    first_planned = fields.Datetime("First planned for", readonly=True, copy=False)
    review = fields.Text("Opinion of the supervisor")
    count_due = fields.Integer("Patrols due", compute="_compute_figures", store=True)
    count_done = fields.Integer("Completed", compute="_compute_figures", store=True)
    state = fields.Selection(
        [
            ("scheduled", "Scheduled"),
            ("in_progress", "On patrol"),
            ("overdue", "Overdue"),
            ("done", "Done"),
            ("missed", "Left out"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="scheduled",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    started_by_id = fields.Many2one("res.users", "Started by", readonly=True, copy=False)
    started_date = fields.Datetime("Started on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Finished by", readonly=True, copy=False)
    done_date = fields.Datetime("Finished on", readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(plan_id, slot, COALESCE(building_id, 0)) WHERE plan_id IS NOT NULL AND slot IS NOT NULL",
        "This patrol is planned already.",
    )
    _open_end = models.Index("(planned_end) WHERE state IN ('scheduled', 'in_progress', 'overdue')")
    _planned = models.Constraint(
        "CHECK (planned_end >= planned_start)", "A patrol ends after it begins."
    )

    @api.depends("visit_ids.state", "visit_ids.arrival")
    def _compute_counts(self):
        figures = {}
        if self.ids:
            for patrol, state, arrival, count in self.env["property.patrol.visit"]._read_group(
                [("patrol_id", "in", self.ids)], ["patrol_id", "state", "arrival"], ["__count"]
            ):
                figures.setdefault(patrol.id, []).append((state, arrival, count))
        for patrol in self:
            rows = figures.get(patrol.id or patrol._origin.id, [])
            patrol.point_count = sum(row[2] for row in rows)
            patrol.done_count = sum(row[2] for row in rows if row[0] != "pending")
            patrol.on_time_count = sum(row[2] for row in rows if row[1] in ("early", "on_time"))
            patrol.abnormal_count = sum(row[2] for row in rows if row[0] == "abnormal")
            total = patrol.point_count
            patrol.progress = 100.0 * patrol.done_count / total if total else 0.0

    @api.depends("state")
    def _compute_figures(self):
        for patrol in self:
            patrol.count_due = int(patrol.state != "cancelled")
            patrol.count_done = int(patrol.state == "done")

    @api.depends("visit_ids.suspicious")
    def _compute_suspicious(self):
        for patrol in self:
            patrol.suspicious = any(patrol.visit_ids.mapped("suspicious"))

    def _compute_finding_count(self):
        counts = dict(
            self.env["property.finding"]._read_group(
                [("patrol_id", "in", self.ids)], ["patrol_id"], ["__count"]
            )
        )
        for patrol in self:
            patrol.finding_count = counts.get(patrol, 0)

    def _callback_class(self):
        return False

    @api.model_create_multi
    def create(self, vals_list):
        """Patrols made by hand for a route get its points."""
        patrols = super().create(vals_list)
        for patrol in patrols.filtered(lambda row: row.route_id and not row.visit_ids):
            patrol.visit_ids = [
                Command.create({"sequence": number, "point_id": point.id, "name": point.name})
                for number, point in enumerate(patrol.route_id.point_ids, 1)
            ]
        return patrols

    # work ----------------------------------------------------------------------------------------

    def action_start(self):
        """Begin the patrol: the items of every point are laid out; open its next point.

        :raises UserError: for a patrol without points
        """
        for patrol in self:
            if not patrol.visit_ids:
                raise UserError(self.env._("The patrol %s has no points.", patrol.number))
            patrol._move_to("in_progress", user_id=self.env.uid)
        self.visit_ids._lay_out()
        return self.action_next() if len(self) == 1 else True

    def action_next(self):
        """Open the next point without a result; the patrol itself where there is none."""
        self.ensure_one()
        visit = self.visit_ids.filtered(lambda row: row.state == "pending")[:1]
        return visit._open() if visit else self._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def action_finish(self):
        """Finish the patrol when every point has its result.

        :raises UserError: naming the points that lack one
        """
        for patrol in self:
            missing = patrol.visit_ids.filtered(lambda row: row.state == "pending")
            if missing:
                raise UserError(
                    self.env._(
                        "The patrol cannot be finished: %(count)s points have no result, like "
                        "%(names)s.",
                        count=len(missing),
                        names="、".join(missing[:3].mapped("name")),
                    )
                )
            if patrol.state == "scheduled":
                raise UserError(self.env._("Begin the patrol %s first.", patrol.number))
            patrol._move_to("done", late=patrol.late or patrol.planned_end < fields.Datetime.now())
            patrol.visit_ids._find_suspicious()

    def action_reschedule(self, reason=None, moment=None):
        """Move the patrol to another time, with the reason (rain, illness …).

        :param str reason: why
        :param datetime moment: when it begins now, UTC
        :raises UserError: without them, in the past, or for a patrol that is done or missed
        """
        if not reason or not moment:
            raise UserError(self.env._("Name the new time and the reason."))
        if moment < fields.Datetime.now():
            raise UserError(self.env._("A patrol is not moved to a time that is over."))
        for patrol in self:
            if patrol.state not in ("scheduled", "overdue"):
                raise UserError(
                    self.env._(
                        "The patrol %s has begun or is over: it cannot be moved.", patrol.number
                    )
                )
            values = {
                "first_planned": patrol.first_planned or patrol.planned_start,
                "planned_start": moment,
                "planned_end": moment + (patrol.planned_end - patrol.planned_start),
                "date": local_day(moment),
                "reason": reason,
            }
            if patrol.state == "overdue":
                patrol._move_to("scheduled", **values)
            else:
                patrol._with_move().write(values)

    def write(self, vals):
        """Keep the time of a planned patrol: it is moved with a reason only.

        :raises UserError: for whoever writes it
        """
        planned = {"planned_start", "planned_end", "date", "first_planned", "late", "slot"}
        if planned & vals.keys() and not self._moving() and not self.env.su:
            if self.filtered(lambda row: row.plan_id or row.state != "scheduled"):
                raise UserError(self.env._("A planned patrol is moved with a reason only."))
        return super().write(vals)

    def action_cancel(self, reason=None):
        """Cancel the patrol, with the reason: the supervisor decides.

        :raises UserError: without a reason, or for who is no supervisor
        """
        if not reason or not self._is_supervisor():
            raise UserError(self.env._("A supervisor cancels a patrol, with a reason."))
        self._move_to("cancelled", reason=reason)

    def action_open_findings(self):
        """Open what was found on the patrol."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Patrol findings"),
            "res_model": "property.finding",
            "view_mode": "list,kanban,form",
            "domain": [("patrol_id", "in", self.ids)],
        }

    @api.model
    def _cron_late(self):
        """Show patrols that are late, and give up those nobody began; safe to run twice.

        A patrol that cannot be moved is logged and left, the others go on.
        """
        now = fields.Datetime.now()
        cron = self.env["ir.cron"]
        broken = self.browse()
        while True:
            todo = self.search(
                [
                    ("state", "in", ("scheduled", "in_progress")),
                    ("planned_end", "<", now),
                    ("id", "not in", broken.ids),
                ],
                order="planned_end, id",
                limit=CHUNK,
            )
            if not todo:
                break
            broken |= todo._each_moved("overdue")
            cron._commit_progress(len(todo))
        for estate in self.env["property.estate"].search([("active", "=", True)]):
            end = now - timedelta(hours=estate._parameter("patrol_missed_hours"))
            gone = self.search(
                [
                    ("estate_id", "=", estate.id),
                    ("state", "=", "overdue"),
                    ("started_date", "=", False),
                    ("planned_end", "<", end),
                ],
                limit=CHUNK * 10,
            )
            (gone - broken)._each_moved("missed")
            cron._commit_progress(len(gone))

    def _each_moved(self, state):
        """Move the patrols to `state`, one by one where they do not move together.

        :return: those that could not be moved
        """
        try:
            with self.env.cr.savepoint():
                self._move_to(state, late=True)
                if state == "missed":
                    self.visit_ids.filtered(lambda row: row.state == "pending").write(
                        {"arrival": "missed"}
                    )
                self.flush_recordset()
            return self.browse()
        except Exception as error:
            if len(self) == 1:
                _logger.warning("Patrol %s cannot become %s: %s", self.id, state, error)
                return self
        broken = self.browse()
        for patrol in self:
            broken |= patrol._each_moved(state)
        return broken

    @api.ondelete(at_uninstall=False)
    def _unlink_only_scheduled(self):
        if any(patrol.state not in ("scheduled", "cancelled") for patrol in self):
            raise UserError(self.env._("A patrol that has begun is kept."))
