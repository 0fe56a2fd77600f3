# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)


class PropertyCustomerClass(models.Model):
    _inherit = "property.customer.class"

    axis = fields.Selection(
        selection_add=[("grade", "Grade of the relation")], ondelete={"grade": "cascade"}
    )


class PropertyCustomerClassification(models.Model):
    """Grades of the relation, reviewed every half year; what the list of key customers tells.

    Handbook B F1, A §7–§8: forms F1-1. A customer has one grade (A core, B important, C general,
    D needs attention) in an estate; notes are facts, insults are refused.
    """

    _name = "property.customer.classification"
    _inherit = ["property.customer.classification", "property.decent.mixin"]

    _decent_fields = ("reason", "concerns", "taboos", "preferences")

    axis = fields.Selection(related="class_id.axis", store=True, index=True)
    concerns = fields.Char("Main concerns", help="What the customer cares about: facts only.")
    taboos = fields.Char("To be avoided", help="E.g. no phone calls before noon.")
    preferences = fields.Char("Preferences in service")
    responsible_id = fields.Many2one(
        "res.users", "In charge of the relation", index="btree_not_null"
    )
    visit_months = fields.Integer("Months between visits", default=3)
    unit_names = fields.Char("Units", related="partner_id.property_unit_names")
    last_visit_date = fields.Datetime("Last visited on", compute="_compute_visits")
    next_visit_date = fields.Date("Visit next by", compute="_compute_visits")
    reviewed_by_id = fields.Many2one("res.users", "Grade reviewed by", readonly=True, copy=False)
    reviewed_date = fields.Date("Grade reviewed on", readonly=True, copy=False)

    @api.depends("partner_id", "estate_id", "visit_months", "date_start")
    def _compute_visits(self):
        last = {
            (estate.id, partner.id): moment
            for estate, partner, moment in self.env["property.visit"]._read_group(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("estate_id", "in", self.estate_id.ids),
                    ("met", "=", True),
                ],
                ["estate_id", "partner_id"],
                ["started_date:max"],
            )
        }
        for row in self:
            moment = last.get((row.estate_id.id, row.partner_id.id), False)
            row.last_visit_date = moment
            since = moment.date() if moment else row.date_start
            row.next_visit_date = since and since + relativedelta(months=row.visit_months or 3)

    @api.constrains("partner_id", "class_id", "estate_id", "state")
    def _check_one_grade(self):
        rows = self.filtered(lambda row: row.axis == "grade" and row.state != "cancelled")
        for row in rows:
            others = self.sudo().search(
                [
                    ("partner_id", "=", row.partner_id.id),
                    ("estate_id", "=", row.estate_id.id),
                    ("class_id.axis", "=", "grade"),
                    ("state", "!=", "cancelled"),
                    ("id", "!=", row.id),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(partner)s has a grade in %(estate)s already: cancel it, or change it "
                        "by its review.",
                        partner=row.partner_id.name,
                        estate=row.estate_id.name,
                    )
                )

    def action_review(self):
        """Confirm at the half-yearly review that the class still fits; it counts on from today.

        :raises AccessError: below the supervisor
        :raises UserError: for a class that is not in force
        """
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise AccessError(self.env._("A customer's class is reviewed by a supervisor."))
        today = local_today()
        for row in self:
            if row.state != "active":
                raise UserError(self.env._("“%s” is not in force.", row.display_name))
            months = row.estate_id._parameter("customer_class_review_months")
            row.write(
                {
                    "review_date": today + relativedelta(months=months),
                    "reviewed_by_id": self.env.uid,
                    "reviewed_date": today,
                }
            )
        return True

    @api.model
    def _cron_review(self):
        """Tell the supervisors of each estate, once a week, which classes are due for review."""
        today = local_today()
        counts = dict(
            self._read_group(
                [("state", "=", "active"), ("review_date", "<=", today)],
                ["estate_id"],
                ["__count"],
            )
        )
        estates = self.env["property.estate"].union(*counts) if counts else None

        def tell(estate):
            self.env["property.relation.plan"]._tell(
                estate,
                "supervisor",
                self.env._("Customer classes to be reviewed: %s", counts[estate]),
            )

        if estates:
            self.env["ir.cron"]._property_each(
                estates,
                tell,
                lambda estate, _error: _logger.exception("No reminder for estate %s", estate.id),
            )
