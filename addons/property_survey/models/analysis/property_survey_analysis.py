# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import chart, pareto

BRANCHES = [
    ("man", "Man"),
    ("machine", "Machine"),
    ("material", "Material"),
    ("method", "Method"),
    ("environment", "Environment"),
    ("measurement", "Measurement"),
]


class PropertySurveyAnalysis(models.Model):
    """From many opinions to the one or two problems worth solving (handbook B F6).

    Pareto chart of the opinions by category, cause-and-effect diagram of the problem chosen, and
    a countermeasure for every root cause.
    """

    _name = "property.survey.analysis"
    _description = "Analysis of opinions"
    _inherit = ["property.living.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _number_form = "FX"
    _workflow_moves = {
        "data": ("pareto",),
        "pareto": ("fishbone", "data"),
        "fishbone": ("countermeasures", "pareto"),
        "countermeasures": ("finished", "fishbone"),
    }
    _workflow_stamps = {"finished": ("finished_by_id", "finished_date")}
    _case_end = ("finished",)
    _living_open = ("data", "pareto", "fishbone", "countermeasures")
    _living_facts = ("line_ids", "cause_ids", "effect", "campaign_id")

    name = fields.Char("Subject", required=True)
    campaign_id = fields.Many2one(
        "property.survey.campaign",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=?', estate_id)]",
    )
    member_ids = fields.Many2many("res.users", string="Group", help="Who takes part.")
    source = fields.Selection(
        [("opinions", "Opinions by category"), ("items", "Dissatisfied answers by item")],
        "Data from",
        required=True,
        default="opinions",
    )
    line_ids = fields.One2many("property.survey.analysis.line", "analysis_id", "Categories")
    point_count = fields.Integer("Data points", compute="_compute_table", store=True)
    vital_names = fields.Char("Vital few", compute="_compute_table", store=True)
    vital_share = fields.Float(
        "Share of the vital few (%)",
        compute="_compute_table",
        store=True,
        digits=(16, 2),
        aggregator=None,
    )
    warning = fields.Text("Reservations", compute="_compute_warning")
    effect = fields.Char("Problem to be solved")
    cause_ids = fields.One2many("property.survey.cause", "analysis_id", "Causes")
    measure_ids = fields.One2many("property.survey.measure", "analysis_id", "Countermeasures")
    pareto_image = fields.Char("Pareto chart", compute="_compute_pareto_image", exportable=False)
    fishbone_image = fields.Char(
        "Cause-and-effect diagram", compute="_compute_fishbone_image", exportable=False
    )
    state = fields.Selection(
        [
            ("data", "Data"),
            ("pareto", "Pareto chart"),
            ("fishbone", "Causes"),
            ("countermeasures", "Countermeasures"),
            ("finished", "Finished"),
        ],
        required=True,
        default="data",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    finished_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    finished_date = fields.Datetime("Finished on", readonly=True, copy=False)

    @api.depends("campaign_id")
    def _compute_place(self):
        super()._compute_place()
        for analysis in self:
            if analysis.campaign_id:
                analysis.estate_id = analysis.campaign_id.estate_id

    def _pareto_rows(self):
        """Return the rows of the Pareto chart, keyed by line."""
        self.ensure_one()
        lines = self.line_ids
        return pareto.table(
            ((line, line.count) for line in lines),
            set(lines.filtered("other")),
            self._pareto_share(),
        )

    def _pareto_share(self):
        """Return the share (%) that the vital few make, a setting."""
        return self.estate_id._parameter("pareto_share") if self.estate_id else 80

    @api.depends("line_ids.count", "line_ids.other", "line_ids.name", "estate_id")
    def _compute_table(self):
        for analysis in self:
            rows = analysis._pareto_rows()
            number = analysis.estate_id and analysis.estate_id._parameter("pareto_vital_few")
            few = [row for row in pareto.vital(rows, number or 2) if not row.key.other]
            analysis.point_count = sum(row.count for row in rows)
            analysis.vital_names = "、".join(row.key.name for row in few)
            analysis.vital_share = few[-1].cumulated if few else 0.0

    @api.depends("line_ids.count", "line_ids.other")
    @api.depends_context("lang")
    def _compute_warning(self):
        for analysis in self:
            rows = analysis._pareto_rows()
            least = analysis.estate_id and analysis.estate_id._parameter("pareto_min_points")
            texts = []
            for key in pareto.warnings(rows, least or 30):
                texts.append(
                    self.env._(
                        "Only %(count)s data points: with fewer than %(least)s nothing is "
                        "concluded from a Pareto chart.",
                        count=analysis.point_count,
                        least=least or 30,
                    )
                    if key == "few"
                    else self.env._(
                        "No Pareto effect: class A has more than three categories or more than a "
                        "third of them."
                    )
                )
            analysis.warning = "\n".join(texts) or False

    @api.depends("line_ids.count", "line_ids.name", "line_ids.other", "name")
    @api.depends_context("lang")
    def _compute_pareto_image(self):
        for analysis in self:
            analysis.pareto_image = chart.data_uri(analysis._pareto_svg())

    def _pareto_svg(self):
        self.ensure_one()
        rows = [(row.key.name, row.count, row.cumulated, row.grade) for row in self._pareto_rows()]
        return chart.pareto(rows, self.name or "", self._pareto_share())

    @api.depends(
        "cause_ids.name", "cause_ids.branch", "cause_ids.parent_id", "cause_ids.is_root", "effect"
    )
    @api.depends_context("lang")
    def _compute_fishbone_image(self):
        for analysis in self:
            analysis.fishbone_image = chart.data_uri(analysis._fishbone_svg())

    def _branches(self):
        """Return [(label, [(cause, level)])] of the fishbone, causes in the order of their tree."""
        labels = (
            self.env["property.survey.cause"]._fields["branch"]._description_selection(self.env)
        )
        found = []
        for key, label in labels:
            causes = self.cause_ids.filtered(lambda row, key=key: row.branch == key)
            if key == "measurement" and not causes:
                continue
            found.append((label, self._in_tree_order(causes, causes.browse(), 1)))
        return found

    @api.model
    def _in_tree_order(self, causes, parent, level):
        """Return [(cause, level)] of `causes` below `parent`, each followed by its own causes."""
        ordered = []
        for cause in causes.filtered(lambda row: row.parent_id == parent):
            ordered += [(cause, level), *self._in_tree_order(causes, cause, level + 1)]
        return ordered

    def _fishbone_svg(self):
        self.ensure_one()
        branches = [
            (label, [(cause.name, level, cause.is_root) for cause, level in causes])
            for label, causes in self._branches()
        ]
        return chart.fishbone(self.effect or self.name or "", branches)

    def action_load(self):
        """Count the opinions of the campaign by category, or the dissatisfied answers by item.

        :raises UserError: without a campaign, or with opinions that are in no category
        """
        for analysis in self:
            campaign = analysis.campaign_id
            if not campaign:
                raise UserError(self.env._("Choose the campaign the data come from."))
            if analysis.state != "data":
                raise UserError(self.env._("The data of “%s” are fixed.", analysis.name))
            analysis.line_ids.unlink()
            if analysis.source == "items":
                rows = [
                    {"name": row.name, "count": row.dissatisfied}
                    for row in campaign.result_ids
                    if row.dissatisfied
                ]
            else:
                opinions = campaign.opinion_ids.filtered(lambda row: row.question != "best")
                loose = opinions.filtered(lambda row: not row.category_id)
                if loose:
                    raise UserError(
                        self.env._(
                            "%(count)s opinions of “%(name)s” are in no category yet.",
                            count=len(loose),
                            name=campaign.name,
                        )
                    )
                rows = [
                    {"name": category.name, "count": len(group), "other": category.other}
                    for category, group in opinions.grouped("category_id").items()
                ]
            analysis.line_ids = [fields.Command.create(row) for row in rows]

    def action_pareto(self):
        """Go on to the Pareto chart; the problem to be solved is proposed from its vital few.

        :raises UserError: without data
        """
        for analysis in self:
            if not analysis.point_count:
                raise UserError(
                    self.env._("Enter how often each category occurs in “%s”.", analysis.name)
                )
            if not analysis.effect:
                analysis.effect = analysis.vital_names
        self._move_to("pareto")

    def action_fishbone(self):
        """Go on to the causes.

        :raises UserError: while the problem is not named
        """
        for analysis in self:
            if not analysis.effect:
                raise UserError(self.env._("Name the problem to be solved: %s.", analysis.name))
        self._move_to("fishbone")

    def action_starters(self):
        """Propose the usual causes of the five branches (handbook B §9.8), to be kept or deleted."""
        starters = self.env["property.survey.cause.starter"].search([("active", "=", True)])
        for analysis in self:
            known = {(cause.branch, cause.name) for cause in analysis.cause_ids}
            analysis.cause_ids = [
                fields.Command.create({"branch": row.branch, "name": row.name})
                for row in starters
                if (row.branch, row.name) not in known
            ]

    def action_countermeasures(self):
        """Go on to the countermeasures, one line for each root cause to be filled in.

        :raises UserError: without a root cause
        """
        for analysis in self:
            roots = analysis.cause_ids.filtered("is_root")
            if not roots:
                raise UserError(self.env._("Mark the root causes of “%s” first.", analysis.name))
        self._move_to("countermeasures")

    def action_back(self):
        """Go a step back."""
        for analysis in self:
            back = {"pareto": "data", "fishbone": "pareto", "countermeasures": "fishbone"}
            if analysis.state not in back:
                raise UserError(self.env._("“%s” has no step before.", analysis.name))
            analysis._move_to(back[analysis.state])

    def action_finish(self):
        """Finish the analysis.

        :raises UserError: while a root cause has no countermeasure with person and date
        """
        for analysis in self:
            analysis._check_measures()
        self._move_to("finished")

    def _check_measures(self):
        bare = self.cause_ids.filtered(
            lambda cause: (
                cause.is_root
                and not cause.measure_ids.filtered(lambda row: row.user_id and row.date_due)
            )
        )
        if bare:
            raise UserError(
                self.env._(
                    "No countermeasure with a person and a date for: %(causes)s",
                    causes="、".join(bare.mapped("name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_not_finished(self):
        if any(analysis.state == "finished" for analysis in self):
            raise UserError(self.env._("A finished analysis is kept."))


class PropertySurveyAnalysisLine(models.Model):
    """A category of the Pareto chart and how often it occurs (form F6-1)."""

    _name = "property.survey.analysis.line"
    _description = "Category of a Pareto chart"
    _order = "analysis_id, other, count desc, id"

    analysis_id = fields.Many2one(
        "property.survey.analysis", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="analysis_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="analysis_id.company_id", store=True, index=True)
    name = fields.Char("Category", required=True)
    count = fields.Integer("Frequency")
    other = fields.Boolean("All the rest")
    share = fields.Float("Share (%)", compute="_compute_share", digits=(16, 2))
    total = fields.Integer("Cumulated", compute="_compute_share")
    cumulated = fields.Float("Cumulated (%)", compute="_compute_share", digits=(16, 2))
    grade = fields.Selection(
        [("A", "A"), ("B", "B"), ("C", "C")], "Class", compute="_compute_share"
    )

    _count_positive = models.Constraint("CHECK (count >= 0)", "A frequency is not below zero.")

    @api.depends("analysis_id.line_ids.count", "analysis_id.line_ids.other")
    def _compute_share(self):
        for line in self:
            line.share = line.total = line.cumulated = 0
            line.grade = False
        for analysis in self.analysis_id:
            for row in analysis._pareto_rows():
                row.key.share, row.key.total = row.share, row.total
                row.key.cumulated, row.key.grade = row.cumulated, row.grade
