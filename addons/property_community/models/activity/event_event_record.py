# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class EventEvent(models.Model):
    """The record of an activity that was held (社区文化活动记录表, handbook B G2, form G2-3)."""

    _inherit = "event.event"

    course = fields.Text("Course of the activity", copy=False)
    effect = fields.Text(copy=False)
    problems = fields.Text(copy=False)
    improvements = fields.Text(copy=False)
    extra_adults = fields.Integer(
        "Other adults", copy=False, help="Came without sign-up and were not checked in."
    )
    extra_children = fields.Integer("Other children", copy=False)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "event_event_property_photo_rel",
        "event_id",
        "attachment_id",
        "Photos",
        bypass_search_access=True,
        copy=False,
        help="Name each photo: the name is its title in the yearly album.",
    )
    summary_due = fields.Date("Summary due", compute="_compute_summary_due", store=True)
    accident = fields.Boolean(copy=False, tracking=True)
    emergency_id = fields.Many2one(
        "property.emergency",
        "Report of the accident",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )

    _extra_positive = models.Constraint(
        "CHECK (extra_adults >= 0 AND extra_children >= 0)", "A count is not below zero."
    )

    @api.depends("date_end", "estate_id")
    def _compute_summary_due(self):
        for event in self:
            event.summary_due = (
                event.estate_id
                and event.date_end
                and fields.Date.add(
                    event._local(event.date_end).date(),
                    days=event.estate_id._parameter("activity_summary_days"),
                )
            )

    def action_summarise(self):
        """Complete the record; who does it is its recorder.

        :raises UserError: if course, problems or an accident's report are missing
        """
        self.check_access("write")
        for event in self:
            if not event.course or not event.effect:
                raise UserError(
                    self.env._(
                        "“%(event)s”: write down the course of the activity and its effect.",
                        event=event.name,
                    )
                )
            if event.accident and not event.emergency_id:
                raise UserError(
                    self.env._("“%(event)s”: name the report of the accident.", event=event.name)
                )
            event._move_to("summarised")
        self._plan_callbacks()
        return True

    def action_archive_record(self):
        """Check the record and archive it; not by who wrote it.

        :raises UserError: if its account is not settled, or owners' money not published
        """
        self._check_role("supervisor", self.env._("Checking the record of an activity"))
        for event in self:
            if event.recorder_id == self.env.user and not self.env.su:
                raise UserError(
                    self.env._(
                        "“%(event)s”: you wrote the record, somebody else checks it.",
                        event=event.name,
                    )
                )
            if event.budget_total and not event.settled_date:
                raise UserError(self.env._("“%(event)s” is not settled yet.", event=event.name))
            if event.owners_money and event.money_state != "published":
                raise UserError(
                    self.env._(
                        "“%(event)s” used the owners' money: publish its account first.",
                        event=event.name,
                    )
                )
            event._move_to("archived")
            event.sudo().activity_ids.unlink()
        return True

    def action_report_accident(self):
        """Open a new report of an accident at the activity (handbook B D4)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report of the accident"),
            "res_model": "property.emergency",
            "view_mode": "form",
            "context": {
                "default_estate_id": self.estate_id.id,
                "default_place": self.place,
            },
        }
