# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyAuthority(models.Model):
    """A step of the authority matrix: who decides a matter from which amount on.

    Handbook B §8. The rows of a matter, in order, are the steps of its approval. Rows of an
    estate replace the company's for that estate; rows without company hold for all.
    """

    _name = "property.authority"
    _description = "Authority matrix step"
    _order = "matter, sequence, id"
    _check_company_auto = True

    matter = fields.Selection(
        [
            ("price", "Price standard"),
            ("run_reverse", "Reversal of a bill run"),
            ("receipt_void", "Voiding of a receipt"),
            ("waiver", "Fee reduction"),
            ("late_waiver", "Waiver of late charges"),
            ("refund", "Refund"),
            ("adjustment", "Adjustment of charges"),
            ("write_off", "Write-off"),
            ("deferral", "Deferral or instalments"),
            ("lawsuit", "Lawyer's letter or lawsuit"),
            ("late_rate", "Late charge rate above the lawful measure"),
            ("publish", "Publication of accounts"),
            ("tariff", "Tariff of metered supplies"),
        ],
        required=True,
    )
    sequence = fields.Integer(default=10)
    group_id = fields.Many2one(
        "res.groups", "Decided by", required=True, ondelete="restrict", index=True
    )
    amount_from = fields.Float(
        "Above amount",
        digits=(16, 2),
        help="The step is needed when the amount of the matter, in yuan, is above this one.",
    )
    company_id = fields.Many2one("res.company", index=True)
    estate_id = fields.Many2one("property.estate", check_company=True, index=True)
    active = fields.Boolean(default=True)

    @api.depends("matter", "group_id")
    def _compute_display_name(self):
        labels = dict(self._fields["matter"]._description_selection(self.env))
        for step in self:
            step.display_name = f"{labels.get(step.matter, '')}: {step.group_id.name or ''}"

    @api.model
    def _steps(self, matter, company, estate=None, amount=0.0):
        """Return the steps `matter` needs, in order.

        :param str matter: a value of the field `matter`
        :param company: `res.company` record
        :param estate: `property.estate` record or None
        :param float amount: what is at stake, in yuan
        """
        rows = self.sudo().search(
            [
                ("matter", "=", matter),
                ("company_id", "in", (False, company.id)),
                ("estate_id", "in", (False, estate.id if estate else False)),
            ]
        )
        for level in (
            lambda row: estate and row.estate_id == estate,
            lambda row: not row.estate_id and row.company_id == company,
            lambda row: not row.estate_id and not row.company_id,
        ):
            if chosen := rows.filtered(level):
                return chosen.filtered(lambda row: not row.amount_from or amount > row.amount_from)
        return rows.browse()
