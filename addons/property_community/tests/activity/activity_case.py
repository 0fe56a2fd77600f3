# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.property_service.tests.common import PropertyCase


class ActivityCase(PropertyCase):
    """An estate with homes, an approved plan, and helpers that take an activity along its way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.homes = [cls._make_unit(f"{number}01") for number in range(1, 5)]
        cls.type_fest = cls.env.ref("property_community.activity_type_05")
        cls.type_benefit = cls.env.ref("property_community.activity_type_03")
        cls.second_manager = new_test_user(
            cls.env,
            "test_second_manager",
            groups="property_service.group_manager",
            company_id=cls.company.id,
            property_estate_ids=[Command.set(cls.estate.ids)],
        )

    @classmethod
    def _make_plan(cls, year=None, approve=True, **values):
        """Return a plan of four activities, two of them for the public benefit."""
        user = cls.users["supervisor"]
        plan = (
            cls.env["property.activity.plan"]
            .with_user(user)
            .create(
                {
                    "estate_id": cls.estate.id,
                    "year": year or fields.Date.today().year,
                    "line_ids": [
                        Command.create(
                            {
                                "month": month,
                                "name": name,
                                "type_id": kind.id,
                                "budget": 1000,
                                "expected_count": 40,
                                "user_id": user.id,
                            }
                        )
                        for month, name, kind in (
                            ("02", "Lantern festival", cls.type_fest),
                            ("05", "Free clinic", cls.type_benefit),
                            ("09", "Mid-autumn evening", cls.type_fest),
                            ("10", "Help for the elderly", cls.type_benefit),
                        )
                    ],
                    **values,
                }
            )
        )
        if approve:
            plan.action_submit()
            cls._approve(plan)
        return plan

    @classmethod
    def _approve(cls, document):
        """Have every step of the pending approval decided by an administrator."""
        approval = document.sudo().approval_ids.filtered(lambda row: row.state == "pending")
        while approval.state == "pending":
            approval.with_user(cls.users["administrator"]).action_approve()
        document.invalidate_recordset()
        return approval

    @classmethod
    def _event_values(cls, **values):
        # an evening: it begins and ends on one day, whatever the time of the run
        evening = fields.Datetime.now().replace(hour=11, minute=0, second=0, microsecond=0)
        begin = evening + timedelta(days=20)
        return {
            "name": "Mid-autumn evening",
            "estate_id": cls.estate.id,
            "community_type_id": cls.type_fest.id,
            "date_begin": begin,
            "date_end": begin + timedelta(hours=2),
            "place": "Central square",
            "theme": "Moon over the lake",
            "flow": "Songs, riddles, mooncakes",
            "safety_plan": "Two guards at each entrance",
            "expected_count": 40,
            "budget_ids": [
                Command.create({"name": "Mooncakes", "quantity": 40, "price_unit": 10}),
                Command.create({"name": "Stage", "quantity": 1, "price_unit": 600}),
            ],
            "funding_ids": [Command.create({"source": "service", "amount": 1000})],
            **values,
        }

    @classmethod
    def _make_event(cls, state="signup", **values):
        """Return an activity of the plan that has gone as far as `state`."""
        if "plan_line_id" not in values:
            plan = (
                cls.env["property.activity.plan"].search(
                    [("estate_id", "=", cls.estate.id), ("year", "=", fields.Date.today().year)]
                )
                or cls._make_plan()
            )
            values["plan_line_id"] = plan.line_ids[2].id
        event = (
            cls.env["event.event"]
            .with_user(cls.users["staff"])
            .create({**cls._event_values(), **values})
        )
        steps = {
            "approval": event.action_submit,
            "approved": lambda: cls._approve(event),
            "preparing": event.action_prepare,
            "announced": event.action_announce,
            "signup": event.action_open_signup,
            "running": event.action_start,
            "done": event.action_finish,
        }
        for reached, step in steps.items():
            if event.state == state:
                break
            step()
            if reached == state:
                break
        return event

    def _sign_up(self, event, home, name=None, user="staff", **values):
        return (
            self.env["event.registration"]
            .with_user(self.users[user])
            .create(
                {
                    "event_id": event.id,
                    "unit_id": home.id,
                    "name": name or home.owner_id.name,
                    **values,
                }
            )
        )

    @contextmanager
    def _refused(self, text):
        """Expect an error whose message has `text`, and take back what was done until then."""
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            yield
