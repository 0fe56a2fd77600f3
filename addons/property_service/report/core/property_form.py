# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError

from ...tools import money
from ...tools.local_time import local_text


class PropertyForm(models.AbstractModel):
    """What printed forms of single records share: language, careful reading, labels, amounts.

    A form inherits this one, names its model in `_form_model` and the copies of each sheet in
    `_form_copies`; `_sheet(doc)` adds what the template needs besides the document.
    """

    _name = "report.property_service.property_form"
    _description = "Printed form"

    #: model the form is printed for
    _form_model = None
    #: what the copies of each sheet are called; one copy without name by default
    _form_copies = ("",)

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._form_model].browse(docids).exists()
        if not docs:
            raise UserError(self.env._("There is nothing to print."))
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang)
        docs.check_access("read")
        form = self.with_context(lang=lang)
        copies = form._copy_names()
        return {
            "docs": docs,
            "print_lang": lang,
            "sheets": [
                {"doc": doc, "copy": copy, **form._sheet(doc)} for doc in docs for copy in copies
            ],
            "label": form._label,
            "moment": form._moment,
            "money": lambda amount: f"{amount or 0:,.2f}",
            "words": lambda amount: money.chinese_amount(Decimal(str(amount or 0))),
            "tick": lambda on: "☑" if on else "□",
            "signature": form._signature,
        }

    @api.model
    def _copy_names(self):
        """Hook: return the names of the copies in the language of the print."""
        return self._form_copies

    @api.model
    def _sheet(self, doc):
        """Hook: return what a sheet states besides its document, a dict."""
        return {}

    @api.model
    def _label(self, record, name):
        """Return the label of a selection field's value."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    @api.model
    def _moment(self, value, form="%Y-%m-%d %H:%M"):
        """Return a moment of the database as it was in China."""
        return local_text(value, form)

    @api.model
    def _signature(self, doc, role):
        """Return {name, image, date, note} of the signature of `role`, all empty where none."""
        row = doc._valid_signatures(role)[:1]
        words = dict(row._fields["way"]._description_selection(self.env)) if row else {}
        return {
            "name": row.name or "",
            "image": row.image,
            "date": self._moment(row.date, "%Y-%m-%d") if row else "",
            "note": words.get(row.way, "") if row and row.way != "drawn" else "",
        }
