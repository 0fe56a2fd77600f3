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
        estates = register._estates(options)
        register = register.with_context(lang=estates[:1]._print_lang() if estates else None)
        return {"register": register, "table": register._content(options), "docs": estates}

    @api.model
    def _register_of(self, name, options):
        """Return (register, options) as asked for from outside.

        :raises UserError: if there is no register of that name
        """
        if isinstance(options, str):
            options = json.loads(options)
        model = self.env.get(name) if name else None
        if model is None or not hasattr(model, "_render_xlsx") or not model._abstract:
            raise UserError(self.env._("There is no such register."))
        known = ("estate_ids", "building_ids", "date", "month", "date_from", "date_to", "res_ids")
        return model, {key: value for key, value in (options or {}).items() if key in known}
