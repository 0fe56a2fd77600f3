# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...models.ticket.property_case_category_repair import URGENCIES


class PropertyRepairDialog(models.TransientModel):
    """Asks for what a step of a repair needs: a reason, and what goes with it."""

    _name = "property.repair.dialog"
    _description = "Step of a repair"

    repair_id = fields.Many2one("property.repair", required=True, ondelete="cascade")
    estate_id = fields.Many2one(related="repair_id.estate_id")
    step = fields.Selection(
        [
            ("return", "Return the order"),
            ("transfer", "Transfer the order"),
            ("hold", "Put on hold"),
            ("missed", "Nobody met"),
            ("cancel", "Cancel"),
            ("reject", "Not our scope"),
            ("urgency", "Lower the urgency"),
            ("merge", "Merge into another report"),
            ("refuse", "Quote refused"),
            ("discount", "Ask for a discount"),
            ("rework", "Work not right"),
        ],
        required=True,
    )
    reason = fields.Text()
    guidance = fields.Text("Whom to turn to")
    hold_reason_id = fields.Many2one("property.hold.reason", "Why it waits")
    resume_date = fields.Datetime("Go on at")
    urgency = fields.Selection(URGENCIES)
    technician_id = fields.Many2one("property.technician", "New technician")
    master_id = fields.Many2one("property.repair", "First report")
    amount = fields.Float("Discount (yuan)", digits=(16, 2))

    def action_confirm(self):
        """Take the step.

        :raises UserError: without the reason
        """
        self.ensure_one()
        repair = self.repair_id
        repair.check_access("write")
        if self.step not in ("merge", "hold") and not (self.reason or "").strip():
            raise UserError(self.env._("Say why."))
        if self.step == "return":
            repair._return(self.reason)
        elif self.step == "transfer":
            repair._transfer(self.technician_id.employee_id, self.reason)
        elif self.step == "hold":
            repair._hold(self.hold_reason_id, self.reason, self.resume_date)
        elif self.step == "missed":
            repair._missed_visit(self.reason, self.resume_date)
        elif self.step == "cancel":
            repair._cancel_request(self.reason)
        elif self.step == "reject":
            repair._reject(self.reason, self.guidance)
        elif self.step == "urgency":
            repair._lower_urgency(self.urgency, self.reason)
        elif self.step == "merge":
            repair._merge_into(self.master_id)
        elif self.step == "refuse":
            repair._check_worker()
            repair._refuse_quote(self.reason)
        elif self.step == "discount":
            repair._ask_discount(self.amount, self.reason)
        elif self.step == "rework":
            return repair._make_rework(self.reason)._open_form()
        return {"type": "ir.actions.act_window_close"}
