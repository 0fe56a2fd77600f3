# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import PropertyCase


@tagged("post_install", "-at_install")
class TestParameter(PropertyCase):
    """Every number of the handbooks is a setting (design rule 5)."""

    def _own(self, key, value, **values):
        parameter = self.env.ref(f"property_service.parameter_{key}")
        parameter.value_ids = [Command.create({"value": value, **values})]
        return parameter

    def test_estate_before_company_before_default(self):
        other = self._make_estate("River Park", "RP")
        self.assertEqual(self.estate._parameter("bill_due_day"), 25)
        self._own("bill_due_day", "20")
        self.assertEqual(self.estate._parameter("bill_due_day"), 20)
        self._own("bill_due_day", "15", estate_id=self.estate.id)
        self.assertEqual(self.estate._parameter("bill_due_day"), 15)
        self.assertEqual(other._parameter("bill_due_day"), 20)

    def test_types(self):
        self.assertIs(self.estate._parameter("bill_run_four_eyes"), True)
        self._own("bill_run_four_eyes", "0")
        self.assertIs(self.estate._parameter("bill_run_four_eyes"), False)
        self._own("part_month_mode", "day")
        self.assertEqual(self.estate._parameter("part_month_mode"), "day")
        for key, value in (
            ("bill_due_day", "soon"),
            ("bill_run_four_eyes", "perhaps"),
            ("bill_due_mode", "never"),
        ):
            with self.assertRaises(ValidationError, msg=key):
                self._own(key, value, estate_id=self.estate.id)
        with self.assertRaises(KeyError):
            self.estate._parameter("no_such_setting")

    def test_what_a_reader_sees(self):
        parameter = self._own("bill_due_mode", "day")
        self.assertEqual(parameter.effective_label, "fixed day")
        self.assertEqual(parameter.default_label, "end of the month")
        self.assertIn("next_month_end = end of the next month", parameter.choice_help)
        eyes = self.env.ref("property_service.parameter_bill_run_four_eyes")
        self.assertEqual((eyes.default_label, eyes.choice_help), ("Yes", "1 = Yes; 0 = No"))
        day = self.env.ref("property_service.parameter_bill_due_day")
        self.assertEqual((day.effective_label, day.choice_help), ("25", ""))
        # as many labels as choices
        for parameter in self.env["property.parameter"].search([("value_type", "=", "choice")]):
            self.assertEqual(
                len(parameter._choice_list()),
                len((parameter.choice_labels or "").split(",")),
                parameter.key,
            )
            self.assertIn(parameter.default_value, parameter._choice_list())

    def test_only_administrators(self):
        parameter = self.env.ref("property_service.parameter_bill_due_day")
        values = {"parameter_id": parameter.id, "value": "10"}
        for role in ("staff", "accountant", "supervisor", "manager"):
            with self.assertRaises(AccessError, msg=role):
                self.env["property.parameter.value"].with_user(self.users[role]).create(values)
        administrator = self.users["administrator"]
        self.env["property.parameter.value"].with_user(administrator).create(values)
        with self.assertRaises(AccessError):
            parameter.with_user(administrator).copy()
