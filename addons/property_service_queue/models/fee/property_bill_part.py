# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os
import socket
import time

from odoo import api, fields, models
from odoo.tools import split_every

from odoo.addons.queue_job.job import ENQUEUED, PENDING, STARTED, WAIT_DEPENDENCIES

_logger = logging.getLogger(__name__)

#: states of a queue job that is still going to be done
_ALIVE = (WAIT_DEPENDENCIES, PENDING, ENQUEUED, STARTED)


class PropertyBillPart(models.Model):
    """Some buildings of a bill run, done by whichever worker takes their job (handbook B H2).

    A part is one transaction: done as a whole or not at all, and done once, whoever is asked to
    do it twice. Parts write nothing that another part writes too, the run least of all: who is
    last ends the run's job, in a transaction of its own. A part of several buildings that fails is
    divided, so that the one building at fault does not hold the others.
    """

    _name = "property.bill.part"
    _description = "Part of a bill run"
    _inherit = ["property.workflow.mixin"]
    _order = "run_id desc, id"

    _workflow_moves = {
        "waiting": ("done", "divided", "failed"),
        "done": (),
        "divided": (),
        "failed": (),
    }
    _workflow_stamps = {
        "done": (None, "date_end"),
        "divided": (None, "date_end"),
        "failed": (None, "date_end"),
    }

    run_id = fields.Many2one(
        "property.bill.run", "Bill run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    estate_id = fields.Many2one("property.estate", required=True, ondelete="cascade", index=True)
    building_ids = fields.Many2many(
        "property.building",
        "property_bill_part_building_rel",
        "part_id",
        "building_id",
        "Buildings",
        required=True,
    )
    job = fields.Selection(
        [
            ("generate", "Making charges"),
            ("post", "Posting bills"),
            ("reverse", "Reversing bills"),
        ],
        "Work",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("divided", "Divided"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    total = fields.Integer("Homes or bills", readonly=True)
    done = fields.Integer(readonly=True)
    seconds = fields.Float(readonly=True, digits=(16, 1), help="Time the work took, in seconds.")
    worker = fields.Char(readonly=True, help="Server and process that did it.")
    date_end = fields.Datetime("Ended", readonly=True)
    error = fields.Char("Problem", readonly=True)
    plain_reasons = fields.Text("Posted the plain way because", readonly=True)

    @api.depends("run_id.name", "building_ids.name")
    def _compute_display_name(self):
        for part in self:
            names = "、".join(part.building_ids.mapped("name"))
            part.display_name = f"{part.run_id.name} {names}"

    def action_open_run(self):
        """Open the run the part is of; what the button of its queue job does."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.bill.run",
            "res_id": self.run_id.id,
            "view_mode": "form",
        }

    # as jobs ---------------------------------------------------------------------------------------

    def _identity_key(self):
        """Return what tells the job of the part from all others."""
        self.ensure_one()
        return f"property.bill.part-{self.id}"

    def _queue(self):
        """Give every part to the queue; a part whose job is there already is not given twice."""
        for part in self.sudo():
            part.with_delay(
                identity_key=part._identity_key(), description=part.display_name, max_retries=0
            )._work()

    def _queue_lost(self):
        """Give parts to the queue whose job is not there any more (removed or failed by hand)."""
        alive = (
            self.env["queue.job"]
            .sudo()
            .search(
                [
                    ("identity_key", "in", [part._identity_key() for part in self]),
                    ("state", "in", _ALIVE),
                ]
            )
        )
        known = set(alive.mapped("identity_key"))
        self.filtered(lambda part: part._identity_key() not in known)._queue()

    def _work(self):
        """Do the part; what a worker of the queue is asked to do.

        Doing it a second time changes nothing. A conflict with another transaction goes up to the
        queue, which tries again from a fresh view.

        :return: what the queue notes as the result of the job
        """
        self.ensure_one()
        part = self.try_lock_for_update()
        part.invalidate_recordset()
        if not part or part.state != "waiting" or part.run_id.job != part.job:
            return self.env._("Nothing left to do.")
        start = time.monotonic()
        count = part.with_context(property_bill_part=part.id)._work_off()
        part._move_to(
            "done",
            done=count,
            seconds=time.monotonic() - start,
            worker=f"{socket.gethostname()}:{os.getpid()}",
        )
        part._tell_run_afterwards()
        return self.env._("%(count)s of %(total)s done.", count=count, total=part.total)

    def _work_off(self):
        """Do what the run's job is for the buildings of the part; return how many it was."""
        run = self.run_id
        if self.job == "generate":
            scope = [*run._unit_domain(), ("building_id", "in", self.building_ids.ids)]
            units = self.env["property.unit"].search(scope, order="id")
            for chunk in split_every(run._post_chunk(), units.ids, units.browse):
                run._charge_units(chunk)
            return len(units)
        step = {"post": run._post_next, "reverse": run._reverse_next}[self.job]
        scope = [("billed_unit_id.building_id", "in", self.building_ids.ids)]
        count = 0
        while made := step(scope):
            count += made
        return count

    # when it does not work -------------------------------------------------------------------------

    def _give_up(self, exc_message="", **_details):
        """Take note that the part cannot be done: divide it, or put its one building aside.

        :param exc_message: why it could not be done
        """
        self.ensure_one()
        if self.state != "waiting":
            return
        message = str(exc_message or self.env._("The work broke off; see the log of the server."))
        if len(self.building_ids) > 1:
            self._divide(message)
        else:
            self._put_aside(message)
            self._move_to("failed", error=message)
        self._tell_run_afterwards()

    def _divide(self, message):
        """Make a part of each building, so that only the one at fault stays behind."""
        sizes = self.run_id._sizes_of_buildings()
        parts = self.create(
            [
                {
                    "run_id": self.run_id.id,
                    "estate_id": self.estate_id.id,
                    "building_ids": building.ids,
                    "job": self.job,
                    "total": sizes.get(building, 0),
                }
                for building in self.building_ids
            ]
        )
        self._move_to("divided", error=message)
        parts._queue()

    def _put_aside(self, message):
        """List what the building's homes miss, as a run does with what it cannot charge or post."""
        run = self.run_id
        if self.job == "generate":
            kind = "other"
            units = self.env["property.unit"].search(
                [*run._unit_domain(), ("building_id", "in", self.building_ids.ids)]
            )
        elif self.job == "post":
            kind = "error"
            charges = self.env["property.charge"].search(
                [
                    *run._unposted_domain(),
                    ("billed_unit_id.building_id", "in", self.building_ids.ids),
                ]
            )
            charges.parked = True
            units = charges.billed_unit_id
        else:
            return
        self.env["property.bill.exception"].create(
            [run._exception(kind, unit, message) for unit in units]
        )

    # who is last -----------------------------------------------------------------------------------

    def _tell_run_afterwards(self):
        """Once this is committed, and so seen by all, let the run look if that was the last part."""
        run_id, registry = self.run_id.id, self.env.registry

        @self.env.cr.postcommit.add
        def look():
            try:
                with registry.cursor() as cr:
                    env = api.Environment(cr, api.SUPERUSER_ID, {})
                    env["property.bill.run"].browse(run_id)._end_parts()
            except Exception:
                # the part is done; the scheduled action looks again
                _logger.exception("Bill run %s: could not look whether it is at its end", run_id)
