# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from odoo import api, fields, models

CLASSES = [
    ("safety", "Safety facility"),
    ("leak", "Leak"),
    ("other", "Other repair"),
    ("special", "Special paid service"),
    ("complaint", "Complaint"),
    ("help", "Help"),
    ("emergency", "Emergency"),
    ("activity", "Activity or publication"),
    ("survey", "Dissatisfied in a survey"),
    ("management", "Other management work"),
]
PHASES = [("end", "When it is done"), ("middle", "Half-way")]


class PropertyCallbackRule(models.Model):
    """How many of a class of cases are called back, and how soon (handbook B §B1, §10).

    The most special rule counts: estate before company before all. How soon is a deadline policy
    of callbacks with the class as its urgency; the rule shows and changes its days.
    """

    _name = "property.callback.rule"
    _description = "Rule of callbacks"
    _order = "callback_class, phase, estate_id, company_id, id"
    _check_company_auto = True

    callback_class = fields.Selection(CLASSES, "Class", required=True, index=True)
    phase = fields.Selection(PHASES, "When", required=True, default="end")
    share = fields.Float(
        "Share called (%)", required=True, default=100, digits=(16, 2), help="Drawn at random."
    )
    days = fields.Float("Within days", compute="_compute_days", inverse="_inverse_days")
    policy = fields.Selection(
        [
            ("none", "Nobody"),
            ("unrated", "Not who has rated"),
            ("all", "Everybody drawn"),
        ],
        "Who is called",
        required=True,
        default="all",
        help="A rating on the portal that is fair or better counts as a callback where those who "
        "have rated are not called.",
    )
    method = fields.Selection(
        [("visit", "At the home"), ("phone", "Phone"), ("wechat", "WeChat or app")],
        required=True,
        default="phone",
    )
    second_days = fields.Integer(
        "Second callback after days",
        help="To see whether the result lasts, e.g. a leak after the rainy season; 0 for none.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    estate_id = fields.Many2one("property.estate", check_company=True, index=True)
    active = fields.Boolean(default=True)

    _share_percent = models.Constraint(
        "CHECK (share >= 0 AND share <= 100)", "A share is between 0 and 100 %."
    )
    _rule_unique = models.UniqueIndex(
        "(callback_class, phase, COALESCE(company_id, 0), COALESCE(estate_id, 0)) WHERE active",
        "There is a rule for this class, time and estate already.",
    )

    @api.depends("estate_id")
    def _compute_company_id(self):
        for rule in self:
            rule.company_id = rule.estate_id.company_id or rule.company_id

    @api.depends("callback_class", "phase")
    def _compute_display_name(self):
        classes = dict(self._fields["callback_class"]._description_selection(self.env))
        phases = dict(self._fields["phase"]._description_selection(self.env))
        for rule in self:
            rule.display_name = " · ".join(
                part for part in (classes.get(rule.callback_class), phases.get(rule.phase)) if part
            )

    @api.depends("callback_class", "estate_id", "company_id")
    def _compute_days(self):
        for rule in self:
            policy = rule._deadline_policy()
            rule.days = policy._minutes() / 1440 if policy else 0

    def _deadline_policy(self):
        return self.env["property.deadline.policy"]._find(
            "property.callback",
            "call",
            self.env["property.case.category"],
            self.callback_class,
            self.estate_id,
        )

    def _inverse_days(self):
        """Write the days to the policy of the rule's own estate or company, made if need be."""
        for rule in self:
            policy = rule._deadline_policy().sudo()
            own = policy.estate_id == rule.estate_id and policy.company_id == rule.company_id
            values = {"time": rule.days, "time_unit": "days"}
            if policy and own and policy.urgency == rule.callback_class:
                policy.write(values)
                continue
            values.update(
                res_model="property.callback",
                step="call",
                urgency=rule.callback_class,
                estate_id=rule.estate_id.id,
                company_id=rule.company_id.id or rule.estate_id.company_id.id,
            )
            if policy:
                policy.copy(values)
            else:
                policy.create(values)

    @api.model
    def _find(self, callback_class, phase, estate):
        """Return the rule that counts for a class at an estate; empty where nobody is called."""
        rules = self.sudo().search(
            [
                ("callback_class", "=", callback_class),
                ("phase", "=", phase),
                ("company_id", "in", (False, estate.company_id.id)),
                ("estate_id", "in", (False, estate.id)),
            ]
        )
        return max(
            rules,
            key=lambda rule: (bool(rule.estate_id), bool(rule.company_id), rule.id),
            default=rules,
        )

    def _draws(self, record, phase):
        """Return whether `record` is in the sample.

        The draw looks random but depends on the record alone, so anybody can repeat it and nobody
        can influence it.
        """
        self.ensure_one()
        return self._lot(record, phase) % 10000 < self.share * 100

    @api.model
    def _lot(self, record, phase):
        """Return the number a record has in the draw."""
        key = f"{record._name},{record.id},{phase}".encode()
        return int(hashlib.sha256(key).hexdigest()[:8], 16)
