# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http

from odoo.addons.web.controllers.report import ReportController

#: reports of which each printing is counted
_COUNTED = ("property_service.report_receipt",)


class PropertyReportController(ReportController):
    def _report_readonly(self, rule, args):
        """Let printings that are counted write, all others read only."""
        return args.get("converter") != "pdf" or args.get("reportname") not in _COUNTED

    @http.route(readonly=_report_readonly)
    def report_routes(self, reportname, docids=None, converter=None, **data):
        """Render a report, as Odoo does."""
        return super().report_routes(reportname, docids=docids, converter=converter, **data)
