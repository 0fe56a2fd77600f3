# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.people.property_occupancy import OWNER_ROLES

#: charges shown of a home; older ones are on the invoices
_SHOWN = 60


class PropertyPortal(CustomerPortal):
    """What a resident sees: the homes he holds today, and what is owed for them.

    Portal users have no access rows on any of our models; everything shown is looked up here from
    the relations of the user's own person, which end with the day he leaves.
    """

    def _property_holdings(self):
        """Return the occupancies by which the user holds a home today."""
        rows = request.env["property.occupancy"].sudo()
        today = fields.Date.context_today(rows)
        domain = rows._domain_on(today) & fields.Domain(
            [
                ("partner_id", "=", request.env.user.partner_id.id),
                ("role", "in", (*OWNER_ROLES, "tenant")),
            ]
        )
        return rows.search(domain, order="unit_id")

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "property_home_count" in counters:
            values["property_home_count"] = len(self._property_holdings().unit_id)
        return values

    @http.route("/my/homes", type="http", auth="user", website=True, readonly=True)
    def portal_my_homes(self, **kwargs):
        """Show the resident's homes with their open and paid charges."""
        holdings = self._property_holdings()
        homes = [
            self._property_home(unit, rows)
            for unit, rows in holdings.filtered(lambda row: not row.unit_id.main_unit_id)
            .grouped("unit_id")
            .items()
        ]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "property_homes",
            "homes": homes,
        }
        return request.render("property_service.portal_my_homes", values)

    def _property_home(self, unit, rows):
        """Return what is shown of one home.

        An owner sees what was charged since he owns it, also to his tenant, for whom he answers;
        a tenant sees what is charged to himself.
        """
        me = request.env.user.partner_id
        domain = [("billed_unit_id", "=", unit.id), ("state", "in", ("open", "partial", "paid"))]
        owned = rows.filtered(lambda row: row.role in OWNER_ROLES)
        if owned:
            domain.append(("date_start", ">=", min(owned.mapped("date_start"))))
        else:
            domain.append(("partner_id", "=", me.id))
        charges = (
            request.env["property.charge"]
            .sudo()
            .search(domain, order="month desc, id", limit=_SHOWN)
        )
        balances = request.env["property.prepayment"].sudo()._balances(unit)
        return {
            "unit": unit,
            "roles": rows,
            "months": charges.grouped("month"),
            "due": sum(charges.mapped("amount_residual")),
            "prepaid": balances.get(unit.id, {}).get(me.id, 0.0),
            "side_units": unit.side_unit_ids,
        }
