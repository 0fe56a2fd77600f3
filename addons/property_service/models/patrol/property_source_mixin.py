# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertySourceMixin(models.AbstractModel):
    """A document that comes from another one, of whatever kind: repair, complaint, patrol …"""

    _name = "property.source.mixin"
    _description = "Document that comes from another one"

    res_model = fields.Char("Kind of source", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        "Source document", model_field="res_model", readonly=True, copy=False, index=True
    )
    source_name = fields.Char(readonly=True, copy=False, help="Number of the source.")

    @api.model
    def _source_values(self, record):
        """Return the values that tie a new document to `record`, and where it is."""
        values = {
            "res_model": record._name,
            "res_id": record.id,
            "source_name": record.display_name,
        }
        if "number" in record._fields and record.number:
            values["source_name"] = record.number
        return values

    @api.model
    def _place_values(self, record):
        """Return estate, building, unit and customer of `record` as far as it has them."""
        names = ("estate_id", "building_id", "unit_id", "partner_id")
        values = {
            name: record[name].id for name in names if name in record._fields and record[name]
        }
        for name in ("place", "contact_name", "phone"):
            if name in record._fields and record[name]:
                values[name] = record[name]
        return values

    def _source(self):
        """Return the record this one comes from; None where there is none (any more)."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env or not self.res_id:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    def action_open_source(self):
        """Open the document this one comes from.

        :raises UserError: where it is gone
        """
        self.ensure_one()
        source = self._source()
        if source is None:
            raise UserError(self.env._("The document this comes from is gone."))
        return {
            "type": "ir.actions.act_window",
            "res_model": source._name,
            "res_id": source.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
