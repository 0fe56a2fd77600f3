# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

CHANNELS = [
    ("sms", "SMS"),
    ("wechat", "WeChat"),
    ("phone", "Phone call"),
    ("visit", "Visit"),
    ("notice", "Written notice"),
    ("committee", "Letter to the owners' committee"),
    ("lawyer", "Lawyer's letter"),
    ("mediation", "Mediation"),
    ("suit", "Lawsuit or arbitration"),
]
#: stages whose days are those of the setting ``dunning_days``, in its order (handbook B §10)
_TIMED = ("remind", "call", "visit", "notice1", "notice2", "committee", "lawyer", "lawsuit")


class PropertyDunningStage(models.Model):
    """A step of dunning, in the order of the steps (handbook B H9).

    There is no step that stops water, power, gas or heating or bars a way: the law forbids it
    (Civil Code art. 944).
    """

    _name = "property.dunning.stage"
    _description = "Step of dunning"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10, readonly=True)
    number = fields.Integer("Step", readonly=True, help="As the handbook numbers the steps.")
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for every company."
    )
    channel = fields.Selection(CHANNELS, "Way of contact", required=True)
    days = fields.Integer(
        "Days after the due date",
        compute="_compute_days",
        help="By the setting “dunning_days”, which a company or an estate may change.",
    )
    term_days = fields.Integer(
        "Term for payment (days)",
        compute="_compute_days",
        help="How long the debtor has to pay before the next step.",
    )
    needs_proof = fields.Boolean(
        help="The next step needs proof that this one reached the debtor, not just its record."
    )
    skippable = fields.Boolean(
        "May be left out", help="Where there is no owners' committee, or nobody to mediate."
    )
    needs_approval = fields.Boolean(help="The company decides on this step.")
    fold = fields.Boolean("Folded in the kanban")
    description = fields.Text("What is done", translate=True)

    _code_unique = models.UniqueIndex("(code)", "There is a step of this code already.")

    def _compute_days(self):
        for stage in self:
            stage.days = stage._days_after_due(None) or 0
            stage.term_days = stage._term(None)

    def _days_after_due(self, estate):
        """Return from which day after the due date the step is due; None where it has none.

        By the setting ``dunning_days``; a value that is missing there takes the handbook's.
        """
        self.ensure_one()
        if self.code not in _TIMED:
            return None
        parameters = self.env["property.parameter"]
        parts = str(parameters._get("dunning_days", estate) or "").replace("，", ",").split(",")
        position = _TIMED.index(self.code)
        try:
            return int(parts[position].strip().replace("−", "-"))
        except (IndexError, ValueError):
            return (-14, 1, 15, 30, 60, 75, 90, 180)[position]

    def _term(self, estate):
        """Return how many days the debtor has to pay after this step reached him."""
        self.ensure_one()
        parameters = self.env["property.parameter"]
        if self.channel == "notice":
            return parameters._get("dunning_notice_days", estate)
        if self.channel == "lawyer":
            return parameters._get("lawyer_days", estate)
        return 0

    @api.model
    def _by_code(self, code):
        """Return the step of a code of the handbook."""
        return self.search([("code", "=", code)], limit=1)

    def _next(self):
        """Return the step that follows this one."""
        self.ensure_one()
        return self.search([("sequence", ">", self.sequence)], order="sequence, id", limit=1)
