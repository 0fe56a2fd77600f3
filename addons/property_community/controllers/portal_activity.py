# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.activity.event_registration import AGE_GROUPS, MINORS
from ..models.activity.event_registration_rating import RATES, RATING_STATES

#: people of one household the form offers rows for
_ROWS = 4


class PropertyActivityPortal(CustomerPortal):
    """Residents see the activities of their estate, sign their household up, withdraw and rate.

    What is shown is looked up from the homes the user holds today; whatever is not his is answered
    like what does not exist (handbook B G2).
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "property_activity_count" in counters:
            values["property_activity_count"] = len(
                request.env["event.event"]._of_resident(request.env.user)
            )
        return values

    def _activity_of(self, event_id):
        events = request.env["event.event"]._of_resident(request.env.user)
        return events.filtered(lambda row: row.id == event_id)

    @http.route("/my/activities", type="http", auth="user", website=True, readonly=True)
    def portal_my_activities(self, **kwargs):
        """Show the activities announced for the resident and those he signed up for."""
        events = request.env["event.event"]._of_resident(request.env.user)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "property_activities",
            "events": events,
            "signed": {
                event.id: request.env["event.registration"]._own(request.env.user, event)
                for event in events
            },
            "labels": dict(events._fields["state"]._description_selection(request.env)),
        }
        return request.render("property_community.portal_my_activities", values)

    @http.route(
        "/my/activities/<int:event_id>", type="http", auth="user", website=True, readonly=True
    )
    def portal_my_activity(self, event_id, **kwargs):
        """Show one activity: what it is, the sign-up, the household's own sign-ups."""
        return self._show_activity(event_id)

    def _show_activity(self, event_id, error=None, given=None):
        event = self._activity_of(event_id)
        if not event:
            raise request.not_found()
        env = request.env
        registrations = env["event.registration"]
        own = registrations._own(env.user, event)
        units = event._homes_of_resident(env.user).filtered(
            lambda row: row.estate_id == event.estate_id
        )
        closed = event.signup_until and event.signup_until < fields.Datetime.now()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "property_activity",
            "event": event,
            "units": units,
            "own": own,
            "can_sign_up": event.state == "signup" and not closed and bool(units),
            "can_rate": event.state in RATING_STATES,
            "free": event._places_free(),
            "labels": dict(event._fields["state"]._description_selection(env)),
            "ages": registrations._fields["age_group"]._description_selection(env),
            "age_labels": dict(registrations._fields["age_group"]._description_selection(env)),
            "rates": registrations._fields["satisfaction"]._description_selection(env),
            "minors": MINORS,
            "rows": range(min(_ROWS, event.household_quota or _ROWS)),
            "given": given or {},
            "error": error,
        }
        return request.render("property_community.portal_my_activity", values)

    @http.route(
        "/my/activities/<int:event_id>/sign_up",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_activity_sign_up(self, event_id, unit_id=None, **form):
        """Sign people of the resident's own household up."""
        event = self._activity_of(event_id)
        if not event:
            raise request.not_found()
        ages = dict(AGE_GROUPS)
        people = [
            {
                "name": form.get(f"name_{row}"),
                "age_group": form.get(f"age_{row}") if form.get(f"age_{row}") in ages else "adult",
                "guardian_name": form.get("guardian_name"),
                "guardian_phone": form.get("guardian_phone"),
                "guardian_consent": form.get("guardian_consent"),
            }
            for row in range(_ROWS)
        ]
        try:
            with request.env.cr.savepoint():
                request.env["event.registration"]._sign_up_by_resident(
                    request.env.user, event, unit_id, people
                )
        except (UserError, ValidationError) as error:
            return self._show_activity(event_id, error=str(error), given=form)
        return request.redirect(f"/my/activities/{event_id}")

    @http.route(
        "/my/activities/<int:event_id>/<any(withdraw,rate):step>/<int:registration_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_activity_step(self, event_id, step, registration_id, rate=None, opinion=None, **kw):
        """Withdraw one of the household's sign-ups, or rate the activity."""
        event = self._activity_of(event_id)
        own = request.env["event.registration"]._own(request.env.user, event)
        registration = own.filtered(lambda row: row.id == registration_id)
        if not registration:
            raise request.not_found()
        try:
            with request.env.cr.savepoint():
                if step == "withdraw":
                    registration._cancel_by_resident()
                else:
                    registration._rate(rate if rate in dict(RATES) else None, opinion)
        except UserError as error:
            return self._show_activity(event_id, error=str(error))
        return request.redirect(f"/my/activities/{event_id}")
