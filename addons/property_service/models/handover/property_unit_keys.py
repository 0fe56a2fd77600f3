# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..people.property_occupancy import OWNER_ROLES


class PropertyUnit(models.Model):
    """Keys, passes and cards of a home, and what a change of owner or tenant does to them."""

    _inherit = "property.unit"

    card_free_count = fields.Integer(
        "Free access cards", help="0: as many as the estate's setting says."
    )
    key_ids = fields.One2many("property.key", "unit_id", "Keys of the home")
    pass_ids = fields.One2many("property.resident.pass", "unit_id", "Resident passes")
    card_ids = fields.One2many("property.access.card", "unit_id", "Access cards")
    credential_count = fields.Integer("Valid passes and cards", compute="_compute_credential_count")

    def _compute_credential_count(self):
        passes = dict(
            self.env["property.resident.pass"]._read_group(
                [("unit_id", "in", self.ids), ("state", "=", "valid")], ["unit_id"], ["__count"]
            )
        )
        cards = dict(
            self.env["property.access.card"]._read_group(
                [("unit_id", "in", self.ids), ("state", "=", "active")], ["unit_id"], ["__count"]
            )
        )
        for unit in self:
            unit.credential_count = passes.get(unit, 0) + cards.get(unit, 0)

    def _card_entitlement(self):
        """Return how many access cards the home has free (handbook A §24)."""
        self.ensure_one()
        return self.card_free_count or self.estate_id._parameter("card_free")

    def _cards_counted(self, but=None):
        """Return how many cards the home has that count against its free number."""
        self.ensure_one()
        cards = self.env["property.access.card"]
        return cards.search_count(
            [
                ("unit_id", "=", self.id),
                ("state", "in", cards._COUNTED),
                ("id", "not in", but.ids if but else []),
            ]
        )

    def _tenancy_row(self):
        """Return the occupancy of the tenant today, an empty record where there is none."""
        today = fields.Date.context_today(self)
        return self.occupancy_ids.filtered(
            lambda row: row.role == "tenant" and row._holds_on(today)
        )[:1]

    def action_open_cards(self):
        """Open the access cards of the home."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Access cards of %(unit)s", unit=self.full_name),
            "res_model": "property.access.card",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    def _transfer_ownership(self, date, owners, manner, title_number=None, reason="sold"):
        """Freeze keys in custody of the old owner, and take back his passes and cards."""
        before = self._holders_on(fields.Date.context_today(self))[self]
        leaving = before.filtered(
            lambda row: row.role in (*OWNER_ROLES, "family", "helper")
        ).partner_id
        rows = super()._transfer_ownership(date, owners, manner, title_number, reason)
        custodies = self.env["property.key.custody"].sudo()
        custodies.search([("unit_id", "=", self.id), ("state", "in", custodies._HELD)])._freeze(
            self.env._("Change of owner on %(date)s", date=date)
        )
        self._end_credentials(leaving - rows.partner_id, fields.Date.subtract(date, days=1))
        return rows

    def _end_tenancy(self, last_day, reason="lease_end"):
        """End the passes of the tenant and his household with the tenancy."""
        leaving = (
            self._holders_on(last_day)[self]
            .filtered(lambda row: row.role in ("tenant", "co_resident", "helper"))
            .partner_id
        )
        result = super()._end_tenancy(last_day, reason)
        self._end_credentials(leaving, last_day)
        return result

    def _end_credentials(self, partners, last_day):
        """Let the passes of people who leave expire, and ask for what they still hold."""
        if not partners:
            return
        passes = self.env["property.resident.pass"].sudo()._of_leaving(self, partners)
        cards = self.env["property.access.card"].sudo()._of_leaving(self, partners)
        if last_day < fields.Date.context_today(self):
            passes._move_to("expired")
        else:
            longer = passes.filtered(lambda row: row.valid_until and row.valid_until > last_day)
            longer._trusted().valid_until = last_day
        if passes or cards:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Take back passes and cards of %(unit)s", unit=self.full_name),
                note="、".join([*passes.mapped("number"), *cards.mapped("card_number")]),
                user_id=self.env.uid,
            )
