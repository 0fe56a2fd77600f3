# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyDunningNoticePrint(models.TransientModel):
    """Prints dunning notices (form H9-2): of chosen cases, or of whole buildings.

    Every notice printed is put on record as a contact that is not delivered yet.
    """

    _name = "property.dunning.notice.print"
    _description = "Print dunning notices"

    dunning_ids = fields.Many2many("property.dunning", string="Cases")
    estate_id = fields.Many2one(
        "property.estate", default=lambda self: self._default_estate(), ondelete="cascade"
    )
    building_ids = fields.Many2many(
        "property.building",
        string="Buildings",
        domain="[('estate_id', '=', estate_id)]",
        help="Empty: all buildings.",
    )
    stage_id = fields.Many2one(
        "property.dunning.stage",
        "Notice",
        required=True,
        ondelete="cascade",
        domain="[('channel', '=', 'notice')]",
        default=lambda self: self._default_stage(),
    )
    advance = fields.Boolean(
        "Take cases to this step",
        default=True,
        help="Cases at the step before, whose step is on record, go up to this one.",
    )
    case_count = fields.Integer("Notices", compute="_compute_case_count")
    left_count = fields.Integer("Not yet at this step", compute="_compute_case_count")

    @api.model
    def _default_estate(self):
        estates = self.env["property.estate"].search([], limit=2)
        return estates if len(estates) == 1 else estates.browse()

    @api.model
    def _default_stage(self):
        stages = self.env["property.dunning.stage"]
        cases = self.env["property.dunning"].browse(
            self.env.context.get("default_dunning_ids") or []
        )
        if len(cases) == 1 and cases.stage_id.channel == "notice":
            return cases.stage_id
        return stages._by_code("notice1")

    @api.depends("dunning_ids", "estate_id", "building_ids", "stage_id", "advance")
    def _compute_case_count(self):
        for dialog in self:
            ready, left = dialog._cases()
            dialog.case_count = len(ready)
            dialog.left_count = len(left)

    def _cases(self):
        """Return (cases that get the notice, cases that are not that far)."""
        self.ensure_one()
        cases = self.dunning_ids._origin or self.dunning_ids
        if not cases:
            if not self.estate_id:
                return cases, cases
            domain = [("estate_id", "=", self.estate_id.id), ("state", "=", "running")]
            if self.building_ids:
                domain.append(("building_id", "in", self.building_ids.ids))
            cases = cases.search(domain, order="unit_id")
        ready = cases.filtered(self._may_get)
        return ready, cases - ready

    def _may_get(self, case):
        if case.state != "running":
            return False
        if case.stage_id == self.stage_id:
            # a notice that is out already is delivered first
            return not case.contact_ids.filtered(
                lambda row: (
                    row.stage_id == self.stage_id and row.delivery in ("pending", "delivered")
                )
            )
        if not self.advance:
            return False
        try:
            case._check_step(self.stage_id)
        except UserError:
            return False
        return True

    def action_print(self):
        """Put the notices on record and print them as one document.

        :raises UserError: if no case may get the notice; of a single one it tells why
        """
        self.ensure_one()
        ready, left = self._cases()
        if not ready:
            if len(left) == 1 and left.stage_id != self.stage_id:
                left._check_step(self.stage_id)
            raise UserError(
                self.env._(
                    "No case may get “%(notice)s” now: the step before is not on record, the last "
                    "notice is not delivered yet, or the case rests.",
                    notice=self.stage_id.name,
                )
            )
        contacts = self._make_contacts(ready)
        return self.env.ref("property_service.action_report_dunning_notice").report_action(
            contacts, config=False
        )

    def _make_contacts(self, cases):
        for case in cases.filtered(lambda case: case.stage_id != self.stage_id):
            case._go_to(self.stage_id)
        return self.env["property.dunning.contact"].create(
            [
                {"dunning_id": case.id, "stage_id": self.stage_id.id, "channel": "notice"}
                for case in cases
            ]
        )
