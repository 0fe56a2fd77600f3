# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyPatrolCheck(models.Model):
    """An item checked at a point of a patrol: √ or ×, a value, a text, photos."""

    _name = "property.patrol.check"
    _description = "Check of a patrol"
    _order = "visit_id, sequence, id"

    visit_id = fields.Many2one(
        "property.patrol.visit", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="visit_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    item_id = fields.Many2one(
        "property.patrol.item", "Check item", required=True, ondelete="restrict", index=True
    )
    standard = fields.Char(related="item_id.standard")
    method = fields.Selection(related="item_id.method")
    measured = fields.Boolean(related="item_id.measured")
    value_unit = fields.Char(related="item_id.value_unit")
    photo_required = fields.Boolean(related="item_id.photo_required")
    result = fields.Selection(
        [("ok", "√"), ("bad", "×"), ("none", "Not applicable")],
        compute="_compute_result",
        store=True,
        readonly=False,
    )
    value = fields.Float("Measured value", digits=(16, 2), aggregator=None)
    value_read = fields.Boolean()
    text = fields.Text("What is wrong")
    category_id = fields.Many2one(
        "property.case.category",
        compute="_compute_category_id",
        store=True,
        readonly=False,
        domain="[('kind', '=', 'finding')]",
        index="btree_not_null",
    )
    photo = fields.Image(max_width=1600, max_height=1600)
    fixed = fields.Boolean("Put right at once")
    photo_after = fields.Image("Photo afterwards", max_width=1600, max_height=1600)
    finding_id = fields.Many2one("property.finding", readonly=True, index="btree_not_null")

    @api.depends("value", "value_read")
    def _compute_result(self):
        for check in self:
            if check.value_read and check.item_id.measured:
                check.result = "ok" if check.item_id._is_normal(check.value) else "bad"
            else:
                check.result = check.result or False

    @api.depends("item_id")
    def _compute_category_id(self):
        for check in self:
            check.category_id = check.item_id.category_id

    @api.onchange("value")
    def _onchange_value(self):
        if self.value:
            self.value_read = True

    def write(self, vals):
        """Keep what belongs to a patrol that is over.

        :raises UserError: for whoever changes it
        """
        over = ("done", "missed", "cancelled")
        if not self.env.su and self.filtered(lambda row: row.visit_id.patrol_id.state in over):
            raise UserError(self.env._("The patrol is over: its results stay as they are."))
        return super().write(vals)

    def _pass(self):
        """Mark the item as normal.

        :raises UserError: where a value or a photo is missing
        """
        for check in self:
            if check.measured and not check.value_read:
                raise UserError(self.env._("%s is measured: enter the value.", check.item_id.name))
            if check.photo_required and not (check.photo or check.visit_id.photo):
                raise UserError(self.env._("%s needs a photo.", check.item_id.name))
            check.result = "ok"

    def action_pass(self):
        """The item is normal."""
        self._pass()

    def action_fail(self):
        """The item is not normal: open what has to be told about it."""
        self.ensure_one()
        self.result = "bad"
        return {
            "type": "ir.actions.act_window",
            "name": self.item_id.name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_told(self):
        for check in self:
            if not check.text or not (check.photo or check.visit_id.photo):
                raise UserError(
                    self.env._(
                        "“%s” is not normal: describe it and take a photo.", check.item_id.name
                    )
                )
            if check.fixed and not (check.photo and check.photo_after):
                raise UserError(
                    self.env._(
                        "“%s” was put right at once: take a photo before and one afterwards.",
                        check.item_id.name,
                    )
                )

    def _make_findings(self):
        """Make a finding of everything that is wrong; what was put right at once is closed."""
        findings = self.env["property.finding"]
        for check in self.filtered(lambda row: not row.finding_id):
            finding = findings._from_check(check)
            check.finding_id = finding
            findings |= finding
        return findings
