# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class PropertyCaseStepMixin(models.AbstractModel):
    """Steps of a document that need words: why it is returned, withdrawn, reopened.

    One dialog (`property.case.step`) asks for them; a model names in `_case_steps` which method
    takes the text of which step. What a method may do, and who may call it, it checks itself.
    """

    _name = "property.case.step.mixin"
    _description = "Document with steps that need words"

    #: step -> name of the method that takes the text
    _case_steps = {}

    def _ask(self, step, title, question=None, text=None):
        """Return the action of the dialog that asks for the text of `step`.

        :param str title: title of the dialog
        :param str question: what is asked for, above the text
        :param str text: what is proposed
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "property.case.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_step": step,
                "default_question": question or title,
                "default_text": text or "",
            },
        }

    def _take_step(self, step, text):
        """Do `step` with the words of the user.

        :raises UserError: if the document has no such step or the words are missing
        """
        self.ensure_one()
        method = self._case_steps.get(step)
        if not method:
            raise UserError(self.env._("This step does not exist."))
        if not (text or "").strip():
            raise UserError(self.env._("Please write it down in words."))
        self.check_access("write")
        return getattr(self, method)(text.strip())

    @api.model
    def _intake_values(self, intake, kind):
        """Return the values of a case that is made of a contact at the front desk.

        :param str kind: kind of the case's categories
        """
        names = (
            *("estate_id", "unit_id", "building_id", "partner_id", "contact_name", "phone"),
            *("channel", "description", "place", "user_id"),
        )
        values = {}
        for name in names:
            if name in intake._fields and name in self._fields and intake[name]:
                value = intake[name]
                values[name] = value.id if isinstance(value, models.BaseModel) else value
        if "category_id" in intake._fields and intake.category_id.kind == kind:
            values["category_id"] = intake.category_id.id
        contact = intake if intake._name == "property.intake" else intake.intake_id
        values["intake_id"] = contact.id
        return values
