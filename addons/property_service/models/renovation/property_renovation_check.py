# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

STAGES = [
    ("review", "Technical review"),
    ("first", "First acceptance"),
    ("second", "Second acceptance"),
]


class PropertyRenovationCheckType(models.Model):
    """What is looked at in a review or an acceptance (handbook A §28, §38)."""

    _name = "property.renovation.check.type"
    _description = "Check of a renovation"
    _order = "stage, sequence, id"

    name = fields.Char("What is checked", required=True, translate=True)
    stage = fields.Selection(STAGES, "Checked at", required=True, default="review")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class PropertyRenovationCheck(models.Model):
    """One check of one dossier with its outcome."""

    _name = "property.renovation.check"
    _description = "Result of a check of a renovation"
    _order = "renovation_id, stage, sequence, id"

    renovation_id = fields.Many2one(
        "property.renovation", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="renovation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="renovation_id.company_id", store=True, index=True)
    stage = fields.Selection(STAGES, "Checked at", required=True, default="review")
    sequence = fields.Integer(default=10)
    name = fields.Char("What is checked", required=True)
    outcome = fields.Selection(
        [("ok", "Conforms"), ("bad", "Does not conform"), ("na", "Not applicable")]
    )
    note = fields.Char("Note of the checker")
    user_id = fields.Many2one("res.users", "Checked by", readonly=True)
    date = fields.Datetime("Checked on", readonly=True)

    _open_states = {
        "review": ("submitted", "precheck", "first_review", "second_review", "wait_authority"),
        "first": ("completion",),
        "second": ("first_passed",),
    }

    def _check_stage_open(self):
        if self.env.su:
            return
        for row in self:
            dossier = row.renovation_id
            if dossier.state not in self._open_states[row.stage]:
                raise UserError(
                    self.env._(
                        "%(dossier)s is “%(state)s”: this check is not open.",
                        dossier=dossier.display_name,
                        state=dossier._state_label(dossier.state),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_stage_open()
        return rows

    def write(self, vals):
        self._check_stage_open()
        if "outcome" in vals or "note" in vals:
            vals = {**vals, "user_id": self.env.uid, "date": fields.Datetime.now()}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_stage_open()
