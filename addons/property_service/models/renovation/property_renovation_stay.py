# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

_FACTS = (
    "renovation_id",
    "worker_id",
    "reason",
    "date_start",
    "date_end",
    "guarantor_id",
)


class PropertyRenovationStay(models.Model):
    """Somebody sleeps on a site to guard it (form 留宿担保书, handbook A §35).

    Not allowed by default: one person per room, with a guarantor, for named days.
    """

    _name = "property.renovation.stay"
    _description = "Overnight stay on a site"
    _inherit = ["property.renovation.request"]
    _order = "date_start desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "LSD"
    _matter = "renovation_stay"
    _workflow_moves = {
        "draft": ("applied",),
        "applied": ("guaranteed", "refused"),
        "guaranteed": ("approved", "refused"),
        "approved": ("valid", "ended"),
        "valid": ("ended",),
    }
    _workflow_stamps = {
        "applied": ("applied_by_id", "applied_date"),
        "guaranteed": ("guaranteed_by_id", "guaranteed_date"),
        "approved": ("approved_by_id", "approved_date"),
        "ended": ("ended_by_id", "ended_date"),
    }
    _case_clocks = {"guaranteed": ("decide",)}
    _case_done = {"approved": ("decide",), "refused": ("decide",)}
    _case_end = ("ended", "refused")
    _signature_locks = {"guarantor": _FACTS, "owner": _FACTS, "stayer": _FACTS}
    _reasons = {"end": "action_end", "refuse": "action_refuse"}

    worker_id = fields.Many2one(
        "property.renovation.worker",
        "Who stays",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('renovation_id', '=', renovation_id)]",
    )
    reason = fields.Text("Why somebody has to stay", required=True)
    date_start = fields.Date("Stays from", required=True, tracking=True)
    date_end = fields.Date("Stays until", required=True, tracking=True, index=True)
    guarantor_id = fields.Many2one(
        "res.partner", ondelete="restrict", index="btree_not_null", tracking=True
    )
    guarantor_id_number = fields.Char(
        "ID number of the guarantor",
        related="guarantor_id.property_id_number",
        readonly=False,
        groups="property_service.group_reader",
        help="Shown masked. Type the full number to replace it.",
    )
    guarantor_phone = fields.Char(
        "Phone of the guarantor", related="guarantor_id.phone", readonly=False
    )
    police_registered = fields.Boolean("Registered with the police station")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("applied", "Stay applied for"),
            ("guaranteed", "Stay guaranteed"),
            ("approved", "Stay approved"),
            ("refused", "Stay refused"),
            ("valid", "Stays now"),
            ("ended", "Stay ended"),
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
    guaranteed_by_id = fields.Many2one("res.users", "Guarantee taken by", readonly=True, copy=False)
    guaranteed_date = fields.Datetime("Guaranteed on", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Stay approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Stay approved at", readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", "Stay ended by", readonly=True, copy=False)
    ended_date = fields.Datetime("Stay ended at", readonly=True, copy=False)

    _period = models.Constraint("CHECK (date_end >= date_start)", "A stay ends after it begins.")

    @api.model
    def _signature_labels(self):
        return {
            "guarantor": self.env._("Guarantor"),
            "owner": self.env._("Owner (consent)"),
            "stayer": self.env._("Who stays overnight"),
        }

    def _signature_partner(self, role):
        self.ensure_one()
        if role == "stayer":
            return self.worker_id.partner_id
        if role == "guarantor":
            return self.guarantor_id
        return super()._signature_partner(role)

    @api.model
    def _step_label(self, step):
        return {"decide": self.env._("Decision on the application")}.get(step, step)

    def _check_limit(self):
        """Refuse more people than the estate allows to stay in one room.

        :raises UserError: naming who stays there already
        """
        for stay in self:
            others = self.sudo().search(
                [
                    ("unit_id", "=", stay.unit_id.id),
                    ("state", "in", ("applied", "guaranteed", "approved", "valid")),
                    ("id", "!=", stay.id),
                    ("date_start", "<=", stay.date_end),
                    ("date_end", ">=", stay.date_start),
                ]
            )
            limit = stay.estate_id._parameter("stay_max_persons")
            if len(others) >= limit:
                raise UserError(
                    self.env._(
                        "%(unit)s: %(people)s stays there already; at most %(limit)s per room.",
                        unit=stay.unit_id.full_name,
                        people="、".join(others.worker_id.mapped("name")) or "0",
                        limit=limit,
                    )
                )

    def _check_person(self):
        for stay in self:
            stay._check_own_workers(stay.worker_id)
            stay.worker_id._check_registered()

    def action_apply(self):
        """Hand the application in: a registered person, within the permit, not one too many.

        :raises UserError: naming what stands against it
        """
        self.check_access("write")
        for stay in self:
            stay._check_site(stay.date_start)
            stay._check_site(stay.date_end)
            stay._check_person()
            stay._check_limit()
        self._move_to("applied")

    def action_guarantee(self):
        """Take the guarantee, signed by guarantor, owner and who stays; ask for the approval.

        :raises UserError: naming what is missing
        """
        self.check_access("write")
        for stay in self:
            person = stay.guarantor_id
            if not person or not person.property_id_number or not person.phone:
                raise UserError(
                    self.env._(
                        "%(stay)s: nobody stays overnight without a guarantor: enter his name, ID "
                        "number and phone.",
                        stay=stay.display_name,
                    )
                )
            stay._need_signatures(["guarantor", "owner", "stayer"])
            stay._move_to("guaranteed")
            stay._ask(self.env._("Overnight stay of %(stay)s", stay=stay.display_name), stay.reason)

    def _approval_granted(self, approval):
        self._check_limit()
        return super()._approval_granted(approval)

    def _after_approval(self):
        """Tell security; from its first day on the stay is in force."""
        super()._after_approval()
        for stay in self:
            stay.renovation_id._tell_security(
                self.env._(
                    "Overnight stay approved: %(worker)s, %(stay)s, %(first)s to %(last)s",
                    worker=stay.worker_id.name,
                    stay=stay.display_name,
                    first=stay.date_start,
                    last=stay.date_end,
                )
            )
            if stay.date_start <= stay._today() <= stay.date_end:
                stay._move_to("valid")
            self.env["property.archive.document"]._file_record(
                stay,
                "archive_type_12",
                report="property_service.action_report_renovation_stay",
            )

    def action_refuse(self, reason=None):
        """Refuse the application at the desk, with the reason.

        :raises UserError: without a reason
        """
        self.check_access("write")
        self._check_text(reason, self.env._("State why nobody may stay."))
        for stay in self:
            if stay.approval_pending:
                stay._withdraw_approval()
        self._move_to("refused", state_reason=reason)

    def action_end(self, reason=None):
        """End the stay before its time, with the reason; he leaves the same day."""
        self.check_access("write")
        self._check_text(reason, self.env._("State why the stay ends."))
        for stay in self:
            stay._move_to("ended", state_reason=reason)
            stay.renovation_id._tell_security(
                self.env._("Overnight stay ended: %(stay)s", stay=stay.display_name)
            )

    @api.model
    def _cron_follow(self):
        """Put stays in force on their first day and end them after their last."""
        today = self._today()
        todo = self.search(
            [
                "|",
                "&",
                ("state", "=", "approved"),
                ("date_start", "<=", today),
                "&",
                ("state", "=", "valid"),
                ("date_end", "<", today),
            ],
            limit=500,
        )
        self.env["ir.cron"]._property_each(
            todo,
            lambda stay: stay._move_to("ended" if stay.date_end < today else "valid"),
            lambda stay, error: stay.message_post(
                body=self.env._("Not checked: %(error)s", error=str(error))
            ),
        )
