# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.local_time import local_today

#: states of a deposit in which nothing of it is left to be done for the dossier
DEPOSIT_DONE = ("refunded", "deducted", "forfeited", "closed", "cancelled")


class PropertyRenovation(models.Model):
    """Acceptance in two steps and the refund of the deposits (handbook A §38)."""

    _inherit = "property.renovation"

    finished_date = fields.Date("Really finished on", copy=False)
    first_check_ids = fields.One2many(
        "property.renovation.check",
        "renovation_id",
        "Checks of the first acceptance",
        domain=[("stage", "=", "first")],
    )
    second_check_ids = fields.One2many(
        "property.renovation.check",
        "renovation_id",
        "Checks of the second acceptance",
        domain=[("stage", "=", "second")],
    )
    finish_cs_opinion = fields.Char("Acceptance: opinion of the desk", copy=False)
    finish_engineering_opinion = fields.Char("Acceptance: opinion of engineering", copy=False)
    finish_security_opinion = fields.Char("Acceptance: opinion of security", copy=False)
    finish_photo_ids = fields.Many2many(
        "ir.attachment",
        "property_renovation_finish_rel",
        string="Photos of the acceptance",
        bypass_search_access=True,
        copy=False,
    )
    rectify_text = fields.Text("To be put right", copy=False, tracking=True)
    rectify_deadline = fields.Date("To be put right until", copy=False)
    rectify_count = fields.Integer("Times sent back", readonly=True, copy=False)
    passes_missing = fields.Integer(
        "Passes not returned", copy=False, help="Lost ones are paid for, as agreed."
    )
    debris_removed = fields.Boolean("Debris removed", copy=False)
    reinspect_date = fields.Date("Re-inspection due on", readonly=True, copy=False, index=True)
    leak_check = fields.Selection(
        [("dry", "Neighbour below: no leak"), ("leak", "Leak below"), ("nobody", "Nobody below")],
        "Leak check below",
        copy=False,
    )
    leak_confirmed_by = fields.Char("Confirmed by the neighbour", copy=False)
    warranty_date_end = fields.Date("Warranty until", compute="_compute_warranty")
    warranty_water_date_end = fields.Date(
        "Waterproofing warranty until", compute="_compute_warranty"
    )
    refund_due_date = fields.Date(
        "Deposits back at the latest", compute="_compute_refund_due", store=True
    )
    acceptance_reminded = fields.Boolean(readonly=True, copy=False)

    @api.depends("finished_date", "first_passed_date")
    def _compute_warranty(self):
        """State the warranties between contractor and owner (Order 110, art. 32)."""
        for dossier in self:
            first = dossier.finished_date if dossier.first_passed_date else False
            dossier.warranty_date_end = first and first + relativedelta(years=2)
            dossier.warranty_water_date_end = first and first + relativedelta(years=5)

    @api.depends("finished_date", "law_id.refund_months")
    def _compute_refund_due(self):
        for dossier in self:
            months = dossier.law_id.refund_months
            dossier.refund_due_date = (
                dossier.finished_date + relativedelta(months=months)
                if dossier.finished_date and months
                else False
            )

    # first acceptance ----------------------------------------------------------------------------

    def action_apply_acceptance(self):
        """Take the application for acceptance, signed by renovating party and contractor.

        The acceptance is due the same day.

        :raises UserError: naming who has not signed, or an extension still open
        """
        self.check_access("write")
        for dossier in self:
            dossier._need_signatures(
                [*dossier._roles("finish_owner", "finish_contractor"), "agreement_owner"]
            )
            dossier._make_checks("first")
            dossier._move_to(
                "completion",
                finished_date=dossier.finished_date or fields.Date.context_today(self),
            )

    def _check_inspector(self):
        if not self.env.su and not self.env.user.has_group("property_service.group_supervisor"):
            raise AccessError(
                self.env._("The customer-service supervisor signs the acceptance of a renovation.")
            )

    def action_rectify(self, reason=None):
        """Send the site back to be put right, with what and until when.

        :param str reason: what has to be put right
        :raises UserError: without it or without a day
        """
        self.check_access("write")
        for dossier in self:
            text = (reason or dossier.rectify_text or "").strip()
            if not text:
                raise UserError(self.env._("State what has to be put right."))
            deadline = dossier.rectify_deadline
            if not deadline or deadline < fields.Date.context_today(self):
                days = dossier.estate_id._parameter("renovation_rectify_days")
                deadline = fields.Date.context_today(self) + timedelta(days=days)
            # written first: the clock of the state asks for the day
            dossier.write({"rectify_text": text, "rectify_deadline": deadline})
            stage = "second" if dossier.state == "first_passed" else "first"
            dossier._move_to("rectify", rectify_count=dossier.rectify_count + 1)
            dossier.sudo().check_ids.filtered(
                lambda row, stage=stage: row.stage == stage and row.outcome == "bad"
            ).write({"outcome": False})
            dossier.message_post(body=text)

    def action_rectified(self):
        """Ask for the acceptance again: what was found is put right."""
        self.check_access("write")
        for dossier in self:
            dossier._make_checks("first")
        self._move_to("completion")

    def action_first_pass(self):
        """Pass the first acceptance: everything conforms, debris is gone, the permit is back.

        The room is lived in again; the re-inspection is due after the months of the setting; fees
        by the day are settled by the real period.

        :raises AccessError: below the supervisor
        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._check_inspector()
        for dossier in self:
            dossier._need_checks("first")
            if not dossier.debris_removed:
                raise UserError(
                    self.env._(
                        "%(dossier)s: have the debris removed first and tick it.",
                        dossier=dossier.display_name,
                    )
                )
            if dossier._open_violations():
                raise UserError(
                    self.env._(
                        "%(dossier)s has violations that are not put right.",
                        dossier=dossier.display_name,
                    )
                )
            months = dossier.estate_id._parameter("renovation_reinspect_months")
            today = fields.Date.context_today(self)
            if not dossier.reinspect_date:
                dossier.sudo().reinspect_date = today + relativedelta(months=months)
            dossier._move_to("first_passed")
            dossier.permit_ids.sudo().filtered(
                lambda permit: permit._is_live() or permit.state == "revoked"
            )._close_returned()
            dossier._leave_unit()
            dossier._settle_fees()
            dossier._plan_reinspection()
            self.env["property.archive.document"]._file_record(
                dossier,
                "archive_type_12",
                report="property_service.action_report_renovation_acceptance",
            )

    def _plan_reinspection(self):
        """Put the re-inspection on somebody's list for its day."""
        for dossier in self:
            dossier.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=dossier.reinspect_date,
                summary=self.env._("Re-inspection after use: leaks, damage"),
                user_id=(dossier.user_id or self.env.user).id,
            )

    def _leave_unit(self):
        """Give the room the use status it has without the site."""
        for dossier in self.filtered(lambda row: row.unit_id.state == "renovating"):
            others = self.search_count(
                [
                    ("unit_id", "=", dossier.unit_id.id),
                    ("id", "!=", dossier.id),
                    ("permit_state", "in", ("issued", "valid", "expiring", "extended")),
                ]
            )
            if others:
                continue
            unit = dossier.unit_id.sudo()
            before = dossier.unit_state_before
            if unit.tenant_id:
                state = "leased"
            elif dossier.state == "cancelled":
                state = before or "vacant"
            elif before in ("vacant", "trusteeship", "business", "leased"):
                state = "vacant" if before == "leased" else before
            else:
                state = "occupied_owner"
            if state not in unit._workflow_moves["renovating"]:
                state = "vacant"
            unit._set_state(
                state, self.env._("Renovation %(number)s is over.", number=dossier.number)
            )

    # second acceptance ---------------------------------------------------------------------------

    def action_prepare_second(self):
        """Put the checks of the second acceptance on the dossier."""
        self.check_access("write")
        self._make_checks("second")

    def action_second_pass(self):
        """Pass the second acceptance, after the time of use.

        :raises AccessError: below the supervisor
        :raises UserError: before its day, with open checks, without the leak check below
        """
        self.check_access("write")
        self._check_inspector()
        today = fields.Date.context_today(self)
        for dossier in self:
            if dossier.reinspect_date and today < dossier.reinspect_date:
                raise UserError(
                    self.env._(
                        "%(dossier)s: the second acceptance follows after a time of use, on "
                        "%(date)s at the earliest.",
                        dossier=dossier.display_name,
                        date=dossier.reinspect_date,
                    )
                )
            dossier._make_checks("second")
            dossier._need_checks("second")
            if not dossier.leak_check:
                raise UserError(
                    self.env._(
                        "%(dossier)s: ask the neighbour below whether there is a leak.",
                        dossier=dossier.display_name,
                    )
                )
            if dossier.leak_check == "leak" and not dossier.claim_ids:
                raise UserError(
                    self.env._(
                        "%(dossier)s: record the neighbour's claim for the leak, or send the site "
                        "back to be put right.",
                        dossier=dossier.display_name,
                    )
                )
            dossier._move_to("second_passed")
            dossier.activity_ids.filtered(
                lambda task, day=dossier.reinspect_date: task.date_deadline == day
            ).sudo().action_done()

    # refund --------------------------------------------------------------------------------------

    def _check_refundable(self):
        """Refuse the refund while something stands against it.

        :raises UserError: naming it
        """
        for dossier in self:
            if dossier._open_violations():
                raise UserError(
                    self.env._(
                        "%(dossier)s: a violation is not settled, so the deposits stay. Close the "
                        "violation first.",
                        dossier=dossier.display_name,
                    )
                )
            if dossier.amount_due and dossier.state != "cancelled":
                raise UserError(
                    self.env._(
                        "%(dossier)s: %(due).2f yuan of fees are not paid yet. Have the cashier "
                        "take them first.",
                        dossier=dossier.display_name,
                        due=dossier.amount_due,
                    )
                )
            if dossier.state != "cancelled" and dossier._damage_unapproved():
                raise UserError(
                    self.env._(
                        "%(dossier)s: the damage list is not approved by the manager yet.",
                        dossier=dossier.display_name,
                    )
                )

    def action_refund(self):
        """Open the dialog that applies for the refund of the deposits.

        :raises UserError: while something stands against it
        """
        self.ensure_one()
        self._check_refundable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Apply for the refund of the deposits"),
            "res_model": "property.renovation.refund",
            "view_mode": "form",
            "target": "new",
            "context": {"default_renovation_id": self.id},
        }

    def _held_deposits(self):
        """Return the deposits of the dossier whose money is held, the contractor's first (§38)."""
        self.ensure_one()
        deposits = self.sudo().money_ids.deposit_id
        return deposits.filtered(
            lambda deposit: (
                deposit.state in ("held", "refund_requested", "inspected")
                or (deposit.state == "refunded" and deposit._held_now() > 0)
            )
        ).sorted(lambda deposit: (deposit.kind_id.code != "DECO_FIRM", deposit.id))

    def _refund_changed(self):
        """File the dossier when all its deposits are given back or used up."""
        for dossier in self.sudo():
            if dossier.state != "refund":
                continue
            deposits = dossier.money_ids.deposit_id
            if all(deposit.state in DEPOSIT_DONE for deposit in deposits) and not any(
                deposits._balances().values()
            ):
                dossier._move_to("closed")

    def action_close(self):
        """File a dossier that has no deposit to give back.

        :raises UserError: while money is held
        """
        self.check_access("write")
        for dossier in self:
            if dossier.state == "second_passed":
                dossier._check_refundable()
                if dossier._held_deposits():
                    raise UserError(
                        self.env._(
                            "%(dossier)s: apply for the refund of the deposits.",
                            dossier=dossier.display_name,
                        )
                    )
                dossier._move_to("refund")
            if held := dossier.sudo().money_ids.deposit_id.filtered(
                lambda deposit: deposit._held_now() > 0
            ):
                raise UserError(
                    self.env._(
                        "%(deposit)s is still held.",
                        deposit=held[0].display_name,
                    )
                )
            dossier._move_to("closed")

    # daily ---------------------------------------------------------------------------------------

    @api.model
    def _cron_acceptance(self):
        """Remind of sites whose acceptance nobody has applied for, some days after the plan."""
        today = local_today()
        late = self.search(
            [
                ("state", "in", ("working", "suspended")),
                ("acceptance_reminded", "=", False),
                ("permit_date_end", "<", today),
            ]
        )
        todo = late.filtered(
            lambda dossier: (
                dossier.permit_date_end
                + timedelta(days=dossier.estate_id._parameter("renovation_acceptance_days"))
                <= today
            )
        )

        def remind(dossier):
            dossier.acceptance_reminded = True
            dossier._tell_site(self.env._("Ask the owner to apply for the acceptance"))

        self.env["ir.cron"]._property_each(
            todo,
            remind,
            lambda dossier, error: dossier.message_post(
                body=self.env._("Not reminded: %(error)s", error=str(error))
            ),
        )
