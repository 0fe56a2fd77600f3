# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..common import PropertyCase

NOW = "2026-11-20 02:00:00"
ROLES = ("reader", "staff", "cashier", "supervisor", "manager", "accountant", "administrator")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeeScreens(PropertyCase):
    """Every screen of the fee room opens for everybody who may see its records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.unit = cls._make_unit("101", 118.36)
        cls._make_unit("S1", type_id=cls.type_shop.id)
        cls.bill_run = cls._bill()
        cls.receipt = cls._take(cls.unit, 10.0)
        cls.closing = cls.env["property.day.closing"].create({"estate_id": cls.estate.id})
        cls.incoming = cls.env["property.incoming"].create(
            {
                "estate_id": cls.estate.id,
                "journal_id": cls._journal("wechat").id,
                "external_ref": "WX1",
                "date": date(2026, 11, 18),
                "amount": 5.0,
                "unit_id": cls.unit.id,
            }
        )

    def _read_like_the_client(self, model, arch):
        """Read the records with the fields of a view, as the web client does."""
        names = {
            node.get("name")
            for node in etree.fromstring(arch).iterfind(".//field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        spec = {
            name: {"fields": {"display_name": {}}} if model._fields[name].relational else {}
            for name in names
        }
        return model.web_search_read([], spec, limit=10)["records"]

    def test_lists_and_forms_of_every_role(self):
        for name in (
            "property.fee.item",
            "property.fee.price",
            "property.charge",
            "property.bill.run",
            "property.bill.exception",
            "property.receipt",
            "property.day.closing",
            "property.incoming",
            "property.unit",
            "property.estate",
        ):
            for role in ROLES:
                model = self.env[name].with_user(self.users[role])
                with self.subTest(model=name, role=role):
                    views = model.get_views([(False, "list"), (False, "form"), (False, "search")])
                    for kind in ("list", "form"):
                        found = self._read_like_the_client(model, views["views"][kind]["arch"])
                        self.assertTrue(found)

    def test_actions_open(self):
        """The views each action names exist, load, and group as they say."""
        for name in (
            "property_charge_action",
            "property_charge_action_overview",
            "property_charge_action_age",
            "property_bill_run_action",
            "property_bill_exception_action",
            "property_receipt_action",
            "property_receipt_action_today",
            "property_day_closing_action",
            "property_incoming_action",
            "property_fee_item_action",
            "property_fee_price_action",
            "account_journal_action_property",
        ):
            with self.subTest(action=name):
                action = self.env["ir.actions.act_window"]._for_xml_id(f"property_service.{name}")
                model = self.env[action["res_model"]].with_user(self.users["administrator"])
                views = model.get_views(action["views"])["views"]
                for kind in {"pivot", "graph"} & views.keys():
                    fields = etree.fromstring(views[kind]["arch"]).findall("field")
                    groups = [
                        node.get("name")
                        + (f":{node.get('interval')}" if node.get("interval") else "")
                        for node in fields
                        if node.get("type") != "measure" and not node.get("invisible")
                    ]
                    sums = [
                        f"{node.get('name')}:sum"
                        for node in fields
                        if node.get("type") == "measure"
                    ]
                    self.assertTrue(model.formatted_read_group([], groups, sums) or groups)

    def test_new_receipt(self):
        """A cashier's new receipt proposes payer and charges, oldest first."""
        with Form(self.env["property.receipt"].with_user(self.users["cashier"])) as form:
            form.unit_id = self.unit
            self.assertEqual(form.partner_id, self.unit.payer_id)
            form.journal_id = self._journal("cash")
            form.amount = 350.0
            self.assertEqual(form.amount_charges, 327.33)
            self.assertEqual(form.amount_prepaid, 22.67)
        receipt = form.save()
        receipt.action_confirm()
        self.assertEqual(receipt.state, "confirmed")

    def test_new_run_price_item_and_closing(self):
        accountant = self.users["accountant"]
        with Form(self.env["property.bill.run"].with_user(accountant)) as form:
            self.assertEqual(form.estate_ids[:], self.estate)
            self.assertEqual(form.month, date(2026, 12, 1), "November is billed already")
            self.assertEqual(form.invoice_date, date(2026, 12, 1))
        with Form(self.env["property.fee.item"].with_user(accountant)) as form:
            form.name = "Lift"
            form.code = "LIFT"
        item = form.save()
        self.assertTrue(item.product_id)
        with Form(self.env["property.fee.price"].with_user(accountant)) as form:
            form.estate_id = self.estate
            form.item_id = item
            form.type_id = self.type_home
            form.price = 0.5
            form.date_start = date(2027, 1, 1)
        form.save().action_submit()
        with Form(self.env["property.day.closing"].with_user(self.users["cashier"])) as form:
            self.assertEqual(form.estate_id, self.estate)
            form.date = date(2026, 11, 19)

    def test_counting_and_assigning(self):
        cashier = self.users["cashier"]
        with Form(self.closing.with_user(cashier)) as form:
            with form.line_ids.edit(0) as line:
                line.counted = 10.0
            form.note = "exact"
        self.assertEqual(self.closing.difference, 0.0)
        row = self.incoming.with_user(cashier)
        result = row.action_book()
        self.assertEqual(result["tag"], "display_notification")
        self.assertEqual(row.action_open_receipt()["res_id"], row.receipt_id.id)

    def test_where_buttons_lead(self):
        """Smart buttons show what they counted."""
        run = self.bill_run.with_user(self.users["accountant"])
        for action, count in (
            (run.action_open_charges(), run.charge_count),
            (run.action_open_matrix(), run.charge_count),
            (run.action_open_units(), run.unit_count),
            (run.action_open_exceptions(), run.exception_count),
            (run.action_open_invoices(), run.invoice_count),
        ):
            self.assertEqual(
                self.env[action["res_model"]].search_count(action["domain"]), count, action["name"]
            )
        action = self.closing.action_open_receipts()
        self.assertEqual(self.env["property.receipt"].search(action["domain"]), self.receipt)
        action = self.unit.action_open_receipts()
        self.assertEqual(self.env["property.receipt"].search(action["domain"]), self.receipt)
        charge = self.bill_run.charge_ids
        action = charge.action_open_journal_items()
        lines = self.env["account.move.line"].search(action["domain"])
        self.assertIn(charge.receivable_line_id, lines)
        self.assertIn(
            self.receipt.payment_id.move_id, lines.move_id, "the money it was paid with is there"
        )

    def test_journal_items_are_for_those_who_see_the_books(self):
        charge = self.bill_run.charge_ids
        action = charge.with_user(self.users["cashier"]).action_open_journal_items()
        lines = self.env["account.move.line"].with_user(self.users["cashier"])
        with self.assertRaises(AccessError):
            lines.search(action["domain"])
        lines.with_user(self.users["accountant"]).search(action["domain"]).read(["balance"])

    def test_tax_on_top_is_refused(self):
        """A tax that comes on top would make another amount than the charge says."""
        tax = self.env["account.tax"].search(
            [
                ("type_tax_use", "=", "sale"),
                ("price_include_override", "!=", "tax_included"),
                ("amount", ">", 0),
                ("company_id", "=", self.company.id),
            ],
            limit=1,
        )
        with self.assertRaisesRegex(ValidationError, "on top"):
            self.item.tax_id = tax

    def test_four_numbers_of_a_run(self):
        """Summary by item: units, this month, last month, change."""
        december = self._make_run(date(2026, 12, 1), item_ids=[Command.set(self.item.ids)])
        self._make_unit("102", 100)
        december.action_generate()
        (row,) = december._summary_rows()
        self.assertEqual(
            (row["count"], row["amount"], row["last"], row["change"]), (2, 622.33, 337.33, 285.0)
        )
        self.assertIn("622.33", december.summary)
        self.assertIn("+285.00", december.summary)
