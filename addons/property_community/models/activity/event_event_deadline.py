# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)

#: state -> (field of the day that is near or over, what has to be done by then)
_WATCHED = {
    "idea": "scheme_due",
    "scheme": "scheme_due",
    "rejected": "scheme_due",
    "approved": "notice_due",
    "preparing": "notice_due",
    "done": "summary_due",
}


class EventEvent(models.Model):
    """Reminders of an activity's dates: scheme, notice, sign-up, summary, settlement (G2, G6)."""

    _inherit = "event.event"

    date_next = fields.Date(
        "Next date due", compute="_compute_date_next", store=True, index="btree_not_null"
    )
    lateness = fields.Selection(
        [("ok", "In time"), ("soon", "Due soon"), ("late", "Overdue")],
        compute="_compute_lateness",
        search="_search_lateness",
    )

    @api.depends("state", "scheme_due", "notice_due", "summary_due")
    def _compute_date_next(self):
        for event in self:
            name = _WATCHED.get(event.state)
            event.date_next = event[name] if event.estate_id and name else False

    @api.depends("date_next")
    def _compute_lateness(self):
        today = fields.Date.context_today(self)
        for event in self:
            if not event.date_next:
                event.lateness = False
            elif event.date_next < today:
                event.lateness = "late"
            else:
                near = fields.Date.add(today, days=event._remind_days())
                event.lateness = "soon" if event.date_next <= near else "ok"

    def _search_lateness(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        near = fields.Date.add(
            today, days=self.env["property.parameter"]._get("activity_remind_days")
        )
        parts = {
            "late": [("date_next", "<", today)],
            "soon": [("date_next", ">=", today), ("date_next", "<=", near)],
            "ok": [("date_next", ">", near)],
            False: [("date_next", "=", False)],
        }
        return fields.Domain.OR([parts[key] for key in value if key in parts])

    def _remind_days(self):
        return self.estate_id._parameter("activity_remind_days")

    @api.model
    def _cron_activity(self):
        """Remind of what is due; who is late has his supervisor told. Safe to be run twice."""
        today = local_today()
        far = fields.Date.add(today, days=60)
        now = fields.Datetime.now()
        events = self.search(
            [
                ("estate_id", "!=", False),
                "|",
                "|",
                ("date_next", "<=", far),
                "&",
                ("state", "=", "signup"),
                ("signup_until", "<=", fields.Datetime.add(now, days=1)),
                "&",
                ("state", "in", ("done", "summarised")),
                "&",
                ("settle_due", "<=", today),
                ("money_state", "in", ("budgeted", "advanced")),
            ]
        )
        self.env["ir.cron"]._property_each(
            events,
            lambda event: event._in_print_lang()._remind(today),
            lambda event, _error: _logger.exception("Activity %s cannot be reminded", event.id),
        )

    def _remind(self, today):
        """Give the to-dos of one activity that are due on `today`."""
        self.ensure_one()
        if self.date_next and self.date_next <= fields.Date.add(today, days=self._remind_days()):
            name = _WATCHED[self.state]
            text = {
                "scheme_due": self.env._("Scheme of the activity is due on %(date)s"),
                "notice_due": self.env._("Notice of the activity is due on %(date)s"),
                "summary_due": self.env._("Summary of the activity is due on %(date)s"),
            }[name] % {"date": self.date_next}
            self._tell(self.user_id or self._members("supervisor"), text, self.date_next)
            if self.date_next < today:
                self._tell(
                    self._members("supervisor"),
                    self.env._("Overdue: %(text)s", text=text),
                    self.date_next,
                )
        if self.state == "signup" and self.low_signup and self.signup_until:
            self._tell(
                self.user_id | self._members("supervisor"),
                self.env._(
                    "Only %(rate)d %% have signed up: merge the activity with another or cancel it",
                    rate=round(self.signup_rate * 100),
                ),
                today,
            )
        if (
            self.state in ("done", "summarised")
            and self.money_state in ("budgeted", "advanced")
            and self.settle_due <= today
        ):
            self._tell(
                self.user_id | self.estate_id._activity_accountants(),
                self.env._("Settle the activity's account, due on %(date)s", date=self.settle_due),
                self.settle_due,
            )


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    def _activity_accountants(self):
        """Return the accountants who work for the estate, no administrators among them."""
        accountant = self.env.ref("property_service.group_accountant")
        administrator = self.env.ref("property_service.group_administrator")
        return (
            self.sudo()
            .user_ids.filtered("active")
            .filtered(
                lambda user: (
                    accountant in user.all_group_ids and administrator not in user.all_group_ids
                )
            )
        )
