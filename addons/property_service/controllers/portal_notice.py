# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from .portal import PropertyPortal


class PropertyPortalNotice(PropertyPortal):
    """The notices that hold for the homes a resident lives in (handbook B D5)."""

    def _property_notices(self):
        """Return the valid notices for the user's homes; nothing else of the model is shown."""
        units = self._property_holdings().unit_id
        return request.env["property.notice"].sudo()._for_units(units)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "property_notice_count" in counters:
            values["property_notice_count"] = len(self._property_notices())
        return values

    @http.route("/my/notices", type="http", auth="user", website=True, readonly=True)
    def portal_my_notices(self, **kwargs):
        """Show the valid notices for the resident's homes."""
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "property_notices",
            "notices": self._property_notices(),
        }
        return request.render("property_service.portal_my_notices", values)
