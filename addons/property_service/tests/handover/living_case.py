# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import Command

from ..common import PropertyCase


class LivingCase(PropertyCase):
    """A home with owner, family and tenant-to-be, a cabinet with keys, and short ways to sign."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.staff, cls.supervisor = cls.users["staff"], cls.users["supervisor"]
        cls.manager = cls.users["manager"]
        cls.unit = cls._make_unit("101")
        cls.owner = cls.unit.owner_id
        cls.owner.phone = "13800000001"
        cls.person = cls.env["res.partner"].create({"name": "Borrower Bo", "phone": "139"})
        cls.cabinet = cls.env["property.key.cabinet"].create(
            {"name": "A", "estate_id": cls.estate.id, "keeper_id": cls.staff.id}
        )
        cls.key = cls._make_key("K1", key_class="vacant", unit_id=cls.unit.id, quantity=2)

    @classmethod
    def _make_key(cls, code, **values):
        return cls.env["property.key"].create(
            {"code": code, "cabinet_id": cls.cabinet.id, "estate_id": cls.estate.id, **values}
        )

    def _sign(self, document, role, name=None, user=None):
        """Let somebody sign on paper."""
        document = document.with_user(user or self.staff)
        partner = document._signature_partner(role)
        return document._sign(role, name or partner.name or "Somebody", way="paper")

    @contextmanager
    def assertRaisesRegex(self, expected, regex):
        """Expect a message, and roll back what was written on the way to it."""
        with self.assertRaises(expected) as caught:
            yield caught
        self.assertRegex(str(caught.exception), regex)

    def _papers(self, document):
        """Show all the papers a document asks for."""
        document.paper_ids.write({"original_seen": True})
        document.invalidate_recordset(["papers_missing"])

    def _attachment(self):
        return Command.create({"name": "photo.png", "raw": b"x"})

    def _reason(self, document, key, reason="because", user=None):
        """Take a step with a reason as the dialog does."""
        dialog = (
            self.env["property.patrol.reason"]
            .with_user(user or self.staff)
            .create(
                {
                    "res_model": document._name,
                    "res_ids": str(document.id),
                    "key": key,
                    "reason": reason,
                }
            )
        )
        return dialog.action_apply()

    def _cron(self, xml_id):
        """Run a scheduled action, twice: the second time changes nothing."""
        for _turn in range(2):
            with self.enter_registry_test_mode():
                self.env.ref(f"property_service.{xml_id}").method_direct_trigger()
