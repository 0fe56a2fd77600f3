# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .event_registration import AGE_GROUPS, MINORS

#: people one request may sign up
_ROWS = 10


class EventEvent(models.Model):
    _inherit = "event.event"

    @api.model
    def _homes_of_resident(self, user):
        """Return the homes the user holds today as owner or tenant, trusted."""
        return self.env["property.repair"]._homes_of(user)

    @api.model
    def _of_resident(self, user):
        """Return the activities a resident sees: those announced in his estates, and his own."""
        units = self._homes_of_resident(user)
        open_now = Domain("state", "in", ("announced", "signup", "running")) & Domain(
            "estate_id", "in", units.estate_id.ids
        )
        own = Domain("registration_ids.partner_id", "=", user.partner_id.id) & Domain(
            "registration_ids.unit_id", "in", units.ids
        )
        return self.sudo().search(
            Domain("estate_id", "!=", False) & (open_now | own), order="date_begin desc", limit=60
        )


class EventRegistration(models.Model):
    """What residents do by the portal: sign their household up, withdraw, rate."""

    _inherit = "event.registration"

    @api.model
    def _own(self, user, event):
        """Return the sign-ups the user made for the homes he holds today, trusted."""
        units = event._homes_of_resident(user)
        return self.sudo().search(
            [
                ("event_id", "=", event.id),
                ("partner_id", "=", user.partner_id.id),
                ("unit_id", "in", units.ids),
                ("state", "!=", "cancel"),
            ],
            order="id",
        )

    @api.model
    def _sign_up_by_resident(self, user, event, unit_id, people):
        """Sign people of the user's own household up.

        :param user: the portal user
        :param event: the activity
        :param unit_id: id of one of his homes, as it came from the page
        :param people: list of dicts with name, age_group, guardian_name, guardian_phone,
            guardian_consent
        :return: the sign-ups
        :raises UserError: in words for the resident
        """
        unit = event._homes_of_resident(user).filtered(lambda row: str(row.id) == str(unit_id))
        if not unit or unit.estate_id != event.estate_id:
            raise UserError(self.env._("This home is not registered for you."))
        rows = [row for row in people if (row.get("name") or "").strip()][:_ROWS]
        if not rows:
            raise UserError(self.env._("Enter the name of who takes part."))
        values = []
        for row in rows:
            age = row.get("age_group") or "adult"
            if age not in dict(AGE_GROUPS):
                raise UserError(self.env._("Choose an age group."))
            minor = age in MINORS
            values.append(
                {
                    "event_id": event.id,
                    "unit_id": unit.id,
                    "partner_id": user.partner_id.id,
                    "name": row["name"].strip()[:60],
                    "age_group": age,
                    "guardian_name": minor and (row.get("guardian_name") or "").strip()[:60],
                    "guardian_phone": minor and (row.get("guardian_phone") or "").strip()[:30],
                    "guardian_consent": bool(minor and row.get("guardian_consent")),
                }
            )
        known = self._own(user, event).mapped("name")
        for row in values:
            if row["name"] in known:
                raise UserError(self.env._("%(person)s is signed up already.", person=row["name"]))
            known.append(row["name"])
        return self.sudo().create(values)

    def _cancel_by_resident(self):
        """Withdraw a sign-up; whoever waits moves up.

        :raises UserError: once the activity has begun
        """
        self.ensure_one()
        if self.event_id.state not in ("announced", "signup", "postponed", "preparing"):
            raise UserError(self.env._("The activity has begun: call the service centre."))
        self.sudo().state = "cancel"

    def _place_in_line(self):
        """Return the place on the waiting list, from 1; 0 with a place."""
        self.ensure_one()
        if not self.waiting:
            return 0
        waiting = self.sudo().search(
            [("event_id", "=", self.event_id.id), ("waiting", "=", True), ("state", "=", "draft")],
            order="waiting_since, id",
        )
        return waiting.ids.index(self.id) + 1 if self.id in waiting.ids else 0

    def _barcode_text(self):
        """Return the barcode of the ticket as the address of its picture."""
        self.ensure_one()
        return f"/report/barcode/Code128/{self.barcode}?width=400&height=80"
