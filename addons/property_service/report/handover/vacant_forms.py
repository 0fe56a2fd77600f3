# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...tools import money


class ReportTrusteeship(models.AbstractModel):
    """房屋托管协议 in two copies (handbook A §42)."""

    _name = "report.property_service.report_trusteeship"
    _description = "Printed agreement of a house trusteeship"
    _inherit = "report.property_service.property_form"

    _form_model = "property.trusteeship"

    @api.model
    def _copy_names(self):
        return (self.env._("First copy: owner"), self.env._("Second copy: company"))

    @api.model
    def _sheet(self, doc):
        return {
            "rate": money.plain(doc.rate),
            "start": self.env._(
                "Water %(water)g m³, power %(power)g kWh, gas %(gas)g m³",
                water=doc.water_start,
                power=doc.power_start,
                gas=doc.gas_start,
            ),
            "limits": self.env._(
                "Water %(water)g m³, power %(power)g kWh (%(period)s)",
                water=doc.limit_water,
                power=doc.limit_power,
                period=self._label(doc, "limit_period"),
            ),
            "end": self.env._(
                "Water %(water)g m³, power %(power)g kWh, gas %(gas)g m³",
                water=doc.water_end,
                power=doc.power_end,
                gas=doc.gas_end,
            ),
        }


class ReportListing(models.AbstractModel):
    """房屋租售委托登记表 (handbook A §43)."""

    _name = "report.property_service.report_listing"
    _description = "Printed offer of a home"
    _inherit = "report.property_service.property_form"

    _form_model = "property.listing"

    @api.model
    def _sheet(self, doc):
        seen = doc.paper_ids.filtered(lambda line: line.type_id.code == "co_owner")
        return {
            "consent": bool(seen) and not seen[0].missing,
            "commission": self._commission(doc),
        }

    @api.model
    def _commission(self, doc):
        if not doc.brokerage:
            return self.env._("None: information display only")
        share = money.plain(doc.commission)
        number = doc.brokerage_filing or ""
        if doc.kind == "let":
            return self.env._(
                "%(months)s months of rent (filing no. %(number)s)", months=share, number=number
            )
        return self.env._(
            "%(percent)s %% of the price (filing no. %(number)s)", percent=share, number=number
        )


class ReportListingSeeker(models.AbstractModel):
    """求租(求购)登记表 (handbook A §43)."""

    _name = "report.property_service.report_listing_seeker"
    _description = "Printed registration of a seeker"
    _inherit = "report.property_service.property_form"

    _form_model = "property.listing.seeker"
