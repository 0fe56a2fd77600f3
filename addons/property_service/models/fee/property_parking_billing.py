# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields, models

from ...tools import money
from .property_parking_lease import CHARGED


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    parking_lease_ids = fields.One2many("property.parking.lease", "space_id", "Parking leases")


class PropertyBillRun(models.Model):
    """The rent of leased parking spaces in the month's bill (handbook A §53).

    A space that is let by a lease is charged by the lease alone, never by the price list as
    well; free days of such a space are charged to nobody.
    """

    _inherit = "property.bill.run"

    def _leased_spaces(self, units):
        """Return the units that are let by leases, whether one holds in this month or not."""
        spaces = units.filtered(lambda unit: unit.category == "parking")
        if not spaces:
            return spaces
        leases = self.env["property.parking.lease"].search(
            [("space_id", "in", spaces.ids), ("state", "in", CHARGED)]
        )
        return leases.space_id

    def _compute_charges(self, units):
        return super()._compute_charges(units - self._leased_spaces(units))

    def _add_charges(self, units, charges):
        exceptions = super()._add_charges(units, charges)
        last = money.month_end(self.month)
        leases = self.env["property.parking.lease"].search(
            [
                ("space_id", "in", self._leased_spaces(units).ids),
                ("state", "in", CHARGED),
                ("date_start", "<=", last),
                ("date_end", ">=", self.month),
            ],
            order="space_id, date_start",
        )
        if self.item_ids:
            leases = leases.filtered(lambda lease: lease.item_id in self.item_ids)
        values = self._lease_values(leases)
        made = {
            charge.origin_key
            for charge in self.env["property.charge"].search(
                [
                    ("origin_key", "in", [vals["origin_key"] for vals in values]),
                    ("cancelled", "=", False),
                ]
            )
        }
        listed = self._listed_spans(leases.space_id, last)
        for vals in values:
            if vals["origin_key"] in made:
                continue
            if any(
                first <= vals["date_end"] and until >= vals["date_start"]
                for first, until in listed.get((vals["unit_id"], vals["item_id"]), ())
            ):
                exceptions.append(self._exception_listed(vals))
            else:
                self._create_further([vals])
        return exceptions

    def _listed_spans(self, spaces, last):
        """Return the days of the month the price list has charged of the spaces already."""
        spans = {}
        for charge in self.env["property.charge"].search(
            [
                ("unit_id", "in", spaces.ids),
                ("origin", "=", "price"),
                ("cancelled", "=", False),
                ("date_start", "<=", last),
                ("date_end", ">=", self.month),
            ]
        ):
            spans.setdefault((charge.unit_id.id, charge.item_id.id), []).append(
                (charge.date_start, charge.date_end)
            )
        return spans

    def _exception_listed(self, vals):
        unit = self.env["property.unit"].browse(vals["unit_id"])
        item = self.env["property.fee.item"].browse(vals["item_id"])
        return self._exception(
            "other",
            unit,
            self.env._(
                "The month was charged by the price list before the space was let: charge the days "
                "of the lease by hand, or reverse the earlier bill."
            ),
            item,
        )

    def _lease_values(self, leases):
        """Return the values of the charges of `leases` for the month, part months by days."""
        last = money.month_end(self.month)
        days_in_month = money.days_in_month(self.month)
        values = []
        for lease in leases:
            first = max(lease.date_start, self.month)
            until = min(lease.date_end, last)
            days = (until - first).days + 1
            amount = money.part_month(Decimal(str(lease.rent)), days, days_in_month)
            if not amount:
                continue
            home = lease.home_id
            values.append(
                {
                    "unit_id": lease.space_id.id,
                    "billed_unit_id": (home or lease.space_id).id,
                    "item_id": lease.item_id.id,
                    "partner_id": lease.partner_id.id,
                    "date_start": first,
                    "date_end": until,
                    "days": days,
                    "month_days": days_in_month,
                    "quantity": 1.0,
                    "price_unit": lease.rent,
                    "amount": float(amount),
                    "origin": "once",
                    "origin_key": f"lease,{lease.id},{self.month}",
                    "parking_lease_id": lease.id,
                    "note": f"{lease.number} {lease.plate}",
                }
            )
        return values


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    parking_lease_id = fields.Many2one(
        "property.parking.lease", ondelete="restrict", index="btree_not_null", readonly=True
    )
