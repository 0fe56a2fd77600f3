# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Leave a checked bill run waiting for the scheduled action: the patient of the kill test.

Arguments: the number of homes, and the month as YYYY-MM-DD. Prints what the run amounts to.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from harness import environment, estate_with_homes, new_run

from odoo import fields


def main(argv):
    """Prepare the run; posting is left to the scheduled action."""
    with environment() as env:
        estate = estate_with_homes(env, int(argv[0]))
        limit = env.ref("property_service.parameter_bill_inline_limit")
        limit.value_ids = [
            fields.Command.create({"company_id": estate.company_id.id, "value": "10"})
        ]
        # many commits, so that it can be killed between two
        env["ir.config_parameter"].set_param("property_service.bill_chunk", "50")
        run = new_run(env, estate, fields.Date.to_date(argv[1]))
        run._queue_job("generate", int(argv[0]))
        while run._work_step():
            pass
        run.action_check()
        run.action_post()
        assert (run.state, run.job) == ("checked", "post"), (run.state, run.job)
        print(f"{run.amount_total:.2f}")
        env.cr.commit()


if __name__ == "__main__":
    main(sys.argv[1:])
