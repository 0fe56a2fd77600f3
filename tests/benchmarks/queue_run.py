# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the manager does while servers work: prepare an estate, generate a run's charges, post it.

Arguments: ``prepare HOMES HOMES_OF_A_BUILDING``, ``generate`` or ``post``. The last two hand the
work to the queue of jobs and print what the run amounts to by then.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import environment, estate_with_homes, new_run, prepay

from odoo import fields


def main(argv):
    """Do the step named first."""
    step, *numbers = argv
    with environment() as env:
        if step == "prepare":
            prepare(env, *map(int, numbers))
        else:
            run = env["property.bill.run"].search([])
            if step == "generate":
                run.action_generate()
            else:
                run.action_check()
                run.action_post()
            assert run.by_queue, "no runner of queue jobs was found"
            print(f"{run.amount_total:.2f}")
        env.cr.commit()


def prepare(env, homes, size):
    """Make a draft run of an estate, one part for each building; a third has paid in advance."""
    estate = estate_with_homes(env, homes, size)
    prepay(env, estate, 3, 300.0)
    limit = env.ref("property_service.parameter_bill_inline_limit")
    limit.value_ids = [fields.Command.create({"company_id": estate.company_id.id, "value": "10"})]
    env["ir.config_parameter"].set_param("property_service.bill_chunk", str(size))
    new_run(env, estate)


if __name__ == "__main__":
    main(sys.argv[1:])
