# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

TOPICS = [
    ("security", "Security and order"),
    ("environment", "Environment and cleaning"),
    ("repair", "Repairs and facilities"),
    ("leisure", "Leisure facilities"),
    ("attitude", "Attitude of staff"),
    ("convenience", "Convenience services"),
    ("difficulty", "Special difficulties"),
    ("culture", "Community culture"),
    ("other", "Other matters"),
]
KINDS = [
    ("opinion", "Opinion"),
    ("suggestion", "Suggestion"),
    ("complaint", "Complaint"),
    ("repair", "Repair"),
    ("help", "Help"),
    ("praise", "Praise"),
]
#: kinds that become a case of that kind
_CASE_KINDS = ("suggestion", "complaint", "repair", "help")


class PropertyVisitOpinion(models.Model):
    """One opinion of a customer, sorted by matter; answered, or made into a case (F2)."""

    _name = "property.visit.opinion"
    _description = "Opinion of a customer"
    _inherit = ["property.decent.mixin"]
    _order = "visit_id, id"
    _rec_name = "description"

    _decent_fields = ("description", "answer")

    visit_id = fields.Many2one("property.visit", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(
        related="visit_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="visit_id.partner_id")
    visit_state = fields.Selection(related="visit_id.state", string="State of the visit")
    topic = fields.Selection(TOPICS, "Matter", required=True, default="other", index=True)
    kind = fields.Selection(KINDS, "Kind of opinion", required=True, default="opinion", index=True)
    description = fields.Char("What the customer says", required=True)
    answer = fields.Char("Answer or result")
    on_spot = fields.Boolean("Answered on the spot", readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    answered_date = fields.Datetime("Answered at", readonly=True)
    department_id = fields.Many2one("hr.department", "Handed on to", index="btree_not_null")
    intake_id = fields.Many2one(
        "property.intake", "Contact of the case", readonly=True, copy=False, index="btree_not_null"
    )
    case_name = fields.Char("Case no.", related="intake_id.case_name")
    handled = fields.Boolean("Dealt with", compute="_compute_handled", store=True)

    @api.depends("answer", "kind")
    def _compute_handled(self):
        for opinion in self:
            opinion.handled = bool((opinion.answer or "").strip()) or opinion.kind == "praise"

    @api.model
    def _case_kinds(self):
        """Return the kinds of opinion that become cases."""
        return _CASE_KINDS

    def _stamped(self, vals, on_spot):
        if not vals.get("answer"):
            return vals
        return {
            **vals,
            "answered_by_id": self.env.uid,
            "answered_date": fields.Datetime.now(),
            "on_spot": on_spot,
        }

    @api.model_create_multi
    def create(self, vals_list):
        opinions = super().create([self._stamped(vals, True) for vals in vals_list])
        for opinion in opinions:
            opinion._check_open()
        return opinions

    def write(self, vals):
        if {"description", "kind", "topic"} & vals.keys() and not self.env.su:
            for opinion in self:
                opinion._check_open()
        open_now = all(row.visit_id.state in ("planned", "confirmed", "visiting") for row in self)
        return super().write(self._stamped(vals, open_now))

    def _check_open(self):
        if self.visit_id.state in ("answered", "closed", "cancelled") and not self.env.su:
            raise UserError(
                self.env._(
                    "“%s” is finished: record what was said later as a communication.",
                    self.visit_id.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_before_record(self):
        if rows := self.filtered(
            lambda row: (
                row.intake_id or row.visit_id.state not in ("planned", "confirmed", "visiting")
            )
        ):
            raise UserError(
                self.env._("“%s” was said and stays in the record.", rows[0].description)
            )

    def _make_case(self):
        """Make the case of each opinion through the one door of the service centre (B §0.4).

        :raises UserError: for an opinion that is answered here, not a case
        """
        for opinion in self:
            if opinion.kind not in _CASE_KINDS:
                raise UserError(
                    self.env._("“%s” is answered here: it is no case.", opinion.description)
                )
            visit = opinion.visit_id
            intake = self.env["property.intake"].create(
                {
                    "estate_id": visit.estate_id.id,
                    "unit_id": visit.unit_id.id,
                    "partner_id": visit.partner_id.id,
                    "phone": visit.phone,
                    "kind": opinion.kind,
                    "channel": "staff",
                    # who heard it answers for it, whoever writes the visit up
                    "user_id": visit.user_id.id or self.env.uid,
                    "description": self.env._(
                        "%(text)s (visit %(number)s)",
                        text=opinion.description,
                        number=visit.number,
                    ),
                }
            )
            intake._make_case()
            opinion.intake_id = intake

    def action_make_case(self):
        """Make the case of the opinion and open it."""
        self.ensure_one()
        if not self.intake_id:
            self._make_case()
        return self.intake_id.action_open_case()
