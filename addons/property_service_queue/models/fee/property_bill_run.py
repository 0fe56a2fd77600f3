# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

_logger = logging.getLogger(__name__)


class PropertyBillRun(models.Model):
    """A large bill run is split by building into jobs that any worker of any server takes.

    Where nobody takes jobs — `queue_job` is installed, but its runner is not started — the
    scheduled action does the work as it does without `queue_job`.
    """

    _inherit = "property.bill.run"

    by_queue = fields.Boolean(
        "By several workers", readonly=True, copy=False, help="The job at work is split into parts."
    )
    part_ids = fields.One2many("property.bill.part", "run_id", "Parts", readonly=True)

    @api.depends("by_queue", "part_ids.done", "part_ids.state")
    def _compute_progress(self):
        super()._compute_progress()
        queued = self.filtered("by_queue")
        made = {
            (run, job): done
            for run, job, done in self.env["property.bill.part"]
            .sudo()
            ._read_group([("run_id", "in", queued.ids)], ["run_id", "job"], ["done:sum"])
        }
        for run in queued:
            run.job_made = made.get((run, run.job), 0)
            run.progress = 100.0 * run.job_made / run.job_total if run.job_total else 0.0

    @api.model
    def _job_fields(self):
        return super()._job_fields() | {"by_queue"}

    # splitting -------------------------------------------------------------------------------------

    def _hand_over_job(self):
        self.ensure_one()
        if not self._is_runner_alive():
            _logger.info(
                "Bill run %s: no runner of queue jobs, the scheduled action works", self.id
            )
            return super()._hand_over_job()
        run = self.sudo()
        run.part_ids.filtered(lambda part: part.job == run.job).unlink()
        parts = self.env["property.bill.part"].sudo().create(run._plan_parts())
        if not parts:
            return super()._hand_over_job()
        run.by_queue = True
        parts._queue()
        return None

    def _plan_parts(self):
        """Return the values of the parts: whole buildings of one estate, as many as fill a step.

        A building alone is a part where it is large; small ones share a part, because what a part
        costs whatever its size would weigh on few homes.
        """
        self.ensure_one()
        sizes = self._sizes_of_buildings()
        most, values = self._post_chunk(), []
        for building, size in sizes.items():
            last = values[-1] if values else None
            if last and last["estate_id"] == building.estate_id.id and last["total"] + size <= most:
                last["building_ids"].append(building.id)
                last["total"] += size
            else:
                values.append(
                    {
                        "run_id": self.id,
                        "estate_id": building.estate_id.id,
                        "building_ids": [building.id],
                        "job": self.job,
                        "total": size,
                    }
                )
        return values

    def _sizes_of_buildings(self):
        """Return what there is to do: {building: homes or invoices}, estate by estate."""
        self.ensure_one()
        if self.job == "generate":
            sizes = dict(
                self.env["property.unit"]._read_group(
                    self._unit_domain(), ["building_id"], ["__count"]
                )
            )
        else:
            domain, counted = {
                "post": (self._unposted_domain(), SQL("charge.billed_unit_id")),
                "reverse": (self._invoiced_domain(), SQL("charge.invoice_id")),
            }[self.job]
            chosen = self.env["property.charge"]._search(domain)
            buildings = self.env["property.building"]
            sizes = {
                buildings.browse(building_id): size
                for building_id, size in self.env.execute_query(
                    SQL(
                        """
                        SELECT unit.building_id, count(DISTINCT %s)
                          FROM property_charge charge
                          JOIN property_unit unit ON unit.id = charge.billed_unit_id
                         WHERE charge.id IN %s
                         GROUP BY unit.building_id
                        """,
                        counted,
                        chosen.subselect(),
                    )
                )
            }
        ordered = sorted(sizes, key=lambda building: (building.estate_id.id, building.id))
        return {building: sizes[building] for building in ordered}

    @api.model
    def _is_runner_alive(self):
        """Return whether somebody gives queue jobs of this database to workers just now."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1
                      FROM pg_locks held
                      JOIN pg_database base ON base.oid = held.database
                     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
                       AND base.datname = current_database()
                       AND (held.classid::bigint << 32) | held.objid::bigint = %s
                    """,
                    PG_ADVISORY_LOCK_ID,
                )
            )
        )

    # working together ------------------------------------------------------------------------------

    def _note_plain_path(self, reasons):
        part_id = self.env.context.get("property_bill_part")
        if not part_id:
            return super()._note_plain_path(reasons)
        # the run's own row is nobody's while parts are at work
        part = self.env["property.bill.part"].sudo().browse(part_id)
        known = (part.plain_reasons or "").splitlines()
        part.plain_reasons = "\n".join(dict.fromkeys([*known, *reasons]))
        return None

    def _finish_job(self):
        result = super()._finish_job()
        self.filtered("by_queue").by_queue = False
        return result

    def _end_parts(self):
        """End the job of the run if all its parts have ended; else do nothing.

        Called after each part, and by the scheduled action, should a worker have died just then.
        """
        self.ensure_one()
        run = self.try_lock_for_update(allow_referencing=True)
        run.invalidate_recordset()
        if not run:
            # somebody writes on the run this very moment
            self.env.ref("property_service.ir_cron_bill_run")._trigger()
            return
        if not run.job or not run.by_queue:
            return
        parts = run.part_ids.filtered(lambda part: part.job == run.job)
        if "waiting" in parts.mapped("state"):
            return
        reasons = [line for part in parts for line in (part.plain_reasons or "").splitlines()]
        if reasons:
            run._note_plain_path(reasons)
        failed = parts.filtered(lambda part: part.state == "failed")
        if failed and run.job == "reverse":
            # what is not reversed is still owed: the run is not reversed
            run.write({"job": False, "by_queue": False, "job_error": failed[0].error})
        elif run.job == "post" and run._unposted_count():
            # homes that moved to a building whose part was done already
            run._hand_over_job()
        else:
            run._finish_job()

    # when nobody works -----------------------------------------------------------------------------

    @api.model
    def _cron_domain(self):
        return [*super()._cron_domain(), ("by_queue", "=", False)]

    @api.model
    def _cron_work(self):
        """Look after the runs that others work on, then work off the runs nobody else does."""
        runs = self.search([("job", "!=", False), ("by_queue", "=", True)], order="id")
        cron = self.env["ir.cron"]
        for run_id in runs.ids:
            if not self.browse(run_id)._look_after() or not cron._commit_progress():
                return None
        return super()._cron_work()

    def _look_after(self):
        """End the run if it is time; see to it that each of its parts is done by somebody.

        :return: whether there is time left for other runs
        """
        self.ensure_one()
        self._end_parts()
        if not self.by_queue:
            return True
        waiting = self.part_ids.filtered(
            lambda part: part.job == self.job and part.state == "waiting"
        )
        if self._is_runner_alive():
            waiting._queue_lost()
            return True
        return self._work_off_here(waiting.ids)

    def _work_off_here(self, part_ids):
        """Do parts one after the other, with a commit after each, as nobody else does them.

        :return: whether there is time left
        """
        cron, parts = self.env["ir.cron"], self.env["property.bill.part"]
        for number, part_id in enumerate(part_ids):
            try:
                parts.browse(part_id)._work()
                self.env.flush_all()
            except Exception as error:
                _logger.exception("Bill run %s: part %s could not be done", self.id, part_id)
                self.env.cr.rollback()
                parts.browse(part_id)._give_up(str(error))
            if not cron._commit_progress(1, remaining=len(part_ids) - number):
                return False
        self._end_parts()
        return True
