# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyCashier(models.AbstractModel):
    """Late charges at the counter: shown, and charged when they are paid (handbook B H8)."""

    _inherit = "property.cashier"

    @api.model
    def cashier_load(self, unit_id):
        """Also return the late charges of the home: ``late``, a list as of `charges`, each with
        the id of the charge it is on (``late_for``), and ``late_proposed``: whether the estate's
        rate proposes them at the counter."""
        data = super().cashier_load(unit_id)
        home = self._home(unit_id)
        today = fields.Date.context_today(self)
        charges = home._open_charges()._due_order()
        amounts = self.env["property.late.charge"]._amounts(charges, today)
        mode = self.env["property.late.rate"]._on(home.estate_id, today)["mode"]
        item = home.company_id._property_late_item()
        data["late_proposed"] = mode == "counter"
        data["late"] = [
            self._late_facts(charge, amounts[charge.id], item, home)
            for charge in charges
            if charge.id in amounts
        ]
        return data

    @api.model
    def _late_facts(self, charge, row, item, home):
        facts = self._charge_facts(charge, home, row["date_end"])
        return {
            **facts,
            # never the id of a charge
            "id": -charge.id,
            "late_for": charge.id,
            "item": f"{item.name} ({charge.item_id.name})",
            "period": self.env._("%(days)s days", days=row["days"]),
            "overdue": True,
            "amount": row["amount"],
            "paid": 0.0,
            "due": row["amount"],
        }

    @api.model
    def _prepare_receipt(self, values):
        """Make the late charges the payer pays with it into charges first.

        :raises UserError: if a charge is not one of the home
        """
        lines = values.get("lines") or ()
        late = {
            int(line["late_for"]): self._yuan(line["amount"])
            for line in lines
            if line.get("late_for")
        }
        if late:
            values = {
                **values,
                "lines": [
                    *(line for line in lines if not line.get("late_for")),
                    *self._charge_late(self._home(values.get("unit_id")), late),
                ],
            }
        return super()._prepare_receipt(values)

    @api.model
    def _charge_late(self, home, amounts):
        """Charge the late charges on some open charges of the home, as they are today.

        :param dict amounts: yuan paid for the late charge on a charge, by the charge's id
        :return: the lines of the receipt that pay them
        """
        charges = home._open_charges().filtered(lambda charge: charge.id in amounts)
        charges.check_access("read")
        made = self.env["property.late.charge"].sudo()._make(charges.sudo())
        lines = []
        for charge, group in made.grouped("late_for_id").items():
            left = amounts[charge.id]
            for late in group:
                share = min(left, late.amount_residual)
                if late.currency_id.compare_amounts(share, 0) > 0:
                    lines.append({"charge_id": late.id, "amount": late.currency_id.round(share)})
                left -= share
        return lines
