# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_house_item import PLACES, SEVERITIES

#: states of a claim in the order they are passed when the developer has repaired
_CLAIM_WAY = ("sent_to_developer", "fixed", "rechecked", "owner_reinspect")


class PropertyHouseDefect(models.Model):
    """A defect found at handover, until the owner has signed that it is gone (handbook A §13).

    The developer repairs under warranty: ordering makes a repair and a claim of the service centre.
    Each failed re-inspection counts; from the second on the developer is written to and the manager
    meets him.
    """

    _name = "property.house.defect"
    _description = "Defect of a home"
    _inherit = [
        "property.procedure.mixin",
        "property.signature.mixin",
        "property.handover.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    _number_form = "YL"
    _workflow_moves = {
        "found": ("ordered", "closed"),
        "ordered": ("repairing", "self_checked", "disputed", "closed"),
        "repairing": ("self_checked", "disputed", "closed"),
        "self_checked": ("appointed", "passed", "failed", "disputed", "closed"),
        "appointed": ("passed", "failed", "disputed", "closed"),
        "failed": ("repairing",),
        "passed": ("closed",),
        "disputed": ("repairing", "closed"),
    }
    _workflow_stamps = {
        "ordered": ("ordered_by_id", "ordered_date"),
        "repairing": (None, "repairing_date"),
        "self_checked": ("checked_by_id", "checked_date"),
        "appointed": (None, "appointed_date"),
        "passed": (None, "passed_date"),
        "failed": (None, "failed_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {"found": ("rectify",), "self_checked": ("revisit",)}
    _case_done = {"self_checked": ("rectify",), "passed": ("revisit",), "failed": ("revisit",)}
    _case_hold = ("disputed",)
    _case_end = ("closed",)
    _reasons = {
        "fail": "action_fail",
        "dispute": "action_dispute",
        "close": "action_close_reasoned",
    }
    _signature_locks = {"owner": ("name", "place", "photo_ids")}

    name = fields.Char("What is wrong", required=True, tracking=True)
    inspection_id = fields.Many2one(
        "property.house.inspection",
        "House inspection",
        required=True,
        ondelete="restrict",
        index=True,
    )
    check_id = fields.Many2one("property.house.check", ondelete="set null", index="btree_not_null")
    handover_id = fields.Many2one(
        "property.handover", "Handover case", required=True, ondelete="restrict", index=True
    )
    batch_id = fields.Many2one(related="handover_id.batch_id", store=True, index=True)
    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(string="Owner")
    place = fields.Selection(PLACES, "Place in the home", required=True)
    item = fields.Char(related="check_id.item_id.name")
    severity = fields.Selection(
        SEVERITIES, "Weight of the defect", required=True, default="minor", tracking=True
    )
    category_id = fields.Many2one(
        "property.case.category",
        "Category of the repair",
        domain="[('kind', '=', 'repair')]",
        ondelete="restrict",
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "property_house_defect_photo_rel",
        string="Photos of the defect",
        copy=False,
        bypass_search_access=True,
    )
    photo_after_ids = fields.Many2many(
        "ir.attachment",
        "property_house_defect_after_rel",
        string="Photos of the repair",
        copy=False,
        bypass_search_access=True,
    )
    responsible_id = fields.Many2one(
        "res.partner", "Responsible company", index="btree_not_null", tracking=True
    )
    date_limit = fields.Date("To be repaired by", compute="_compute_date_limit", store=True)
    state = fields.Selection(
        [
            ("found", "Noted"),
            ("ordered", "Repair ordered"),
            ("repairing", "In repair"),
            ("self_checked", "Re-checked by us"),
            ("appointed", "Owner is appointed"),
            ("failed", "Not passed"),
            ("passed", "Passed by the owner"),
            ("disputed", "In dispute"),
            ("closed", "Settled"),
        ],
        required=True,
        default="found",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    repeats = fields.Integer("Times not passed", readonly=True, copy=False, tracking=True)
    written = fields.Boolean("Developer written to", readonly=True, copy=False)
    appointment = fields.Datetime("Re-inspection agreed for", tracking=True)
    work_done = fields.Text("What was repaired")
    repair_id = fields.Many2one("property.repair", readonly=True, copy=False)
    claim_id = fields.Many2one("property.warranty.claim", readonly=True, copy=False)
    close_reason = fields.Char("Why it was closed", readonly=True, copy=False)
    ordered_by_id = fields.Many2one("res.users", "Ordered by", readonly=True)
    ordered_date = fields.Datetime("Ordered on", readonly=True)
    repairing_date = fields.Datetime("Repair begun on", readonly=True)
    checked_by_id = fields.Many2one("res.users", "Re-checked by", readonly=True)
    checked_date = fields.Datetime("Re-checked on", readonly=True)
    appointed_date = fields.Datetime("Owner appointed on", readonly=True)
    passed_date = fields.Datetime("Passed on", readonly=True)
    failed_date = fields.Datetime("Not passed on", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Settled by", readonly=True)
    closed_date = fields.Datetime("Settled on", readonly=True)

    def _deadline_urgency(self):
        return self.severity

    @api.model
    def _step_label(self, step):
        return {
            "rectify": self.env._("Repair the defect"),
            "revisit": self.env._("Visit the owner after the repair"),
        }.get(step, step)

    @api.model
    def _urgency_label(self, urgency):
        return dict(self._fields["severity"]._description_selection(self.env)).get(urgency, urgency)

    @api.depends("deadline_ids.due", "deadline_ids.step")
    def _compute_date_limit(self):
        for defect in self:
            rows = defect.sudo().deadline_ids.filtered(lambda row: row.step == "rectify")
            last = max(rows.mapped("due"), default=False)
            defect.date_limit = last and fields.Datetime.context_timestamp(defect, last).date()

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for defect in self:
            parts = (defect.unit_id.full_name, defect.number)
            defect.display_name = " ".join(part for part in parts if part)

    @api.model
    def _signature_labels(self):
        return {"owner": self.env._("Owner")}

    def _signature_partner(self, role):
        return self.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        system = {"repeats", "written", "repair_id", "claim_id", "close_reason"}
        for vals in vals_list:
            for name in system & vals.keys():
                vals.pop(name)
        return super().create(vals_list)

    def write(self, vals):
        """Let the deadline fit another weight; count of failures and orders are kept by steps."""
        system = {"repeats", "written", "repair_id", "claim_id", "close_reason"}
        if system & vals.keys() and not (self.env.su or self._moving()):
            raise UserError(self.env._("These facts are set by the steps of the defect."))
        result = super().write(vals)
        if "severity" in vals:
            self._restart_clocks()
        return result

    # ordering ------------------------------------------------------------------------------------

    def action_order(self):
        """Order the repair: a repair of the service centre and a claim on the developer's warranty.

        Without a category the defect is only passed on to the responsible company.
        """
        for defect in self:
            if not defect.responsible_id:
                defect.sudo().responsible_id = defect.estate_id.sudo().developer_id
            repair = self.env["property.repair"].sudo()
            claim = self.env["property.warranty.claim"].sudo()
            if defect.category_id and defect.responsible_id:
                repair = repair.create(
                    {
                        "estate_id": defect.estate_id.id,
                        "unit_id": defect.unit_id.id,
                        "partner_id": defect.partner_id.id,
                        "category_id": defect.category_id.id,
                        "payer_class": "warranty",
                        "channel": "staff",
                        "place": defect._place_label(),
                        "description": f"{defect.item or ''} {defect.name}".strip(),
                    }
                )
                repair.action_accept()
                claim_id = repair.action_claim()["res_id"]
                claim = claim.browse(claim_id)
                claim.responsible_id = defect.responsible_id
                claim.action_send()
            defect._move_to(
                "ordered",
                repair_id=repair.id,
                claim_id=claim.id,
            )
        return True

    def _place_label(self):
        return dict(self._fields["place"]._description_selection(self.env)).get(self.place, "")

    def action_repairing(self):
        """Note that the repair has begun."""
        self._move_to("repairing")
        return True

    def action_self_checked(self):
        """Note that we have checked the repair and it is in order.

        :raises UserError: without a word on what was repaired
        """
        for defect in self:
            if not defect.work_done:
                raise UserError(
                    self.env._(
                        "“%(defect)s”: write down what was repaired.", defect=defect.display_name
                    )
                )
        self._move_to("self_checked")
        return True

    def action_appoint(self):
        """Note that the owner is appointed to look at it.

        :raises UserError: without the time agreed
        """
        for defect in self:
            if not defect.appointment:
                raise UserError(
                    self.env._(
                        "“%(defect)s”: enter the time agreed with the owner.",
                        defect=defect.display_name,
                    )
                )
        self._move_to("appointed")
        return True

    def action_sign_owner(self):
        """Note that the owner has signed the order on paper, and settle the defect."""
        self._sign_on_paper(("owner",))
        return self.action_pass()

    def action_pass(self):
        """Settle a defect the owner has signed: nothing else takes it off the list.

        :raises UserError: without the owner's signature
        """
        self._need_signatures(("owner",))
        self._move_to("passed")
        self._move_to("closed")
        self._settle_claim()
        self.inspection_id._settle()
        return True

    def _settle_claim(self):
        """Let the claim and its repair end with the defect."""
        for defect in self.sudo().filtered("claim_id"):
            claim = defect.claim_id
            if claim.state == "rejected":
                claim._move_to("fixed")
            for state in _CLAIM_WAY[1:]:
                if state in claim._workflow_moves.get(claim.state, ()):
                    claim._move_to(state)
            if "accepted" in claim._workflow_moves.get(claim.state, ()):
                signature = defect._valid_signatures("owner")[:1]
                claim.owner_signature = signature.image or b"UA=="
                claim.action_accept()

    def action_fail(self, reason):
        """Note that the owner is not satisfied: it is repaired again, and counted.

        From the second time on the manager is told to meet the developer, who is written to.
        """
        reason = self._need_reason(reason)
        for defect in self:
            repeats = defect.repeats + 1
            defect._move_to("failed", repeats=repeats)
            defect._move_to("repairing")
            defect._void_signatures(reason)
            defect.message_post(body=self.env._("Not passed: %(reason)s", reason=reason))
            claim = defect.sudo().claim_id
            if "rejected" in claim._workflow_moves.get(claim.state, ()):
                claim._move_to("rejected")
            self.env["property.deadline"]._begin(defect, "rectify")
            if repeats >= defect.estate_id._parameter("handover_repeat_limit"):
                defect._escalate()

    def _escalate(self):
        """Write to the developer and let the manager meet him (handbook A §13)."""
        self.ensure_one()
        self._with_move().write({"written": True})
        for user in self._deadline_users("manager"):
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._(
                    "Repaired in vain %(count)s times: meet the developer, send the letter",
                    count=self.repeats,
                ),
                user_id=user.id,
            )

    def action_dispute(self, reason):
        """Note that parties disagree: measured by a third party; the clock stands still."""
        reason = self._need_reason(reason)
        self._move_to("disputed")
        for defect in self:
            defect.message_post(body=self.env._("In dispute: %(reason)s", reason=reason))

    def action_resume_repair(self):
        """Go on repairing after a dispute."""
        self._move_to("repairing")
        return True

    def action_close_reasoned(self, reason):
        """Take a defect off the list without the owner's signature, as the manager, with a reason.

        :raises AccessError: below the manager
        """
        self._check_in_group(
            "manager",
            self.env._(
                "A defect leaves the list by the owner's signature or by the manager's reasoned "
                "closure."
            ),
        )
        reason = self._need_reason(reason)
        self._move_to("closed", close_reason=reason)
        self.inspection_id._settle()

    def action_open_repair(self):
        """Open the repair of the service centre."""
        self.ensure_one()
        return self.repair_id._open_form()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A defect leaves the list by a signature, it is not deleted."))
