# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_text


class PropertyRenovationViolation(models.Model):
    """From the word on the spot to the re-check: dissuade, ask in writing, stop the work."""

    _inherit = "property.renovation.violation"

    def _check_words(self, text, message):
        if not (text or "").strip():
            raise UserError(message)

    def _check_reported(self):
        """Refuse to settle what the law asks to report as long as it is not reported.

        :raises UserError: naming the case
        """
        for case in self:
            if case.report_at_once and not case.reported_date and not case.before_takeover:
                raise UserError(
                    self.env._(
                        "%(violation)s: the law asks to report it at once; report it first.",
                        violation=case.display_name,
                    )
                )

    def _check_photos(self):
        for case in self:
            if not case.photo_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: attach a photo or video of the violation.",
                        violation=case.display_name,
                    )
                )

    def action_dissuade(self, reason=None):
        """Note the dissuasion on the spot: what was said to whom; the owner is phoned.

        :param str reason: what was said, and the answer
        :raises UserError: without it
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note what was said to whom, and the answer."))
        for case in self:
            case._move_to("dissuaded")
            case._log("dissuasion", reason)

    def action_corrected(self, reason=None):
        """Note that it was corrected at once; it is closed after another look.

        :raises UserError: without what was seen
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note how it was corrected."))
        self._check_reported()
        for case in self:
            case._move_to("corrected")
            case._log("corrected", reason, case.photo_after_ids)

    def action_dissuasion_failed(self, reason=None):
        """Note that dissuasion has failed: from then on the hours until the report count.

        :param str reason: what the party says or does
        :raises UserError: without it, or before any dissuasion
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note what the party says or does."))
        for case in self:
            if case.state in ("found", "passed", "closed"):
                raise UserError(
                    self.env._(
                        "%(violation)s is “%(state)s”: dissuade first.",
                        violation=case.display_name,
                        state=case._state_label(case.state),
                    )
                )
        self._fail(reason)

    def _fail(self, reason):
        for case in self:
            if not case.failed_date:
                case._with_move().write({"failed_date": fields.Datetime.now()})
            case._log("failed", reason)
            case._start_report_clock()
            case._tell(
                "supervisor",
                self.env._(
                    "Dissuasion failed, report to the authority: %(violation)s",
                    violation=case.display_name,
                ),
            )

    def action_issue_notice(self):
        """Issue the written notice with its deadline; no deadline named: that of the kind.

        :raises AccessError: below the supervisor
        :raises UserError: without photos, with a deadline that is over
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Issuing of a notice"))
        self._check_photos()
        now = fields.Datetime.now()
        for case in self:
            deadline = case.notice_deadline
            if deadline and deadline <= now and case.notice_count:
                deadline = False
            if deadline and deadline <= now:
                raise UserError(
                    self.env._(
                        "%(violation)s: the deadline of the notice lies ahead.",
                        violation=case.display_name,
                    )
                )
            if case.notice_count:
                case._void_signatures(self.env._("A further notice is issued."))
            number = case.notice_count + 1
            case._move_to(
                "notice_issued",
                notice_deadline=deadline or now + timedelta(hours=case.type_id.hours),
                notice_count=number,
                notice_number=f"{case.number}-{number}",
                served_way=False,
                mail_number=False,
            )
            case._log(
                "notice",
                self.env._(
                    "Notice %(number)s, to be put right until %(deadline)s",
                    number=case.notice_number,
                    deadline=local_text(case.notice_deadline),
                ),
            )
            if number == 1:
                case._note_conduct()
            if case.stop_work and case.renovation_id.state == "working":
                case.action_stop_work(self.env._("Notice %(number)s", number=case.notice_number))

    def _note_conduct(self):
        """Put the violation on the credit record of the contractor; it bars nobody."""
        for case in self.filtered("contractor_id"):
            self.env["property.contractor.record"].sudo().create(
                {
                    "partner_id": case.contractor_id.id,
                    "renovation_id": case.renovation_id.id,
                    "estate_id": case.estate_id.id,
                    "kind": "bad",
                    "note": f"{case.type_id.display_name}: {case.number}",
                    "user_id": self.env.uid,
                }
            )

    def action_served(self):
        """Note that the notice is served: signed for, or posted before two witnesses, or mailed.

        :raises UserError: naming what proves it is missing
        """
        self.check_access("write")
        for case in self:
            signatures = case._valid_signatures()
            refused = signatures.filtered(lambda row: row.way == "refused")
            if case.mail_number:
                way = "mail"
            elif signatures - refused:
                way = "signed"
            elif refused:
                if not case.posted_photo_ids:
                    raise UserError(
                        self.env._(
                            "%(violation)s: signing was refused; post the notice at the door and "
                            "attach a photo of it.",
                            violation=case.display_name,
                        )
                    )
                way = "posted"
            else:
                raise UserError(
                    self.env._(
                        "%(violation)s: have the notice signed for. Where signing is refused, "
                        "record two witnesses and post it, or send it by registered mail.",
                        violation=case.display_name,
                    )
                )
            case._move_to("served", served_way=way)
            case._log(
                "served",
                dict(self._fields["served_way"]._description_selection(self.env))[way],
                case.posted_photo_ids,
                "；".join(row.witnesses for row in refused if row.witnesses) or False,
            )
            self.env["property.archive.document"]._file_record(
                case,
                "archive_type_12",
                report="property_service.action_report_renovation_violation_notice",
                name=self.env._("Violation notice %(number)s", number=case.notice_number),
            )

    def action_recheck(self):
        """Begin the re-check."""
        self.check_access("write")
        self._move_to("recheck")

    def action_pass(self, reason=None):
        """Pass the re-check: it is put right; the supervisor may let the work go on.

        :param str reason: what was seen
        :raises UserError: without it or without a photo
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note the result of the re-check."))
        self._check_reported()
        for case in self:
            if not case.photo_after_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: attach a photo of the re-check.",
                        violation=case.display_name,
                    )
                )
            case._move_to("passed", recheck_result=reason)
            case._log("passed", reason, case.photo_after_ids)
            if not case.report_at_once:
                self.env["property.deadline"]._of(case, ["report"])._cancel()
            dossier = case.renovation_id
            if dossier.state == "suspended" and not dossier._open_violations():
                dossier._tell_site(self.env._("Violations are put right: the work may go on"))

    def action_recheck_failed(self, reason=None):
        """Note that it is not put right: dissuasion has failed, the hours until the report count.

        :param str reason: what is still wrong
        :raises UserError: without it
        """
        self.check_access("write")
        self._check_words(reason, self.env._("State what is still wrong."))
        for case in self:
            if case.state != "recheck":
                raise UserError(
                    self.env._(
                        "%(violation)s is “%(state)s”: begin the re-check first.",
                        violation=case.display_name,
                        state=case._state_label(case.state),
                    )
                )
            case._with_move().write(
                {"recheck_result": reason, "recheck_count": case.recheck_count + 1}
            )
            case._log("recheck_failed", reason, case.photo_after_ids)
            case._fail(reason)

    def action_stop_work(self, reason=None):
        """Stop the work: the permit is withheld until the violation is put right.

        :param str reason: why
        :raises AccessError: below the supervisor
        :raises UserError: without a reason or without a permit to withhold
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Stopping of the work"))
        self._check_words(reason, self.env._("State why the work is stopped."))
        for case in self:
            dossier = case.renovation_id
            if not dossier.permit_id:
                raise UserError(
                    self.env._(
                        "%(violation)s: there is no permit to withhold. Order the declaration and "
                        "report to the authority.",
                        violation=case.display_name,
                    )
                )
            if dossier.state == "working":
                dossier.action_suspend(f"{case.type_id.display_name}: {reason}")
            if case.state == "recheck":
                case._move_to("suspended")
            case._log("stopped", reason)
