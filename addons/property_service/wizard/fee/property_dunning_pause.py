# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyDunningPause(models.TransientModel):
    """Asks why dunning rests: disputed, or the debtor has died or moved (handbook B H9)."""

    _name = "property.dunning.pause"
    _description = "Let dunning rest"

    dunning_ids = fields.Many2many("property.dunning", string="Cases", required=True)
    state = fields.Selection(
        [("disputed", "Disputed: no contact and no late charge"), ("paused", "It rests")],
        required=True,
        default="paused",
    )
    cause = fields.Selection(
        [
            ("deceased", "The debtor has died: find the heirs"),
            ("moved", "The debtor has moved: find the address"),
            ("sold", "The home was sold: check who owes it"),
            ("receipt", "A receipt is being traced"),
            ("other", "Other"),
        ],
        default="other",
    )
    reason = fields.Char("In detail")

    def action_apply(self):
        """Let the cases rest, with the reason."""
        self.ensure_one()
        cause = dict(self._fields["cause"]._description_selection(self.env)).get(self.cause)
        if self.state == "disputed":
            self.dunning_ids._dispute(self.reason or self.env._("Disputed"))
        else:
            self.dunning_ids._pause(" ".join(part for part in (cause, self.reason) if part))
