# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools.local_time import local_day, local_today


class PropertyCorrectiveAction(models.Model):
    """Whether the cause came back (handbook B F7: effect = recurrence within 6 months).

    A closed action is watched for the months of setting `corrective_recurrence_months`. As many
    new cases of its cause as would propose an action open it again at once; fewer are put to the
    supervisor when the time is over; none end it.
    """

    _inherit = "property.corrective.action"

    recurrence_due = fields.Date(
        "Watched until", compute="_compute_recurrence_due", store=True, index="btree_not_null"
    )
    recurrence = fields.Selection(
        [("none", "Did not come back"), ("asked", "To be judged"), ("back", "Came back")],
        "Recurrence of the cause",
        readonly=True,
        copy=False,
        tracking=True,
    )
    recurrence_count = fields.Integer(
        "Cases since it was closed", readonly=True, copy=False, aggregator=None
    )

    @api.depends("verified_date", "state", "estate_id")
    def _compute_recurrence_due(self):
        for action in self:
            if action.state != "closed" or not action.verified_date:
                action.recurrence_due = False
                continue
            months = action.estate_id._parameter("corrective_recurrence_months")
            action.recurrence_due = local_day(action.verified_date) + relativedelta(months=months)

    def _recurrence_domain(self):
        """Return (model, domain of new cases of the cause, how many mean that it is back).

        None where no records tell, as with an analysis or an internal check.
        """
        self.ensure_one()
        since, place = self.verified_date, ("estate_id", "=", self.estate_id.id)
        complaints = [
            place,
            ("received_date", ">", since),
            ("state", "not in", ("withdrawn", "invalid")),
        ]
        if self.violation_type_id:
            domain = [
                place,
                ("type_id", "=", self.violation_type_id.id),
                ("found_date", ">", since),
            ]
            often = self.estate_id._parameter("finding_repeat_count")
            return "property.renovation.violation", domain, often
        if self.res_model == "property.complaint.matter":
            return "property.complaint", [*complaints, ("matter_id", "=", self.res_id)], 1
        if self.category_id:
            domain = [*complaints, ("category_id", "=", self.category_id.id)]
            return "property.complaint", domain, self.estate_id._parameter("corrective_repeats")
        if item := self.result_id.item_id:
            domain = [
                place,
                ("item_id", "=", item.id),
                ("met", "=", False),
                ("campaign_id.closed_date", ">", since),
            ]
            return "property.survey.result", domain, 1
        return None

    def _check_recurrence(self):
        """Look whether the cause of a closed action came back; called each day."""
        self.ensure_one()
        action = self._in_print_lang()
        found = action._recurrence_domain()
        count = 0
        if found:
            model, domain, often = found
            count = self.env[model].sudo().search_count(domain)
            if count >= max(often, 1):
                action._came_back(
                    action.env._("%(count)s new cases since it was closed", count=count), count
                )
                return
        if local_today() < action.recurrence_due:
            return
        if found and not count:
            action._with_move().write({"recurrence": "none", "recurrence_count": 0})
            return
        action._with_move().write({"recurrence": "asked", "recurrence_count": count})
        action._tell(
            "supervisor", action.env._("Did the cause of %s come back? Judge it", action.number)
        )

    def _came_back(self, text, count):
        self._begin_again(
            recurrence="back",
            recurrence_count=count,
            verify_result=f"{self.verify_result or ''}\n{text}".strip(),
        )
        self.message_post(body=self.env._("The cause came back: %(text)s", text=text))
        self._tell("supervisor", self.env._("The cause of %s came back", self.number))

    def action_came_back(self, reason=None):
        """State that the cause of a closed action came back: it is looked for anew.

        :param str reason: what came back
        :raises UserError: without it
        """
        self._check_role("supervisor", self.env._("Effects are verified by a supervisor."))
        if not reason:
            raise UserError(self.env._("State what came back."))
        for action in self._watched():
            action._came_back(reason, action.recurrence_count)

    def action_stayed_away(self):
        """State that the cause of a closed action did not come back."""
        self._check_role("supervisor", self.env._("Effects are verified by a supervisor."))
        self._watched()._with_move().write({"recurrence": "none"})

    def _watched(self):
        """Return the actions, all of them closed.

        :raises UserError: naming one that is not
        """
        for action in self:
            if action.state != "closed":
                raise UserError(self.env._("%s is not closed.", action.number))
        return self

    def action_recurrence(self):
        """Open the new cases of the cause since the action was closed.

        :raises UserError: where no records tell
        """
        self.ensure_one()
        found = self.verified_date and self._recurrence_domain()
        if not found:
            raise UserError(self.env._("No records tell whether this cause came back."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cases since it was closed"),
            "res_model": found[0],
            "view_mode": "list,form",
            "domain": found[1],
            "context": {"create": False},
        }
