# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyAnswer(models.Model):
    """The answer book of the front desk (答客问): what is asked, what is true, why, until when.

    Handbook B D1. Also the information file: hotlines, police station, schools, offices.
    """

    _name = "property.answer"
    _description = "Answer of the answer book"
    _inherit = ["mail.thread"]
    _order = "category_id, sequence, id"
    _rec_name = "question"
    _check_company_auto = True

    question = fields.Char(required=True, tracking=True)
    answer = fields.Text(required=True, tracking=True)
    keywords = fields.Char(help="Other words a caller may use.")
    category_id = fields.Many2one(
        "property.case.category",
        domain="[('kind', '=', 'inquiry')]",
        ondelete="restrict",
        index=True,
    )
    sequence = fields.Integer(default=10)
    legal_basis = fields.Char()
    department_id = fields.Many2one(
        "hr.department", "Department that knows", index="btree_not_null"
    )
    valid_until = fields.Date(help="Afterwards the owner has to check it.")
    is_outdated = fields.Boolean(compute="_compute_is_outdated", search="_search_is_outdated")
    company_id = fields.Many2one("res.company", index=True)
    estate_ids = fields.Many2many(
        "property.estate",
        "property_answer_estate_rel",
        "answer_id",
        "estate_id",
        "Estates",
        help="Empty: holds for every estate.",
    )
    use_count = fields.Integer("Times used", compute="_compute_use_count")
    active = fields.Boolean(default=True)

    @api.depends("valid_until")
    def _compute_is_outdated(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.is_outdated = bool(row.valid_until and row.valid_until < today)

    @api.model
    def _search_is_outdated(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("valid_until", "<", fields.Date.context_today(self))]

    def _compute_use_count(self):
        counts = dict(
            self.env["property.inquiry"]._read_group(
                [("answer_id", "in", self.ids)], ["answer_id"], ["__count"]
            )
        )
        for row in self:
            row.use_count = counts.get(row, 0)
