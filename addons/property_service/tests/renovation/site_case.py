# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user

from ...tools import identity
from .renovation_case import DOT, RenovationCase

#: Monday, ten o'clock in China
MONDAY = "2026-03-02 02:00:00"


def id_number(serial):
    """Return a resident ID number that passes its check digit."""
    first = f"11010119900307{serial:03d}"
    return first + identity.resident_check_digit(first)


def number_of(name):
    """Return the serial of the number a worker called `name` gets."""
    return sum(map(ord, name)) % 900 + 1


class SiteCase(RenovationCase):
    """A site whose work began on Monday 2026-03-02, with a registered worker and a guard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["security"] = new_test_user(
            cls.env,
            "test_security",
            groups="property_service.group_security",
            company_id=cls.company.id,
            tz="Asia/Shanghai",
            property_estate_ids=[Command.set(cls.estate.ids)],
        )
        with freeze_time(MONDAY):
            cls.site = cls()._working(
                date_start_plan=date(2026, 3, 2), date_end_plan=date(2026, 3, 31)
            )
            cls.worker = cls._make_worker("Zhang")
        cls.env.flush_all()

    @classmethod
    def _make_worker(cls, name, serial=0, site=None, **values):
        serial = serial or number_of(name)
        return cls.env["property.renovation.worker"].create(
            {
                "renovation_id": (site or cls.site).id,
                "name": name,
                "id_number": id_number(serial),
                "id_checked": True,
                "photo": DOT,
                **values,
            }
        )

    def _apply(self, worker=None, **values):
        return self.env["property.renovation.pass"].create(
            {"worker_id": (worker or self.worker).id, **values}
        )

    def _issued(self, worker=None, **values):
        card = self._apply(worker, **values)
        card.action_approve()
        card.action_issue()
        return card

    def _violation(self, code="R4", **values):
        return self.env["property.renovation.violation"].create(
            {
                "unit_id": self.home.id,
                "type_id": self.env.ref(f"property_service.violation_type_{code.lower()}").id,
                "description": "Bags of debris in the corridor",
                "photo_ids": [Command.set(self._photo().ids)],
                **values,
            }
        )

    def _approve_as(self, document, *users):
        for user in users:
            approval = document.approval_ids.filtered(lambda row: row.state == "pending")
            approval.with_user(self.users[user]).action_approve()

    def _tasks(self, record, text):
        return record.activity_ids.filtered(lambda task: text in (task.summary or ""))
