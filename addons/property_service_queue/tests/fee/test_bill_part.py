# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.property_service.tests.common import PropertyCase
from odoo.addons.queue_job.job import Job

HERE = "odoo.addons.property_service_queue.models.fee"


class PartCase(PropertyCase):
    """An estate of four buildings with two homes each, and a queue that the test works off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls.price = cls._make_price(cls.item, 2.0)
        cls.buildings = cls.env["property.building"].create(
            [{"name": f"{number}幢", "estate_id": cls.estate.id} for number in range(11, 15)]
        )
        for building in cls.buildings:
            for number in ("101", "102"):
                cls._make_unit(number, building=building)
        cls._set_parameter("bill_inline_limit", "0")
        cls.env["ir.config_parameter"].set_param("property_service.bill_chunk", "4")
        cls.Run = cls.env.registry["property.bill.run"]
        cls.Part = cls.env.registry["property.bill.part"]

    def setUp(self):
        super().setUp()
        self.runner_alive = True
        self.startPatcher(
            patch.object(self.Run, "_is_runner_alive", lambda model: self.runner_alive)
        )

    def _jobs(self, state="pending"):
        return self.env["queue.job"].search(
            [("model_name", "=", "property.bill.part"), ("state", "=", state)], order="id"
        )

    def _commit(self):
        """Do what is to happen after a commit, in sight of what the test has written."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.cr.postcommit.run()
        self.env.invalidate_all()

    def _do(self, record):
        """Do a job as a worker does: its failure is noted from outside, by the hook."""
        job = Job.load(self.env, record.uuid)
        try:
            with self.env.cr.savepoint():
                job.perform()
        except Exception as error:
            self.env.invalidate_all()
            job.set_failed(exc_message=str(error))
            job.store()
            job.on_fail({"exc_info": "", "exc_name": "", "exc_message": str(error)})
        else:
            job.set_done()
            job.store()
        self._commit()

    def _do_all(self):
        while jobs := self._jobs():
            for job in jobs:
                self._do(job)

    def _generated(self):
        run = self._make_run()
        run.action_generate()
        self._do_all()
        return run

    def _posting(self):
        run = self._generated()
        run.action_check()
        run.action_post()
        return run

    def _fail_in(self, building, method="_post_next"):
        """Let a step of a run fail where it touches `building`."""
        step = getattr(self.Run, method)

        def fail(run, scope=()):
            buildings = scope[0][2] if method != "_charge_units" else scope.building_id.ids
            if building.id in buildings:
                raise RuntimeError("lightning struck")
            return step(run, scope)

        return patch.object(self.Run, method, fail)


@tagged("post_install", "-at_install")
class TestBillPart(PartCase):
    """A bill run split by building into jobs (design rule 2)."""

    def test_split_by_building(self):
        run = self._make_run()
        run.action_generate()
        self.assertTrue(run.by_queue)
        parts = run.part_ids
        # four homes are a step, so two buildings are a part
        self.assertEqual(
            [part.building_ids for part in parts], [self.buildings[:2], self.buildings[2:]]
        )
        self.assertEqual(parts.mapped("total"), [4, 4])
        self.assertEqual(run.job_total, 8)
        jobs = self._jobs()
        self.assertEqual(len(jobs), 2)
        self.assertEqual(
            jobs.mapped("identity_key"), [f"property.bill.part-{part.id}" for part in parts]
        )
        self.assertEqual(set(jobs.mapped("channel")), {"root.property_billing"})

        self._do(jobs[0])
        self.assertEqual((run.job, run.job_made, run.progress), ("generate", 4, 50.0))
        self.assertEqual(run.charge_ids.building_id, self.buildings[:2])
        self._do(jobs[1])
        self.assertEqual((run.state, run.job, run.by_queue), ("generated", False, False))
        self.assertEqual(run.generated_by_id, self.env.user)
        self.assertEqual(len(run.charge_ids), 8)

    def test_posting(self):
        run = self._posting()
        self.assertEqual((run.job, run.job_total, run.by_queue), ("post", 8, True))
        self._do_all()
        self.assertEqual((run.state, run.job), ("posted", False))
        self.assertEqual(len(run.invoice_ids), 8)
        self.assertEqual(run.invoice_ids.property_unit_id.building_id, self.buildings)
        self.assertEqual(sum(run.charge_ids.receivable_line_id.mapped("balance")), run.amount_total)
        posted = run.part_ids.filtered(lambda part: part.job == "post")
        self.assertEqual(posted.mapped("done"), [4, 4])
        self.assertTrue(all(posted.mapped("worker")))

    def test_the_same_as_in_one_piece(self):
        split = self._generated()
        amounts = sorted((row.unit_id.id, row.item_id.id, row.amount) for row in split.charge_ids)
        split.action_back()
        split.unlink()
        self.runner_alive = False
        whole = self._make_run()
        whole.action_generate()
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_bill_run").method_direct_trigger()
        self.assertFalse(whole.part_ids)
        self.assertEqual(
            sorted((row.unit_id.id, row.item_id.id, row.amount) for row in whole.charge_ids),
            amounts,
        )

    def test_a_job_done_twice_changes_nothing(self):
        run = self._posting()
        first, second = self._jobs()
        part = run.part_ids.filtered(lambda part: part.job == "post")[0]
        self._do(first)
        self.assertEqual(len(run.invoice_ids), 4)
        self.assertIn("Nothing", part._work())
        self.assertEqual(len(run.invoice_ids), 4)
        part._queue_lost()
        self.assertEqual(len(self._jobs()), 2, "a part that is done may be asked for again")
        self._do_all()
        self.assertEqual(len(run.invoice_ids), 8)
        self.assertEqual(second.state, "done")

    def test_the_same_job_is_not_given_twice(self):
        run = self._posting()
        run.part_ids.filtered(lambda part: part.job == "post")._queue()
        self.assertEqual(len(self._jobs()), 2)

    def test_a_building_at_fault_does_not_hold_the_others(self):
        run = self._posting()
        broken = self.buildings[2]
        with self._fail_in(broken):
            self._do_all()
        self.assertEqual(run.state, "posted")
        self.assertEqual(run.invoice_ids.property_unit_id.building_id, self.buildings - broken)
        self.assertEqual(len(run.invoice_ids), 6)
        states = [
            (part.building_ids.mapped("name"), part.state)
            for part in run.part_ids.filtered(lambda part: part.job == "post")
        ]
        self.assertEqual(
            sorted(states),
            sorted(
                [
                    (["11幢", "12幢"], "done"),
                    (["13幢", "14幢"], "divided"),
                    (["13幢"], "failed"),
                    (["14幢"], "done"),
                ]
            ),
        )
        self.assertEqual(run.exception_ids.mapped("kind"), ["error"] * 2)
        self.assertEqual(run.exception_ids.unit_id.building_id, broken)
        self.assertEqual(set(run.exception_ids.mapped("message")), {"lightning struck"})
        self.assertEqual(run.parked_count, 2)

        # what was put aside is posted once the reason is mended
        run.action_post()
        self._do_all()
        self.assertEqual((run.state, len(run.invoice_ids)), ("posted", 8))
        self.assertFalse(run.exception_ids)

    def test_a_building_that_cannot_be_charged(self):
        run = self._make_run()
        run.action_generate()
        with self._fail_in(self.buildings[0], "_charge_units"):
            self._do_all()
        self.assertEqual(run.state, "generated")
        self.assertEqual(len(run.charge_ids), 6)
        self.assertEqual(run.exception_ids.unit_id.building_id, self.buildings[0])
        run.action_generate()
        self._do_all()
        self.assertEqual((len(run.charge_ids), len(run.exception_ids)), (8, 0))

    def test_reversal(self):
        run = self._posting()
        self._do_all()
        run._queue_job("reverse", 8)
        run._hand_over_job()
        self._do_all()
        self.assertEqual((run.state, run.job), ("reversed", False))
        self.assertEqual(set(run.charge_ids.mapped("state")), {"cancelled"})

    def test_reversal_that_fails_in_part(self):
        run = self._posting()
        self._do_all()
        run._queue_job("reverse", 8)
        run._hand_over_job()
        with self._fail_in(self.buildings[3], "_reverse_next"):
            self._do_all()
        # two bills are still owed, so the run is not reversed
        self.assertEqual((run.state, run.job, run.job_error), ("posted", False, "lightning struck"))
        self.assertEqual(len(run.charge_ids.filtered(lambda row: row.state == "open")), 2)
        run._queue_job("reverse", 2)
        run._hand_over_job()
        self._do_all()
        self.assertEqual((run.state, run.job_error), ("reversed", False))

    def test_small_runs_are_done_at_once(self):
        self._set_parameter("bill_inline_limit", "100")
        run = self._make_run()
        run.action_generate()
        self.assertEqual((run.state, len(run.part_ids)), ("generated", 0))

    def test_scheduled_action_takes_over(self):
        """The runner is gone after the run was split: one machine does the parts by itself."""
        run = self._posting()
        self._do(self._jobs()[0])
        self.runner_alive = False
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_bill_run").method_direct_trigger()
            self.env.cr.postcommit.run()
        self.env.invalidate_all()
        self.assertEqual((run.state, len(run.invoice_ids)), ("posted", 8))
        # the job that was not taken finds nothing to do
        self._do_all()
        self.assertEqual(len(run.invoice_ids), 8)

    def test_scheduled_action_survives_a_broken_part(self):
        run = self._posting()
        self.runner_alive = False
        cron = self.env.ref("property_service.ir_cron_bill_run")
        with self._fail_in(self.buildings[0]), mute_logger(f"{HERE}.property_bill_run"):
            for _start in range(3):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
                    self.env.cr.postcommit.run()
        self.env.invalidate_all()
        self.assertEqual((run.state, len(run.invoice_ids)), ("posted", 6))
        self.assertEqual(run.exception_ids.unit_id.building_id, self.buildings[0])

    def test_lost_jobs_are_given_again(self):
        run = self._posting()
        self._jobs()[0].unlink()
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_bill_run").method_direct_trigger()
        self.assertEqual(len(self._jobs()), 2)
        self.assertEqual(len(run.invoice_ids), 0, "the scheduled action leaves the work to others")
        self._do_all()
        self.assertEqual((run.state, len(run.invoice_ids)), ("posted", 8))

    def test_end_that_nobody_saw(self):
        """A worker that died between its commit and its look is made up for."""
        run = self._posting()
        for job in self._jobs():
            Job.load(self.env, job.uuid).perform()
            job.unlink()
        self.env.cr.postcommit.clear()
        self.assertEqual(run.job, "post")
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_bill_run").method_direct_trigger()
        self.assertEqual((run.state, run.job), ("posted", False))

    def test_reasons_for_the_plain_path_come_together(self):
        run = self._posting()
        parts = run.part_ids.filtered(lambda part: part.job == "post")
        for part, reason in zip(parts, ("Journal is secured", "Journal is secured"), strict=True):
            run.with_context(property_bill_part=part.id)._note_plain_path([reason])
        self.assertFalse(run.plain_reasons)
        self._do_all()
        self.assertEqual(run.plain_reasons, "Journal is secured")

    def test_nobody_says_who_works(self):
        run = self._make_run()
        with self.assertRaises(UserError):
            run.with_user(self.users["accountant"]).by_queue = True

    def test_parts_are_seen_by_those_of_the_estate(self):
        run = self._posting()
        part = run.part_ids[0]
        part.with_user(self.users["reader"]).check_access("read")
        for right in ("write", "create", "unlink"):
            with self.assertRaises(AccessError):
                part.with_user(self.users["administrator"]).check_access(right)
        self.users["reader"].property_estate_ids = False
        with self.assertRaises(AccessError):
            part.with_user(self.users["reader"]).check_access("read")

    def test_screens(self):
        run = self._posting()
        self.assertEqual(run.part_ids[0].action_open_run()["res_id"], run.id)
        arch = self.env["property.bill.run"].get_view(view_type="form")["arch"]
        self.assertIn('name="part_ids"', arch)
        for kind in ("list", "form", "search"):
            self.env["property.bill.part"].get_view(view_type=kind)
