# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: what a column of the workbook may hold
VALUES = [
    ("serial", "Serial number of the bill"),
    ("type", "Kind of fapiao"),
    ("tax_included", "Whether prices include tax"),
    ("natural_person", "Whether the buyer is a person"),
    ("buyer", "Buyer"),
    ("buyer_vat", "Buyer's tax number"),
    ("buyer_address", "Buyer's address"),
    ("buyer_phone", "Buyer's phone"),
    ("remark", "Remark: room and period"),
    ("original", "Number of the fapiao corrected"),
    ("item", "Item"),
    ("tax_code", "Tax classification code"),
    ("unit", "Unit of measure"),
    ("quantity", "Quantity"),
    ("price", "Price"),
    ("amount", "Amount"),
    ("tax_rate", "Tax rate"),
    ("discount", "Discount"),
    ("fixed", "Fixed text"),
]


class PropertyFapiaoColumn(models.Model):
    """A column of the workbook the tax platform takes for issuing fapiao in batches.

    Platforms differ and change; the accountant lays out both sheets as his platform asks for:
    one row per bill on the first, one row per item on the second, tied by the serial number.
    """

    _name = "property.fapiao.column"
    _description = "Column of the fapiao workbook"
    _order = "sheet, sequence, id"

    name = fields.Char("Heading", required=True)
    sheet = fields.Selection(
        [("1_head", "Bills"), ("2_line", "Items")], required=True, default="1_head", index=True
    )
    sequence = fields.Integer(default=10)
    value = fields.Selection(VALUES, required=True, default="fixed")
    text = fields.Char(help="What a column of fixed text says.")
    width = fields.Integer(default=16)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for every company without columns of its own."
    )
    active = fields.Boolean(default=True)

    def _for_company(self, company):
        """Return the columns of `company`, those for all companies where it has none."""
        own = self.search([("company_id", "=", company.id)])
        return own or self.search([("company_id", "=", False)])
