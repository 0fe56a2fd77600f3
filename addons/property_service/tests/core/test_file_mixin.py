# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestFileMixin(PropertyCase):
    """Photos chosen before a record is saved are seen by whoever sees the record."""

    def _upload(self, user):
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .create(
                {"name": "photo.png", "raw": b"photo", "res_model": "property.renovation.damage"}
            )
        )

    def test_a_photo_of_a_new_record(self):
        unit = self._make_unit("101")
        staff, other = self.users["staff"], self.users["supervisor"]
        photo = self._upload(staff)
        with self.assertRaises(AccessError):
            photo.with_user(other).read(["raw"])
        dossier = self.env["property.renovation"].with_user(staff).create({"unit_id": unit.id})
        claim = (
            self.env["property.renovation.damage"]
            .with_user(staff)
            .create(
                {
                    "renovation_id": dossier.id,
                    "name": "wall",
                    "basis": "clause 3",
                    "amount": 50.0,
                    "photo_ids": [Command.set(photo.ids)],
                }
            )
        )
        self.assertEqual(photo.res_id, claim.id)
        self.assertEqual(photo.with_user(other).raw, b"photo")

    def test_files_of_others_stay_theirs(self):
        """A file somebody else has just uploaded is not taken by naming its number."""
        unit = self._make_unit("101")
        staff, other = self.users["staff"], self.users["supervisor"]
        photo = self._upload(other)
        case = (
            self.env["property.repair"]
            .with_user(staff)
            .sudo()
            .create(
                {
                    "unit_id": unit.id,
                    "estate_id": self.estate.id,
                    "description": "leak",
                    "category_id": self.env["property.case.category"]
                    .search([("kind", "=", "repair")], limit=1)
                    .id,
                    "photo_before_ids": [Command.link(photo.id)],
                }
            )
        )
        self.assertFalse(photo.res_id)
        with self.assertRaises(AccessError):
            photo.with_user(staff).read(["raw"])
        self.assertTrue(case.photo_before_ids)
