# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..common import PropertyCase

NUMBER = "110101199003074477"
MASK = "110***********4477"


@tagged("post_install", "-at_install")
class TestIdentity(PropertyCase):
    """ID numbers are masked; reading one in full is logged (handbook A §9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls._make_unit("101")
        cls.person = cls.unit.owner_id
        cls.person.write({"property_id_number": NUMBER, "phone": "13812345678"})
        cls.users["identity"] = new_test_user(
            cls.env,
            "test_identity",
            groups="property_service.group_identity",
            company_id=cls.company.id,
            property_estate_ids=[Command.set(cls.estate.ids)],
        )

    def test_masked_for_everybody(self):
        for user in self.users.values():
            person = self.person.with_user(user)
            self.assertEqual(person.property_id_number, MASK)
            self.assertEqual(person.read(["property_id_number"])[0]["property_id_number"], MASK)
        self.assertEqual(self.person.sudo().property_id_number, MASK)

    def test_masked_in_exports(self):
        """Only who may export at all gets a file, and the mask is what is in it."""
        staff, exporter = self.users["staff"], self.users["administrator"]
        fields = ["name", "property_id_number", "property_phone_masked"]
        with self.assertRaises(UserError):
            self.person.with_user(staff).export_data(fields)
        exporter.group_ids = [Command.link(self.env.ref("base.group_allow_export").id)]
        exported = self.person.with_user(exporter).export_data(fields)["datas"]
        self.assertEqual(exported, [[self.person.name, MASK, "138****5678"]])

    def test_nobody_reads_the_store(self):
        for role, user in self.users.items():
            store = self.env["property.identity"].with_user(user)
            with self.assertRaises(AccessError, msg=role):
                store.search([("number", "=", NUMBER)])
            with self.assertRaises(AccessError, msg=role):
                store.create({"partner_id": self.person.id, "number": NUMBER})
        # nor by searching through the person
        people = self.env["res.partner"].with_user(self.users["manager"])
        for domain in ([("property_id_number", "=", NUMBER)], [("property_id_number", "!=", "")]):
            with self.assertRaises(ValueError):
                people.search(domain)

    def test_reading_is_logged(self):
        user = self.users["identity"]
        action = self.person.with_user(user).action_reveal_id_number()
        form = Form(self.env[action["res_model"]].with_user(user).with_context(**action["context"]))
        form.reason = "comparing with the title certificate"
        shown = form.save().action_reveal()
        self.assertEqual(shown["params"]["message"], NUMBER)
        log = self.env["property.identity.log"].search([("partner_id", "=", self.person.id)])
        self.assertEqual(log.user_id, user)
        self.assertEqual(log.reason, "comparing with the title certificate")
        dialog = self.env["property.identity.reveal"].search([])
        self.assertNotIn(NUMBER, str(dialog.sudo().read()), "the number is stored nowhere else")

    def test_not_without_reason_or_right(self):
        identities = self.env["property.identity"]
        with self.assertRaises(UserError):
            identities.with_user(self.users["identity"])._reveal(self.person, "  ")
        for role in ("reader", "staff", "cashier", "steward", "technician", "supervisor"):
            with self.assertRaises(AccessError, msg=role):
                identities.with_user(self.users[role])._reveal(self.person, "curious")
            with self.assertRaises(AccessError, msg=role):
                self.env["property.identity.reveal"].with_user(self.users[role]).create(
                    {"partner_id": self.person.id, "reason": "curious"}
                )
        self.assertFalse(self.env["property.identity.log"].search([]))

    def test_log_is_for_ever(self):
        self.env["property.identity"].with_user(self.users["identity"])._reveal(
            self.person, "police request"
        )
        log = self.env["property.identity.log"].search([])
        for role in ("identity", "supervisor"):
            with self.assertRaises(AccessError, msg=role):
                log.with_user(self.users[role]).read(["reason"])
        for role in ("manager", "administrator"):
            mine = log.with_user(self.users[role])
            self.assertEqual(mine.reason, "police request")
            with self.assertRaises(AccessError):
                mine.write({"reason": "x"})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"partner_id": self.person.id, "user_id": self.env.uid, "reason": "x"})

    def test_check_digit(self):
        other = self.env["res.partner"].create({"name": "Other"})
        with self.assertRaises(ValidationError) as caught:
            other.property_id_number = "110101199003074478"
        self.assertIn("check digit", str(caught.exception))
        self.assertNotIn("19900307", str(caught.exception), "the message is masked too")
        other.write({"property_id_type": "passport", "property_id_number": "E12345678"})
        self.assertEqual(other.property_id_number, "E1*****78")
        with self.assertRaises(ValidationError):
            other.property_id_type = "resident_id"
        with self.assertRaises(ValidationError):
            other.property_id_number = "1.10101E+17"

    def test_mask_changes_nothing(self):
        """Saving the form with the mask in it keeps the number; typing a new one replaces it."""
        staff = self.person.with_user(self.users["staff"])
        form = Form(staff)
        self.assertEqual(form.property_id_number, MASK)
        form.property_employer = "Bank"
        form.save()
        staff.write({"property_id_number": MASK})
        kept = self.env["property.identity"].search([("partner_id", "=", self.person.id)])
        self.assertEqual(kept.number, NUMBER)
        staff.property_id_number = "５１０１０４１９８５１０２６００１１".translate(
            {ord("０") + digit: str(digit) for digit in range(10)}
        )
        self.assertEqual(kept.number, "510104198510260011")
        staff.property_id_number = False
        self.assertFalse(kept.exists())

    def test_phone_is_masked_in_lists(self):
        row = self.unit.occupancy_ids
        self.assertEqual(self.person.property_phone_masked, "138****5678")
        self.assertEqual(row.phone_masked, "138****5678")
        self.assertEqual(self.unit.phone_masked, "138****5678")
        self.assertEqual(self.unit.phone, "13812345678")
        mine = ("property.unit", "property.occupancy", "property.archive.document")
        domain = [("model", "in", mine), ("type", "in", ("list", "kanban"))]
        for view in self.env["ir.ui.view"].search(domain):
            shown = set(etree.fromstring(view.get_combined_arch()).xpath("//field/@name"))
            self.assertNotIn("phone", shown, view.name)

    def test_card_of_a_person(self):
        """What a household tells is seen by those who work for it, sensitive things by staff."""
        self.person.property_special_care = "wheelchair"
        with self.assertRaises(AccessError):
            self.person.with_user(self.users["reader"]).read(["property_special_care"])
        staff = self.person.with_user(self.users["staff"])
        self.assertEqual(staff.property_special_care, "wheelchair")
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        arch = self.env["res.partner"].with_user(outsider).get_view(False, "form")["arch"]
        shown = {node.get("name") for node in etree.fromstring(arch).iter("field")}
        self.assertFalse({name for name in shown if name.startswith("property_")})
