# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.property_service.tools.local_time import ZONE_NAME, local

from .property_activity_plan import HELD_STATES

STATES = [
    ("idea", "Idea"),
    ("scheme", "Scheme being drawn up"),
    ("approval", "Waiting for approval"),
    ("approved", "Approved"),
    ("rejected", "Rejected"),
    ("preparing", "Being prepared"),
    ("announced", "Announced"),
    ("signup", "Sign-up open"),
    ("running", "Under way"),
    ("done", "Took place"),
    ("summarised", "Summarised"),
    ("archived", "Archived"),
    ("postponed", "Postponed"),
    ("cancelled", "Cancelled"),
]
#: states in which the scheme may still be written
SCHEME_STATES = ("idea", "scheme", "rejected")
#: state -> stage of Odoo's own that goes with it
_STAGES = {
    "idea": "event.event_stage_new",
    "approved": "event.event_stage_booked",
    "preparing": "event.event_stage_booked",
    "announced": "event.event_stage_announced",
    "signup": "event.event_stage_announced",
    "postponed": "event.event_stage_booked",
    "done": "event.event_stage_done",
    "summarised": "event.event_stage_done",
    "archived": "event.event_stage_done",
    "cancelled": "event.event_stage_done",
}
#: what the approval was given for
_APPROVED_FACTS = {
    "estate_id",
    "plan_line_id",
    "community_type_id",
    "date_begin",
    "date_end",
    "theme",
    "flow",
    "safety_plan",
    "weather_plan",
}


class EventEvent(models.Model):
    """An activity of an estate is an event of Odoo's with a way to be approved, run and paid.

    Handbook B G2. The estate makes the difference: events without one are Odoo's own and nothing
    here touches them. `state` is the activity's way; Odoo's stage follows it.
    """

    _name = "event.event"
    _inherit = [
        "event.event",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.case.step.mixin",
        "property.approval.mixin",
    ]

    _number_form = "HD"
    _workflow_moves = {
        "idea": ("scheme", "cancelled"),
        "scheme": ("approval", "cancelled"),
        "approval": ("approved", "rejected", "scheme"),
        "rejected": ("scheme", "cancelled"),
        "approved": ("preparing", "postponed", "cancelled"),
        "preparing": ("announced", "postponed", "cancelled"),
        "announced": ("signup", "running", "postponed", "cancelled"),
        "signup": ("running", "postponed", "cancelled"),
        "running": ("done",),
        "done": ("summarised",),
        "summarised": ("archived",),
        "postponed": ("preparing", "postponed", "cancelled"),
    }
    _workflow_stamps = {
        "approval": ("submitted_by_id", "submitted_date"),
        "approved": (None, "approved_date"),
        "announced": ("announced_by_id", "announced_date"),
        "signup": (None, "signup_opened_date"),
        "running": (None, "started_date"),
        "done": (None, "held_date"),
        "summarised": ("recorder_id", "summarised_date"),
        "archived": ("reviewer_id", "archived_date"),
        "postponed": (None, "stopped_date"),
        "cancelled": (None, "stopped_date"),
    }

    estate_id = fields.Many2one(
        "property.estate", ondelete="restrict", index="btree_not_null", tracking=True
    )
    plan_line_id = fields.Many2one(
        "property.activity.plan.line",
        "Planned activity",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id), ('dropped', '=', False)]",
        tracking=True,
    )
    community_type_id = fields.Many2one(
        "property.activity.type",
        "Type of the activity",
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_from_line",
        store=True,
        readonly=False,
        tracking=True,
    )
    public_benefit = fields.Boolean(
        related="community_type_id.public_benefit", store=True, index=True
    )
    place = fields.Char("Place of the activity", tracking=True)
    purpose = fields.Char()
    audience = fields.Char("Aimed at")
    partner_org = fields.Char("Co-organiser")
    expected_count = fields.Integer("People expected", tracking=True)
    state = fields.Selection(
        STATES,
        "Stand of the activity",
        required=True,
        default="idea",
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    submitted_by_id = fields.Many2one("res.users", "Handed in by", readonly=True, copy=False)
    submitted_date = fields.Datetime("Handed in on", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    announced_by_id = fields.Many2one("res.users", "Announced by", readonly=True, copy=False)
    announced_date = fields.Datetime("Announced on", readonly=True, copy=False)
    signup_opened_date = fields.Datetime("Sign-up opened on", readonly=True, copy=False)
    started_date = fields.Datetime("Started at", readonly=True, copy=False)
    held_date = fields.Datetime("Ended at", readonly=True, copy=False, index=True)
    recorder_id = fields.Many2one("res.users", "Recorded by", readonly=True, copy=False)
    summarised_date = fields.Datetime("Summarised on", readonly=True, copy=False)
    reviewer_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    archived_date = fields.Datetime("Archived on", readonly=True, copy=False)
    stopped_date = fields.Datetime("Stopped on", readonly=True, copy=False)
    stop_reason = fields.Char("Why postponed or cancelled", readonly=True, copy=False)
    refuse_reason = fields.Char("Rejected because", readonly=True, copy=False)
    task_ids = fields.One2many("property.activity.task", "event_id", "Tasks", copy=True)
    material_ids = fields.One2many(
        "property.activity.material", "event_id", "Materials and prizes", copy=True
    )
    headcount_ids = fields.One2many("property.activity.headcount", "event_id", "Head counts")

    _activity_number = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is an activity with this number already."
    )

    @api.depends("plan_line_id")
    def _compute_from_line(self):
        for event in self:
            event.community_type_id = event.plan_line_id.type_id or event.community_type_id

    @api.onchange("plan_line_id")
    def _onchange_plan_line_id(self):
        line = self.plan_line_id
        if line and not self.name:
            values = line._event_values()
            for name in ("name", "purpose", "audience", "expected_count", "place", "partner_org"):
                self[name] = values[name]
            self.date_begin, self.date_end = values["date_begin"], values["date_end"]

    @api.constrains("plan_line_id", "estate_id")
    def _check_plan_line(self):
        for event in self.filtered("plan_line_id"):
            if event.plan_line_id.estate_id != event.estate_id:
                raise ValidationError(
                    self.env._(
                        "“%(event)s”: the planned activity belongs to another estate.",
                        event=event.name,
                    )
                )

    @api.constrains("estate_id", "community_type_id")
    def _check_type(self):
        for event in self:
            if event.estate_id and not event.community_type_id:
                raise ValidationError(
                    self.env._("“%(event)s”: choose the type of the activity.", event=event.name)
                )

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Number activities; they are in Chinese time and without Odoo's e-mails to attendees."""
        estates = self.env["property.estate"].browse(
            [vals["estate_id"] for vals in vals_list if vals.get("estate_id")]
        )
        companies = {estate.id: estate.company_id.id for estate in estates}
        for vals in vals_list:
            if vals.get("estate_id"):
                vals["company_id"] = companies[vals["estate_id"]]
                vals.setdefault("date_tz", ZONE_NAME)
                vals.setdefault("address_id", False)
                vals.setdefault("event_mail_ids", [Command.clear()])
                vals.setdefault("question_ids", [Command.clear()])
                vals.setdefault("description", False)
        events = super().create(vals_list)
        events.filtered("estate_id")._assign_number()
        return events

    def write(self, vals):
        if not self._moving() and not self.env.su:
            self._check_still_open(vals)
        result = super().write(vals)
        if {"seats_max", "seats_limited"} & vals.keys():
            self.filtered("estate_id")._fill_from_waiting_list()
        return result

    def _check_still_open(self, vals):
        """Refuse edits of what was approved or archived.

        :raises UserError: naming the activity and the remedy
        """
        for event in self.filtered("estate_id"):
            if event.state == "archived" and vals.keys() - {"message_follower_ids"}:
                raise UserError(
                    self.env._("“%(event)s” is archived and stays as it is.", event=event.name)
                )
            changed = {
                name
                for name in _APPROVED_FACTS & vals.keys()
                if event._fields[name].convert_to_cache(vals[name], event)
                != event._fields[name].convert_to_cache(event[name], event)
            }
            if changed and event.state not in SCHEME_STATES:
                raise UserError(
                    self.env._(
                        "“%(event)s” is “%(state)s”: what was handed in for approval stays as it "
                        "is. Take it back, or postpone the activity to change its time.",
                        event=event.name,
                        state=event._state_label(event.state),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_idea(self):
        for event in self:
            if event.estate_id and event.state not in ("idea", "scheme"):
                raise UserError(
                    self.env._(
                        "“%(event)s” has been handed in: cancel it instead.", event=event.name
                    )
                )

    def copy_data(self, default=None):
        values = super().copy_data(default)
        for vals in values:
            vals.pop("plan_line_id", None)
        return values

    def _move_to(self, state, **vals):
        """Move the activity; Odoo's stage and its mark of cancelled events follow."""
        if stage := self.env.ref(_STAGES.get(state, ""), raise_if_not_found=False):
            vals["stage_id"] = stage.id
        if state == "cancelled":
            vals["kanban_state"] = "cancel"
        return super()._move_to(state, **vals)

    def get_formview_id(self, access_uid=None):
        """Return the form of activities for what belongs to an estate, that of events otherwise."""
        if self[:1].estate_id:
            return self.env.ref("property_community.event_event_view_form_activity").id
        return super().get_formview_id(access_uid=access_uid)

    def _open_form(self):
        """Return the action that opens the activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.get_formview_id(), "form")],
        }

    def _local(self, moment):
        """Return a moment of the database as it is in China, without zone."""
        return local(moment)

    def _was_held(self):
        """Return whether the activity took place."""
        return self.state in HELD_STATES

    def _members(self, name):
        """Return the users of role `name` who work for the estate, the lowest rank of them."""
        self.ensure_one()
        return self.estate_id._activity_members(name)

    def _tell(self, users, summary, date=None, once=True):
        """Give `users` a to-do on the activity, in the language of the estate's papers.

        :param bool once: not if they have the same one already
        """
        self.ensure_one()
        event = self.sudo()
        date = date or fields.Date.context_today(self)
        for user in users:
            known = event.activity_ids.filtered(
                lambda row, user=user: row.user_id == user and row.summary == summary
            )
            if not (once and known):
                event.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=date,
                    summary=summary,
                    user_id=user.id,
                )

    def _in_print_lang(self):
        """Return the activity in the language of the estate's papers."""
        return self.with_context(lang=self.estate_id.sudo()._print_lang())


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    def _activity_members(self, name):
        """Return the estate's users of role `name`, those of higher rank only if there are none."""
        self.ensure_one()
        ranks = ("staff", "supervisor", "manager", "administrator")
        group = self.env.ref(f"property_service.group_{name}")
        members = self.sudo().user_ids.filtered("active")
        own = members.filtered(lambda user: group in user.all_group_ids)
        place = ranks.index(name) + 1
        if place < len(ranks):
            above = self.env.ref(f"property_service.group_{ranks[place]}")
            own = own.filtered(lambda user: above not in user.all_group_ids) or own
        return own
