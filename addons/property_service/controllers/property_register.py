# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from urllib.parse import parse_qs, urlsplit

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from odoo.addons.web.controllers.report import ReportController


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
            model, options = _register_of(register, options)
        except UserError:
            raise request.not_found()
        content = model._in_print_language(options)._render_xlsx(options)
        return request.make_response(
            content,
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(f"{model._filename(options)}.xlsx")),
            ],
        )


class PropertyReportController(ReportController):
    @http.route()
    def report_download(self, data, context=None, token=None, readonly=True):
        """Name a printed register after its title, estate and day."""
        response = super().report_download(data, context=context, token=token, readonly=readonly)
        address = urlsplit(json.loads(data)[0])
        if (
            address.path.endswith("/property_service.report_register")
            and response.mimetype == "application/pdf"
        ):
            asked = json.loads(parse_qs(address.query)["options"][0])
            model, options = _register_of(asked.get("register"), asked.get("options"))
            response.headers.set(
                "Content-Disposition", content_disposition(f"{model._filename(options)}.pdf")
            )
        return response


def _register_of(name, options):
    """Return (register, options) of a request; see `report.property_service.report_register`."""
    return request.env["report.property_service.report_register"]._register_of(name, options)
