# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prices that come in with a paper: in force at once, or waiting for approval."""


def may_decide(engine, amount=0.0):
    """Return whether the user himself is everybody the authority matrix asks about a price."""
    if engine.env.su:
        return True
    steps = engine.env["property.authority"]._steps("price", engine.company, engine.estate, amount)
    return all(step.group_id in engine.env.user.all_group_ids for step in steps)


def decide_prices(engine, prices):
    """Put prices in force if the user may decide them, else ask for their approval.

    :return: the prices in force
    """
    decided = prices.filtered(lambda price: may_decide(engine, price.price))
    if decided:
        decided._approve_now()
    (prices - decided).action_submit()
    return decided
