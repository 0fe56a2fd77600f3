# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money

_logger = logging.getLogger(__name__)

_FACTS = ("unit_id", "holder_id", "identity", "card_number", "zones")


class PropertyAccessCard(models.Model):
    """An IC card that opens doors (handbook A §24).

    A home has a number of free cards; more of them, and lost ones, are charged at cost. A lost
    card is locked before another is made. Cards are never locked for unpaid fees: there is no
    such step here, and none may be added.
    """

    _name = "property.access.card"
    _description = "Access card"
    _inherit = ["property.living.mixin", "property.signature.mixin"]
    _order = "id desc"
    _rec_name = "card_number"
    _check_company_auto = True

    _COUNTED = ("blank", "issued", "active")

    _number_form = "IC"
    _workflow_moves = {
        "blank": ("issued", "cancelled"),
        "issued": ("active", "damaged", "lost", "returned"),
        "active": ("lost", "damaged", "returned", "expired"),
        "lost": ("replaced",),
        "damaged": ("replaced", "returned"),
        "expired": ("active", "returned", "replaced"),
    }
    _workflow_stamps = {
        "issued": ("issued_by_id", "issued_date"),
        "lost": ("locked_by_id", "locked_date"),
        "returned": ("returned_by_id", "returned_date"),
    }
    _case_end = ("replaced", "returned", "cancelled")
    _living_open = ("blank",)
    _living_facts = _FACTS
    _signature_locks = {"receiver": _FACTS}
    _reasons = {"lost": "_lost", "damaged": "_damaged", "return": "_return", "renew": "_renew"}

    unit_id = fields.Many2one(required=True)
    card_number = fields.Char("Card no.", required=True, index=True, tracking=True)
    holder_id = fields.Many2one(
        "res.partner", "Card holder", required=True, ondelete="restrict", index=True
    )
    identity = fields.Selection(
        [("owner", "Owner"), ("family", "Family"), ("tenant", "Tenant"), ("staff", "Staff")],
        "Holds it as",
        required=True,
        compute="_compute_identity",
        store=True,
        readonly=False,
        precompute=True,
    )
    zones = fields.Char(
        "Doors/zones", required=True, default=lambda self: self.env._("Gate, entrance door")
    )
    kind = fields.Selection(
        [
            ("first", "First card"),
            ("extra", "Additional card"),
            ("replacement", "Replacement"),
            ("damaged", "Exchange of a damaged card"),
        ],
        "First/extra/replacement",
        compute="_compute_kind",
        store=True,
        precompute=True,
    )
    replaces_id = fields.Many2one(
        "property.access.card", "Replaces card", readonly=True, index="btree_not_null"
    )
    movein_id = fields.Many2one(
        "property.tenant.movein", "Moving in", ondelete="restrict", index="btree_not_null"
    )
    id_checked = fields.Boolean("Owner's ID checked")
    tested = fields.Boolean("Card tried at the door")
    valid_until = fields.Date(
        "Valid until",
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        index="btree_not_null",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    fee = fields.Monetary("Cost fee", readonly=True, copy=False)
    charge_id = fields.Many2one(
        "property.charge", readonly=True, copy=False, index="btree_not_null"
    )
    receipt_numbers = fields.Char("Receipt no. of the fee", compute="_compute_receipt_numbers")
    old_card_back = fields.Boolean("Old card handed in", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("blank", "Blank"),
            ("issued", "Handed out"),
            ("active", "Active"),
            ("lost", "Lost (locked)"),
            ("damaged", "Damaged"),
            ("replaced", "Replaced"),
            ("returned", "Given back"),
            ("expired", "Expired"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="blank",
        tracking=True,
        index=True,
    )
    issued_by_id = fields.Many2one("res.users", "Handed out by", readonly=True, copy=False)
    issued_date = fields.Datetime("Handed out on", readonly=True, copy=False)
    locked_by_id = fields.Many2one("res.users", "Locked by", readonly=True, copy=False)
    locked_date = fields.Datetime("Locked on", readonly=True, copy=False)
    returned_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False)
    returned_date = fields.Datetime("Given back on", readonly=True, copy=False)

    _card_once = models.UniqueIndex(
        "(estate_id, card_number) WHERE state IN ('blank', 'issued', 'active', 'lost')",
        "This card is in use on the estate already.",
    )

    @api.model
    def _signature_labels(self):
        return {"receiver": self.env._("Received by")}

    def _signature_partner(self, role):
        return self.holder_id

    @api.depends("unit_id", "holder_id")
    def _compute_identity(self):
        kinds = {"owner": "owner", "co_owner": "owner", "tenant": "tenant", "co_resident": "tenant"}
        for card in self:
            row = card._relation_row()
            card.identity = kinds.get(row.role, "family") if row else card.identity or "family"

    def _relation_row(self):
        today = self._today()
        return self.unit_id.occupancy_ids.filtered(
            lambda row: row.partner_id == self.holder_id and row._holds_on(today)
        )[:1]

    @api.depends("unit_id", "replaces_id")
    def _compute_kind(self):
        for card in self:
            if card.state != "blank" and card.kind:
                continue
            if card.replaces_id:
                damaged = card.replaces_id.old_card_back
                card.kind = "damaged" if damaged else "replacement"
            elif card.unit_id:
                used = card.unit_id._cards_counted(card._origin)
                card.kind = "first" if used < card.unit_id._card_entitlement() else "extra"
            else:
                card.kind = "first"

    @api.depends("unit_id", "holder_id", "identity", "movein_id")
    def _compute_valid_until(self):
        for card in self:
            if card.state != "blank" or not card.estate_id:
                card.valid_until = card.valid_until
                continue
            end = money.add_months(card._today(), card.estate_id._parameter("card_months"))
            lease = card.movein_id.lease_date_end or (
                card.identity == "tenant" and card.unit_id._tenancy_row().lease_date_end
            )
            card.valid_until = min(end, lease) if lease else end

    def _compute_receipt_numbers(self):
        for card in self:
            lines = (
                self.env["property.receipt.line"]
                .sudo()
                .search([("charge_id", "in", card.charge_id.ids)])
            )
            receipts = lines.receipt_id
            card.receipt_numbers = "、".join(
                number for number in receipts.mapped("number") if number
            )

    # steps ---------------------------------------------------------------------------------------

    def _before_signature(self, role):
        if self.state != "blank":
            raise UserError(
                self.env._(
                    "%(card)s is “%(state)s”: it was handed out already.",
                    card=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        self._check_issue()

    def _check_issue(self):
        """Refuse a card for whoever has no right to it, or beyond what a home may have."""
        if not self.id_checked:
            raise UserError(self.env._("%s: the owner shows his ID first.", self.display_name))
        if not self.tested:
            raise UserError(
                self.env._("%s: write the card and try it at the door first.", self.display_name)
            )
        registered = self.movein_id and self.movein_id._credentials_allowed()
        if self.identity != "staff" and not self._relation_row() and not registered:
            raise UserError(
                self.env._(
                    "%(name)s is not registered for %(unit)s: cards are for owners and residents "
                    "they have confirmed.",
                    name=self.holder_id.name,
                    unit=self.unit_id.full_name,
                )
            )
        most = self.estate_id._parameter("card_max")
        supervisor = self.env.su or self.env.user.has_group("property_service.group_supervisor")
        if self.kind == "extra" and self.unit_id._cards_counted(self) >= most and not supervisor:
            raise UserError(
                self.env._(
                    "%(unit)s would have more than %(most)s cards: a supervisor decides, and looks "
                    "whether the home is let by the day.",
                    unit=self.unit_id.full_name,
                    most=most,
                )
            )

    def _after_signature(self, signature):
        self._charge_fee()
        self._move_to("issued")
        self._move_to("active")
        self.env["property.archive.document"]._file_record(
            self, "archive_type_10", name=self.env._("Receipt for card %s", self.card_number)
        )

    def _charge_fee(self):
        if self.kind not in ("extra", "replacement"):
            return
        amount = self.estate_id._parameter("card_fee")
        if not amount:
            return
        charge = self.env["property.charge"]._charge(
            [
                {
                    "unit_id": self.unit_id.id,
                    "item_id": self.company_id._property_credential_item().id,
                    "amount": amount,
                    "origin_key": f"access.card,{self.id}",
                    "note": self.env._("Card %s", self.card_number),
                }
            ]
        )
        self._with_move().write({"fee": amount, "charge_id": charge.id})

    def _lost(self, reason):
        """Lock the number in the door system, before anything else; `reason` is who reported it."""
        for card in self:
            card._move_to("lost")
            card.message_post(
                body=self.env._("Lost and locked, reported by: %(reason)s", reason=reason)
            )

    def _damaged(self, reason):
        """Take in a damaged card: its exchange is free."""
        for card in self:
            card._move_to("damaged", old_card_back=True)
            card.message_post(body=self.env._("Damaged: %(reason)s", reason=reason))

    def _return(self, reason):
        for card in self:
            card._move_to("returned")
            card.message_post(body=self.env._("Given back: %(reason)s", reason=reason))

    def _renew(self, reason):
        """Let a card be valid for another term."""
        for card in self:
            end = money.add_months(card._today(), card.estate_id._parameter("card_months"))
            if card.state == "expired":
                card._move_to("active", valid_until=end)
            else:
                card._with_move().valid_until = end
            card.message_post(body=self.env._("Renewed: %(reason)s", reason=reason))

    def action_cancel(self):
        """Withdraw a card that was not handed out."""
        self.check_access("write")
        self._move_to("cancelled")

    def action_replace(self):
        """Open a new card in place of a lost, damaged or expired one.

        :raises UserError: for a card that is not locked or taken in yet
        """
        self.ensure_one()
        if self.state not in ("lost", "damaged", "expired"):
            raise UserError(
                self.env._(
                    "%s: lock the lost card in the system first, then make another.",
                    self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replacement of card %s", self.card_number),
            "res_model": self._name,
            "views": [(False, "form")],
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_holder_id": self.holder_id.id,
                "default_identity": self.identity,
                "default_zones": self.zones,
                "default_replaces_id": self.id,
            },
        }

    @api.model_create_multi
    def create(self, vals_list):
        """Make cards; the one replaced by another is done with."""
        cards = super().create(vals_list)
        for card in cards.filtered("replaces_id"):
            old = card.replaces_id
            if old.state not in ("lost", "damaged", "expired"):
                raise UserError(
                    self.env._(
                        "%s: lock the lost card in the system first, then make another.",
                        old.display_name,
                    )
                )
            old._move_to("replaced")
        return cards

    @api.depends("card_number", "unit_id.full_name")
    def _compute_display_name(self):
        for card in self:
            card.display_name = f"{card.card_number or ''} {card.unit_id.full_name or ''}".strip()

    @api.model
    def _of_leaving(self, unit, partners):
        """Return the cards of `partners` for `unit` that still open doors."""
        return self.search(
            [
                ("unit_id", "=", unit.id),
                ("holder_id", "in", partners.ids),
                ("state", "in", ("issued", "active", "expired", "damaged")),
            ]
        )

    @api.model
    def _cron_expire(self):
        """Let cards expire after their last day."""
        over = self.search([("state", "=", "active"), ("valid_until", "<", self._today())])
        self.env["ir.cron"]._property_each(
            over,
            lambda card: card._move_to("expired") if card.state == "active" else None,
            lambda card, _error: _logger.exception("Card %s did not expire", card.id),
        )
