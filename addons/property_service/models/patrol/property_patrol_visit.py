# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..estate.property_unit import STATES as UNIT_STATES

#: results of a point
DONE = ("ok", "abnormal", "nobody", "refused")


class PropertyPatrolVisit(models.Model):
    """A point of a patrol and its result, made on a phone (handbook B §E1)."""

    _name = "property.patrol.visit"
    _description = "Point of a patrol"
    _inherit = ["property.workflow.mixin"]
    _order = "patrol_id, sequence, id"

    _workflow_moves = {
        "pending": DONE,
        "ok": ("abnormal",),
        "nobody": ("ok", "abnormal"),
        "refused": ("ok", "abnormal"),
    }
    _workflow_stamps = dict.fromkeys(DONE, ("user_id", "done_date"))

    patrol_id = fields.Many2one("property.patrol", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(
        related="patrol_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="patrol_id.company_id", store=True, index=True, precompute=True
    )
    date = fields.Date(related="patrol_id.date", store=True, index=True)
    kind = fields.Selection(related="patrol_id.kind", store=True, index=True)
    patrol_state = fields.Selection(related="patrol_id.state", string="State of the patrol")
    sequence = fields.Integer(default=10)
    name = fields.Char("Point", required=True)
    point_id = fields.Many2one(
        "property.patrol.point", "Patrol point", ondelete="restrict", index="btree_not_null"
    )
    unit_id = fields.Many2one("property.unit", "Room", ondelete="restrict", index="btree_not_null")
    unit_state = fields.Selection(UNIT_STATES, "Use status then", readonly=True)
    check_ids = fields.One2many("property.patrol.check", "visit_id", "Checks")
    check_count = fields.Integer("Checks left", compute="_compute_check_count")
    scanned_date = fields.Datetime("Scanned on", readonly=True, copy=False)
    scanned_by_id = fields.Many2one("res.users", "Scanned by", readonly=True, copy=False)
    arrival = fields.Selection(
        [
            ("early", "Early"),
            ("on_time", "Came on time"),
            ("late", "Came late"),
            ("missed", "Not gone to"),
        ],
        readonly=True,
        copy=False,
        index=True,
    )
    suspicious = fields.Boolean("Looks filled in later", readonly=True, copy=False, index=True)
    suspicion = fields.Char("Why", readonly=True, copy=False)
    note = fields.Text("Remark")
    photo = fields.Image(max_width=1600, max_height=1600)
    water = fields.Float("Water meter (m³)", digits=(16, 2), aggregator=None)
    power = fields.Float("Power meter (kWh)", digits=(16, 2), aggregator=None)
    gas = fields.Float("Gas meter (m³)", digits=(16, 2), aggregator=None)
    meters_read = fields.Boolean()
    workers = fields.Integer("Workers on site")
    owner_told = fields.Datetime("Owner told on")
    finding_ids = fields.One2many("property.finding", "visit_id", "Patrol findings")
    state = fields.Selection(
        [
            ("pending", "To do"),
            ("ok", "Normal"),
            ("abnormal", "Abnormal"),
            ("nobody", "Nobody there"),
            ("refused", "Not let in"),
        ],
        required=True,
        default="pending",
        index=True,
    )
    user_id = fields.Many2one("res.users", "Looked at by", readonly=True, copy=False)
    done_date = fields.Datetime("Looked at on", readonly=True, copy=False)

    @api.depends("check_ids.result")
    def _compute_check_count(self):
        for visit in self:
            visit.check_count = len(visit.check_ids.filtered(lambda row: not row.result))

    def _items(self):
        self.ensure_one()
        return self.point_id.item_ids or self.patrol_id.type_id.item_ids

    def _lay_out(self):
        """Make the check rows of points that have none yet, all in one go."""
        self.env["property.patrol.check"].sudo().create(
            [
                {"visit_id": visit.id, "item_id": item.id, "sequence": number}
                for visit in self
                if not visit.check_ids
                for number, item in enumerate(visit._items(), 1)
            ]
        )

    def _open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def action_open(self):
        """Open the point on the phone."""
        return self._open()

    def _scan(self):
        """Note that the code of the point was scanned, now and by this user."""
        for visit in self.filtered(lambda row: not row.scanned_date):
            visit._with_move().write(
                {"scanned_date": fields.Datetime.now(), "scanned_by_id": self.env.uid}
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Add points: scans and arrivals are noted by the system alone."""
        if not self.env.su:
            for vals in vals_list:
                for name in ("scanned_date", "scanned_by_id", "arrival", "suspicious"):
                    vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        """Keep what the system notes itself, and what belongs to a patrol that is done.

        :raises UserError: for whoever changes it from outside
        """
        noted = {"scanned_date", "scanned_by_id", "arrival", "suspicious", "suspicion", "patrol_id"}
        if not self._moving() and not self.env.su:
            if noted & vals.keys():
                raise UserError(self.env._("Scans and arrivals are noted by the system."))
            if self.filtered(lambda row: row.patrol_id.state in ("done", "missed", "cancelled")):
                raise UserError(self.env._("The patrol is over: its results stay as they are."))
        return super().write(vals)

    # results -------------------------------------------------------------------------------------

    def _arrival_now(self):
        self.ensure_one()
        now, patrol = fields.Datetime.now(), self.patrol_id
        tolerance = timedelta(minutes=self.estate_id._parameter("patrol_tolerance_minutes"))
        if now < patrol.planned_start - tolerance:
            return "early"
        return "late" if now > patrol.planned_end + tolerance else "on_time"

    def _give(self, state):
        """Give the point its result and note how punctual it was."""
        for visit in self:
            if visit.patrol_id.state == "scheduled":
                raise UserError(self.env._("Begin the patrol first."))
            if visit.patrol_id.state not in ("in_progress", "overdue"):
                raise UserError(self.env._("The patrol is over: its results stay as they are."))
            visit._tell_usage()
            visit._move_to(state, arrival=visit._arrival_now())

    def action_all_normal(self):
        """Everything at the point is normal; open the next one.

        :raises UserError: where a check says otherwise, or needs a value or a photo
        """
        for visit in self:
            visit._lay_out()
            for check in visit.check_ids.filtered(lambda row: not row.result):
                check._pass()
            if visit.check_ids.filtered(lambda row: row.result == "bad"):
                raise UserError(
                    self.env._("Something at “%s” is not normal: finish the point.", visit.name)
                )
            visit._give("ok")
        return self[:1].patrol_id.action_next()

    def action_done(self):
        """Finish the point: normal, or abnormal with a finding for everything that is wrong.

        :raises UserError: where a check has no result, or what is wrong lacks text or photo
        """
        for visit in self:
            visit._lay_out()
            left = visit.check_ids.filtered(lambda row: not row.result)
            if left:
                raise UserError(
                    self.env._(
                        "“%(point)s”: no result yet for %(items)s.",
                        point=visit.name,
                        items="、".join(left.item_id.mapped("name")),
                    )
                )
            bad = visit.check_ids.filtered(lambda row: row.result == "bad")
            bad._check_told()
            visit._give("abnormal" if bad else "ok")
            bad._make_findings()
        return self[:1].patrol_id.action_next()

    def action_nobody(self):
        """Nobody is there, or there is no access (handbook B §E4, §E5)."""
        self._give("nobody")
        return self[:1].patrol_id.action_next()

    def action_refused(self):
        """The door is not opened (拒不开门): noted with a remark.

        :raises UserError: without a remark
        """
        for visit in self:
            if not visit.note:
                raise UserError(self.env._("Note who refused, and when the owner was asked."))
        self._give("refused")
        return self[:1].patrol_id.action_next()

    def _tell_usage(self):
        """Hook: meters were read."""

    def _find_suspicious(self):
        """Flag points that look filled in without having been there (疑似补录)."""
        for patrol, visits in self.grouped("patrol_id").items():
            seconds = patrol.estate_id._parameter("patrol_seconds_between")
            previous = None
            for visit in visits.filtered("done_date").sorted("done_date"):
                why = []
                if patrol.type_id.needs_scan and visit.point_id and not visit.scanned_date:
                    why.append(self.env._("code not scanned"))
                if previous is not None:
                    gap = (visit.done_date - previous.done_date).total_seconds()
                    if gap < seconds and visit._place() != previous._place():
                        why.append(
                            self.env._("%(gap)s seconds after the point before", gap=int(gap))
                        )
                visit._with_move().write(
                    {"suspicious": bool(why), "suspicion": "、".join(why) or False}
                )
                previous = visit

    def _place(self):
        point = self.point_id
        return (self.unit_id.id or point.unit_id.id, point.building_id.id, point.floor, point.id)
