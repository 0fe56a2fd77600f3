# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import money

_logger = logging.getLogger(__name__)


class PropertyBillRun(models.Model):
    """The bills of a month for some estates (出账批次, handbook B H2).

    draft → generated (a preview of the charges) → checked by another person → posted as invoices
    → notified → closed; reversed with approval. A small run is worked off at once, a large one by
    the scheduled action, in chunks that commit: killed in the middle, it goes on where it was.
    """

    _name = "property.bill.run"
    _description = "Bill run"
    _inherit = [
        "property.workflow.mixin",
        "property.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "month desc, id desc"
    _check_company_auto = True

    _workflow_moves = {
        "draft": ("generated",),
        "generated": ("draft", "generated", "checked"),
        "checked": ("generated", "posted"),
        "posted": ("notified", "closed", "reversed"),
        "notified": ("closed", "reversed"),
        "closed": (),
    }
    _workflow_stamps = {
        "generated": ("generated_by_id", "generated_date"),
        "checked": ("checked_by_id", "checked_date"),
        "posted": ("posted_by_id", "posted_date"),
        "notified": ("notified_by_id", "notified_date"),
        "closed": ("closed_by_id", "closed_date"),
        "reversed": ("reversed_by_id", "reversed_date"),
    }

    name = fields.Char(compute="_compute_name", store=True)
    estate_ids = fields.Many2many(
        "property.estate",
        "property_bill_run_estate_rel",
        "run_id",
        "estate_id",
        "Estates",
        required=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True, help="Any day of the month; kept as its first day.", index=True
    )
    item_ids = fields.Many2many(
        "property.fee.item",
        "property_bill_run_item_rel",
        "run_id",
        "item_id",
        "Only these items",
        check_company=True,
        help="Empty: every item that is charged each month.",
    )
    invoice_date = fields.Date(
        "Bill date",
        compute="_compute_invoice_date",
        store=True,
        readonly=False,
        help="Date of the invoices in the books.",
    )
    date_due = fields.Date("Due date", help="Empty: by the estate's setting.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("generated", "Generated"),
            ("checked", "Checked"),
            ("posted", "Posted"),
            ("notified", "Notified"),
            ("closed", "Closed"),
            ("reversed", "Reversed"),
        ],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    job = fields.Selection(
        [("generate", "Generating"), ("post", "Posting"), ("reverse", "Reversing")],
        "At work",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What the scheduled action still has to do for this run.",
    )
    job_total = fields.Integer(readonly=True, copy=False)
    job_done = fields.Integer(readonly=True, copy=False)
    job_cursor = fields.Integer(readonly=True, copy=False)
    job_error = fields.Char(
        "Last problem", readonly=True, copy=False, help="Why the last chunk had to be put off."
    )
    job_user_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Who pressed the button; stamped when done."
    )
    progress = fields.Float(compute="_compute_progress")
    charge_ids = fields.One2many("property.charge", "run_id", "Charges")
    exception_ids = fields.One2many("property.bill.exception", "run_id", "Exceptions")
    invoice_ids = fields.One2many("account.move", "property_run_id", "Invoices")
    charge_count = fields.Integer(compute="_compute_figures")
    unit_count = fields.Integer("Units charged", compute="_compute_figures")
    invoice_count = fields.Integer(compute="_compute_figures")
    exception_count = fields.Integer(compute="_compute_figures")
    amount_total = fields.Monetary("Total", compute="_compute_figures")
    amount_residual = fields.Monetary("Amount due", compute="_compute_figures")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    generated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    generated_date = fields.Datetime("Generated on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    posted_date = fields.Datetime("Posted on", readonly=True, copy=False)
    notified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    notified_date = fields.Datetime("Notified on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reversed_date = fields.Datetime("Reversed on", readonly=True, copy=False)

    _month_first = models.Constraint(
        "CHECK (EXTRACT(DAY FROM month) = 1)", "The month of a run is kept as its first day."
    )

    @api.depends("month", "estate_ids.name")
    def _compute_name(self):
        for run in self:
            names = "、".join(run.estate_ids.mapped("name"))
            run.name = f"{run.month:%Y-%m} {names}" if run.month else names

    @api.depends("month")
    def _compute_invoice_date(self):
        for run in self:
            run.invoice_date = run.month and money.month_start(run.month)

    @api.depends("job", "job_total", "job_done")
    def _compute_progress(self):
        for run in self:
            run.progress = 100.0 * run.job_done / run.job_total if run.job_total else 0.0

    def _compute_figures(self):
        charges = {
            run: figures
            for run, *figures in self.env["property.charge"]._read_group(
                [("run_id", "in", self.ids), ("cancelled", "=", False)],
                ["run_id"],
                [
                    "__count",
                    "billed_unit_id:count_distinct",
                    "invoice_id:count_distinct",
                    "amount:sum",
                    "amount_residual:sum",
                ],
            )
        }
        exceptions = dict(
            self.env["property.bill.exception"]._read_group(
                [("run_id", "in", self.ids)], ["run_id"], ["__count"]
            )
        )
        for run in self:
            (
                run.charge_count,
                run.unit_count,
                run.invoice_count,
                run.amount_total,
                run.amount_residual,
            ) = charges.get(run, (0, 0, 0, 0.0, 0.0))
            run.exception_count = exceptions.get(run, 0)

    def _compute_summary(self):
        for run in self:
            run.summary = self.env["ir.qweb"]._render(
                "property_service.bill_run_summary", {"run": run, "rows": run._summary_rows()}
            )

    def _summary_rows(self):
        """Return per item: units, amount, last month's amount and the difference, in yuan."""
        self.ensure_one()
        if not self.month:
            return []
        charges = self.env["property.charge"]
        now = {
            item: (count, amount)
            for item, count, amount in charges._read_group(
                [("run_id", "=", self.id), ("cancelled", "=", False)],
                ["item_id"],
                ["unit_id:count_distinct", "amount:sum"],
            )
        }
        before = dict(
            charges._read_group(
                [
                    ("estate_id", "in", self.estate_ids.ids),
                    ("month", "=", money.add_months(self.month, -1)),
                    ("cancelled", "=", False),
                    ("run_id", "!=", False),
                ],
                ["item_id"],
                ["amount:sum"],
            )
        )
        rows = []
        for item in (
            self.env["property.fee.item"].browse({i.id for i in [*now, *before]})
        ).sorted():
            count, amount = now.get(item, (0, 0.0))
            last = before.get(item, 0.0)
            rows.append(
                {
                    "item": item,
                    "count": count,
                    "amount": amount,
                    "last": last,
                    "change": self.currency_id.round(amount - last),
                }
            )
        return rows

    @api.constrains("estate_ids", "company_id")
    def _check_estates(self):
        for run in self:
            if not run.estate_ids:
                raise UserError(self.env._("Choose the estates the run is for."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("month"):
            vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        fixed = vals.keys() & {"month", "estate_ids", "item_ids", "company_id", "invoice_date"}
        if fixed and self.filtered(lambda run: run.state not in ("draft", "generated")):
            raise UserError(
                self.env._(
                    "“%(run)s” is checked or posted: its month, estates and date stay as they are.",
                    run=self[:1].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        for run in self:
            if run.state not in ("draft", "generated"):
                raise UserError(
                    self.env._("“%(run)s” cannot be deleted any more: reverse it.", run=run.name)
                )
        self.sudo().charge_ids.unlink()

    # what people press -------------------------------------------------------------------------

    def _check_role(self, *groups):
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._("Billing is done by accountants and managers; you are neither.")
            )

    def _take(self):
        """Lock the run, so that of two people who press at once one is sent away."""
        self.ensure_one()
        self.sudo().lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state", "job"])

    def action_generate(self):
        """Make the charges of the month: at once, or by the scheduled action when there are many.

        Pressed again before the check it makes the preview anew; after it, it changes nothing.
        """
        for run in self:
            run._check_role(
                "property_service.group_accountant", "property_service.group_supervisor"
            )
            run.check_access("write")
            run._take()
            if run.state not in ("draft", "generated") or run.job:
                continue
            run.sudo()._drop_drafts()
            units = run.sudo()._unit_ids()
            run._start_job("generate", len(units))
        return True

    def action_check(self):
        """State that another person has looked through the charges.

        :raises UserError: if the one who generated them presses, or nothing was generated
        """
        for run in self:
            run._check_role(
                "property_service.group_supervisor", "property_service.group_accountant"
            )
            run.check_access("write")
            if run.state == "checked":
                continue
            if run.job:
                raise UserError(self.env._("“%(run)s” is still being generated.", run=run.name))
            four_eyes = self.env["property.parameter"]._get(
                "bill_run_four_eyes", company=run.company_id
            )
            if four_eyes and not self.env.su and run.generated_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You generated “%(run)s” yourself: somebody else has to check it.",
                        run=run.name,
                    )
                )
            run._move_to("checked")
        return True

    def action_back(self):
        """Take a checked run back to the preview."""
        for run in self:
            run._check_role(
                "property_service.group_supervisor", "property_service.group_accountant"
            )
            run.check_access("write")
            if run.job:
                raise UserError(self.env._("“%(run)s” is being posted.", run=run.name))
            run._move_to("generated")
        return True

    def action_post(self):
        """Post the charges as invoices: at once, or by the scheduled action when there are many.

        Pressed again on a posted run it only tries what was parked; nothing is posted twice.
        """
        for run in self:
            run._check_role("property_service.group_accountant", "property_service.group_manager")
            run.check_access("write")
            run._take()
            if run.job:
                continue
            if run.state not in ("checked", "posted", "notified"):
                if run.state in ("closed", "reversed"):
                    raise UserError(
                        self.env._(
                            "“%(run)s” is %(state)s: nothing more is posted for it.",
                            run=run.name,
                            state=run._state_label(run.state),
                        )
                    )
                raise UserError(
                    self.env._("“%(run)s” has to be checked before it is posted.", run=run.name)
                )
            trusted = run.sudo()
            trusted.charge_ids.filtered("parked").parked = False
            trusted.exception_ids.filtered(lambda row: row.kind == "error").unlink()
            todo = trusted._unposted_count()
            if not todo and run.state != "checked":
                continue
            run._start_job("post", todo)
        return True

    def action_notify(self):
        """State that the payment notices have gone out."""
        for run in self:
            run.check_access("write")
            run._move_to("notified")
        return True

    def action_close(self):
        """Close the run: nothing of it is posted or reversed any more."""
        for run in self:
            run._check_role("property_service.group_accountant", "property_service.group_manager")
            run.check_access("write")
            if run.job:
                raise UserError(self.env._("“%(run)s” is still at work.", run=run.name))
            run._move_to("closed")
        return True

    def action_reverse(self):
        """Ask for the approval to reverse the run's invoices by credit notes.

        :raises UserError: if the run is not posted, or closed
        """
        for run in self:
            run._check_role("property_service.group_accountant", "property_service.group_manager")
            run.check_access("write")
            if run.job or run.state not in ("posted", "notified"):
                raise UserError(
                    self.env._(
                        "Only a posted run can be reversed; “%(run)s” is %(state)s.",
                        run=run.name,
                        state=run._state_label(run.state),
                    )
                )
            run._request_approval(
                "run_reverse",
                self.env._("Reverse the bill run %(run)s", run=run.name),
                amount=run.amount_total,
            )
        return True

    def _approval_granted(self, approval):
        for run in self:
            run._start_job("reverse", run.invoice_count)

    # who does the work -------------------------------------------------------------------------

    def _start_job(self, job, size):
        """Do `job` now if it is small, else hand it to the scheduled action.

        :param str job: a value of the field `job`
        :param int size: units or invoices it is about
        """
        self._queue_job(job, size)
        if size <= self.env["property.parameter"]._get(
            "bill_inline_limit", company=self.company_id
        ):
            while self.sudo()._work_step():
                pass
        else:
            self.env.ref("property_service.ir_cron_bill_run").sudo()._trigger()

    def _queue_job(self, job, size):
        """Note that `job` is to be done, in the name of the present user."""
        self.ensure_one()
        self.sudo().write(
            {
                "job": job,
                "job_total": size,
                "job_done": 0,
                "job_cursor": 0,
                "job_error": False,
                "job_user_id": self.env.uid,
            }
        )

    def _finish_job(self, state):
        """End the job and move to `state` in the name of the one who pressed the button."""
        self.ensure_one()
        worker = self.with_user(self.job_user_id).sudo()
        self.write({"job": False})
        if self.state != state or state == "generated":
            worker._move_to(state)

    def _work_step(self):
        """Do one chunk of the job; return how many units or invoices it did (0: job finished)."""
        self.ensure_one()
        step = {
            "generate": self._generate_step,
            "post": self._post_step,
            "reverse": self._reverse_step,
        }.get(self.job)
        return step() if step else 0

    @api.model
    def _cron_work(self):
        """Work off every run that has a job, chunk by chunk, a commit after each.

        Safe to be killed: what is committed stays, the next start goes on with the rest. A run
        whose chunk fails for a technical reason is left for the next start, the others go on.
        """
        cron = self.env["ir.cron"]
        runs = self.search([("job", "!=", False)], order="id")
        cron._commit_progress(remaining=sum(run.job_total - run.job_done + 1 for run in runs))
        for run_id in runs.ids:
            if not self.browse(run_id)._cron_work_one():
                return  # time is up; the rest is reported as remaining and scheduled at once
        cron._commit_progress(remaining=0)

    def _cron_work_one(self):
        """Work off one run; return False when the time is up."""
        cron = self.env["ir.cron"]
        while True:
            run = self.try_lock_for_update(allow_referencing=True)
            run.invalidate_recordset()
            if not run or not run.job:
                return True
            try:
                done = run._work_step()
                if run.job_error:
                    run.job_error = False
                run.env.flush_all()
            except Exception as error:
                _logger.exception("Bill run %s: a chunk failed and is tried again later", self.id)
                self.env.cr.rollback()
                self.job_error = str(error)
                cron._commit_progress()
                return True
            if not cron._commit_progress(done or 1):
                return not run.job
