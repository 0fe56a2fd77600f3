# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_case_category_repair import URGENCIES
from .property_repair import SIGNED

_logger = logging.getLogger(__name__)

SATISFACTION = [("A", "Satisfied"), ("B", "Fairly satisfied"), ("C", "Not satisfied")]


class PropertyRepair(models.Model):
    """Completion, acceptance, rework and closing (handbook B A4)."""

    _inherit = "property.repair"

    checked_by_id = fields.Many2one("res.users", "Second check by", readonly=True, copy=False)
    checked_at = fields.Datetime("Second check on", readonly=True, copy=False)
    needs_check = fields.Boolean(related="category_id.second_check")
    customer_signature = fields.Binary("Customer's signature", copy=False, attachment=True)
    customer_signed_by = fields.Char("Signed by", copy=False)
    satisfaction = fields.Selection(SATISFACTION, copy=False, tracking=True)
    customer_opinion = fields.Char(copy=False)
    accepted_way = fields.Selection(
        [
            ("signature", "Signature"),
            ("portal", "Portal"),
            ("remote", "Phone or WeChat, noted"),
            ("staff", "By staff (common part)"),
            ("refused", "Quote refused, visit fee only"),
            ("auto", "No objection in time"),
        ],
        "Way of acceptance",
        readonly=True,
        copy=False,
    )
    issue_reason = fields.Char("Why it is not right", readonly=True, copy=False)
    rework_due = fields.Datetime("Rework due", compute="_compute_rework_due")

    @api.depends("deadline_ids.due", "deadline_ids.step")
    def _compute_rework_due(self):
        for repair in self:
            finish = repair.sudo().deadline_ids.filtered(
                lambda row: row.step == "finish" and row.state != "cancelled"
            )
            repair.rework_due = finish[:1].due

    # done ----------------------------------------------------------------------------------------

    def action_done(self):
        """The work is done: tested together with the customer, to be accepted.

        :raises UserError: if chargeable work was not agreed before, or nothing is written of it
        """
        self._check_worker()
        for repair in self:
            if repair.state != "on_site":
                raise UserError(
                    self.env._(
                        "“%(repair)s” is “%(state)s”, not on site.",
                        repair=repair.display_name,
                        state=repair._state_label(repair.state),
                    )
                )
            if not (repair.solution or "").strip():
                raise UserError(self.env._("Write what was done."))
            if repair._is_billed() and repair.amount_total > 0:
                if not repair.agreed_at:
                    raise UserError(
                        self.env._(
                            "Chargeable work is agreed and signed before it starts: quote “%(repair)s” "
                            "first. Work done without signature is at our cost: change who pays.",
                            repair=repair.display_name,
                        )
                    )
                if (
                    repair.currency_id.compare_amounts(
                        repair.amount_total, repair.agreed_amount - repair.discount
                    )
                    > 0
                    and repair.currency_id.compare_amounts(
                        repair.amount_total, repair.agreed_amount
                    )
                    > 0
                ):
                    raise UserError(
                        self.env._(
                            "The price has risen above the %(agreed).2f yuan agreed: quote anew.",
                            agreed=repair.agreed_amount,
                        )
                    )
            repair._move_to("done")
            repair._answer(self.env._("Done: %(what)s", what=repair.solution))
        return True

    def action_check(self):
        """Second check of concealed or dangerous work by the supervisor."""
        self._check_supervisor()
        for repair in self:
            if repair.state != "done":
                raise UserError(self.env._("Only finished work is checked."))
            repair._with_move().write(
                {"checked_by_id": self.env.uid, "checked_at": fields.Datetime.now()}
            )
        return True

    # acceptance ----------------------------------------------------------------------------------

    def action_accept_signed(self):
        """The customer has signed on the device: accepted, billed, read-only from now on."""
        for repair in self:
            if not repair.customer_signature:
                raise UserError(self.env._("Let the customer sign for the work."))
            repair._accept_work("signature")
        return True

    def action_accept_remote(self):
        """The customer confirmed by phone or WeChat; photos stand for his signature."""
        for repair in self:
            if not repair.photo_after_ids:
                raise UserError(
                    self.env._("Add photos of the finished work: the customer was not there.")
                )
            if not repair.satisfaction:
                raise UserError(self.env._("Ask how satisfied the customer is."))
            repair._accept_work("remote")
        return True

    def action_accept_staff(self):
        """Accept work on a common part, with photos; not by who did it."""
        for repair in self:
            if repair.unit_id and repair.scope != "common":
                raise UserError(self.env._("Work in a home is accepted by the customer."))
            if repair.technician_user_id == self.env.user:
                raise UserError(self.env._("Somebody else than the technician accepts the work."))
            if not repair.photo_after_ids:
                raise UserError(self.env._("Add photos of the finished work."))
            repair._accept_work("staff")
        return True

    def _accept_work(self, way):
        """Accept the work, bill it and tell the callback part.

        :param str way: a value of `accepted_way`
        :raises UserError: if the second check is missing
        """
        for repair in self:
            if repair.needs_check and not repair.checked_by_id:
                raise UserError(
                    self.env._(
                        "“%(repair)s” is concealed or dangerous work: the supervisor checks it "
                        "before it is accepted.",
                        repair=repair.display_name,
                    )
                )
            repair._move_to("accepted_by_customer", accepted_way=way)
            repair._charge_customer()
            repair._settle_duplicates()
            repair._case_settled()

    def _settle_duplicates(self):
        for repair in self.duplicate_ids:
            repair.message_post(
                body=self.env._("The fault was repaired with %(master)s.", master=self.number),
                subtype_xmlid="mail.mt_comment",
            )

    def _deadline_breached(self, deadline):
        """Who does not object in time has accepted (setting of the policy ``acceptance``)."""
        if deadline.step != "acceptance":
            return super()._deadline_breached(deadline)
        if self.state == "done":
            if self.needs_check and not self.checked_by_id:
                return super()._deadline_breached(deadline)
            self.sudo()._accept_work("auto")
            self.sudo().message_post(body=self.env._("Accepted because nobody objected in time."))
        return None

    # rework --------------------------------------------------------------------------------------

    def action_reject_work(self):
        """Ask what is not right."""
        return self._open_dialog("rework")

    def _make_rework(self, reason):
        """Make the free order that does the work again (handbook B A4).

        One level more urgent; from the second failure on for another technician.

        :param str reason: what is not right
        :return: the new `property.repair`, accepted
        """
        self.ensure_one()
        if self.state not in ("done", *SIGNED):
            raise UserError(self.env._("Only finished work can be reworked."))
        levels = [value for value, _label in URGENCIES]
        higher = levels[max(levels.index(self.urgency) - 1, 1)] if self.urgency != "U0" else "U0"
        if self.state != "rework":
            self._move_to("rework", issue_reason=reason)
        elif running := self.rework_ids.filtered(lambda row: row.state not in ("closed",)):
            raise UserError(
                self.env._("%(repair)s is the rework already.", repair=running[0].display_name)
            )
        rework = self._without_move().create(
            {
                "kind": self.kind,
                "estate_id": self.estate_id.id,
                "unit_id": self.unit_id.id,
                "building_id": self.building_id.id,
                "place": self.place,
                "partner_id": self.partner_id.id,
                "contact_name": self.contact_name,
                "phone": self.phone,
                "channel": self.channel,
                "category_id": self.category_id.id,
                "scope": self.scope,
                "description": self.env._(
                    "Rework of %(number)s: %(reason)s", number=self.number, reason=reason
                ),
                "user_id": self.user_id.id,
                "urgency": higher,
                "payer_class": "free_promise",
            }
        )
        rework._with_move().write(
            {
                "origin_id": self.id,
                "rework_number": self.rework_number + 1,
                "payer_class": "free_promise",
            }
        )
        rework.action_accept()
        self.message_post(body=self.env._("Rework %(repair)s", repair=rework.display_name))
        return rework

    def action_mark_rework(self):
        """Make this request the free rework of the order of the same fault done before it."""
        self.ensure_one()
        origin = self.similar_ids.filtered("done_at").sorted("done_at")[-1:]
        if not origin:
            raise UserError(self.env._("No order of the same fault was done lately."))
        if self.state not in ("draft", "accepted"):
            raise UserError(self.env._("The order is worked on already."))
        if origin.state in SIGNED and origin.state != "rework":
            origin._move_to("rework", issue_reason=self.description)
        self._with_move().write(
            {
                "origin_id": origin.id,
                "rework_number": origin.rework_number + 1,
                "payer_class": "free_promise",
            }
        )
        return True

    # callback ------------------------------------------------------------------------------------

    def _callback_class(self):
        """Return how soon and how often it is followed up (handbook B B1)."""
        self.ensure_one()
        if self.kind == "service":
            return "special"
        follow_up = self.category_id.follow_up_class or "other"
        return False if follow_up == "none" else follow_up

    def _callback_person(self):
        """Return whom to call."""
        self.ensure_one()
        return self.partner_id or self.payer_id

    def _callback_handlers(self):
        """Return the users who may not call back because it was their work."""
        self.ensure_one()
        return self.technician_user_id | self.helper_ids.user_id

    def _callback_pending(self):
        """Return whether a callback is still to be made."""
        self.ensure_one()
        return bool(
            self.env["property.callback"]
            .sudo()
            .search_count(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("state", "in", ("planned", "in_progress", "no_contact")),
                ],
                limit=1,
            )
        )

    def _callback_result(self, callback):
        """Take the result of a callback: satisfied closes, not satisfied makes a rework.

        :param callback: record with `result`: ok, fair or bad
        """
        for repair in self:
            if repair.state == "accepted_by_customer":
                repair._move_to("followed_up")
            if callback.result == "bad":
                notes = [
                    callback[name]
                    for name in ("shortcomings", "suggestions")
                    if name in callback._fields
                ]
                said = "；".join(note for note in notes if note)
                repair._make_rework(said or self.env._("Not satisfied at the callback"))
            elif repair.state == "followed_up" and not repair._obstacles_to_close():
                repair._close()

    # closing -------------------------------------------------------------------------------------

    def _obstacles_to_close(self):
        """Return what is missing before the case can be closed (handbook B A4)."""
        self.ensure_one()
        missing = []
        if self.state not in ("accepted_by_customer", "followed_up", "rework"):
            missing.append(self.env._("the customer's acceptance"))
        if self.state == "rework" and self.rework_ids.filtered(
            lambda row: row.state not in ("closed", "accepted_by_customer", "followed_up")
        ):
            missing.append(self.env._("the rework"))
        if self._is_billed() and self.amount_total > 0 and not self.sudo().charge_ids:
            missing.append(self.env._("the bill"))
        if self.state == "accepted_by_customer" and self._callback_pending():
            missing.append(self.env._("the callback"))
        return missing

    def action_close(self):
        """Close the case; for a supervisor.

        :raises UserError: if acceptance, bill, rework or callback are missing
        """
        self._check_supervisor()
        for repair in self:
            if missing := repair._obstacles_to_close():
                raise UserError(
                    self.env._(
                        "“%(repair)s” cannot be closed yet: %(missing)s.",
                        repair=repair.display_name,
                        missing="、".join(missing),
                    )
                )
            repair._close()
        return True

    def _close(self):
        self._move_to("closed")
        for repair in self:
            origin = repair.origin_id
            if origin.state == "rework" and not origin._obstacles_to_close():
                origin._close()

    @api.model
    def _cron_close(self):
        """Close what was accepted days ago and misses nothing; a broken one is left and logged."""
        for estate in self.env["property.estate"].search([("active", "=", True)]):
            days = estate._parameter("repair_close_days")
            limit = fields.Datetime.now() - timedelta(days=days)
            repairs = self.search(
                [
                    ("estate_id", "=", estate.id),
                    ("state", "in", ("accepted_by_customer", "followed_up")),
                    ("signed_at", "<=", limit),
                ],
                order="id",
                limit=1000,
            )
            for repair in repairs:
                try:
                    with self.env.cr.savepoint():
                        if not repair._obstacles_to_close():
                            repair._close()
                except Exception as error:
                    _logger.warning("Repair %s cannot be closed: %s", repair.id, error)
            self.env["ir.cron"]._commit_progress(len(repairs))
