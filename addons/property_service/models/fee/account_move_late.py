# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _cancel_reversed_charges(self):
        """Also take back the late charges on what is reversed: there is nothing left to be late
        with."""
        charges = (
            self.env["property.charge"]
            .sudo()
            .search([("invoice_id", "=", self.reversed_entry_id.id), ("cancelled", "=", False)])
        )
        result = super()._cancel_reversed_charges()
        late = charges.late_ids.filtered(
            lambda row: row.invoice_id != self.reversed_entry_id and not row.cancelled
        )
        alone = late.filtered(
            lambda row: row.invoice_id.invoice_line_ids.property_charge_id <= late
        )
        if alone:
            alone._reverse(self.ref or self.name)
        return result
