# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import http
from odoo.http import content_disposition, request


class PropertyRegisterController(http.Controller):
    @http.route(
        "/property_service/register/<string:register>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, register, options="{}"):
        """Send a register as a workbook, read with the rights of the user who asks."""
        try:
            parsed = json.loads(options)
        except ValueError:
            return request.not_found()
        model, parsed = request.env["report.property_service.report_register"]._register_of(
            register, parsed
        )
        estates = model._estates(parsed)
        model = model.with_context(lang=estates[:1]._print_lang() if estates else None)
        content = model._render_xlsx(parsed)
        return request.make_response(
            content,
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{model._title(parsed)}.xlsx")),
            ],
        )
