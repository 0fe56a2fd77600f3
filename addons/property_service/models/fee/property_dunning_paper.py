# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: form H9-4, in the order of the list
KINDS = [
    ("contract", "Contract"),
    ("handover", "Handover papers"),
    ("bill", "Bills"),
    ("demand", "Proof of demands"),
    ("service", "Proof of the service given"),
]
_REQUIRED = ("contract", "bill", "demand")


class PropertyDunningPaper(models.Model):
    """A paper of the file that goes to the lawyer or the court (form H9-4)."""

    _name = "property.dunning.paper"
    _description = "Paper of the file for the lawyer"
    _order = "dunning_id, kind_order, id"

    dunning_id = fields.Many2one(
        "property.dunning", "Case", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="dunning_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="dunning_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, required=True, default="service")
    kind_order = fields.Integer(compute="_compute_kind_order", store=True)
    name = fields.Char("Paper", required=True)
    copies = fields.Integer(default=1)
    pages = fields.Integer()
    copy_kind = fields.Selection(
        [("original", "Original"), ("copy", "Copy")], "Original or copy", default="copy"
    )
    reference = fields.Char("Number or date")
    remark = fields.Char()

    @api.depends("kind")
    def _compute_kind_order(self):
        order = [kind for kind, _label in KINDS]
        for paper in self:
            paper.kind_order = order.index(paper.kind)


class PropertyDunning(models.Model):
    """The file of a case for the lawyer (form H9-4)."""

    _inherit = "property.dunning"

    def action_fill_file(self):
        """List what the system knows of: papers of the household's file, bills, demands."""
        for case in self:
            case.check_access("write")
            case.sudo()._fill_file()

    def _fill_file(self):
        self.ensure_one()
        listed = {(paper.kind, paper.name, paper.reference or "") for paper in self.paper_ids}
        rows = []
        for document in self.unit_id.archive_ids.filtered(lambda row: row.state == "filed"):
            rows.append(("handover", document.type_id.name, str(document.date or "")))
        charges = self._overdue_charges()
        for invoice in charges.invoice_id.sorted("date"):
            rows.append(("bill", self.env._("Bill"), f"{invoice.name} {invoice.date}"))
        labels = dict(
            self.env["property.dunning.contact"]._fields["channel"]._description_selection(self.env)
        )
        for contact in self.contact_ids.sorted("date"):
            rows.append(
                ("demand", labels[contact.channel], f"{contact.number or ''} {contact._day()}")
            )
        self.env["property.dunning.paper"].create(
            [
                {"dunning_id": self.id, "kind": kind, "name": name, "reference": reference.strip()}
                for kind, name, reference in rows
                if (kind, name, reference.strip()) not in listed
            ]
        )

    def _check_file(self):
        """Refuse to go to the lawyer without contract, bills and proof of demands in the file.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        labels = dict(
            self.env["property.dunning.paper"]._fields["kind"]._description_selection(self.env)
        )
        missing = [labels[kind] for kind in _REQUIRED if kind not in self.paper_ids.mapped("kind")]
        if missing:
            raise UserError(
                self.env._(
                    "The file of %(case)s lacks: %(papers)s. List the papers on the tab “File for "
                    "the lawyer” first.",
                    case=self.display_name,
                    papers="、".join(missing),
                )
            )
