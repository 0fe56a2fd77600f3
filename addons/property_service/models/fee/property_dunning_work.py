# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .property_dunning import CLOSED

_logger = logging.getLogger(__name__)

#: cases opened or brought up to date per commit
CHUNK = 500
#: days after which a printed notice is asked after
_DELIVERY_DAYS = 3


class PropertyDunning(models.Model):
    """What keeps dunning cases in step with the ledger: opening, figures, plan, closing."""

    _inherit = "property.dunning"

    # figures -------------------------------------------------------------------------------------

    @api.model
    def _overdue_sums(self, condition):
        """Return what is overdue today by home and payer, one statement for any number.

        :param SQL condition: on `charge`
        :return: list of dicts: unit_id, partner_id, amount, barred (yuan barred by limitation),
            date_first_due, month_from, month_to, limitation_date (of what is not barred)
        """
        years = self.env["property.parameter"]._get("limitation_years")
        self.env["property.charge"].flush_model()
        limit = SQL(
            "(CASE WHEN charge.demand_date > charge.date_due THEN charge.demand_date"
            " ELSE charge.date_due END + make_interval(years => %s))::date",
            years,
        )
        today = fields.Date.context_today(self)
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT charge.billed_unit_id AS unit_id,
                       charge.partner_id,
                       SUM(charge.amount_residual)::float AS amount,
                       COALESCE(SUM(charge.amount_residual) FILTER (
                           WHERE %(limit)s < %(today)s
                       ), 0)::float AS barred_amount,
                       MIN(charge.date_due) AS date_first_due,
                       MIN(charge.month) AS month_from,
                       MAX(charge.month) AS month_to,
                       MIN(%(limit)s) FILTER (WHERE %(limit)s >= %(today)s) AS limitation_date
                  FROM property_charge charge
                 WHERE charge.state IN ('open', 'partial')
                   AND charge.date_due < %(today)s
                   AND charge.amount_residual > 0
                   AND %(condition)s
              GROUP BY charge.billed_unit_id, charge.partner_id
                """,
                limit=limit,
                today=today,
                condition=condition,
            )
        )

    def _refresh(self):
        """Bring the figures of cases up to date, and close those with nothing overdue left."""
        if not self:
            return
        sums = {
            (row.pop("unit_id"), row.pop("partner_id")): row
            for row in self._overdue_sums(
                SQL(
                    "charge.billed_unit_id = ANY(%s) AND charge.partner_id = ANY(%s)",
                    self.unit_id.ids,
                    self.partner_id.ids,
                )
            )
        }
        for case in self:
            row = sums.get((case.unit_id.id, case.partner_id.id))
            if row and case.state in CLOSED:
                case._move_to("running")
            if not row:
                if case.state not in CLOSED:
                    case._close()
                continue
            row["amount"] = case.currency_id.round(row["amount"])
            row["amount_start"] = max(case.amount_start, row["amount"])
            changed = {
                name: value or False
                for name, value in row.items()
                if (case[name] or False) != (value or False)
            }
            if changed:
                case.write(changed)
            case._plan()

    def _close(self):
        """Close a case of which nothing is overdue any more."""
        self.ensure_one()
        lost = self.env["property.charge"].search_count(
            [
                ("billed_unit_id", "=", self.unit_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "written_off"),
            ],
            limit=1,
        )
        self._end_exemptions()
        self._move_to(
            "written_off" if lost else "settled",
            amount=0.0,
            barred_amount=0.0,
            next_date=False,
            promise_date=False,
            pause_reason=False,
        )
        self.agreement_ids.filtered(lambda row: row.state == "active")._move_to("kept")
        self.activity_ids.unlink()

    @api.model
    def _settlement_changed(self, charges):
        """Bring cases up to date whose charges were paid, or whose payment was taken back."""
        if not charges:
            return
        cases = self.search(
            [
                ("unit_id", "in", charges.billed_unit_id.ids),
                ("partner_id", "in", charges.partner_id.ids),
                "|",
                ("state", "not in", CLOSED),
                ("settled_date", ">=", fields.Datetime.now() - timedelta(days=7)),
            ],
            order="id desc",
        )
        # of several cases of one payer only the open one, else the last, is looked at
        latest = self.browse()
        for _pair, group in cases.grouped(lambda case: (case.unit_id, case.partner_id)).items():
            latest |= group.filtered(lambda case: case.state not in CLOSED)[:1] or group[:1]
        latest._refresh()

    # the plan ------------------------------------------------------------------------------------

    def _plan(self):
        """Set the day of the next step (handbook B H9, default timing)."""
        for case in self:
            day = case._next_day()
            if case.next_date != day:
                case.next_date = day

    def _next_day(self):
        self.ensure_one()
        if self.state in CLOSED or self.state in ("disputed", "paused"):
            return False
        if self.state == "promised":
            return self.promise_date + timedelta(days=1) if self.promise_date else False
        if self.state in ("instalment", "deferred"):
            active = self.agreement_ids.filtered(lambda row: row.state == "active")
            days = active.line_ids.filtered(lambda line: not line.paid).mapped("date_due")
            return min(days) + timedelta(days=1) if days else False
        last = self.last_contact_id
        if last.delivery == "pending":
            return last._day() + timedelta(days=_DELIVERY_DAYS)
        if not self._stage_done(self.stage_id):
            return self._due_day(self.stage_id) or self.stage_date
        following = self._due_day(self.next_stage_id) if self.next_stage_id else None
        deadlines = self.contact_ids.filtered(
            lambda row: row.stage_id == self.stage_id and row.deadline
        ).mapped("deadline")
        if deadlines:
            after = max(deadlines) + timedelta(days=1)
            following = max(following, after) if following else after
        if self.stage_id.channel in ("phone", "sms", "wechat") and last:
            # a message every two weeks, until the next step is due
            repeat = last._day() + timedelta(
                days=self.env["property.parameter"]._get("dunning_repeat_days", self.estate_id)
            )
            following = min(following, repeat) if following else repeat
        return following or self.stage_date

    def _due_day(self, stage):
        """Return the day `stage` is due by the setting; None where it has no timing."""
        days = stage._days_after_due(self.estate_id)
        if days is None or not self.date_first_due:
            return None
        return self.date_first_due + timedelta(days=days)

    # scheduled -----------------------------------------------------------------------------------

    @api.model
    def _cron_dunning(self):
        """Open cases for what is overdue, bring all of them up to date, and see to promises,
        agreements and limitation.

        Every chunk commits; one broken case is logged and left for the next time.
        """
        cron = self.env["ir.cron"]
        missing = self._missing_cases()
        cron._commit_progress(remaining=1 + len(missing))
        for start in range(0, len(missing), CHUNK):
            part = missing[start : start + CHUNK]
            self._open_cases({unit_id for unit_id, _partner_id in part})
            if not cron._commit_progress(len(part)):
                return
        todo = self.search([("state", "not in", CLOSED)], order="id").ids
        cron._commit_progress(1, remaining=len(todo))
        for start in range(0, len(todo), CHUNK):
            part = todo[start : start + CHUNK]
            self._work_off(part)
            if not cron._commit_progress(len(part)):
                return

    @api.model
    def _missing_cases(self, unit_ids=None):
        """Return (home id, payer id) of who has something overdue and no open case.

        :param unit_ids: homes to look at; all of them where none are given
        """
        condition = SQL(
            """
            NOT EXISTS (SELECT 1
                          FROM property_dunning dunning
                         WHERE dunning.unit_id = charge.billed_unit_id
                           AND dunning.partner_id = charge.partner_id
                           AND dunning.state NOT IN %s)
            """,
            CLOSED,
        )
        if unit_ids is not None:
            condition = SQL("%s AND charge.billed_unit_id = ANY(%s)", condition, list(unit_ids))
        return [(row["unit_id"], row["partner_id"]) for row in self._overdue_sums(condition)]

    @api.model
    def _open_cases(self, unit_ids=None):
        """Open cases for payers with something overdue and no open case.

        Who they are is asked anew, for somebody may have paid since the homes were listed.

        :param unit_ids: homes to look at; all of them where none are given
        :return: how many were opened
        """
        rows = self._missing_cases(unit_ids)
        if not rows:
            return 0
        opened = 0
        values = [{"unit_id": unit_id, "partner_id": partner_id} for unit_id, partner_id in rows]
        try:
            with self.env.cr.savepoint():
                opened = len(self.create(values))
        except Exception:
            _logger.info("Dunning cases are opened one by one", exc_info=True)
            for vals in values:
                try:
                    with self.env.cr.savepoint():
                        self.create([vals])
                        opened += 1
                except Exception:
                    _logger.exception("No dunning case for %s", vals)
        return opened

    @api.model
    def _work_off(self, case_ids):
        """Bring the cases of these ids up to date, all at once; those that fail one by one."""
        try:
            with self.env.cr.savepoint():
                self.browse(case_ids).exists()._work()
                self.env.flush_all()
        except Exception:
            _logger.info("Dunning cases are worked off one by one", exc_info=True)
            self.env.invalidate_all()
            for case_id in case_ids:
                try:
                    with self.env.cr.savepoint():
                        self.browse(case_id).exists()._work()
                        self.env.flush_all()
                except Exception:
                    self.env.invalidate_all()
                    _logger.exception("Dunning case %s is tried again", case_id)

    def _work(self):
        """Do what the day brings: figures, broken promises and agreements, limitation."""
        self._refresh()
        running = self.filtered(lambda case: case.state not in CLOSED)
        running._see_to_promises()
        running.agreement_ids.filtered(lambda row: row.state == "active")._see_to()
        running._warn_of_limitation()

    def _see_to_promises(self):
        """Take back cases whose promise was not kept; the steward is told (handbook B H9)."""
        today = fields.Date.context_today(self)
        for case in self.filtered(
            lambda case: (
                case.state == "promised" and case.promise_date and case.promise_date < today
            )
        ):
            promised = case.promise_date
            case._move_to(
                "running",
                promise_date=False,
                promise_amount=0.0,
                broken_count=case.broken_count + 1,
            )
            case._plan()
            case.next_date = today
            read = case._as_told().env
            case._tell(
                read._("%(debtor)s promised to pay", debtor=case.partner_id.name),
                read._(
                    "The promise to pay by %(date)s was not kept, %(amount).2f yuan are overdue.",
                    date=promised,
                    amount=case.amount,
                ),
            )

    def _warn_of_limitation(self):
        """Tell the responsible once that the limitation of a case ends soon."""
        today = fields.Date.context_today(self)
        for case in self:
            end = case.limitation_date
            if not end or end >= case._limitation_warn_day(today) or case.limitation_warned == end:
                continue
            case.limitation_warned = end
            read = case._as_told().env
            case._tell(
                read._("Limitation ends on %(date)s", date=end),
                read._(
                    "Demand payment with proof before that day (signed notice or registered "
                    "mail): the limitation then begins anew."
                ),
            )

    def _told(self):
        """Return who is told of what happens to the case."""
        self.ensure_one()
        return self.user_id or self.estate_id.manager_id

    def _as_told(self):
        """Return the case in the language of the one who is told."""
        return self.with_context(lang=self._told().lang)

    def _tell(self, summary, note):
        """Give the responsible of the case an activity for today."""
        self.ensure_one()
        user = self._told()
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                user_id=user.id,
                summary=summary,
                note=note,
            )


class PropertyCharge(models.Model):
    _inherit = "property.charge"

    def _settlement_changed(self):
        """Also let dunning know at once."""
        result = super()._settlement_changed()
        self.env["property.dunning"].sudo()._settlement_changed(self.sudo())
        self.env["property.parking.dunning"].sudo()._settlement_changed(self.sudo())
        return result
