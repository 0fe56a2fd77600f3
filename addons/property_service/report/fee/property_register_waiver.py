# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterWaiver(models.AbstractModel):
    """Reductions in force in a period, and what they came to (减免台账, form H7-2)."""

    _name = "property.register.waiver"
    _description = "Register of reductions"
    _inherit = "property.register.fee"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _year_so_far = True

    def _title(self, options):
        return self.env._("Register of Reductions")

    def _load(self, options):
        first, last = self._period(options)
        domain = [
            ("estate_id", "in", self._estates(options).ids),
            ("date_start", "<=", last),
            ("date_end", ">=", first),
            ("state", "in", ("approved", "active", "ended", "revoked")),
        ]
        if options.get("building_ids"):
            domain.append(("building_id", "in", options["building_ids"]))
        waivers = self.env["property.waiver"].search(domain)
        amounts = self.env["property.charge"]._read_group(
            [
                ("waiver_id", "in", waivers.ids),
                ("month", ">=", first.replace(day=1)),
                ("month", "<=", last),
                ("cancelled", "=", False),
                ("invoice_id", "!=", False),
            ],
            ["waiver_id"],
            ["amount:sum"],
        )
        amounts = {waiver.id: -amount for waiver, amount in amounts}
        return [
            {"unit_id": waiver.unit_id.id, "waiver": waiver, "amount": amounts.get(waiver.id)}
            for waiver in waivers
        ]

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Number"), 17),
            Column("unit", self.env._("Room"), 14),
            Column("owner", self.env._("Owner"), 10),
            Column("kind", self.env._("Kind"), 10),
            Column("reason", self.env._("Reason"), 20),
            Column("items", self.env._("Fee items"), 12),
            Column("date_start", self.env._("From"), 10, "date"),
            Column("date_end", self.env._("To"), 10, "date"),
            Column("share", self.env._("Reduction"), 12, "mid"),
            Column("amount", self.env._("Reduced in the period"), 12, "money", total=True),
            Column("approved", self.env._("Approved on"), 10, "date"),
            Column("state", self.env._("State"), 8, "mid"),
        ]

    def _rows(self, options):
        kinds = self._labels("property.waiver", "kind")
        rows = []
        for index, (unit, section, row) in enumerate(self._by_unit(self._loaded(options)), 1):
            waiver = row["waiver"]
            rows.append(
                {
                    "_section": section,
                    "index": index,
                    "number": waiver.number,
                    "unit": unit.full_name,
                    "owner": waiver.partner_id.name,
                    "kind": kinds[waiver.kind],
                    "reason": waiver.reason,
                    "items": "、".join(waiver.item_ids.mapped("name")),
                    "date_start": waiver.date_start,
                    "date_end": waiver.date_end,
                    "share": waiver._share_label(),
                    "amount": row["amount"],
                    "approved": waiver.approved_date and waiver.approved_date.date(),
                    "state": waiver._state_label(waiver.state),
                }
            )
        return rows
