# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyPatrolReason(models.TransientModel):
    """Asks for the reason of a step, and for a day where the step needs one."""

    _name = "property.patrol.reason"
    _description = "Reason of a step"

    res_model = fields.Char(required=True)
    res_ids = fields.Char(required=True)
    key = fields.Char(required=True)
    dated = fields.Boolean()
    reason = fields.Text(required=True)
    date = fields.Datetime("New time")

    def action_apply(self):
        """Take the step with the reason; return the action it gives, or close the dialog.

        :raises UserError: for a step the document does not have, or without its day
        """
        self.ensure_one()
        model = self.env.get(self.res_model)
        reasons = getattr(model, "_reasons", {}) if model is not None else {}
        if self.key not in reasons:
            raise UserError(self.env._("There is no such step."))
        records = model.browse(int(part) for part in self.res_ids.split(","))
        records.check_access("write")
        if self.key in model._reasons_dated:
            if not self.date:
                raise UserError(self.env._("Name the new time."))
            result = getattr(records, reasons[self.key])(self.reason, self.date)
        else:
            result = getattr(records, reasons[self.key])(self.reason)
        # a step may have something to print
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}
