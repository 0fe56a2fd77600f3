# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Tells charges that something was settled with their receivable item, or no longer is.

    Only a reconciliation changes what is due, so it is told from here; a field dependency on
    every journal item would make each write in all of accounting look for charges.
    """

    _inherit = "account.partial.reconcile"

    # figures of a day ask for what was settled since, not for all that was ever settled
    _property_max_date = models.Index("(max_date)")

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._property_charges()._settlement_changed()
        return partials

    def unlink(self):
        charges = self._property_charges()
        result = super().unlink()
        charges._settlement_changed()
        return result

    def _property_charges(self):
        lines = (self.debit_move_id | self.credit_move_id).sudo()
        return lines.filtered("property_charge_id").property_charge_id
