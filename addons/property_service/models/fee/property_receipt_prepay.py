# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyReceipt(models.Model):
    """The limit of what may be paid in advance (handbook B H0.10, H5)."""

    _inherit = "property.receipt"

    def _check_prepay_limit(self):
        """Refuse more in advance than the months the law or the contract allows.

        Money that has come in by itself is there already, whatever its amount: it is booked, and
        what is too much goes back as a refund.

        :raises UserError: with the amount that may still be taken
        """
        self.ensure_one()
        compare = self.currency_id.compare_amounts
        months = self.estate_id._parameter("prepay_max_months")
        if compare(self.amount_prepaid, 0) <= 0 or not months or self._limit_exempt():
            return
        home = self.unit_id._billed_unit()
        monthly = home._monthly_fees(self.date)
        if not monthly:
            return
        held = self.env["property.prepayment"]._balances(home)[home.id]
        held = held.get(self.partner_id.id, 0.0)
        allowed = max(self.currency_id.round(monthly * months - held), 0.0)
        if compare(self.amount_prepaid, allowed) > 0:
            raise UserError(
                self.env._(
                    "%(unit)s: %(amount).2f yuan in advance are more than %(months)s months. By a "
                    "month's fees of %(monthly).2f yuan and %(held).2f yuan held already, at most "
                    "%(allowed).2f yuan may be taken in advance.",
                    unit=home.full_name,
                    amount=self.amount_prepaid,
                    months=months,
                    monthly=monthly,
                    held=held,
                    allowed=allowed,
                )
            )

    def _limit_exempt(self):
        """Return whether the money had arrived before anybody could refuse it.

        So it is with bank transfers and with payments a platform's statement has told of.
        """
        if self.method == "transfer":
            return True
        return bool(
            self.external_ref
            and self.env["property.incoming"].search_count(
                [
                    ("journal_id", "=", self.journal_id.id),
                    ("external_ref", "=", self.external_ref),
                ],
                limit=1,
            )
        )
