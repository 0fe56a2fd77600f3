# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models

from ...tools import money
from ...tools.local_time import local_today

_logger = logging.getLogger(__name__)


class PropertyArrearsList(models.Model):
    """The monthly list of unpaid homes of an estate, handed to its supervisors (form H14-4).

    Made on the day of the setting ``arrears_list_day`` (handbook B §10), once per estate and
    month, with the list as a workbook and an activity for every supervisor.
    """

    _name = "property.arrears.list"
    _description = "Monthly list of unpaid homes"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "month desc, estate_id"
    _check_company_auto = True

    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="estate_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, index=True)
    date = fields.Date("Made on", required=True, readonly=True)
    home_count = fields.Integer("Homes", readonly=True)
    amount = fields.Monetary("Open", readonly=True)

    _month_once = models.UniqueIndex(
        "(estate_id, month)", "The list of this estate and month has been made already."
    )

    @api.depends("estate_id.name", "month")
    def _compute_display_name(self):
        for row in self:
            month = f"{row.month:%Y-%m}" if row.month else ""
            row.display_name = f"{row.estate_id.name or ''} {month}".strip()

    @api.model
    def _cron_make(self):
        """Make the lists of the month that are due and missing; safe to run every day."""
        today = local_today()
        month = money.month_start(today)
        todo = []
        for estate in self.env["property.estate"].search([("active", "=", True)], order="id"):
            day = min(max(estate._parameter("arrears_list_day"), 1), money.days_in_month(month))
            if today.day >= day:
                todo.append(estate.id)
        made = self.search([("month", "=", month), ("estate_id", "in", todo)]).estate_id.ids
        todo = [estate_id for estate_id in todo if estate_id not in made]
        self.env["ir.cron"]._property_each(
            self.env["property.estate"].browse(todo),
            lambda estate: self._make(estate, today),
            lambda estate, _error: _logger.exception(
                "The list of unpaid homes of estate %s failed", estate.id
            ),
        )

    @api.model
    def _make(self, estate, today):
        """Make the list of one estate, with the workbook and the activities."""
        register = self.env["property.register.unpaid"]
        options = {"estate_ids": estate.ids, "date": fields.Date.to_string(today)}
        if "month" in register._register_options:
            options["month"] = fields.Date.to_string(money.month_start(today))
        register = register._in_print_language(options)
        count, amount = self.env["property.charge"]._read_group(
            [
                ("estate_id", "=", estate.id),
                ("state", "in", ("open", "partial")),
                ("month", "<=", money.month_start(today)),
            ],
            [],
            ["billed_unit_id:count_distinct", "amount_residual:sum"],
        )[0]
        record = self.create(
            {
                "estate_id": estate.id,
                "month": money.month_start(today),
                "date": today,
                "home_count": count,
                "amount": amount or 0.0,
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": f"{register._filename(options)}.xlsx",
                "raw": register._render_xlsx(options),
                "res_model": self._name,
                "res_id": record.id,
                "mimetype": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )
        record._tell_supervisors()
        return record

    def _supervisors(self):
        """Return the supervisors of the estate; its manager where it has none."""
        self.ensure_one()
        group = self.env.ref("property_service.group_supervisor")
        # the managers and administrators are supervisors by implication only
        higher = self.env.ref("property_service.group_manager").all_user_ids
        staff = self.estate_id.user_ids.filtered("active") & group.all_user_ids
        return (staff - higher) or self.estate_id.manager_id or (staff & higher)[:1]

    def _tell_supervisors(self):
        self.ensure_one()
        for user in self._supervisors():
            localized = self.with_context(lang=user.lang)
            localized.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date,
                user_id=user.id,
                summary=localized.env._(
                    "%(count)s homes unpaid, %(amount).2f yuan",
                    count=self.home_count,
                    amount=self.amount,
                ),
                note=localized.env._(
                    "The list of unpaid homes of the month is attached: see to the dunning."
                ),
            )

    def action_open_cases(self):
        """Open the running dunning cases of the estate."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dunning of %(estate)s", estate=self.estate_id.name),
            "res_model": "property.dunning",
            "view_mode": "kanban,list,form",
            "domain": [("estate_id", "=", self.estate_id.id)],
            "context": {"search_default_open": 1},
        }
