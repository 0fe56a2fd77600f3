# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain

from ...tools import money


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    charge_ids = fields.One2many("property.charge", "unit_id", "Charges")
    arrears = fields.Monetary(compute="_compute_money", currency_field="currency_id")
    prepaid = fields.Monetary(compute="_compute_money", currency_field="currency_id")
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _compute_money(self):
        """Owed and prepaid by the unit, with what is billed with it, from posted journal items."""
        owed = self._arrears()
        prepaid = self.env["property.prepayment"]._balances(self)
        for unit in self:
            unit.arrears = owed.get(unit.id, 0.0)
            unit.prepaid = sum(prepaid.get(unit.id, {}).values())

    def _arrears(self):
        """Return {unit id: open receivable of the unit and its side units, in yuan}."""
        return {
            unit.id: amount
            for unit, amount in self.env["property.charge"]
            .sudo()
            ._read_group(
                [
                    ("billed_unit_id", "in", self.ids),
                    ("state", "in", ("open", "partial")),
                ],
                ["billed_unit_id"],
                ["amount_residual:sum"],
            )
        }

    def _open_charges(self):
        """Return the open charges of the bills of the units, oldest due first."""
        return self.env["property.charge"].search(
            [
                ("billed_unit_id", "in", [unit._billed_unit().id for unit in self]),
                ("state", "in", ("open", "partial")),
            ],
            order="date_due, month, id",
        )

    def _billed_unit(self):
        """Return the unit whose bill this one is on."""
        self.ensure_one()
        return self.main_unit_id or self

    def _payers_on(self, date):
        """Return who pays on `date`: {unit id: {item id, or 0 for all others: partner}}.

        Parking and storage without a payer of their own fall back on the home they belong to.
        """
        units = self | self.main_unit_id
        rows = self.env["property.occupancy"].search(
            Domain("unit_id", "in", units.ids)
            & Domain("is_payer", "=", True)
            & self.env["property.occupancy"]._domain_on(date)
        )
        own = defaultdict(dict)
        for row in rows.filtered(lambda row: not row.pays_items_only):
            own[row.unit_id.id][0] = row.partner_id
        for row in rows.filtered("pays_items_only"):
            for item in row.payer_item_ids:
                own[row.unit_id.id][item.id] = row.partner_id
        nobody = self.env["res.partner"]
        payers = {}
        for unit in self:
            inherited = {} if 0 in own[unit.id] else own[unit.main_unit_id.id]
            payers[unit.id] = {0: nobody, **inherited, **own[unit.id]}
        return payers

    def _fee_start(self):
        """Return the first day fees are charged for, or None when it is not limited.

        By the unit's own date, else by the day of handing over: from that day, or from the next
        month on, by the setting ``part_month_mode`` (handbook B H0.6, §10).
        """
        self.ensure_one()
        if self.fee_date_start:
            return self.fee_date_start
        if not self.handover_date:
            # a parking space without a date of its own follows the home it is billed with
            return self.main_unit_id._fee_start() if self.main_unit_id else None
        if self.estate_id._parameter("part_month_mode") == "day":
            return self.handover_date
        return money.add_months(money.month_start(self.handover_date), 1)

    def action_open_charges(self):
        """Open what has been charged to the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges of %(unit)s", unit=self.full_name),
            "res_model": "property.charge",
            "view_mode": "list,pivot,graph,form",
            "domain": ["|", ("unit_id", "=", self.id), ("billed_unit_id", "=", self.id)],
        }

    def action_open_receipts(self):
        """Open the receipts of the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts of %(unit)s", unit=self.full_name),
            "res_model": "property.receipt",
            "view_mode": "list,form",
            "domain": [("unit_id", "in", (self | self.side_unit_ids).ids)],
            "context": {"default_unit_id": self.id},
        }
