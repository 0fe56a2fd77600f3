# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench billing [N] [--differ] [--prepaid]``: bills of N homes, three ways in one run.

This suite (charges to posted invoices), plain ``account.move.create`` + ``action_post`` with the
same lines, and OCA ``contract`` where it is installed. Each way bills the same homes for a month
of its own, in chunks with a commit after each; the journal items are compared. With ``--differ``
no two homes have the same area: no computed tax serves twice. With ``--prepaid`` every tenth home
has paid 300 yuan in advance, which this suite and the plain way set off: entry and reconciliation.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import MONTH, Measure, environment, estate_with_homes, new_run, prepay

from odoo import Command

CHUNK = 100
#: with --prepaid, every so many homes have paid so much in advance
EVERY, ADVANCE = 10, 300.0


def main(argv):
    """Run the comparison and print it."""
    differ = "--differ" in argv
    count = next((int(word) for word in argv if word.isdigit()), 1000)
    with environment() as env:
        estate = estate_with_homes(env, count, **({"layouts": count} if differ else {}))
        prepaid = env["property.unit"]
        if "--prepaid" in argv:
            prepaid = prepay(env, estate, EVERY, ADVANCE)
            env.cr.commit()
        run, *measured = bill_with_suite(env, estate, count)
        results = {"suite": measured}
        moves = run.invoice_ids
        wanted = signature(moves)
        results["plain"], plain_moves = bill_plainly(env, moves, prepaid)
        agree = {"plain": signature(plain_moves) == wanted}
        if "contract.contract" in env:
            results["contract"], contract_moves = bill_with_contract(env, moves)
            agree["contract"] = signature(contract_moves, by_item=False) == signature(
                moves, by_item=False
            )
        report(count, results, agree)
    return 0 if all(agree.values()) else 1


def bill_with_suite(env, estates, count, month=MONTH):
    """Bill the homes by a bill run: generating and posting, measured apart."""
    run = new_run(env, estates, month)
    generate, post = Measure(env), Measure(env)
    with generate:
        run._queue_job("generate", count)
        while run._work_step():
            env.cr.commit()
    run.action_check()
    with post:
        run._queue_job("post", count)
        while run._work_step():
            env.cr.commit()
    assert run.state == "posted", run.state
    assert run.invoice_count == count, run.invoice_count
    print(run.plain_reasons or f"{count} homes: no reason for the plain path")
    return run, generate, post


def bill_plainly(env, models, prepaid):
    """Make and post the same invoices with Odoo's own methods, from the same facts.

    :param prepaid: homes whose advance receipts are set off
    """
    payers = prepaid.payer_id
    journal = models.journal_id[0].copy({"code": "PLAIN", "name": "Plain"})
    values = [
        {
            "move_type": "out_invoice",
            "journal_id": journal.id,
            "partner_id": move.partner_id.id,
            "invoice_date": move.invoice_date,
            "invoice_date_due": move.invoice_date_due,
            "invoice_payment_term_id": False,
            "ref": move.ref,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "quantity": 1.0,
                        "price_unit": line.price_unit,
                        "tax_ids": [Command.set(line.tax_ids.ids)],
                        "account_id": line.account_id.id,
                        "analytic_distribution": line.analytic_distribution,
                    }
                )
                for line in move.invoice_line_ids
            ],
        }
        for move in models
    ]
    made = env["account.move"]
    measure = Measure(env)
    with measure:
        for start in range(0, len(values), CHUNK):
            moves = env["account.move"].create(values[start : start + CHUNK])
            moves.action_post()
            set_off_plainly(moves.filtered(lambda move: move.partner_id in payers))
            made |= moves
            env.cr.commit()
    return measure, made


def set_off_plainly(bills):
    """Set bills off against advance receipts with Odoo's own methods, an entry for each."""
    if not bills:
        return
    company = bills.company_id
    dues = [
        bill.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        for bill in bills
    ]
    entries = bills.create(
        [
            {
                "move_type": "entry",
                "journal_id": company.property_transfer_journal_id.id,
                "date": bill.date,
                "partner_id": bill.partner_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": bill.partner_id.id,
                            side: min(ADVANCE, bill.amount_total),
                        }
                    )
                    for account, side in (
                        (company.property_prepay_account_id, "debit"),
                        (due.account_id, "credit"),
                    )
                ],
            }
            for bill, due in zip(bills, dues, strict=True)
        ]
    )
    entries.action_post()
    bills.env["account.move.line"]._reconcile_plan(
        [due | entry.line_ids.filtered("credit") for due, entry in zip(dues, entries, strict=True)]
    )


def bill_with_contract(env, models):
    """Let OCA's contract addon make the same invoices, then post them."""
    contracts = env["contract.contract"].create(
        [
            {
                "name": move.ref,
                "partner_id": move.partner_id.id,
                "contract_type": "sale",
                "journal_id": move.journal_id.id,
                "line_recurrence": False,
                "recurring_rule_type": "monthly",
                "recurring_interval": 1,
                "recurring_invoicing_type": "pre-paid",
                "date_start": MONTH,
                "recurring_next_date": MONTH,
                "contract_line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "name": line.name,
                            "quantity": 1.0,
                            "price_unit": line.price_unit,
                            "uom_id": line.product_uom_id.id,
                            "analytic_distribution": line.analytic_distribution,
                            "recurring_next_date": MONTH,
                            "date_start": MONTH,
                        }
                    )
                    for line in move.invoice_line_ids
                ],
            }
            for move in models
        ]
    )
    env.flush_all()
    env.cr.commit()
    made = env["account.move"]
    measure = Measure(env)
    with measure:
        for start in range(0, len(contracts), CHUNK):
            moves = contracts[start : start + CHUNK]._recurring_create_invoice(MONTH)
            moves.action_post()
            made |= moves
            env.cr.commit()
    return measure, made


def signature(moves, by_item=True):
    """Return what the books say: sums by partner, account and tax, receivables added up."""
    kinds = ["partner_id", "account_id", "tax_line_id"]
    rows = moves.env["account.move.line"]._read_group(
        [("move_id", "in", moves.ids), ("parent_state", "=", "posted")],
        kinds if by_item else kinds[:2],
        ["balance:sum"],
    )
    return sorted((*(key.id for key in keys), round(balance, 2)) for *keys, balance in rows)


def report(count, results, agree):
    """Print milliseconds and queries per invoice, and the ratios."""
    generate, post = results["suite"]
    print(f"\n{count} homes, 3 items each; per invoice (cpu: Odoo and PostgreSQL at work):")
    line = "{:<28}{:>10.2f} ms{:>10.2f} ms cpu{:>10.3f} queries{}"

    def show(label, measure, text=""):
        cpu = float("nan") if measure.cpu is None else 1000 * measure.cpu / count
        each = 1000 * measure.seconds / count
        print(line.format(label, each, cpu, measure.queries / count, text))

    show("charges (suite)", generate)
    show("charges to posted (suite)", post)
    others = {
        name: (label, results[name])
        for name, label in (
            ("plain", "create + action_post"),
            ("contract", "OCA contract + post"),
        )
        if name in results
    }
    for name, (label, measure) in others.items():
        show(label, measure, f"   journal items agree: {'yes' if agree[name] else 'NO'}")
    print("from charges to posted, of what the others take:")
    for name, (_label, measure) in others.items():
        ratio = f"ratio {name} {post.seconds / measure.seconds:.3f}"
        if post.cpu is not None:
            ratio += f", of processor time {post.cpu / measure.cpu:.3f}"
        whole = (generate.seconds + post.seconds) / measure.seconds
        print(f"{ratio} (with the making of charges {whole:.3f})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
