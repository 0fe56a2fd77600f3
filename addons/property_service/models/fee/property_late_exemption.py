# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyLateExemption(models.Model):
    """Days of a charge that bear no late charge, or only a part of it (handbook B H8).

    Written by what exempts: an approved waiver, a dispute, an agreement of instalments. Nothing
    is deleted when it ends: the row gets its last day, or is archived when it lapses.
    """

    _name = "property.late.exemption"
    _description = "Days without late charge"
    _order = "charge_id, date_start, id"

    charge_id = fields.Many2one(
        "property.charge", required=True, ondelete="cascade", index=True, readonly=True
    )
    estate_id = fields.Many2one(related="charge_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="charge_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("waiver", "Waived"), ("dispute", "Frozen: disputed"), ("agreement", "By agreement")],
        required=True,
        readonly=True,
    )
    date_start = fields.Date("From", required=True, readonly=True)
    date_end = fields.Date("To", readonly=True, help="Last day; empty while it goes on.")
    percent = fields.Float("Exempt (%)", default=100.0, readonly=True, aggregator=None)
    reason = fields.Char(readonly=True)
    waiver_id = fields.Many2one(
        "property.late.waiver", ondelete="cascade", index="btree_not_null", readonly=True
    )
    dunning_id = fields.Many2one(
        "property.dunning", ondelete="cascade", index="btree_not_null", readonly=True
    )
    active = fields.Boolean(default=True, readonly=True)

    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)", "The period ends before it starts."
    )
    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)", "Between 0 and 100 % can be exempt."
    )
