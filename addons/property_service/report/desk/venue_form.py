# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ReportVenueBooking(models.AbstractModel):
    """社区文化活动场所使用申请表 (form G3-1, handbook B G3, A §48)."""

    _name = "report.property_service.report_venue_booking"
    _description = "Printed application for a venue"
    _inherit = "report.property_service.property_form"

    _form_model = "property.venue.booking"
