# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import money


class PropertyListing(models.Model):
    """From the reservation to the handover: pre-emption, commission, tenancy (handbook A §43)."""

    _inherit = "property.listing"

    @api.depends("seeker_id", "unit_id.occupancy_ids.state")
    def _compute_tenancy_started(self):
        """Whether the seeker is registered as tenant, be it from a day to come."""
        for row in self:
            row.tenancy_started = bool(
                row.seeker_id
                and row.unit_id.occupancy_ids.filtered(
                    lambda held, row=row: (
                        held.role == "tenant"
                        and held.partner_id == row.seeker_id.partner_id
                        and held.state != "ended"
                    )
                )
            )

    @api.depends("tenant_told_date", "estate_id")
    def _compute_preemption_date(self):
        for row in self:
            if row.tenant_told_date and row.estate_id:
                days = row.estate_id._parameter("preemption_days")
                row.preemption_date = row.tenant_told_date + timedelta(days=days)
            else:
                row.preemption_date = False

    @api.depends("estate_id")
    def _compute_brokerage(self):
        for row in self:
            filed = bool(row.estate_id) and row.estate_id._parameter("brokerage_filed")
            row.brokerage = filed
            row.brokerage_filing = filed and row.estate_id._parameter("brokerage_filing_number")

    @api.depends("kind", "price", "price_agreed", "commission", "commission_other")
    def _compute_amount_commission(self):
        for row in self:
            row.amount_commission = row._commission(row.commission) + row._commission(
                row.commission_other
            )

    def _commission(self, measure):
        """Return the yuan of a commission: months of rent, or percent of the price."""
        price = Decimal(str(self.price_agreed or self.price or 0))
        share = Decimal(str(measure or 0))
        return float(
            money.round_half_up(price * share if self.kind == "let" else price * share / 100)
        )

    @api.depends("charge_ids.amount_residual", "charge_ids.cancelled")
    def _compute_amount_open(self):
        for row in self:
            charges = row.sudo().charge_ids.filtered(lambda charge: not charge.cancelled)
            row.amount_open = sum(charges.mapped("amount_residual"))

    @api.constrains("commission", "commission_other", "estate_id")
    def _check_commission(self):
        """Only a filed brokerage takes a commission (A §43)."""
        for row in self:
            if (row.commission or row.commission_other) and not row.brokerage:
                raise ValidationError(
                    self.env._(
                        "On %(estate)s the company is not filed as a real-estate brokerage: the "
                        "offer is shown as information, without commission.",
                        estate=row.estate_id.name,
                    )
                )

    def action_reserve(self):
        """Reserve the home for the seeker that is named, at the price agreed.

        :raises UserError: if neither is there
        """
        for row in self:
            if not row.seeker_id or not row.price_agreed:
                raise UserError(
                    self.env._(
                        "“%s”: name who takes it and the agreed price first.", row.display_name
                    )
                )
            row._check_term()
        self._move_to("reserved")
        return True

    def action_release(self):
        """The reservation came to nothing: the home is on offer again."""
        self._move_to("published", seeker_id=False, price_agreed=0, date_agreed=False)
        return True

    def action_contract(self):
        """Both sides signed their contract: the commission is charged, the seeker is served.

        :raises UserError: while the tenant may still buy, or the commission has no fee item
        """
        for row in self:
            if not row.date_agreed:
                raise UserError(
                    self.env._(
                        "“%s”: enter from when the lease or the sale holds.", row.display_name
                    )
                )
            row._check_preemption()
            row._charge_commission()
            row.seeker_id._served(row)
        self._move_to("contracted")
        return True

    def _check_preemption(self):
        """A let home is sold only after its tenant could buy it: 15 days (Civil Code 726).

        :raises UserError: naming the tenant and until when he may decide
        """
        self.ensure_one()
        tenant = self.tenant_id
        if self.kind != "sale" or not tenant:
            return
        days = self.estate_id._parameter("preemption_days")
        if not self.tenant_told_date:
            raise UserError(
                self.env._(
                    "%(unit)s is let to %(tenant)s, who may buy it first: tell him, enter the day, "
                    "and wait %(days)s days for his answer.",
                    unit=self.unit_id.full_name,
                    tenant=tenant.name,
                    days=days,
                )
            )
        if self.tenant_answer == "buys":
            if self.seeker_id.partner_id != tenant:
                raise UserError(
                    self.env._(
                        "%(tenant)s, the tenant, buys %(unit)s himself: it is sold to nobody else "
                        "on the same terms.",
                        tenant=tenant.name,
                        unit=self.unit_id.full_name,
                    )
                )
            return
        if (
            self.tenant_answer != "waived"
            and fields.Date.context_today(self) <= self.preemption_date
        ):
            raise UserError(
                self.env._(
                    "%(tenant)s, the tenant of %(unit)s, may still buy it first, until %(date)s.",
                    tenant=tenant.name,
                    unit=self.unit_id.full_name,
                    date=self.preemption_date,
                )
            )

    def _charge_commission(self):
        """Charge the commissions agreed, once; nothing where the offer is information only."""
        self.ensure_one()
        sides = [
            ("principal", self.partner_id, self._commission(self.commission)),
            ("other", self.seeker_id.partner_id, self._commission(self.commission_other)),
        ]
        sides = [side for side in sides if side[2]]
        if not sides:
            return
        if not self.brokerage:
            self._check_commission()
        if not self.item_id:
            raise UserError(
                self.env._(
                    "“%s”: choose the fee item the commission is charged as.", self.display_name
                )
            )
        for _side, partner, _amount in sides:
            if not partner:
                raise UserError(
                    self.env._(
                        "“%s”: the seeker needs a customer record to be charged.", self.display_name
                    )
                )
        self.env["property.charge"].sudo()._charge(
            [
                {
                    "unit_id": self.unit_id.id,
                    "item_id": self.item_id.id,
                    "partner_id": partner.id,
                    "amount": amount,
                    "origin_key": f"listing,{self.id},{side}",
                    "note": self.number,
                    "listing_id": self.id,
                }
                for side, partner, amount in sides
            ]
        )

    def action_start_tenancy(self):
        """Open the procedure that starts the tenancy agreed on."""
        self.ensure_one()
        if self.kind != "let" or self.state != "contracted":
            raise UserError(self.env._("“%s” is no signed letting.", self.display_name))
        action = self.unit_id.action_let()
        action["context"] = {
            **action["context"],
            "default_tenant_id": self.seeker_id.partner_id.id,
            "default_date": self.date_agreed,
            "default_lease_number": self.contract_number,
            "default_owner_consent": True,
        }
        return action

    def action_hand_over(self):
        """The home was handed to its tenant or buyer: meters, inventory, keys.

        :raises UserError: if the tenant is not registered yet
        """
        for row in self:
            if row.kind == "let" and not row.tenancy_started:
                raise UserError(
                    self.env._(
                        "%(unit)s: register the tenancy of %(tenant)s first.",
                        unit=row.unit_id.full_name,
                        tenant=row.seeker_id.display_name,
                    )
                )
            if not (row.handover_note or "").strip():
                raise UserError(
                    self.env._(
                        "“%s”: note meter readings, inventory and keys of the handover.",
                        row.display_name,
                    )
                )
        self._move_to("handed_over")
        return True

    def action_close(self):
        """Close and file the offer when its commission is paid.

        :raises UserError: naming what is not paid
        """
        for row in self:
            if row.company_currency_id.compare_amounts(row.amount_open, 0) > 0:
                raise UserError(
                    self.env._(
                        "“%(document)s”: %(amount).2f yuan of the commission are not paid.",
                        document=row.display_name,
                        amount=row.amount_open,
                    )
                )
            self.env["property.archive.document"]._file_record(
                row, "archive_type_13", report="property_service.action_report_listing"
            )
        self._move_to("closed")
        return True

    def action_open_charges(self):
        """Open the commissions that were charged."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Commission of %(document)s", document=self.display_name),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("listing_id", "=", self.id)],
            "context": {"create": False},
        }


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    listing_id = fields.Many2one(
        "property.listing", "Offer", ondelete="restrict", index="btree_not_null", readonly=True
    )
