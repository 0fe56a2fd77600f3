# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from ...models.fee.property_refund import OPEN_STATES


class PropertyContractEnd(models.TransientModel):
    """End of an estate's service contract: prepares the refunds of what was not served.

    Handbook B H0.5, H5. Run again, it leaves out those whose refund is prepared already.
    """

    _name = "property.contract.end"
    _description = "End of the service contract"

    estate_id = fields.Many2one("property.estate", required=True, ondelete="cascade")
    date = fields.Date("Last day of service", required=True)

    def action_prepare(self):
        """Make a draft refund for every home and payer with money in advance, and list them."""
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("property_service.group_accountant"):
            raise AccessError(self.env._("The list of refunds is prepared by the accountant."))
        self.estate_id.check_access("read")
        refunds = self.env["property.refund"]
        units = self.env["property.unit"].search(
            [("estate_id", "=", self.estate_id.id), ("main_unit_id", "=", False)]
        )
        pots = self.env["property.prepayment"]._pots(units)
        known = {
            (refund.unit_id.id, refund.partner_id.id, refund.item_id.id or 0)
            for refund in refunds.search(
                [
                    ("estate_id", "=", self.estate_id.id),
                    ("source", "=", "advance"),
                    ("state", "in", ("draft", *OPEN_STATES)),
                ]
            )
        }
        refunds.create(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": partner_id,
                    "item_id": item_id,
                    "source": "advance",
                    "cause": "contract_end",
                    "amount": amount,
                    "reason": self.env._(
                        "Service ended on %(date)s, fees paid beyond",
                        date=fields.Date.to_string(self.date),
                    ),
                }
                for unit in units
                for (partner_id, item_id), amount in pots[unit.id].items()
                if (unit.id, partner_id, item_id) not in known
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refunds at the end of the contract"),
            "res_model": "property.refund",
            "view_mode": "list,form",
            "domain": [("estate_id", "=", self.estate_id.id), ("cause", "=", "contract_end")],
        }
