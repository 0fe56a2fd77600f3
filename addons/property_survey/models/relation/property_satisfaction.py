# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools import money
from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)


class PropertySatisfaction(models.Model):
    """One figure of satisfaction for each estate and month, from 0 to 100.

    The weighted mean of its components: surveys, ratings of repairs, callbacks, activities and
    what another addon adds (`_sources`). A component without answers does not count, the weights
    of the others are spread over it. Counting again gives the same figure from the same records.
    """

    _name = "property.satisfaction"
    _description = "Satisfaction index"
    _inherit = ["mail.thread"]
    _order = "month desc, estate_id"
    _check_company_auto = True

    estate_id = fields.Many2one("property.estate", required=True, readonly=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    month = fields.Date(required=True, readonly=True, index=True)
    score = fields.Float(
        "Satisfaction index", digits=(16, 2), readonly=True, aggregator="avg", tracking=True
    )
    answers = fields.Integer("Number of answers", readonly=True)
    previous = fields.Float("Index of last month", compute="_compute_previous", digits=(16, 2))
    change = fields.Float("Against last month", compute="_compute_previous", digits=(16, 2))
    band = fields.Selection(
        [
            ("very", "Very satisfied"),
            ("rather", "Rather satisfied"),
            ("general", "So-so"),
            ("low", "Dissatisfied, to be looked into"),
            ("none", "No answers"),
        ],
        compute="_compute_band",
        store=True,
    )
    counted_date = fields.Datetime("Counted on", readonly=True)
    line_ids = fields.One2many("property.satisfaction.line", "index_id", "Components")

    _month_once = models.UniqueIndex(
        "(estate_id, month)", "The index of this estate and month exists already."
    )

    @api.depends("estate_id.name", "month")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.estate_id.name or ''} {row.month:%Y-%m}" if row.month else ""

    @api.depends("score", "answers")
    def _compute_band(self):
        for row in self:
            if not row.answers:
                row.band = "none"
            elif row.score >= 90:
                row.band = "very"
            elif row.score >= 70:
                row.band = "rather"
            elif row.score >= 60:
                row.band = "general"
            else:
                row.band = "low"

    @api.depends("estate_id", "month", "score")
    def _compute_previous(self):
        months = {money.add_months(row.month, -1) for row in self if row.month}
        known = {
            (row.estate_id, row.month): row
            for row in self.search(
                [("estate_id", "in", self.estate_id.ids), ("month", "in", list(months))]
            )
        }
        for row in self:
            before = row.month and known.get((row.estate_id, money.add_months(row.month, -1)))
            before = before if before and before.answers else None
            row.previous = before.score if before else 0.0
            row.change = row.score - before.score if before and row.answers else 0.0

    # counting ------------------------------------------------------------------------------------

    @api.model
    def _count(self, estates, month):
        """Count the index of each estate for the month of `month`, replacing what was counted.

        :return: the indexes
        """
        month = money.month_start(month)
        found = {
            key: getattr(self, source["method"])(estates, month)
            for key, source in self._sources().items()
        }
        known = {
            row.estate_id: row
            for row in self.sudo().search([("estate_id", "in", estates.ids), ("month", "=", month)])
        }
        rows = self.sudo()
        for estate in estates:
            lines = self._lines(estate, found)
            values = {
                "score": sum(line["points"] for line in lines),
                "answers": sum(line["answers"] for line in lines),
                "counted_date": fields.Datetime.now(),
            }
            if row := known.get(estate):
                old = {line.source: line for line in row.line_ids}
                commands = []
                for line in lines:
                    if kept := old.pop(line["source"], None):
                        commands.append(Command.update(kept.id, line))
                    else:
                        commands.append(Command.create(line))
                commands += [Command.delete(line.id) for line in old.values()]
                row.write({**values, "line_ids": commands})
            else:
                row = rows.create(
                    {
                        "estate_id": estate.id,
                        "month": month,
                        **values,
                        "line_ids": [Command.create(line) for line in lines],
                    }
                )
            rows |= row
        return self.browse(rows.ids)

    @api.model
    def _lines(self, estate, found):
        """Return the values of the components of an estate, weights of missing ones spread."""
        lines = []
        for sequence, (key, source) in enumerate(self._sources().items()):
            score, answers = found[key].get(estate, (0.0, 0))
            lines.append(
                {
                    "source": key,
                    "sequence": sequence,
                    "score": score if answers else 0.0,
                    "answers": answers,
                    "weight": max(float(estate._parameter(source["weight"])), 0.0),
                }
            )
        total = sum(line["weight"] for line in lines if line["answers"])
        for line in lines:
            counts = line["answers"] and total
            line["share"] = line["weight"] / total if counts else 0.0
            line["points"] = line["share"] * line["score"]
        return lines

    def action_count(self):
        """Count the indexes anew from the records as they are now.

        :raises UserError: below the supervisor
        """
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise UserError(self.env._("The index is counted anew by a supervisor."))
        self.check_access("read")
        for month, rows in self.grouped("month").items():
            self._count(rows.estate_id, month)
        return True

    @api.model
    def action_count_now(self):
        """Count this month and the last one of every estate the user works for, and show them."""
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise UserError(self.env._("The index is counted anew by a supervisor."))
        today = local_today()
        estates = self.env["property.estate"].search([("active", "=", True)])
        for month in (money.add_months(money.month_start(today), -1), money.month_start(today)):
            self._count(estates, month)
        return self.env["ir.actions.actions"]._for_xml_id(
            "property_survey.property_satisfaction_action"
        )

    @api.model
    def _cron_count(self):
        """Count the running month and the last one of every estate; answers come in late."""
        today = local_today()

        def count(estate):
            month = money.month_start(today)
            self._count(estate, money.add_months(month, -1))
            self._count(estate, month)

        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            count,
            lambda estate, _error: _logger.exception("Index of estate %s failed", estate.id),
        )

    def action_open_source(self):
        """Open the records a component is counted from; the context names the component.

        :raises UserError: for a component that does not exist
        """
        self.ensure_one()
        source = self._sources().get(self.env.context.get("satisfaction_source"))
        if not source:
            raise UserError(self.env._("This component does not exist."))
        model, domain = getattr(self, source["records"])(self.estate_id, self.month)
        if model not in self.env:
            raise UserError(self.env._("There are no records of this component."))
        return {
            "type": "ir.actions.act_window",
            "name": f"{source['label']} {self.display_name}",
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            "context": {"create": False},
        }


class PropertySatisfactionLine(models.Model):
    """A component of a satisfaction index, kept as it was counted."""

    _name = "property.satisfaction.line"
    _description = "Component of the satisfaction index"
    _order = "index_id, sequence, id"

    index_id = fields.Many2one(
        "property.satisfaction", required=True, ondelete="cascade", index=True, readonly=True
    )
    estate_id = fields.Many2one(related="index_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="index_id.company_id", store=True, index=True)
    month = fields.Date(related="index_id.month", store=True)
    sequence = fields.Integer(readonly=True)
    source = fields.Selection("_selection_source", "Component", required=True, readonly=True)
    name = fields.Char("Counted from", compute="_compute_name")
    score = fields.Float("Score (0–100)", digits=(16, 2), readonly=True, aggregator="avg")
    answers = fields.Integer("Number of answers", readonly=True)
    weight = fields.Float("Weight set", digits=(16, 2), readonly=True, aggregator=None)
    share = fields.Float("Weight in force", readonly=True, aggregator=None)
    points = fields.Float(digits=(16, 2), readonly=True)

    _source_once = models.UniqueIndex("(index_id, source)", "This component is counted already.")

    @api.model
    def _selection_source(self):
        sources = self.env["property.satisfaction"]._sources()
        return [(key, source["label"]) for key, source in sources.items()]

    @api.depends("source")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = {
            key: source["label"]
            for key, source in self.env["property.satisfaction"]._sources().items()
        }
        for line in self:
            line.name = labels.get(line.source, line.source)

    def action_open(self):
        """Open the records the component is counted from."""
        self.ensure_one()
        return self.index_id.with_context(satisfaction_source=self.source).action_open_source()
