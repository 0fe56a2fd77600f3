# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class PropertyRepairDispatch(models.TransientModel):
    """The dispatcher's proposal: who has the skill, works for the estate and has the least to do."""

    _name = "property.repair.dispatch"
    _description = "Dispatch a repair"

    repair_id = fields.Many2one("property.repair", required=True, ondelete="cascade")
    urgency = fields.Selection(related="repair_id.urgency")
    category_id = fields.Many2one(related="repair_id.category_id")
    appointment_start = fields.Datetime(related="repair_id.appointment_start")
    line_ids = fields.One2many(
        "property.repair.dispatch.line",
        "dispatch_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    technician_id = fields.Many2one(
        "property.technician",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    helper_ids = fields.Many2many("property.technician", string="Helpers")

    @api.depends("repair_id")
    def _compute_line_ids(self):
        for dialog in self:
            found = self.env["property.technician"]
            if dialog.repair_id:
                found = found._propose(dialog.repair_id)
            dialog.line_ids = [
                Command.clear(),
                *(Command.create({"technician_id": row.id}) for row in found[:10]),
            ]
            dialog.technician_id = found[:1]

    def action_dispatch(self):
        """Give the order to the technician chosen."""
        self.ensure_one()
        if not self.technician_id:
            raise UserError(self.env._("Choose who goes."))
        self.repair_id.check_access("write")
        self.repair_id._dispatch(self.technician_id.employee_id, self.helper_ids)
        return {"type": "ir.actions.act_window_close"}


class PropertyRepairDispatchLine(models.TransientModel):
    """A technician on the dispatcher's proposal."""

    _name = "property.repair.dispatch.line"
    _description = "Proposed technician"

    dispatch_id = fields.Many2one("property.repair.dispatch", required=True, ondelete="cascade")
    technician_id = fields.Many2one("property.technician", required=True, ondelete="cascade")
    category_ids = fields.Many2many(related="technician_id.category_ids")
    open_count = fields.Integer(related="technician_id.open_count")
    on_call = fields.Boolean("On call now", compute="_compute_on_call")

    @api.depends("dispatch_id.repair_id", "technician_id")
    def _compute_on_call(self):
        for dispatch, lines in self.grouped("dispatch_id").items():
            repair = dispatch.repair_id
            duty = self.env["property.on.call"]
            if repair:
                duty = duty._called_first(repair.estate_id, repair.category_id)
            for line in lines:
                line.on_call = line.technician_id.employee_id in (duty.employee_id | duty.deputy_id)

    def action_choose(self):
        """Give the order to this technician."""
        self.ensure_one()
        self.dispatch_id.technician_id = self.technician_id
        return self.dispatch_id.action_dispatch()
