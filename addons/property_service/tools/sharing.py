# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parting an amount among many by weight, to the cent (handbook B H3). Pure arithmetic."""

from decimal import Decimal

from .money import round_half_up


def distribute(amount: Decimal, weights: list[Decimal], order=None) -> list[Decimal]:
    """Return the share of each weight, rounded half-up to 0.01, whose sum is `amount` exactly.

    The rest of the rounding goes to the largest of `order`, the first where several are equal.

    :param amount: yuan, rounded to the cent
    :param weights: none below zero
    :param order: what is compared to find who takes the rest; the weights by default
    :raises ValueError: if there is nothing to part the amount by
    """
    total = sum(weights, Decimal(0))
    if total <= 0:
        raise ValueError("no weight")
    shares = [round_half_up(amount * weight / total) for weight in weights]
    order = list(order or weights)
    largest = max(
        (number for number, weight in enumerate(weights) if weight),
        key=lambda number: (order[number], -number),
    )
    shares[largest] += amount - sum(shares, Decimal(0))
    return shares
