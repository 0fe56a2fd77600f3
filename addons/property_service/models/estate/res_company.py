# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    property_prepay_account_id = fields.Many2one(
        "account.account",
        "Advance receipts",
        check_company=True,
        help="Liability account of fees paid in advance (预收账款).",
    )
    property_agency_account_id = fields.Many2one(
        "account.account",
        "Collected for others",
        check_company=True,
        help="Liability account of fees collected for suppliers (代收代付), never income.",
    )
    property_transfer_journal_id = fields.Many2one(
        "account.journal",
        "Journal of settlements",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        check_company=True,
        help="Entries that set off advance receipts against bills.",
    )

    def _prepare_property_ledger(self):
        """Find or make what the suite needs in a company's books; nothing is overwritten."""
        for company in self.sudo():
            if not company.chart_template:
                continue
            if not company.property_prepay_account_id:
                company.property_prepay_account_id = company._property_account(
                    "2203", self.env._("Advance receipts")
                )
            if not company.property_agency_account_id:
                company.property_agency_account_id = company._property_account(
                    "2241", self.env._("Collected for others")
                )
            if not company.property_transfer_journal_id:
                company.property_transfer_journal_id = self.env["account.journal"].search(
                    [("company_id", "=", company.id), ("type", "=", "general")],
                    order="sequence, id",
                    limit=1,
                )

            company._prepare_property_journals()

    def _prepare_property_journals(self):
        """Hook: give the company the journals its rooms need."""

    def _property_account(self, code, name):
        """Return the company's liability account of `code`, made where the chart lacks it."""
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self).sudo()
        domain = [("company_ids", "in", self.ids), ("account_type", "=", "liability_current")]
        account = accounts.search([*domain, ("code", "=", code)], limit=1)
        account = account or accounts.search([*domain, ("code", "=like", f"{code}%")], limit=1)
        return account or accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(code),
                "account_type": "liability_current",
                "company_ids": [fields.Command.set(self.ids)],
            }
        )

    def _property_sale_tax(self, rate):
        """Return the sales tax of `rate` percent that is contained in prices.

        Property fees are agreed tax-included (design rule 6). Made as a copy of the chart's
        excluded tax of that rate, so that tax group and accounts are the accountant's own; a rate
        the chart lacks takes its accounts from another sales tax. A rate of 0 means exempt.
        """
        self.ensure_one()
        taxes = self.env["account.tax"].with_company(self).sudo()
        domain = [
            ("company_id", "=", self.id),
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
        ]
        found = taxes.search(
            [*domain, ("amount", "=", rate), ("price_include_override", "=", "tax_included")],
            limit=1,
        )
        if found:
            return found
        model = taxes.search([*domain, ("amount", "=", rate)], limit=1)
        model = model or taxes.search([*domain, ("amount", ">", 0)], order="amount", limit=1)
        name = self.env._("%(rate)s%% incl.", rate=f"{rate:g}")
        values = {
            "name": name,
            "amount": rate,
            "price_include_override": "tax_included",
            "invoice_label": f"{rate:g}%",
            "description": name,
            "active": True,
        }
        if model:
            if model.amount != rate:
                group = self.env["account.tax.group"].sudo()
                values["tax_group_id"] = (
                    group.search(
                        [("company_id", "=", self.id), ("name", "=", f"VAT {rate:g}%")], limit=1
                    )
                    or group.create({"name": f"VAT {rate:g}%", "company_id": self.id})
                ).id
            return model.copy(values)
        return taxes.create({**values, "type_tax_use": "sale", "company_id": self.id})
