# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyPatrolReasoned(models.AbstractModel):
    """Steps that need a reason, and some of them a day: asked for by one small dialog."""

    _name = "property.patrol.reasoned"
    _description = "Document with steps that need a reason"

    #: key of a step -> method called with the reason
    _reasons = {}
    #: keys whose method is called with a moment too
    _reasons_dated = ()

    def action_ask_reason(self):
        """Open the dialog that asks for the reason of the step named `reason_key` in the context.

        :raises UserError: for a step the document does not have
        """
        key = self.env.context.get("reason_key")
        if key not in self._reasons:
            raise UserError(self.env._("There is no such step."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reason"),
            "res_model": "property.patrol.reason",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_ids": ",".join(str(record_id) for record_id in self.ids),
                "default_key": key,
                "default_dated": key in self._reasons_dated,
            },
        }
