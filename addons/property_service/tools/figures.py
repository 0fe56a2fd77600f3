# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Collection figures and their rates (handbook B H14)."""

from dataclasses import dataclass, fields
from decimal import Decimal

from . import money


def ratio(part, whole):
    """Return part ÷ whole to 4 decimals, half up; None where nothing was due."""
    if not whole:
        return None
    return float(money.round_half_up(Decimal(str(part)) / Decimal(str(whole)), 4))


@dataclass
class Figures:
    """The figures of handbook B H14 for a period, in yuan and homes."""

    due: float = 0.0  #: A: charges of the period, net of credit notes and waivers
    paid: float = 0.0  #: B: money allocated to A up to the report date, earlier prepayments too
    opening: float = 0.0  #: C: open at the start of the period, of earlier months
    recovered: float = 0.0  #: D: money allocated to C within the period
    advance: float = 0.0  #: E: money held for later periods; in no rate
    closing: float = 0.0  #: still open on the report date, of months up to the period's end
    homes_due: int = 0
    homes_paid: int = 0  #: homes of which all charges of the period are paid

    def __add__(self, other):
        return Figures(
            **{
                item.name: round(getattr(self, item.name) + getattr(other, item.name), 2)
                for item in fields(self)
            }
        )

    @property
    def rate(self):
        """B ÷ A, the rate of the period (当期收缴率)."""
        return ratio(self.paid, self.due)

    @property
    def arrears_rate(self):
        """D ÷ C, the rate of old arrears (历史欠费清缴率)."""
        return ratio(self.recovered, self.opening)

    @property
    def overall_rate(self):
        """(B + D) ÷ (A + C), the comprehensive rate (综合收缴率)."""
        return ratio(self.paid + self.recovered, self.due + self.opening)

    @property
    def homes_rate(self):
        """Homes paid ÷ homes due, the rate by the household method."""
        return ratio(self.homes_paid, self.homes_due)
