# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import Command, models
from odoo.exceptions import UserError


class PropertyRenovationViolation(models.Model):
    """Report to the authority, what the agreement says about damage, and the end of the case."""

    _inherit = "property.renovation.violation"

    def _check_report(self):
        """Refuse a report without facts, evidence or addressee.

        :raises UserError: naming what is missing
        """
        self._check_photos()
        for case in self:
            if not case.report_authority:
                raise UserError(
                    self.env._(
                        "%(violation)s: name the authority it is reported to.",
                        violation=case.display_name,
                    )
                )
            if not case.committee_copy:
                raise UserError(
                    self.env._(
                        "%(violation)s: state whether the owners' committee has a copy.",
                        violation=case.display_name,
                    )
                )
            if not case.report_at_once and not case.failed_date:
                raise UserError(
                    self.env._(
                        "%(violation)s: dissuade first and note that it failed; only %(codes)s is "
                        "reported at once.",
                        violation=case.display_name,
                        codes="P1",
                    )
                )

    def action_report(self):
        """Report to the authority, with the evidence, and tell the owners' committee.

        :raises AccessError: below the supervisor
        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Report to the authority"))
        self._check_report()
        for case in self:
            case._move_to("reported", report_number=f"{case.number}-R")
            case._log("reported", case.report_authority)
            case._tell(
                "manager",
                self.env._(
                    "Reported to the authority, keep the receipt: %(violation)s",
                    violation=case.display_name,
                ),
            )
            self.env["property.archive.document"]._file_record(
                case,
                "archive_type_12",
                report="property_service.action_report_renovation_violation_report",
                name=self.env._("Report of violation %(number)s", number=case.number),
            )

    def action_authority(self, reason=None):
        """Note that the authority deals with it; its receipt is kept.

        :param str reason: who deals with it, what was said
        :raises UserError: without it or without the receipt
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note who deals with it and what was said."))
        for case in self:
            if not case.report_receipt and not case.report_receipt_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: keep the receipt of the authority: enter its number or "
                        "attach it.",
                        violation=case.display_name,
                    )
                )
            case._move_to("authority")
            case._log("authority", reason, case.report_receipt_ids)

    def action_repeat_report(self, reason=None):
        """Note a repeated report, where the authority does not act; the street office is told.

        :param str reason: to whom, what
        :raises UserError: without it, or before the first report
        """
        self.check_access("write")
        self._check_words(reason, self.env._("Note to whom it was reported again, and what."))
        for case in self:
            if case.state not in ("reported", "authority"):
                raise UserError(
                    self.env._("%(violation)s was not reported yet.", violation=case.display_name)
                )
            case._log("repeated", reason)

    def action_claim(self):
        """Pursue the breach: damages of the agreement, or the court (stop, restore).

        An amount goes on the dossier's damage list, which the manager approves.

        :raises AccessError: below the manager
        :raises UserError: without the clause it rests on
        """
        self.check_access("write")
        self._check_role("manager", self.env._("Pursuing a breach"))
        for case in self:
            self._check_words(
                case.claim_basis,
                self.env._(
                    "%(violation)s: name the clause of agreement or covenant.",
                    violation=case.display_name,
                ),
            )
            case._move_to("claimed")
            case._log("claimed", f"{case.claim_basis} {case.claim_amount or 0:.2f}")
            if case.claim_amount:
                case._make_damage()

    def action_deduct(self):
        """Put the damage on the dossier's list, to be approved and deducted from the deposits.

        :raises UserError: without amount or clause
        """
        self.check_access("write")
        for case in self:
            if not case.claim_amount or not case.claim_basis:
                raise UserError(
                    self.env._(
                        "%(violation)s: enter the damage in yuan and the clause it rests on.",
                        violation=case.display_name,
                    )
                )
        self._make_damage()

    def _make_damage(self):
        for case in self:
            if case.damage_ids:
                continue
            dossier = case.renovation_id
            if not dossier:
                raise UserError(
                    self.env._(
                        "%(violation)s has no dossier with deposits: claim it on its own.",
                        violation=case.display_name,
                    )
                )
            self.env["property.renovation.damage"].sudo().create(
                {
                    "renovation_id": dossier.id,
                    "violation_id": case.id,
                    "name": f"{case.number} {case.type_id.name}",
                    "basis": case.claim_basis,
                    "amount": case.claim_amount,
                    "photo_ids": [Command.set(case.photo_ids.ids)],
                }
            )

    # end -----------------------------------------------------------------------------------------

    def _check_closable(self):
        self._check_reported()
        for case in self:
            if case.reported_date and not case.report_receipt and not case.report_receipt_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: keep the receipt of the authority: enter its number or "
                        "attach it.",
                        violation=case.display_name,
                    )
                )
            if case.state == "found" and not case.before_takeover:
                raise UserError(
                    self.env._(
                        "%(violation)s: a violation is dissuaded first; only one from before the "
                        "take-over is recorded and closed.",
                        violation=case.display_name,
                    )
                )
            if case.state == "corrected" and not case.photo_after_ids:
                raise UserError(
                    self.env._(
                        "%(violation)s: look at it again and attach a photo.",
                        violation=case.display_name,
                    )
                )

    def action_close(self, reason=None):
        """Close the case with its result; the evidence stays.

        :param str reason: the result
        :raises AccessError: below the supervisor
        :raises UserError: without a result, or while the report or its receipt is missing
        """
        self.check_access("write")
        self._check_role("supervisor", self.env._("Closing of a violation"))
        self._check_words(reason, self.env._("State the result of the case."))
        self._check_closable()
        for case in self:
            case._move_to("closed", result=reason)
            case._log("closed", reason)
            case.activity_ids.sudo().action_done()

    def action_improvement(self, reason=None):
        """Issue the manager's written improvement notice to who is in charge of the site.

        :param str reason: what has to get better
        :raises AccessError: below the manager
        :raises UserError: without it, or where there is one already
        """
        self.ensure_one()
        self.check_access("write")
        self._check_role("manager", self.env._("Improvement notice"))
        self._check_words(reason, self.env._("State what has to get better."))
        if self.improvement_id:
            raise UserError(
                self.env._(
                    "%(violation)s has improvement notice %(number)s already.",
                    violation=self.display_name,
                    number=self.improvement_id.number,
                )
            )
        responsible = self.renovation_id.user_id or self.user_id
        notice = self.env["property.rectification"]._issue(self, None, responsible, reason)
        self.sudo().improvement_id = notice
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.rectification",
            "res_id": notice.id,
            "views": [(False, "form")],
        }

    def action_open_renovation(self):
        """Open the dossier of the site."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.renovation",
            "res_id": self.renovation_id.id,
            "views": [(False, "form")],
        }
