# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class PropertyFileMixin(models.AbstractModel):
    """Files chosen before a record is saved become its own: whoever sees it sees them.

    The web client uploads such files without a record, and Odoo shows those to their uploader
    only.
    """

    _name = "property.file.mixin"
    _description = "Record with files"

    def _file_fields(self):
        """Return the names of the fields that hold uploaded files."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2many" and field.comodel_name == "ir.attachment" and field.store
        ]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        given = set().union(*vals_list)
        records._adopt_files([name for name in self._file_fields() if name in given])
        return records

    def write(self, vals):
        result = super().write(vals)
        self._adopt_files([name for name in self._file_fields() if name in vals])
        return result

    def _adopt_files(self, names):
        """Tie files the user has just uploaded, and that belong to nothing yet, to the records.

        :param list names: fields to look at
        """
        for record in self.sudo() if names else ():
            for name in names:
                record[name].filtered(
                    lambda file: not file.res_id and file.create_uid.id == self.env.uid
                ).write({"res_model": self._name, "res_id": record.id})
