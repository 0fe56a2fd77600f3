# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyDeadline(models.Model):
    """The wall of what is due now, over all kinds of cases (handbook B I1)."""

    _inherit = "property.deadline"

    document_name = fields.Char("Case concerned", compute="_compute_document")
    document_kind = fields.Char("Kind of case", compute="_compute_document")
    document_place = fields.Char("Place", compute="_compute_document")
    document_step = fields.Char("What is due", compute="_compute_document_step")
    document_handler = fields.Char("Handler", compute="_compute_document")
    lateness = fields.Selection(
        [("late", "Overdue"), ("soon", "Due soon"), ("ok", "In time")],
        compute="_compute_lateness",
    )

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        """Read name, place and handler of the cases, one query per kind of case."""
        for model, rows in self.grouped("res_model").items():
            documents = self.env[model].sudo() if model in self.env else None
            known = (
                documents.browse(rows.mapped("res_id")).exists() if documents is not None else ()
            )
            by_id = {document.id: document for document in known}
            kind = documents._description if documents is not None else ""
            kind = self.env["ir.model"]._get(model).sudo().name or kind
            for row in rows:
                document = by_id.get(row.res_id)
                row.document_name = document.display_name if document else ""
                row.document_kind = kind
                row.document_place = document._whereabouts() if document else ""
                users = document._handler_users() if document else self.env["res.users"]
                row.document_handler = "、".join(users.mapped("name"))

    @api.model
    def _step_labels(self):
        """Return {step: what has to be reached}; rooms add the steps of their cases."""
        return {
            "respond": self.env._("Dispatch or answer"),
            "pickup": self.env._("Order taken over"),
            "arrive": self.env._("Arrival"),
            "appointment": self.env._("Arrival at the appointed time"),
            "control": self.env._("Bring under control"),
            "assess": self.env._("Assess the price"),
            "finish": self.env._("Finish the work"),
            "acceptance": self.env._("Customer's acceptance"),
            "answer": self.env._("Answer the contact"),
            "rectify": self.env._("Repair by the developer"),
            "remind_1": self.env._("First reminder letter"),
            "remind_2": self.env._("Second reminder letter"),
            "remind_3": self.env._("Third reminder letter"),
        }

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_document_step(self):
        """Name the step as its kind of case does, else as repairs do."""
        labels = self._step_labels()
        for row in self:
            model = self.env.get(row.res_model)
            label = row.step if model is None else model._step_label(row.step)
            if label == row.step:
                label = labels.get(row.step, row.policy_id.display_name)
            row.document_step = label

    @api.depends("due", "warned", "state")
    def _compute_lateness(self):
        now = fields.Datetime.now()
        for row in self:
            if row.state != "running":
                row.lateness = False
            elif row.due < now:
                row.lateness = "late"
            else:
                row.lateness = "soon" if row.warned else "ok"
