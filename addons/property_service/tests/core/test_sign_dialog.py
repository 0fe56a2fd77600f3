# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..common import PropertyCase

DOT = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)


@tagged("post_install", "-at_install")
class TestSignDialog(PropertyCase):
    """The dialog in which people sign offers the roles of its document, and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.document = cls.env["property.trusteeship"].create(
            {"unit_id": cls.unit.id, "partner_id": cls.unit.owner_id.id}
        )

    def _dialog(self):
        action = self.document.with_user(self.users["staff"]).action_sign()
        model = self.env[action["res_model"]].with_user(self.users["staff"])
        return Form(model.with_context(**action["context"]))

    def test_roles_of_the_document(self):
        dialog = self._dialog()
        roles = self.document._signature_labels()
        self.assertEqual(dialog.choices, [f"property.trusteeship:{role}" for role in roles])
        self.assertEqual(dialog.choice, "property.trusteeship:owner")
        self.assertEqual(dialog.name, self.unit.owner_id.name)
        # the browser asks for the fields without naming the document
        options = dict(self.env["property.sign"].fields_get(["choice"])["choice"]["selection"])
        self.assertLessEqual(set(dialog.choices), set(options))

    def test_another_role(self):
        dialog = self._dialog()
        dialog.choice = "property.trusteeship:company"
        dialog.name = "Manager"
        dialog.image = DOT
        saved = dialog.save()
        self.assertEqual((saved.role, saved.name), ("company", "Manager"))
        with self.assertRaisesRegex(UserError, "checked on site"):
            saved.action_sign()
