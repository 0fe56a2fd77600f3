"""ID numbers: check digits, kinds, masks."""

import datetime as dt

from odoo.tests import BaseCase, tagged

from odoo.addons.property_service.tools import identity
from odoo.addons.property_service.tools.identity import Identity
from odoo.addons.property_service.tools.value import ValueProblem


@tagged("post_install", "-at_install")
class TestParseIdentity(BaseCase):
    def test_check_digit(self):
        for number in ("330106195204130097", "31010419580103497X", "11010519491231002X"):
            with self.subTest(number=number):
                self.assertEqual(identity.resident_check_digit(number[:17]), number[17])
                self.assertIsNone(identity.resident_id_problem(number))

    def test_every_wrong_digit_is_seen(self):
        number = "330106195204130097"
        for place in range(18):
            for digit in "0123456789":
                if digit != number[place]:
                    wrong = number[:place] + digit + number[place + 1 :]
                    self.assertIsNotNone(identity.resident_id_problem(wrong), wrong)

    def test_problems(self):
        cases = {
            "110105199003078888": "id_check_digit",
            "11010519900307888": "id_length",
            "11010519900307888A": "id_characters",
            "１１０１０５１９９００３０７８８８８": "id_characters",
            "000106195204130097": "id_region",
            "330106195213130097": "id_birth_date",
            "330106195202300097": "id_birth_date",
            "330106299904130097": "id_birth_date",
            "330106195204130000": "id_lost_digits",
        }
        for number, problem in cases.items():
            with self.subTest(number=number):
                self.assertEqual(identity.resident_id_problem(number), problem)
                self.assertIn(problem, identity.ID_PROBLEMS)
        young = "330106195204130097"
        self.assertEqual(
            identity.resident_id_problem(young, today=dt.date(1950, 1, 1)), "id_birth_date"
        )

    def test_birth_and_gender(self):
        self.assertEqual(identity.birth_date("330106195204130097"), dt.date(1952, 4, 13))
        self.assertEqual(identity.gender("330106195204130097"), "male")
        self.assertEqual(identity.gender("330106197911069589"), "female")
        for wrong in ("", "123", "330106195213130097"):
            self.assertIsNone(identity.birth_date(wrong))
        self.assertIsNone(identity.gender("E12345678"))

    def test_15_digits(self):
        self.assertEqual(identity.from_15_digits("330106520413009"), "330106195204130097")
        self.assertIsNone(identity.from_15_digits("330106521313009"))
        self.assertIsNone(identity.from_15_digits("3301065204130"))

    def test_credit_code(self):
        for number in ("91350100M000100Y43", "911100007109310534", "91110000802100433B"):
            with self.subTest(number=number):
                self.assertIsNone(identity.credit_code_problem(number))
        self.assertEqual(identity.credit_code_problem("91350100M000100Y44"), "uscc_check_digit")
        self.assertEqual(identity.credit_code_problem("91350100I000100Y43"), "id_characters")
        self.assertEqual(identity.credit_code_problem("9135"), "id_length")

    def test_identify(self):
        cases = {
            "330106195204130097": Identity("resident_id", "330106195204130097"),
            "110105199003078888": Identity("resident_id", "110105199003078888", "id_check_digit"),
            "11010519900307888": Identity("resident_id", "11010519900307888", "id_length"),
            "330106520413009": Identity("resident_id", "330106195204130097"),
            "110105000012345": Identity("business_licence", "110105000012345"),
            "91350100M000100Y43": Identity("credit_code", "91350100M000100Y43"),
            "911100007109310534": Identity("credit_code", "911100007109310534"),
            "91C410B1A6154DCFF9": Identity("credit_code", "91C410B1A6154DCFF9", "uscc_check_digit"),
            "E12345678": Identity("passport", "E12345678"),
            "EA1234567": Identity("passport", "EA1234567"),
            "H12345678": Identity("hk_macau_permit", "H12345678"),
            "M1234567801": Identity("hk_macau_permit", "M1234567801"),
            "12345678": Identity("taiwan_permit", "12345678"),
            "USA110105123456": Identity("foreign_resident_id", "USA110105123456"),
            "X": Identity("other", "X", "id_unknown"),
        }
        for number, expected in cases.items():
            with self.subTest(number=number):
                self.assertEqual(identity.identify(number), expected)

    def test_clean_id(self):
        cases = {
            " 33010619560927323x ": "33010619560927323X",
            "３３０１０６１９５２０４１３００９７": "330106195204130097",
            "330106 19520413 0097": "330106195204130097",
            "'330106195204130097": "330106195204130097",
            330106520413009: "330106520413009",
            "H1234567(8)": "H1234567(8)",
            None: "",
            "无": "",
        }
        for raw, expected in cases.items():
            with self.subTest(raw=raw):
                self.assertEqual(identity.clean_id(raw), expected)
        self.assertEqual(identity.clean_id(330106520413009.0), "330106520413009")
        for raw in (330106195204130000, 3.30106195204e17, "3.30106195204E+17", "3.30106E17"):
            with self.subTest(raw=raw), self.assertRaises(ValueProblem) as caught:
                identity.clean_id(raw)
            self.assertEqual(caught.exception.code, "id_lost_digits")

    def test_masks(self):
        cases = {
            "330106195204130097": "330***********0097",
            "330106520413009": "330********3009",
            "E12345678": "E1*****78",
            "12345": "*****",
            "": "",
            None: "",
        }
        for number, masked in cases.items():
            with self.subTest(number=number):
                self.assertEqual(identity.mask_id(number), masked)
        cases = {
            "18360837783": "183****7783",
            "0571-87654321": "057******4321",
            "87654321": "8*****21",
            "110": "***",
            None: "",
        }
        for number, masked in cases.items():
            with self.subTest(number=number):
                self.assertEqual(identity.mask_phone(number), masked)
