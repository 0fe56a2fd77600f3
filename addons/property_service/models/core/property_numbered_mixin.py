# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyNumberedMixin(models.AbstractModel):
    """Numbers of forms: form code + estate + year + serial, never used twice.

    Handbook A §0.4: a voided form keeps its number, with the reason. The serial comes from an
    `ir.sequence` per form, estate and year, made when first asked for.
    """

    _name = "property.numbered.mixin"
    _description = "Numbered form"

    #: code in front of the number, e.g. "SJ"
    _number_form = None
    #: whether the series may have no holes (receipts); costs a row lock per number
    _number_gapless = False

    number = fields.Char(readonly=True, copy=False, index=True)

    def _number_estate(self):
        return self.estate_id

    def _number_date(self):
        return fields.Date.context_today(self)

    @api.model
    def _number_sequence(self, estate):
        """Return the `ir.sequence` of this form in `estate`, made when there is none yet."""
        code = f"property.{self._number_form.lower()}.{estate.id}"
        sequences = self.env["ir.sequence"].sudo()
        sequence = sequences.search([("code", "=", code)], limit=1)
        return sequence or sequences.create(
            {
                "name": f"{self._number_form} {estate.name}",
                "code": code,
                "company_id": estate.company_id.id,
                "implementation": "no_gap" if self._number_gapless else "standard",
                "prefix": f"{self._number_form}-{estate.code}-%(range_year)s-",
                "padding": 5,
                "use_date_range": True,
            }
        )

    def _assign_number(self):
        """Give every record without a number its next one."""
        for record in self.filtered(lambda rec: not rec.number):
            sequence = self._number_sequence(record._number_estate())
            record.number = sequence.next_by_id(sequence_date=record._number_date())
