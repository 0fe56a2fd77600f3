# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

RATES = [
    ("5", "Very satisfied"),
    ("4", "Satisfied"),
    ("3", "So-so"),
    ("2", "Not satisfied"),
    ("1", "Not at all satisfied"),
]
#: states of an activity in which those who came may rate it
RATING_STATES = ("done", "summarised")


class EventRegistration(models.Model):
    """How who took part liked it; kept with Odoo's ratings, the activity is their parent (G2-3)."""

    _name = "event.registration"
    _inherit = ["rating.mixin", "event.registration"]

    satisfaction = fields.Selection(RATES, "How it was liked", readonly=True, copy=False)
    opinion = fields.Text("Opinion of the participant", readonly=True, copy=False)

    def _rating_get_parent_field_name(self):
        return "event_id"

    def _rating_get_operator(self):
        return self.event_id.user_id.partner_id

    def _rate(self, rate, opinion=None):
        """Keep the rating of who took part; a second one replaces the first.

        :param str rate: a value of `satisfaction`
        :raises UserError: if the person was not there, or it is not over yet
        """
        self.ensure_one()
        if rate not in dict(RATES):
            raise UserError(self.env._("Choose how satisfied you are."))
        if self.event_id.state not in RATING_STATES:
            raise UserError(
                self.env._(
                    "“%(event)s” is rated when it is over, until its record is archived.",
                    event=self.event_id.name,
                )
            )
        if self.state != "done":
            raise UserError(
                self.env._(
                    "Only who was there rates the activity; %(person)s was not checked in.",
                    person=self.name or "",
                )
            )
        trusted = self.sudo()
        trusted.write({"satisfaction": rate, "opinion": opinion or False})
        rating = trusted.rating_ids.filtered("consumed")[:1]
        if rating:
            rating.write({"rating": int(rate), "feedback": opinion or False})
        else:
            token = trusted._rating_get_access_token(trusted.partner_id)
            trusted.rating_apply(int(rate), token=token, feedback=opinion or None)
        return True

    def action_rate(self):
        """Open the dialog that keys in a rating given on paper or by phone."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rate the activity"),
            "res_model": "property.activity.rate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_registration_id": self.id},
        }
