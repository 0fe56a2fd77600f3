# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.patrol.property_callback import GRADES

_QUESTIONS = (
    "rating",
    "attitude",
    "quality",
    "timeliness",
    "price",
    "shoe_covers",
    "clean",
    "explained",
    "shortcomings",
    "suggestions",
    "signature",
    "reply_promise",
    "reply_date",
)


class PropertyCallbackCall(models.TransientModel):
    """Records a call: reached or not, the questions of form B1-1, the result."""

    _name = "property.callback.call"
    _description = "Call a customer back"

    callback_id = fields.Many2one("property.callback", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="callback_id.partner_id")
    unit_id = fields.Many2one(related="callback_id.unit_id")
    phone = fields.Char(related="callback_id.phone")
    what = fields.Text(related="callback_id.description", string="Work to ask about")
    attempt_count = fields.Integer(related="callback_id.attempt_count")
    method = fields.Selection(
        [("phone", "Phone"), ("visit", "At the home"), ("wechat", "WeChat or app")],
        required=True,
        default="phone",
    )
    reached = fields.Selection(
        [("yes", "Reached"), ("no", "Not reached")],
        "The customer was",
        required=True,
        default="yes",
    )
    note = fields.Char("Remark")
    next_date = fields.Date("Try again on")
    result = fields.Selection(
        [("ok", "Satisfied"), ("fair", "Fairly satisfied"), ("bad", "Dissatisfied")]
    )
    rating = fields.Selection(
        GRADES, "Overall grade", compute="_compute_rating", store=True, readonly=False
    )
    attitude = fields.Selection(GRADES, "Service attitude")
    quality = fields.Selection(GRADES, "Quality of the work")
    timeliness = fields.Selection(GRADES)
    price = fields.Selection(GRADES, "Reasonable price")
    shoe_covers = fields.Boolean("Shoe covers worn", default=True)
    clean = fields.Boolean("Left clean", default=True)
    explained = fields.Boolean("Fault explained", default=True)
    shortcomings = fields.Text()
    suggestions = fields.Text("Opinions and suggestions")
    signature = fields.Binary("Signature of the customer")
    reply_promise = fields.Char("Promised to the customer")
    reply_date = fields.Datetime("Reply by")

    @api.depends("result")
    def _compute_rating(self):
        for call in self:
            call.rating = {"ok": "a", "fair": "b", "bad": "c"}.get(call.result)

    def action_save(self):
        """Record the call.

        :raises UserError: where the customer was reached and no result is chosen
        """
        self.ensure_one()
        callback = self.callback_id
        if self.reached == "no":
            callback._not_reached(self.method, self.note, self.next_date)
        elif not self.result:
            raise UserError(self.env._("Choose how satisfied the customer is."))
        else:
            if self.result == "bad" and not (self.shortcomings or self.suggestions):
                raise UserError(self.env._("State what the customer is dissatisfied with."))
            answers = {name: self[name] for name in _QUESTIONS if self[name]}
            callback._record(self.result, method=self.method, **answers)
        return {"type": "ir.actions.act_window_close"}
