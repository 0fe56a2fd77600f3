# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class PropertyArchiveDocument(models.Model):
    """Papers of our own procedures go into the household's file by themselves (handbook A §6).

    A procedure calls `_file_record()` when a paper of it is complete. The line of the directory
    is there at once; its PDF is printed by the scheduled action, or when somebody opens it first.
    """

    _inherit = "property.archive.document"

    res_model = fields.Char("Kind of procedure", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        "Procedure", model_field="res_model", readonly=True, copy=False
    )
    report_id = fields.Many2one(
        "ir.actions.report", "Form", readonly=True, ondelete="set null", copy=False
    )
    to_print = fields.Boolean("PDF to be made", readonly=True, copy=False)

    _procedure = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _waiting = models.Index("(id) WHERE to_print")

    @api.model
    def _file_record(self, record, kind, report=None, name=None, partner=None, file=None):
        """File a paper of `record` in the file of its unit; done once per record and name.

        An open line “required” of that kind is filled rather than joined by a second one.

        :param record: the document of a procedure, with `unit_id`
        :param kind: `property.archive.type`, or the end of its XML id, e.g. ``archive_type_12``
        :param str report: XML id of the form that is printed for the record; None: no PDF of ours
        :param str name: what the line is called; None: name of the form or kind
        :param partner: `res.partner` it is about; None: the record's customer
        :param file: (filename, base64) where there is a file already
        :return: the line; an empty record for documents without unit
        """
        documents = self.sudo()._without_move()
        if not record.unit_id:
            return documents.browse()
        if isinstance(kind, str):
            kind = self.env.ref(f"property_service.{kind}").sudo()
        form = self.env.ref(report).sudo() if report else self.env["ir.actions.report"]
        name = name or form.name or kind.name
        unit = record.unit_id
        same = [("unit_id", "=", unit.id), ("type_id", "=", kind.id)]
        known = documents.search(
            [
                *same,
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("name", "=", name),
                ("state", "!=", "superseded"),
            ],
            limit=1,
        )
        if known:
            return known
        if partner is None and "partner_id" in record._fields:
            partner = record.partner_id
        values = {
            "name": name,
            "res_model": record._name,
            "res_id": record.id,
            "report_id": form.id,
            "to_print": bool(form) and not file,
            "partner_id": partner.id if partner else False,
            "date": fields.Date.context_today(self),
            "copy_kind": "original",
            "state": "filed",
            "filed_by_id": self.env.uid,
            "filed_date": fields.Datetime.now(),
        }
        if file:
            values.update(filename=file[0], file=file[1])
        line = documents.search([*same, ("state", "=", "required")], limit=1)
        if line:
            line._with_move().write(values)
            return line
        values.update(unit_id=unit.id, type_id=kind.id)
        return documents._with_move().create(values)._without_move()

    def _print_form(self):
        """Make the PDF of papers that wait for it, in the language the estate prints in."""
        for document in self.filtered("to_print"):
            record = self.env[document.res_model].browse(document.res_id).exists()
            if not record:
                document.to_print = False
                continue
            pdf, _kind = (
                self.env["ir.actions.report"]
                .with_context(lang=document.estate_id._print_lang())
                ._render_qweb_pdf(document.report_id.report_name, record.ids)
            )
            document.write(
                {
                    "file": base64.b64encode(pdf),
                    "filename": f"{document.name}-{document.unit_id.full_name}.pdf",
                    "to_print": False,
                }
            )

    def action_open_paper(self):
        """Open the PDF of the paper; it is made now where that was still to be done.

        :raises UserError: if the line has no file
        """
        self.ensure_one()
        self.check_access("read")
        self.sudo()._print_form()
        if not self.file:
            raise UserError(self.env._("“%s” has no file: only the paper is kept.", self.name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?filename_field=filename",
            "target": "new",
        }

    def action_open_procedure(self):
        """Open the procedure the paper comes from."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.model
    def _cron_print(self):
        """Make the PDFs that wait, some at a time; one that fails is tried again."""
        waiting = self.search([("to_print", "=", True)], order="id", limit=100)
        self.env["ir.cron"]._property_each(
            waiting,
            lambda document: document._print_form(),
            lambda document, _error: _logger.exception(
                "Paper %s of the archive could not be printed", document.id
            ),
        )
