# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyHandoverCheckType(models.Model):
    """A line of the preparation calendar of a handover (handbook A §10)."""

    _name = "property.handover.check.type"
    _description = "Item of the preparation"
    _order = "days desc, sequence, id"

    name = fields.Char("What is to be prepared", required=True, translate=True)
    sequence = fields.Integer(default=10)
    days = fields.Integer("Days before the first day", required=True, default=30)
    precondition = fields.Boolean(
        "Precondition of any handover", help="Cannot be left out: without it nothing is ready."
    )
    estate_id = fields.Many2one("property.estate", "Only on this estate", index=True)
    active = fields.Boolean(default=True)


class PropertyHandoverCheck(models.Model):
    """What one batch has to have prepared, by when, and who did it."""

    _name = "property.handover.check"
    _description = "Preparation of a handover"
    _order = "batch_id, date_due, sequence, id"
    _check_company_auto = True

    batch_id = fields.Many2one(
        "property.handover.batch", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    type_id = fields.Many2one(
        "property.handover.check.type",
        "Item of the preparation",
        ondelete="restrict",
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What is to be prepared", compute="_compute_name", inverse="_inverse_name")
    text = fields.Char("Name of our own", help="Where it is not one of the usual ones.")
    precondition = fields.Boolean("Precondition of any handover", readonly=True)
    date_due = fields.Date("To be done by")
    user_id = fields.Many2one("res.users", "In charge")
    done = fields.Boolean("Is done")
    not_needed = fields.Boolean("Not needed here")
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True)
    done_date = fields.Datetime("Done on", readonly=True)
    note = fields.Char()

    _precondition_kept = models.Constraint(
        "CHECK (NOT (precondition AND not_needed))",
        "A precondition of any handover cannot be left out.",
    )

    @api.depends("text", "type_id.name")
    def _compute_name(self):
        """Name it as the list does, in the language of who reads it."""
        for row in self:
            row.name = row.text or row.type_id.name

    def _inverse_name(self):
        for row in self:
            if row.name != row.type_id.name:
                row.text = row.name

    def write(self, vals):
        """Stamp who ticked a line; a batch whose notices are out is not changed any more."""
        if "done" in vals:
            vals = {
                **vals,
                "done_by_id": self.env.uid if vals["done"] else False,
                "done_date": fields.Datetime.now() if vals["done"] else False,
            }
        return super().write(vals)
