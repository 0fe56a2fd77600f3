# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, models
from odoo.exceptions import UserError


class ReportRegister(models.AbstractModel):
    """Renders any register as a printed form (see `property.register`)."""

    _name = "report.property_service.report_register"
    _description = "Printed register"

    @api.model
    def _get_report_values(self, docids, data=None):
        data = data or {}
        register, options = self._register_of(data.get("register"), data.get("options"))
        register = register._in_print_language(options)
        return {
            "register": register,
            "table": register._content(options),
            "print_lang": register.env.lang,
        }

    @api.model
    def _register_of(self, name, options):
        """Return (register, options) as asked for from outside.

        :raises UserError: if there is no register of that name, or an option is not understood
        """
        if isinstance(options, str):
            try:
                options = json.loads(options)
            except ValueError:
                options = False
        if options is not None and not isinstance(options, dict):
            raise UserError(self.env._("The options of the register are not understood."))
        model = self.env.get(name) if isinstance(name, str) else None
        if model is None or not hasattr(model, "_render_xlsx") or name == "property.register":
            raise UserError(self.env._("There is no such register."))
        return model, model._clean_options(options)
