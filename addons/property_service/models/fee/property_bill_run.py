# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...tools import money

_logger = logging.getLogger(__name__)

#: how far the background work is; written by the work itself only
_JOB_FIELDS = {"job", "job_total", "job_done", "job_cursor", "job_error", "job_user_id"}


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
        group_expand=True,
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
    job_made = fields.Integer("Done", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    charge_ids = fields.One2many("property.charge", "run_id", "Charges")
    exception_ids = fields.One2many("property.bill.exception", "run_id", "Exceptions")
    invoice_ids = fields.One2many("account.move", "property_run_id", "Invoices")
    charge_count = fields.Integer(compute="_compute_figures")
    unit_count = fields.Integer("Units charged", compute="_compute_figures")
    invoice_count = fields.Integer(compute="_compute_figures")
    exception_count = fields.Integer(compute="_compute_figures")
    parked_count = fields.Integer("Not posted", compute="_compute_figures")
    amount_total = fields.Monetary("Total", compute="_compute_figures")
    amount_residual = fields.Monetary("Amount due", compute="_compute_figures")
    paid_share = fields.Float("Paid (%)", compute="_compute_figures")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    generated_by_id = fields.Many2one("res.users", "Generated by", readonly=True, copy=False)
    generated_date = fields.Datetime("Generated on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Checked on", readonly=True, copy=False)
    posted_by_id = fields.Many2one("res.users", "Posted by", readonly=True, copy=False)
    posted_date = fields.Datetime("Posted on", readonly=True, copy=False)
    notified_by_id = fields.Many2one("res.users", "Notified by", readonly=True, copy=False)
    notified_date = fields.Datetime("Notified on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)
    reversed_by_id = fields.Many2one("res.users", "Reversed by", readonly=True, copy=False)
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
            run.job_made = run.job_done
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
        errors = dict(
            self.env["property.bill.exception"]._read_group(
                [("run_id", "in", self.ids), ("kind", "=", "error")], ["run_id"], ["__count"]
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
            run.parked_count = errors.get(run, 0)
            paid = run.amount_total - run.amount_residual
            run.paid_share = 100.0 * paid / run.amount_total if run.amount_total else 0.0

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
                [("run_id", "in", self.ids), ("cancelled", "=", False)],
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
                    *([("item_id", "in", self.item_ids.ids)] if self.item_ids else []),
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

    @api.model
    def default_get(self, fields):
        """Propose the estates of the user, and the month to bill next: this one or the coming."""
        values = super().default_get(fields)
        if "estate_ids" in fields and not values.get("estate_ids"):
            estates = self.env["property.estate"].search([("company_id", "=", self.env.company.id)])
            own = estates.filtered(lambda estate: self.env.user in estate.sudo().user_ids)
            if own or len(estates) == 1:
                values["estate_ids"] = [Command.set((own or estates).ids)]
        if "month" in fields and not values.get("month"):
            values["month"] = self._next_month(values.get("estate_ids"))
        return values

    @api.model
    def _next_month(self, estate_commands):
        """Return the first day of this month, or of the next where this one is billed already."""
        month = money.month_start(fields.Date.context_today(self))
        chosen = [number for command in estate_commands or [] for number in command[2]]
        billed = self.search_count(
            [("month", "=", month), ("state", "!=", "reversed"), ("estate_ids", "in", chosen)],
            limit=1,
        )
        return money.add_months(month, 1) if billed else month

    @api.constrains("estate_ids", "company_id")
    def _check_estates(self):
        for run in self:
            if not run.sudo().estate_ids:
                raise UserError(self.env._("Choose the estates the run is for."))
            run._check_all_estates()

    def _check_all_estates(self):
        """Refuse to those who do not work for every estate of the run to bill them."""
        if self.env.su:
            return
        estates = self.sudo().estate_ids
        seen = self.env["property.estate"].search([("id", "in", estates.ids)])
        if foreign := estates - seen.sudo():
            raise AccessError(
                self.env._(
                    "You do not work for “%(estate)s”: its bills are made by others.",
                    estate=foreign[0].name,
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("month"):
                vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
            if not self.env.su:
                for name in _JOB_FIELDS & vals.keys():
                    vals.pop(name)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("month"):
            vals["month"] = money.month_start(fields.Date.to_date(vals["month"]))
        if not self.env.su and _JOB_FIELDS & vals.keys():
            raise UserError(self.env._("The work of a bill run is started by its buttons only."))
        fixed = vals.keys() & {"month", "estate_ids", "item_ids", "company_id", "date_due"}
        if fixed and self.filtered(lambda run: run.state != "draft" or run.job):
            raise UserError(
                self.env._(
                    "The charges of “%(run)s” were made for its month, estates and due date: take "
                    "it back to draft to change them.",
                    run=self[:1].name,
                )
            )
        # what is parked when a run is posted may have to be dated later: its period was closed
        if "invoice_date" in vals and self.filtered(
            lambda run: run.job or run.state in ("checked", "closed", "reversed")
        ):
            raise UserError(
                self.env._(
                    "“%(run)s” is checked: take it back to the preview to change the bill date.",
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

    def _check_may_bill(self, *roles):
        """Refuse a step to those who are none of `roles` or do not work for all its estates."""
        if self.env.su:
            return
        self._check_in_group(
            roles, self.env._("Billing is done by accountants and managers; you are neither.")
        )
        self.check_access("write")
        self._check_all_estates()

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
            run._check_may_bill("accountant", "supervisor")
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
            run._check_may_bill("supervisor", "accountant")
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
        """Take a checked run back to the preview, a preview back to the empty draft.

        Who made the preview stays who made it: the check by another person is about him.

        :raises UserError: if the run is at work, or posted
        """
        for run in self:
            run._check_may_bill("supervisor", "accountant")
            run._take()
            if run.job:
                raise UserError(self.env._("“%(run)s” is still at work.", run=run.name))
            if run.state == "checked":
                run._with_move().write(
                    {"state": "generated", "checked_by_id": False, "checked_date": False}
                )
            else:
                run._move_to("draft", generated_by_id=False, generated_date=False)
                run.sudo()._drop_drafts()
        return True

    def action_post(self):
        """Post the charges as invoices: at once, or by the scheduled action when there are many.

        Pressed again on a posted run it only tries what was parked; nothing is posted twice.

        :raises UserError: if the run is not checked, or its bill date lies in a locked period
        """
        for run in self:
            run._check_may_bill("accountant", "manager")
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
            trusted._parked_charges().parked = False
            trusted.exception_ids.filtered(lambda row: row.kind == "error").unlink()
            todo = trusted._unposted_count()
            if not todo and run.state != "checked":
                continue
            for journal in trusted.estate_ids.journal_id:
                run.company_id._check_property_period(run.invoice_date, journal)
            run._start_job("post", todo)
        return True

    def action_notify(self):
        """State that the payment notices have gone out."""
        for run in self:
            run._check_may_bill("accountant", "supervisor")
            run._move_to("notified")
        return True

    def action_close(self):
        """Close the run: nothing of it is posted or reversed any more."""
        for run in self:
            run._check_may_bill("accountant", "manager")
            if run.job or run.approval_pending:
                raise UserError(
                    self.env._(
                        "“%(run)s” is at work or waits for an approval: close it afterwards.",
                        run=run.name,
                    )
                )
            run._move_to("closed")
        return True

    def action_reverse(self):
        """Ask for the approval to reverse the run's invoices by credit notes.

        :raises UserError: if the run is not posted, or closed
        """
        for run in self:
            run._check_may_bill("accountant", "manager")
            run._check_reversible()
            run._request_approval(
                "run_reverse",
                self.env._("Reverse the bill run %(run)s", run=run.name),
                amount=run.amount_total,
            )
        return True

    def _check_reversible(self):
        self.ensure_one()
        if self.job or self.state not in ("posted", "notified"):
            raise UserError(
                self.env._(
                    "Only a posted run can be reversed; “%(run)s” is %(state)s.",
                    run=self.name,
                    state=self._state_label(self.state),
                )
            )

    def _approval_granted(self, approval):
        for run in self:
            run._check_reversible()
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
            self._hand_over_job()

    def _hand_over_job(self):
        """Hook: hand the job of `_queue_job()` to those who do it, here the scheduled action."""
        self.ensure_one()
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
    def _cron_domain(self):
        """Hook: return which runs the scheduled action works off."""
        return [("job", "!=", False)]

    @api.model
    def _cron_work(self):
        """Work off every run that has a job, chunk by chunk, a commit after each.

        Safe to be killed: what is committed stays, the next start goes on with the rest. A run
        whose chunk fails for a technical reason is left for the next regular start, the others go
        on. Every chunk is reported as progress, so that Odoo starts again at once when the time
        is up and work is left.
        """
        cron = self.env["ir.cron"]
        run_ids = self.search(self._cron_domain(), order="id").ids
        cron._commit_progress(remaining=len(run_ids))
        for number, run_id in enumerate(run_ids):
            left = len(run_ids) - number
            while self.browse(run_id)._work_chunk():
                if not cron._commit_progress(1, remaining=left):
                    return
            if not cron._commit_progress(1, remaining=left - 1):
                return

    def _work_chunk(self):
        """Do one chunk of the run's job; return whether to go on with this run at once."""
        run = self.try_lock_for_update(allow_referencing=True)
        run.invalidate_recordset()
        if not run.job:
            return False
        try:
            run._work_step()
            run.env.flush_all()
            if run.job_error:
                run.job_error = False
        except Exception as error:
            _logger.exception("Bill run %s: a chunk failed and is tried again later", self.id)
            self.env.cr.rollback()
            self.job_error = str(error)
            return False
        return bool(run.job)
