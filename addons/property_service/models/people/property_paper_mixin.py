# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class PropertyPaperMixin(models.AbstractModel):
    """A case that asks for papers: the list of them, what is missing, no step without them.

    Handbook A §12, §28. A model names its procedure in `_paper_procedure`, says in
    `_paper_conditions()` which conditions hold (agent, company …) and calls `_make_papers()` when
    that may have changed and `_need_papers()` before the step that needs them.
    """

    _name = "property.paper.mixin"
    _description = "Case with papers"

    #: a value of `property.paper.type.procedure`
    _paper_procedure = None

    paper_ids = fields.One2many(
        "property.paper.line",
        "res_id",
        "Papers to present",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    papers_missing = fields.Char("Missing papers", compute="_compute_papers_missing")

    @api.depends("paper_ids.missing")
    def _compute_papers_missing(self):
        for case in self:
            case.papers_missing = "、".join(case.paper_ids.filtered("missing").mapped("name"))

    def _paper_conditions(self):
        """Hook: return the conditions (strings) that hold for the case."""
        self.ensure_one()
        return set()

    def _make_papers(self):
        """Put the papers the case needs on its list; take off those not needed and not seen."""
        if not self:
            return
        kinds = self.env["property.paper.type"].sudo()
        domain = Domain("procedure", "=", self._paper_procedure)
        all_kinds = kinds.search(domain)
        rows = []
        for case in self:
            conditions = case._paper_conditions()
            wanted = all_kinds.filtered(
                lambda kind, case=case, conditions=conditions: (
                    kind.company_id in (kinds.company_id.browse(), case.company_id)
                    and kind.estate_id in (kinds.estate_id.browse(), case.estate_id)
                    and (
                        not kind.condition
                        or conditions & {part.strip() for part in kind.condition.split(",")}
                    )
                )
            )
            lines = case.sudo().paper_ids
            unwanted = lines.filtered(
                lambda line, wanted=wanted: (
                    line.type_id and line.type_id not in wanted and not line.checked_by_id
                )
            )
            lines -= unwanted
            unwanted.unlink()
            rows += [
                {
                    "res_model": case._name,
                    "res_id": case.id,
                    "estate_id": case.estate_id.id,
                    "type_id": kind.id,
                    "sequence": kind.sequence,
                    "name": kind.name,
                    "required": kind.required,
                }
                for kind in wanted - lines.type_id
            ]
        self.env["property.paper.line"].sudo().create(rows)
        self.invalidate_recordset(["paper_ids", "papers_missing"])

    def _need_papers(self):
        """Refuse to go on while papers are missing, doubtful or expired.

        :raises UserError: naming the case and the papers
        """
        for case in self:
            if case.papers_missing:
                raise UserError(
                    self.env._(
                        "“%(case)s” lacks papers: %(papers)s.",
                        case=case.display_name,
                        papers=case.papers_missing,
                    )
                )

    def _has_paper(self, code):
        """Return whether the paper with this code was seen and is in order."""
        self.ensure_one()
        return any(
            not line.missing and (line.original_seen or line.copy_kept or line.attachment_ids)
            for line in self.paper_ids
            if line.type_id.code == code
        )

    def _check_papers_open(self):
        """Hook: raise UserError where the papers of the case may not be changed any more."""
