# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

#: Handbook B A5
STATES = [
    ("reported", "Registered"),
    ("sent_to_developer", "Sent to the developer"),
    ("scheduled", "Repair agreed"),
    ("fixed", "Repaired"),
    ("rechecked", "Checked by us"),
    ("owner_reinspect", "Inspected by the owner"),
    ("accepted", "Accepted and signed"),
    ("rejected", "To be repaired again"),
    ("closed", "Closed"),
]
#: step of the clock -> letter
REMINDERS = {"remind_1": 1, "remind_2": 2, "remind_3": 3}


class PropertyWarrantyClaim(models.Model):
    """A defect the developer or builder has to repair, and what became of it (handbook B A5).

    Its repair waits meanwhile. Reminder letters come after the days of the policies
    ``remind_1`` to ``remind_3``; then the repair may be done on behalf of the developer. The date of
    the first report counts, also where the warranty has run out since.
    """

    _name = "property.warranty.claim"
    _description = "Claim on the developer's warranty"
    _inherit = ["property.case.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "BXQ"
    _workflow_moves = {
        "reported": ("sent_to_developer", "closed"),
        "sent_to_developer": ("scheduled", "fixed", "closed"),
        "scheduled": ("fixed", "closed"),
        "fixed": ("rechecked", "rejected"),
        "rechecked": ("owner_reinspect", "accepted", "rejected"),
        "owner_reinspect": ("accepted", "rejected"),
        "rejected": ("scheduled", "fixed", "closed"),
        "accepted": ("closed",),
    }
    _workflow_stamps = {
        "sent_to_developer": ("sent_by_id", "sent_at"),
        "fixed": (None, "fixed_at"),
        "rechecked": ("rechecked_by_id", "rechecked_at"),
        "accepted": (None, "accepted_at"),
        "closed": (None, "closed_at"),
    }
    _case_clocks = {"sent_to_developer": ("rectify", *REMINDERS), "rejected": ("rectify",)}
    _case_done = {"scheduled": tuple(REMINDERS), "fixed": ("rectify", *REMINDERS)}
    _case_end = ("accepted", "closed")

    state = fields.Selection(
        STATES, required=True, default="reported", readonly=True, tracking=True, index=True
    )
    repair_id = fields.Many2one(
        "property.repair",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
        check_company=True,
    )
    responsible_id = fields.Many2one(
        "res.partner", "Responsible company", index="btree_not_null", tracking=True
    )
    scheduled_date = fields.Date("Agreed for", tracking=True)
    date_asked = fields.Date("To be repaired by")
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True)
    sent_at = fields.Datetime("Sent on", readonly=True)
    fixed_at = fields.Datetime("Repaired on", readonly=True)
    rechecked_by_id = fields.Many2one("res.users", "Rechecked by", readonly=True)
    rechecked_at = fields.Datetime("Rechecked by us on", readonly=True)
    owner_signature = fields.Binary("Owner's signature", attachment=True, copy=False)
    accepted_at = fields.Datetime("Accepted by the owner on", readonly=True)
    closed_at = fields.Datetime("Closed on", readonly=True)
    reminders = fields.Integer("Reminder letters", readonly=True)
    on_behalf = fields.Boolean("Repaired on behalf of the developer", readonly=True)
    note = fields.Char("Remark")

    _repair_unique = models.UniqueIndex(
        "(repair_id) WHERE state != 'closed'", "The repair has an open claim already."
    )

    def action_send(self):
        """Send the defect to the developer or builder; reminders run from now on."""
        for claim in self:
            if not claim.responsible_id:
                raise UserError(self.env._("Enter which company is responsible."))
            claim._move_to("sent_to_developer")
        return True

    def action_schedule(self):
        """Note when the company will come."""
        for claim in self:
            if not claim.scheduled_date:
                raise UserError(self.env._("Enter the day agreed."))
            claim._move_to("scheduled")
        return True

    def action_fixed(self):
        """The company reports that it is repaired."""
        self._move_to("fixed")
        return True

    def action_recheck(self):
        """We have checked it; the owner is invited next."""
        self._move_to("rechecked")
        return True

    def action_owner_inspect(self):
        """The owner inspects it."""
        self._move_to("owner_reinspect")
        return True

    def action_reject(self):
        """It is not right: the company repairs it again."""
        self._move_to("rejected")
        return True

    def action_accept(self):
        """The owner accepts and signs; our repair is done with it."""
        for claim in self:
            if claim.unit_id and not claim.owner_signature:
                raise UserError(self.env._("The owner signs on the order."))
            claim._move_to("accepted")
            claim._move_to("closed")
            repair = claim.repair_id
            if repair.state == "on_hold":
                repair.action_resume()
                repair._cancel_request(
                    self.env._(
                        "Repaired by %(company)s under warranty, %(claim)s.",
                        company=claim.responsible_id.name,
                        claim=claim.number,
                    )
                )
        return True

    def action_on_behalf(self):
        """The developer is silent: repair it ourselves and claim the cost (after the letters)."""
        for claim in self:
            if claim.reminders < len(REMINDERS) and not claim.repair_id.danger:
                raise UserError(
                    self.env._(
                        "Repair on behalf of the developer comes after %(count)s reminder letters, "
                        "unless there is danger.",
                        count=len(REMINDERS),
                    )
                )
            claim._move_to("closed", on_behalf=True)
            claim.repair_id.message_post(
                body=self.env._(
                    "To be repaired on behalf of %(company)s; claim the cost with this order.",
                    company=claim.responsible_id.name,
                )
            )
            if claim.repair_id.state == "on_hold":
                claim.repair_id.action_resume()
        return True

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def write(self, vals):
        if not self.env.su and not self._moving() and {"reminders", "on_behalf"} & vals.keys():
            raise UserError(self.env._("Reminders are counted by the system."))
        return super().write(vals)

    def _deadline_breached(self, deadline):
        """The time of a reminder letter has come (7, 15, 30 days)."""
        if deadline.step not in REMINDERS:
            return super()._deadline_breached(deadline)
        number = REMINDERS[deadline.step]
        self.sudo()._with_move().write({"reminders": number})
        self.sudo().message_post(
            body=self.env._(
                "Reminder letter %(number)s to %(company)s is due.",
                number=number,
                company=self.responsible_id.name,
            )
        )
        return None

    def _case_settled(self):
        """Nothing of its own to be called back: the repair is."""


class PropertyRepair(models.Model):
    """Handing a repair to the developer."""

    _inherit = "property.repair"

    claim_ids = fields.One2many("property.warranty.claim", "repair_id", "Warranty claims")
    claim_count = fields.Integer(compute="_compute_claim_count")

    def _compute_claim_count(self):
        counts = dict(
            self.env["property.warranty.claim"]._read_group(
                [("repair_id", "in", self.ids)], ["repair_id"], ["__count"]
            )
        )
        for repair in self:
            repair.claim_count = counts.get(repair, 0)

    def action_claim(self):
        """Hand the defect to the developer: the order waits for him (handbook B A5)."""
        self.ensure_one()
        if self.payer_class != "warranty":
            raise UserError(
                self.env._(
                    "“%(repair)s” is not under warranty: set who pays first.",
                    repair=self.display_name,
                )
            )
        term = self._warranty_term()
        claim = self.env["property.warranty.claim"].create(
            {
                "repair_id": self.id,
                "estate_id": self.estate_id.id,
                "unit_id": self.unit_id.id,
                "building_id": self.building_id.id,
                "place": self.place,
                "partner_id": self.partner_id.id,
                "phone": self.phone,
                "category_id": self.category_id.id,
                "channel": self.channel,
                "description": self.description,
                "responsible_id": (term.partner_id or self.sudo().estate_id.developer_id).id,
            }
        )
        reason = self.env["property.hold.reason"].search([("code", "=", "developer")], limit=1)
        self._hold(reason, claim.number)
        return claim._open_form()

    def action_open_claims(self):
        """Open the claims of the repair."""
        self.ensure_one()
        if len(self.claim_ids) == 1:
            return self.claim_ids._open_form()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Warranty claims"),
            "res_model": "property.warranty.claim",
            "view_mode": "list,form",
            "domain": [("repair_id", "=", self.id)],
        }
