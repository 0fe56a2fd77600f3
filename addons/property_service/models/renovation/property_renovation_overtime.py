# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_day, local_text, local_time

_FACTS = (
    "renovation_id",
    "date_start",
    "date_end",
    "content",
    "noise",
    "worker_ids",
    "safety_person",
)


class PropertyRenovationOvertime(models.Model):
    """Work outside the permitted hours (form 装修加班申请表, handbook A §32).

    Noisy work in the quiet hours is never approved (噪声污染防治法 art. 66).
    """

    _name = "property.renovation.overtime"
    _description = "Overtime on a site"
    _inherit = ["property.renovation.request"]
    _order = "date_start desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "JBA"
    _matter = "renovation_overtime"
    _workflow_moves = {
        "draft": ("applied",),
        "applied": ("approved", "refused"),
        "approved": ("working", "cancelled_by_complaint", "ended"),
        "working": ("ended", "cancelled_by_complaint"),
        "ended": ("recorded",),
    }
    _workflow_stamps = {
        "applied": ("applied_by_id", "applied_date"),
        "approved": ("approved_by_id", "approved_date"),
        "ended": ("ended_by_id", None),
        "recorded": ("recorded_by_id", None),
        "cancelled_by_complaint": (None, "stopped_date"),
    }
    _case_clocks = {"applied": ("decide",), "ended": ("record",)}
    _case_done = {
        "approved": ("decide",),
        "refused": ("decide",),
        "recorded": ("record",),
    }
    _case_end = ("recorded", "refused", "cancelled_by_complaint")
    _signature_locks = {"owner": _FACTS, "contractor": _FACTS}
    _reasons = {"complaint": "action_stop_by_complaint"}

    date_start = fields.Datetime("Overtime from", required=True, tracking=True)
    date_end = fields.Datetime("Overtime until", required=True, tracking=True)
    content = fields.Text("Work in the overtime", required=True)
    noise = fields.Boolean("Makes noise")
    worker_ids = fields.Many2many(
        "property.renovation.worker",
        string="Workers in the overtime",
        domain="[('renovation_id', '=', renovation_id)]",
    )
    facilities = fields.Char("Facilities needed", help="Lift, air conditioning, lighting.")
    safety_person = fields.Char("Responsible for safety")
    actual_end = fields.Datetime("Really ended at", copy=False)
    money_id = fields.Many2one(
        "property.renovation.money",
        "Fee of the overtime",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("applied", "Overtime applied for"),
            ("approved", "Overtime approved"),
            ("refused", "Overtime refused"),
            ("working", "Overtime going on"),
            ("ended", "Overtime ended"),
            ("recorded", "Overtime recorded"),
            ("cancelled_by_complaint", "Stopped after a complaint"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
        group_expand=True,
    )
    applied_by_id = fields.Many2one("res.users", "Application taken by", readonly=True, copy=False)
    applied_date = fields.Datetime("Applied for on", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Overtime approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Overtime approved at", readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", "End checked by", readonly=True, copy=False)
    recorded_by_id = fields.Many2one(
        "res.users", "Recorded in the file by", readonly=True, copy=False
    )
    stopped_date = fields.Datetime("Stopped at", readonly=True, copy=False)

    _period = models.Constraint("CHECK (date_end > date_start)", "Overtime ends after it begins.")

    @api.model
    def _signature_labels(self):
        return {
            "contractor": self.env._("Contractor (application)"),
            "owner": self.env._("Owner (consent)"),
        }

    @api.model
    def _step_label(self, step):
        return {
            "decide": self.env._("Decision on the application"),
            "record": self.env._("Recording of the overtime"),
        }.get(step, step)

    def _check_quiet(self):
        """Refuse noisy work that reaches into the quiet hours.

        :raises UserError: naming the hours
        """
        for document in self.filtered("noise"):
            estate = document.estate_id
            noon = (
                estate._parameter("overtime_noon_from"),
                estate._parameter("overtime_noon_until"),
            )
            night = (
                estate._parameter("overtime_night_from"),
                estate._parameter("overtime_night_until"),
            )
            day = local_day(document.date_start) - timedelta(days=1)
            while day <= local_day(document.date_end):
                for first, last in (
                    (local_time(day, noon[0]), local_time(day, noon[1])),
                    (local_time(day, night[0]), local_time(day + timedelta(days=1), night[1])),
                ):
                    if document.date_start < last and document.date_end > first:
                        raise UserError(
                            self.env._(
                                "%(document)s: no noisy work from %(noon_from)s:00 to "
                                "%(noon_until)s:00 and from %(night_from)s:00 to "
                                "%(night_until)s:00. Choose other hours or quiet work.",
                                document=document.display_name,
                                noon_from=noon[0],
                                noon_until=noon[1],
                                night_from=night[0],
                                night_until=night[1],
                            )
                        )
                day += timedelta(days=1)

    def _check_blocked(self):
        """Refuse overtime for a site whose last one was stopped after a complaint.

        :raises UserError: naming the day from which it is possible again
        """
        for document in self:
            days = document.estate_id._parameter("overtime_complaint_days")
            last = self.sudo().search(
                [
                    ("renovation_id", "=", document.renovation_id.id),
                    ("state", "=", "cancelled_by_complaint"),
                    ("stopped_date", ">", fields.Datetime.now() - timedelta(days=days)),
                ],
                order="stopped_date desc",
                limit=1,
            )
            if last:
                raise UserError(
                    self.env._(
                        "%(unit)s: overtime %(number)s was stopped after a complaint; none is "
                        "approved until %(date)s.",
                        unit=document.unit_id.full_name,
                        number=last.number,
                        date=local_day(last.stopped_date + timedelta(days=days)),
                    )
                )

    def _check_in_time(self):
        """Refuse applications that come too late: by 16:00 the same day, days off a day before.

        :raises UserError: naming the last moment
        """
        for document in self:
            day = local_day(document.date_start)
            hour = document.estate_id._parameter("overtime_apply_hour")
            last = local_time(day - timedelta(days=int(document._is_day_off(day))), hour)
            if fields.Datetime.now() > last:
                raise UserError(
                    self.env._(
                        "%(document)s: overtime on %(date)s had to be applied for until "
                        "%(moment)s.",
                        document=document.display_name,
                        date=day,
                        moment=local_text(last),
                    )
                )

    def action_apply(self):
        """Hand the application in: consent of the owner, in time, no noise in quiet hours.

        :raises UserError: naming what stands against it
        """
        self.check_access("write")
        for document in self:
            document._check_site(local_day(document.date_start))
            document._check_blocked()
            document._check_quiet()
            document._check_in_time()
            document._check_own_workers(document.worker_ids)
            if not document.worker_ids or not document.safety_person:
                raise UserError(
                    self.env._(
                        "%(document)s: name the workers and who is responsible for safety.",
                        document=document.display_name,
                    )
                )
            document._need_signatures(["contractor", "owner"])
            document._move_to("applied")
            document._ask(
                self.env._("Overtime of %(document)s", document=document.display_name),
                document.content,
            )

    def _approval_granted(self, approval):
        self._check_blocked()
        return super()._approval_granted(approval)

    def _after_approval(self):
        """Tell security; charge what the price list has for overtime."""
        super()._after_approval()
        for document in self:
            document.renovation_id._tell_security(
                self.env._("Overtime approved: %(document)s", document=document.display_name),
                document.date_start,
            )
            row = document.renovation_id.sudo()._charge_on_demand("RENO_OVERTIME")
            document.sudo().money_id = row

    def action_begin(self):
        """Note that the overtime begins, in its hours.

        :raises UserError: outside them
        """
        self.check_access("write")
        now = fields.Datetime.now()
        for document in self:
            if not document.date_start <= now <= document.date_end:
                raise UserError(
                    self.env._(
                        "%(document)s: the overtime is approved for its own hours only.",
                        document=document.display_name,
                    )
                )
        self._move_to("working")

    def action_end(self):
        """Note that the guard has checked the end."""
        self.check_access("write")
        for document in self:
            document._move_to("ended", actual_end=document.actual_end or fields.Datetime.now())

    def action_record(self):
        """Put the overtime on record."""
        self.check_access("write")
        self._move_to("recorded")
        for document in self:
            self.env["property.archive.document"]._file_record(
                document,
                "archive_type_12",
                report="property_service.action_report_renovation_overtime",
            )

    def action_stop_by_complaint(self, reason=None):
        """Stop the overtime at once after a complaint; for some days no more is approved.

        :param str reason: who complained about what
        :raises UserError: without it
        """
        self.check_access("write")
        self._check_text(reason, self.env._("Note who complained about what."))
        for document in self:
            document._move_to(
                "cancelled_by_complaint", state_reason=reason, actual_end=fields.Datetime.now()
            )
            document.renovation_id._tell_site(
                self.env._("Overtime stopped after a complaint: %(reason)s", reason=reason)
            )
