# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...tools.local_time import local_today, moment_of
from .property_renovation import EDITABLE, SITE_STATES


def end_of_day(day):
    """Return the last minute of `day` in China as a UTC datetime."""
    return moment_of(datetime.combine(day, time(23, 59)))


class PropertyRenovation(models.Model):
    """Declaration, pre-check, the two reviews (handbook A §28)."""

    _inherit = "property.renovation"

    check_ids = fields.One2many("property.renovation.check", "renovation_id", "Checks")
    review_check_ids = fields.One2many(
        "property.renovation.check",
        "renovation_id",
        "Checks of the review",
        domain=[("stage", "=", "review")],
    )
    cs_opinion = fields.Char("Opinion of the desk", tracking=True)
    engineering_opinion = fields.Char("Opinion of engineering", tracking=True)
    manager_opinion = fields.Char("Opinion of the manager", tracking=True)
    return_reason = fields.Text("Returned because", readonly=True, copy=False)
    copy_date = fields.Date(
        "Copy given to the owner on", readonly=True, copy=False, help="Due the day after approval."
    )
    documents_missing = fields.Char(
        "Authority documents missing", compute="_compute_documents_missing"
    )
    review_hours = fields.Float(
        "Hours of review",
        compute="_compute_review_hours",
        store=True,
        aggregator="avg",
        help="From complete papers to the decision, without waiting for authorities.",
    )
    review_in_time = fields.Boolean("Reviewed in time", compute="_compute_review_hours", store=True)
    notice_period = fields.Char("Notice: period and hours", compute="_compute_notice_period")
    notice_posted_date = fields.Date("Neighbours told on", copy=False, tracking=True)
    notice_posted_by_id = fields.Many2one("res.users", "Put up by", copy=False)
    notice_place = fields.Char("Posted where", copy=False)
    drain_test = fields.Selection(
        [("ok", "Flows freely"), ("slow", "Slow"), ("blocked", "Blocked")],
        "Drain test",
        copy=False,
    )
    waterproof_test = fields.Selection(
        [("dry", "No leak below"), ("leak", "Leaks"), ("none", "Not tested")],
        "Waterproofing before start",
        copy=False,
    )
    condition_note = fields.Text("Condition found", copy=False)
    condition_meters = fields.Char("Meters at the start", copy=False)
    condition_photo_ids = fields.Many2many(
        "ir.attachment",
        "property_renovation_condition_rel",
        string="Photos before start",
        bypass_search_access=True,
        copy=False,
    )
    condition_date = fields.Date("Condition recorded on", copy=False)

    _signature_condition = (
        "drain_test",
        "waterproof_test",
        "condition_note",
        "condition_meters",
        "condition_photo_ids",
        "condition_date",
    )

    @api.depends("item_ids.document_missing", "item_ids.name")
    def _compute_documents_missing(self):
        for dossier in self:
            dossier.documents_missing = "；".join(
                f"{item.name}（{item.document_wanted}）"
                for item in dossier.item_ids.filtered("document_missing")
            )

    @api.depends("deadline_ids.state", "deadline_ids.breached")
    def _compute_review_hours(self):
        """Take the time of the last review from its clock: stamps, less what was paused."""
        for dossier in self:
            clock = (
                dossier.sudo()
                .deadline_ids.filtered(lambda row: row.step == "review" and row.done)
                .sorted("id")[-1:]
            )
            if not clock:
                dossier.review_hours = 0.0
                dossier.review_in_time = False
                continue
            minutes = clock.minutes_run + clock.policy_id._elapsed(clock.clock_start, clock.done)
            dossier.review_hours = minutes / 60.0
            dossier.review_in_time = clock.state == "kept"

    @api.depends("date_start_plan", "date_end_plan", "work_hours")
    def _compute_notice_period(self):
        for dossier in self:
            dossier.notice_period = " ".join(
                str(part)
                for part in (dossier.date_start_plan, dossier.date_end_plan, dossier.work_hours)
                if part
            )

    def write(self, vals):
        if set(self._signature_condition) & vals.keys():
            for dossier in self:
                if dossier._is_signed("condition_owner") and not dossier._moving():
                    raise UserError(
                        self.env._(
                            "%(dossier)s: the condition of the room is signed. A supervisor can "
                            "void the signature with a reason.",
                            dossier=dossier.display_name,
                        )
                    )
        return super().write(vals)

    def _deadline_agreed(self, step):
        """Say when the steps are due whose day is fixed by the handbook, not by a time."""
        self.ensure_one()
        today = local_today()
        if step in ("precheck", "inspect"):
            return end_of_day(today)
        if step == "copy":
            return end_of_day(today + timedelta(days=1))
        if step == "review" and self.law_id.review_days:
            return fields.Datetime.now() + timedelta(days=self.law_id.review_days)
        if step == "rectify" and self.rectify_deadline:
            return end_of_day(self.rectify_deadline)
        if step == "reinspect" and self.reinspect_date:
            return end_of_day(self.reinspect_date)
        return super()._deadline_agreed(step)

    # declaration ---------------------------------------------------------------------------------

    def _check_declaration(self):
        """Refuse a declaration that does not say who does what, when and with which consent."""
        for dossier in self:
            missing = [
                dossier._fields[name]._description_string(self.env)
                for name in ("unit_id", "partner_id", "date_start_plan", "date_end_plan")
                if not dossier[name]
            ]
            if dossier.applicant_kind == "agent" and not dossier.agent_id:
                missing.append(dossier._fields["agent_id"]._description_string(self.env))
            if dossier.mode == "company" and not dossier.contractor_id:
                missing.append(dossier._fields["contractor_id"]._description_string(self.env))
            if not dossier.item_ids:
                missing.append(dossier._fields["item_ids"]._description_string(self.env))
            if missing:
                raise UserError(
                    self.env._(
                        "%(dossier)s cannot be declared yet. Fill in: %(fields)s.",
                        dossier=dossier.display_name,
                        fields="、".join(missing),
                    )
                )
            limit = dossier.law_id.permit_days
            if limit and dossier._planned_days() > limit:
                raise UserError(
                    self.env._(
                        "%(dossier)s: a permit holds for %(days)s days at most. Declare a shorter "
                        "period; it can be extended before it ends.",
                        dossier=dossier.display_name,
                        days=limit,
                    )
                )
            other = self.search(
                [
                    ("unit_id", "=", dossier.unit_id.id),
                    ("id", "not in", (dossier | dossier.previous_id).ids),
                    ("state", "not in", ("draft", *self._case_end)),
                    ("state", "not in", ("first_passed", "second_passed", "refund")),
                ],
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(unit)s is being renovated under %(number)s already: one permit per "
                        "unit. Finish or withdraw that one first.",
                        unit=dossier.unit_id.full_name,
                        number=other.number,
                    )
                )

    def action_submit(self):
        """Hand in the declaration: signed, complete in its facts, its list of papers made.

        :raises UserError: naming what is missing, who has not signed, or the other dossier
        """
        self.check_access("write")
        self._check_declaration()
        for dossier in self:
            dossier._need_signatures(dossier._roles("owner", "contractor"))
        self._make_papers()
        self._move_to("submitted")

    def action_precheck(self):
        """Begin the pre-check at the desk, on the spot."""
        self.check_access("write")
        self._move_to("precheck")

    def action_complete(self):
        """Pass the pre-check: papers complete, told of what is forbidden, intention asked.

        From here the two days of the review run, and the approval is asked for.

        :raises UserError: naming the missing papers, signatures or answers
        """
        self.check_access("write")
        for dossier in self:
            if dossier.papers_missing:
                raise UserError(
                    self.env._(
                        "%(dossier)s lacks papers: %(papers)s. Return it for completion: the list "
                        "is printed for the applicant.",
                        dossier=dossier.display_name,
                        papers=dossier.papers_missing,
                    )
                )
            dossier._need_signatures(dossier._roles("notice_owner", "notice_contractor"))
            if not dossier.use_kind or not (dossier.intention or "").strip():
                raise UserError(
                    self.env._(
                        "%(dossier)s: ask for the real intention first and note purpose and "
                        "answers; what does not agree with the drawings is returned.",
                        dossier=dossier.display_name,
                    )
                )
            dossier._make_checks("review")
            dossier._move_to("first_review")
            dossier._request_approval(
                "renovation",
                self.env._(
                    "Renovation %(number)s %(unit)s",
                    number=dossier.number,
                    unit=dossier.unit_id.full_name,
                ),
                reason=dossier.items_text,
            )

    def action_return(self, reason=None):
        """Return the declaration for completion, with what is missing.

        Its signatures are voided, so that it can be changed and signed again.

        :param str reason: what has to be completed; the missing papers are added
        :return: the action that prints the list for the applicant
        :raises UserError: without any
        """
        self.check_access("write")
        for dossier in self:
            parts = [
                reason or "",
                dossier.papers_missing
                and self.env._("Missing papers: %(papers)s", papers=dossier.papers_missing),
            ]
            text = "\n".join(part for part in parts if part)
            if not text:
                raise UserError(self.env._("State what has to be completed."))
            dossier._withdraw_approval()
            dossier._move_to("returned", return_reason=text)
            dossier._void_signatures(
                self.env._("Returned for completion"),
                ["owner", "contractor"],
            )
            dossier.message_post(body=text)
        report = self.env.ref("property_service.action_report_renovation_missing")
        return {**report.report_action(self, config=False), "close_on_report_download": True}

    def _make_checks(self, stage):
        """Put the checks of a stage on the dossier, each once."""
        kinds = self.env["property.renovation.check.type"].sudo().search([("stage", "=", stage)])
        for dossier in self:
            known = dossier.check_ids.filtered(lambda row: row.stage == stage).mapped("name")
            self.env["property.renovation.check"].sudo().create(
                [
                    {
                        "renovation_id": dossier.id,
                        "stage": stage,
                        "sequence": kind.sequence,
                        "name": kind.name,
                    }
                    for kind in kinds
                    if kind.name not in known
                ]
            )

    def _need_checks(self, stage):
        """Refuse to go on with checks of the stage that are open or were not passed."""
        for dossier in self:
            rows = dossier.check_ids.filtered(lambda row: row.stage == stage)
            if bad := rows.filtered(lambda row: row.outcome == "bad"):
                raise UserError(
                    self.env._(
                        "%(dossier)s does not conform: %(checks)s.",
                        dossier=dossier.display_name,
                        checks="、".join(bad.mapped("name")),
                    )
                )
            if unchecked := rows.filtered(lambda row: not row.outcome):
                raise UserError(
                    self.env._(
                        "%(dossier)s: enter the result of %(checks)s.",
                        dossier=dossier.display_name,
                        checks="、".join(unchecked.mapped("name")),
                    )
                )

    def action_all_conform(self):
        """Mark the checks of the stage named in the context that are still open as conforming."""
        self.check_access("write")
        stage = self.env.context.get("check_stage", "review")
        rows = self.check_ids.filtered(lambda row: row.stage == stage and not row.outcome)
        rows.write({"outcome": "ok"})

    # approval ------------------------------------------------------------------------------------

    def _approval_advanced(self, approval):
        """The first review is done: the manager's follows."""
        super()._approval_advanced(approval)
        if approval.matter == "renovation":
            for dossier in self.filtered(lambda row: row.state == "first_review"):
                dossier._need_checks("review")
                dossier._move_to("second_review")

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        if approval.matter != "renovation":
            return
        for dossier in self:
            if dossier.state == "wait_authority":
                raise UserError(
                    self.env._(
                        "%(dossier)s waits for the authority: take it up again when its document "
                        "is here.",
                        dossier=dossier.display_name,
                    )
                )
            if dossier.documents_missing:
                raise UserError(
                    self.env._(
                        "%(dossier)s cannot be approved: what the law reserves to others needs "
                        "their document. Attach it to the work item, or let it wait for the "
                        "authority: %(items)s",
                        dossier=dossier.display_name,
                        items=dossier.documents_missing,
                    )
                )
            dossier._need_checks("review")
            if dossier.state == "first_review":
                dossier._move_to("second_review")
            dossier._move_to("approved")
            if dossier._is_supplement():
                dossier._merge_supplement()
            else:
                dossier._make_money()
            self.env["property.archive.document"]._file_record(
                dossier, "archive_type_12", report="property_service.action_report_renovation"
            )

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        if approval.matter == "renovation":
            self.filtered(lambda row: row.state == "first_review")._move_to(
                "rejected", state_reason=reason
            )
            self.filtered(lambda row: row.state == "second_review")._move_to(
                "rejected", state_reason=reason
            )

    def action_wait_authority(self):
        """Let the second review wait for the document of an authority; its clock stands still.

        :raises AccessError: below the manager
        :raises UserError: where no document is missing
        """
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("property_service.group_manager"):
            raise AccessError(self.env._("The manager lets a declaration wait for an authority."))
        for dossier in self:
            if not dossier.documents_missing:
                raise UserError(
                    self.env._(
                        "%(dossier)s lacks no document of an authority.",
                        dossier=dossier.display_name,
                    )
                )
        self._move_to("wait_authority")

    def action_authority_received(self):
        """Take the second review up again: the documents of the authorities are attached.

        :raises UserError: naming the items that still lack theirs
        """
        self.check_access("write")
        for dossier in self:
            if dossier.documents_missing:
                raise UserError(
                    self.env._(
                        "%(dossier)s still lacks: %(items)s. Attach the document to the work item.",
                        dossier=dossier.display_name,
                        items=dossier.documents_missing,
                    )
                )
        self._move_to("second_review")

    def action_copy_given(self):
        """Note that the owner has his copy of the approved declaration (§28: the next day).

        :raises UserError: before the review is passed
        """
        self.check_access("write")
        for dossier in self:
            if not dossier.approved_date:
                raise UserError(
                    self.env._("%(dossier)s is not approved yet.", dossier=dossier.display_name)
                )
            dossier.sudo().copy_date = fields.Date.context_today(self)
            self.env["property.deadline"]._of(dossier, ["copy"])._finish()

    def action_new_version(self):
        """Declare anew after a refusal, or what goes beyond the approved work.

        :return: the action that opens the new draft
        """
        self.ensure_one()
        self.check_access("write")
        if self.state in EDITABLE or self.state == "cancelled":
            raise UserError(
                self.env._(
                    "%(dossier)s can be changed itself, or is withdrawn.", dossier=self.display_name
                )
            )
        new = self.copy({"previous_id": self.id})
        new.sudo().version = self.version + 1
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def _is_supplement(self):
        """Return whether this adds work to a site that goes on (§30, work outside the approval)."""
        self.ensure_one()
        return self.previous_id.state in SITE_STATES

    def _merge_supplement(self):
        """Put the work approved here under the permit of the site it belongs to."""
        self.ensure_one()
        site = self.previous_id.sudo()
        for item in self.item_ids.sudo():
            item.with_context(property_signed_system=True).copy(
                {
                    "renovation_id": site.id,
                    "document_ids": [Command.set(item.document_ids.ids)],
                }
            )
        site.message_post(
            body=self.env._("Work added by the supplement %(number)s.", number=self.number)
        )
        self._move_to("closed")

    def action_cancel(self, reason=None):
        """Withdraw the declaration before the work; what was paid is given back.

        :param str reason: why
        :raises UserError: without reason, or once there is work on the site
        """
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("State why the declaration is withdrawn."))
        for dossier in self:
            dossier._withdraw_approval()
            dossier._move_to("cancelled", state_reason=reason)
            dossier.message_post(body=reason)
            dossier._after_cancel()

    # before the start ----------------------------------------------------------------------------

    def action_notice_posted(self):
        """Note that the notice to the neighbours hangs in the building, and who posted it."""
        self.check_access("write")
        self.write(
            {
                "notice_posted_date": fields.Date.context_today(self),
                "notice_posted_by_id": self.env.uid,
            }
        )

    def _before_signature(self, role):
        super()._before_signature(role)
        if role.startswith("condition") and not (
            self.drain_test and self.waterproof_test and self.condition_photo_ids
        ):
            raise UserError(
                self.env._(
                    "%(dossier)s: record drain test, waterproofing and photos of the room before "
                    "anybody signs its condition.",
                    dossier=self.display_name,
                )
            )
