# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import fields, models


class PropertyRenovationViolationStep(models.Model):
    """One piece of the evidence: what was said, served, seen, when, by whom; never changed."""

    _name = "property.renovation.violation.step"
    _description = "Evidence of a violation"
    _inherit = ["property.file.mixin"]
    _order = "violation_id, date, id"

    violation_id = fields.Many2one(
        "property.renovation.violation", required=True, ondelete="restrict", index=True
    )
    estate_id = fields.Many2one(related="violation_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="violation_id.company_id", store=True, index=True)
    date = fields.Datetime("Time", required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ("found", "Violation found"),
            ("dissuasion", "Dissuasion by word"),
            ("corrected", "Corrected at once"),
            ("failed", "Dissuasion failed"),
            ("notice", "Written notice issued"),
            ("served", "Notice served"),
            ("passed", "Re-check passed"),
            ("recheck_failed", "Re-check failed"),
            ("stopped", "Work stopped by order"),
            ("reported", "Reported to the authority"),
            ("authority", "In the authority's hands"),
            ("repeated", "Reported again"),
            ("claimed", "Breach pursued"),
            ("closed", "Violation closed"),
        ],
        "Step of the case",
        required=True,
    )
    note = fields.Text("What happened")
    witnesses = fields.Char()
    user_id = fields.Many2one("res.users", "Recorded by", required=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Photos and papers", bypass_search_access=True
    )
