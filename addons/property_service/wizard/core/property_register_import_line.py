# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyRegisterImportLine(models.TransientModel):
    """What an import has to say about one row of the paper."""

    _name = "property.register.import.line"
    _description = "Remark of an import"
    _order = "import_id, id"

    import_id = fields.Many2one(
        "property.register.import", required=True, ondelete="cascade", index=True
    )
    severity = fields.Selection(
        [("error", "Not taken"), ("warning", "Please look"), ("change", "Changed")],
        required=True,
        default="error",
    )
    sheet = fields.Char()
    row = fields.Integer(help="As the spreadsheet numbers it.")
    serial = fields.Char("No.", help="What the row says in its own column of numbers.")
    column = fields.Char()
    value = fields.Char("In the cell")
    message = fields.Text("What is the matter and what to do")


class PropertyRegisterImportCount(models.TransientModel):
    """How many records of one kind an import makes, changes or finds as they are."""

    _name = "property.register.import.count"
    _description = "Count of an import"
    _order = "import_id, id"

    import_id = fields.Many2one(
        "property.register.import", required=True, ondelete="cascade", index=True
    )
    thing = fields.Selection(
        [
            ("estates", "Estates"),
            ("buildings", "Buildings"),
            ("units", "Units"),
            ("spaces", "Parking spaces"),
            ("people", "People"),
            ("occupancies", "Occupancies"),
            ("items", "Fee items"),
            ("prices", "Prices"),
            ("own_prices", "Prices of a single unit"),
            ("meters", "Meters"),
            ("readings", "Meter readings"),
            ("matched", "Payments booked to a home"),
            ("waiting", "Payments to be assigned"),
            ("known", "Payments taken in before"),
        ],
        "Kind",
        required=True,
    )
    new_count = fields.Integer("New")
    changed_count = fields.Integer("Changed")
    unchanged_count = fields.Integer("Unchanged")
    currency_id = fields.Many2one(related="import_id.currency_id")
    amount = fields.Monetary("Sum")
