# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class PropertyCase(TransactionCase):
    """A company with Chinese books, one estate with a few homes, and a user of each role.

    No demo data is used; everything a test needs is made here or by the test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.estate = cls._make_estate("Lake Garden", "LG")
        cls.type_home = cls.env.ref("property_service.unit_type_home")
        cls.type_shop = cls.env.ref("property_service.unit_type_shop")
        cls.type_parking = cls.env.ref("property_service.unit_type_parking_leased")
        cls.building = cls.env["property.building"].create(
            {"name": "1栋", "estate_id": cls.estate.id}
        )
        cls.users = {
            role: new_test_user(
                cls.env,
                f"test_{role}",
                groups=f"property_service.group_{role}",
                company_id=cls.company.id,
                tz="Asia/Shanghai",
                lang="en_US",
                property_estate_ids=[Command.set(cls.estate.ids)],
            )
            for role in (
                "reader",
                "staff",
                "cashier",
                "steward",
                "technician",
                "supervisor",
                "manager",
                "accountant",
                "administrator",
            )
        }

    def setUp(self):
        super().setUp()
        # What is printed is read in the language of the source, whatever else is installed.
        self.patch(type(self.estate), "_print_lang", lambda estate: "en_US")

    @classmethod
    def _make_estate(cls, name, code, **values):
        return cls.env["property.estate"].create({"name": name, "code": code, **values})

    @classmethod
    def _make_unit(cls, number, area=100.0, building=None, owner=True, **values):
        """Return a unit; with `owner` it gets an owner who pays since 2020."""
        building = building or cls.building
        unit = cls.env["property.unit"].create(
            {
                "building_id": building.id,
                "entrance": "1单元",
                "floor": 1,
                "number": number,
                "type_id": cls.type_home.id,
                "gross_area": area,
                "state": "occupied_owner",
                **values,
            }
        )
        if owner:
            partner = (
                cls.env["res.partner"].create({"name": f"Owner {number}"})
                if owner is True
                else owner
            )
            cls._make_occupancy(unit, partner)
        return unit

    @classmethod
    def _make_occupancy(cls, unit, partner, **values):
        return cls.env["property.occupancy"].create(
            {
                "unit_id": unit.id,
                "partner_id": partner.id,
                "role": "owner",
                "date_start": date(2020, 1, 1),
                "is_payer": True,
                **values,
            }
        )

    @classmethod
    def _make_item(cls, code="MGT", name="Property service fee", tax=6, **values):
        return cls.env["property.fee.item"].create(
            {
                "code": code,
                "name": name,
                "tax_id": cls.company._property_sale_tax(tax).id,
                **values,
            }
        )

    @classmethod
    def _make_price(cls, item, price, unit_type=None, approve=True, **values):
        if not values.get("unit_id"):
            values["type_id"] = (unit_type or cls.type_home).id
        record = cls.env["property.fee.price"].create(
            {
                "item_id": item.id,
                "estate_id": cls.estate.id,
                "price": price,
                "date_start": date(2020, 1, 1),
                **values,
            }
        )
        if approve:
            record._approve_now()
        return record

    @classmethod
    def _make_space(cls, number, home, **values):
        """Return a parking space that is billed with `home`."""
        return cls._make_unit(
            number,
            area=0,
            owner=False,
            entrance="",
            type_id=cls.type_parking.id,
            main_unit_id=home.id,
            **values,
        )

    @classmethod
    def _set_parameter(cls, key, value, estate=None):
        """Give setting `key` an own value, of the company or of an estate."""
        parameter = cls.env["property.parameter"].search([("key", "=", key)])
        rows = cls.env["property.parameter.value"]
        own = rows.search(
            [
                ("parameter_id", "=", parameter.id),
                ("company_id", "=", cls.company.id),
                ("estate_id", "=", estate.id if estate else False),
            ]
        )
        if own:
            own.value = value
        else:
            rows.create(
                {
                    "parameter_id": parameter.id,
                    "company_id": cls.company.id,
                    "estate_id": estate.id if estate else False,
                    "value": value,
                }
            )

    @classmethod
    def _drop_receivable(cls, partner):
        """Take the receivable account from a person, and return it: his bill cannot be posted."""
        account = partner.property_account_receivable_id
        partner.property_account_receivable_id = False
        return account

    @classmethod
    def _make_run(cls, month=date(2026, 11, 1), **values):
        return cls.env["property.bill.run"].create(
            {"estate_ids": [Command.set(cls.estate.ids)], "month": month, **values}
        )

    @classmethod
    def _bill(cls, month=date(2026, 11, 1), **values):
        """Return a run that is generated, checked and posted."""
        run = cls._make_run(month, **values)
        run.action_generate()
        run.action_check()
        run.action_post()
        # Nothing here is ever committed, so PostgreSQL would plan as if the tables were empty.
        cls.env.flush_all()
        cls.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile, property_charge"
        )
        return run

    @classmethod
    def _journal(cls, method="cash"):
        return cls.env["account.journal"]._property_journal_of(cls.company, method)

    @classmethod
    def _take(cls, unit, amount, method="cash", charges=None, **values):
        """Return a confirmed receipt; money goes to the oldest charges unless they are named."""
        lines = charges
        if lines is None:
            lines, _left = unit._open_charges()._allocate(amount)
        return cls.env["property.receipt"]._take(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": (unit.payer_id or unit.owner_id).id,
                    "journal_id": cls._journal(method).id,
                    "amount": amount,
                    "line_ids": [
                        Command.create({"charge_id": charge.id, "amount": share})
                        for charge, share in lines
                    ],
                    **values,
                }
            ]
        )
