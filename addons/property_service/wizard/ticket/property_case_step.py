# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PropertyCaseStep(models.TransientModel):
    """Asks for the words a step of a case needs, and has the case take the step."""

    _name = "property.case.step"
    _description = "Step of a case in words"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    step = fields.Char(required=True, readonly=True)
    question = fields.Char(readonly=True)
    text = fields.Text("In words", required=True)

    def action_confirm(self):
        """Take the step with what was written.

        :raises UserError: if the document has no such step
        """
        self.ensure_one()
        model = self.env.get(self.res_model)
        if model is None or not hasattr(model, "_take_step"):
            raise UserError(self.env._("This step does not exist."))
        # the dialog's own defaults are none of the document's
        clean = {
            key: value for key, value in self.env.context.items() if not key.startswith("default_")
        }
        document = model.with_context({}, **clean).browse(self.res_id).exists()
        document.check_access("read")
        return document._take_step(self.step, self.text) or {"type": "ir.actions.act_window_close"}
