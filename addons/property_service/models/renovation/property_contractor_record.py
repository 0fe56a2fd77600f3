# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyContractorRecord(models.Model):
    """What a renovation contractor did well or badly (credit list, handbook A §28).

    Shown where a dossier names the contractor; it never shuts anybody out: nobody may be
    prescribed or barred (Order 110, art. 19).
    """

    _name = "property.contractor.record"
    _description = "Credit record of a contractor"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        "res.partner", "Renovation contractor", required=True, ondelete="cascade", index=True
    )
    renovation_id = fields.Many2one(
        "property.renovation", ondelete="set null", index="btree_not_null"
    )
    estate_id = fields.Many2one("property.estate", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(
        [("good", "Good conduct"), ("bad", "Bad conduct")],
        "Conduct",
        required=True,
        default="bad",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    note = fields.Char("What happened", required=True)
    user_id = fields.Many2one(
        "res.users", "Recorded by", default=lambda self: self.env.user, readonly=True
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    property_contractor_license = fields.Char("Licence or qualification no.")
    property_contractor_record_ids = fields.One2many(
        "property.contractor.record", "partner_id", "Conduct on sites"
    )
    property_contractor_good = fields.Integer(
        "Good records", compute="_compute_property_contractor_records"
    )
    property_contractor_bad = fields.Integer(
        "Bad records", compute="_compute_property_contractor_records"
    )

    @api.depends("property_contractor_record_ids.kind")
    def _compute_property_contractor_records(self):
        counts = {
            (partner.id, kind): count
            for partner, kind, count in self.env["property.contractor.record"]
            .sudo()
            ._read_group([("partner_id", "in", self.ids)], ["partner_id", "kind"], ["__count"])
        }
        for partner in self:
            partner.property_contractor_good = counts.get((partner.id, "good"), 0)
            partner.property_contractor_bad = counts.get((partner.id, "bad"), 0)
