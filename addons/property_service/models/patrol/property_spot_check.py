# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import math
from datetime import date
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import month_bounds

_logger = logging.getLogger(__name__)


class PropertySpotCheck(models.Model):
    """The manager's monthly check whether callbacks are real (form B2-2, handbook B §B2)."""

    _name = "property.spot.check"
    _description = "Spot check of a callback"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "month desc, id"
    _check_company_auto = True
    _rec_name = "callback_id"

    _workflow_moves = {"drawn": ("done",)}
    _workflow_stamps = {"done": ("user_id", "date")}

    month = fields.Date(required=True, readonly=True, index=True)
    callback_id = fields.Many2one(
        "property.callback", required=True, readonly=True, ondelete="restrict", index=True
    )
    estate_id = fields.Many2one(
        related="callback_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="callback_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(related="callback_id.unit_id")
    partner_id = fields.Many2one(related="callback_id.partner_id")
    phone = fields.Char(related="callback_id.phone")
    original_result = fields.Selection(
        related="callback_id.result", string="Result recorded", store=True
    )
    call_user_id = fields.Many2one(
        related="callback_id.call_user_id", string="Called by", store=True, index=True
    )
    method = fields.Selection(
        [("phone", "Phone"), ("visit", "At the home"), ("wechat", "WeChat or app")],
        default="phone",
        required=True,
    )
    true = fields.Selection([("yes", "True"), ("no", "Untrue")], "Record is", tracking=True)
    quality = fields.Selection(
        [("ok", "Passed"), ("bad", "Failed")], "Quality of the work", tracking=True
    )
    problem = fields.Text()
    treatment = fields.Char()
    rectification_id = fields.Many2one(
        "property.rectification", readonly=True, index="btree_not_null"
    )
    user_id = fields.Many2one("res.users", "Spot check by", readonly=True, index="btree_not_null")
    date = fields.Datetime("Spot check on", readonly=True)
    state = fields.Selection(
        [("drawn", "Drawn"), ("done", "Called and compared")],
        required=True,
        default="drawn",
        index=True,
    )

    _once = models.UniqueIndex("(callback_id)", "This callback is drawn already.")

    @api.model
    def _draw(self, estate, month):
        """Draw the sample of a month's callbacks; a month is drawn once.

        :param estate: `property.estate` record
        :param date month: any day of the month in which the callbacks were made
        :return: the checks of the month
        """
        first = month.replace(day=1)
        drawn = self.search([("estate_id", "=", estate.id), ("month", "=", first)])
        if drawn:
            return drawn
        start, end = month_bounds(first)
        callbacks = (
            self.env["property.callback"]
            .search(
                [
                    ("estate_id", "=", estate.id),
                    ("call_date", ">=", start),
                    ("call_date", "<", end),
                    ("result", "in", ("ok", "fair", "bad")),
                    ("method", "!=", "portal"),
                ],
                order="id",
            )
            .filtered(lambda row: not row.spot_check_ids)
        )
        size = max(
            math.ceil(len(callbacks) * estate._parameter("spotcheck_share") / 100),
            estate._parameter("spotcheck_min"),
        )
        dice = Random(f"{estate.id},{first}")
        chosen = dice.sample(callbacks.ids, min(size, len(callbacks)))
        return self.sudo().create(
            [{"month": first, "callback_id": callback_id} for callback_id in sorted(chosen)]
        )

    @api.model
    def _cron_draw(self):
        """Draw last month's sample of every estate; safe to run twice."""
        month = fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            lambda estate: self._draw(estate, month),
            lambda estate, error: _logger.error(
                "Spot checks of estate %s cannot be drawn", estate.id, exc_info=error
            ),
        )

    def action_done(self):
        """Finish the check: an untrue record is called anew, bad work gets a notice.

        :raises UserError: for who may not check, called himself, or left the results empty
        """
        for check in self:
            if not (self.env.su or self.env.user.has_group("property_service.group_manager")):
                raise UserError(self.env._("Spot checks are made by the manager."))
            if check.call_user_id == self.env.user:
                raise UserError(self.env._("Nobody checks his own callbacks."))
            if not check.true or not check.quality:
                raise UserError(self.env._("State whether the record is true and the work good."))
            if (check.true == "no" or check.quality == "bad") and not check.problem:
                raise UserError(self.env._("Describe the problem that was found."))
            check._move_to("done")
            if check.true == "no":
                check._redo()
            if check.true == "no" or check.quality == "bad":
                callback = check.callback_id
                responsible = (
                    callback.call_user_id if check.true == "no" else callback.handler_ids[:1]
                )
                notice = self.env["property.rectification"]._issue(
                    check, callback.category_id.department_id, responsible, check.problem
                )
                check.rectification_id = notice

    def _redo(self):
        """Mark an untrue record and plan the callback again, by somebody else."""
        callback = self.callback_id.sudo()
        callback._with_move().write({"untrue": True})
        callback.copy(
            {
                "res_model": callback.res_model,
                "res_id": callback.res_id,
                "source_name": callback.source_name,
                "parent_id": callback.id,
                "round": callback.round + 1,
                "user_id": False,
                "handler_ids": [
                    fields.Command.set((callback.handler_ids | callback.call_user_id).ids)
                ],
            }
        )

    @api.model
    def action_draw(self):
        """Draw the samples of last month for the estates the manager works for, and show them.

        :raises UserError: for who is no manager
        """
        if not self.env.user.has_group("property_service.group_manager"):
            raise UserError(self.env._("Spot checks are made by the manager."))
        month = fields.Date.context_today(self).replace(day=1) - relativedelta(months=1)
        for estate in self.env["property.estate"].search([("active", "=", True)]):
            self._draw(estate, month)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "property_service.property_spot_check_action"
        )

    def _month_text(self):
        return f"{self.month:%Y-%m}" if isinstance(self.month, date) else ""
