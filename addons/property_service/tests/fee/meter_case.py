# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of meters share."""

from datetime import date

from odoo import Command

from ..common import PropertyCase


class MeterCase(PropertyCase):
    """Homes with water meters, and the tariff of the water works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.water = cls._make_item(
            "WATER", "Water", tax=0, kind="agency", basis="quantity", periodic=False
        )
        cls.item = cls._make_item()
        cls._make_price(cls.item, 2.85)
        cls.home = cls._make_unit("101")

    @classmethod
    def _make_meter(cls, unit=None, number="W1", opening=100.0, **values):
        return cls.env["property.meter"].create(
            {
                "number": number,
                "unit_id": unit.id if unit else False,
                "use": "unit" if unit else "common",
                "estate_id": cls.estate.id,
                "building_id": cls.building.id,
                "opening": opening,
                "date_installed": date(2026, 1, 1),
                **values,
            }
        )

    @classmethod
    def _make_tariff(cls, *tiers, date_start=date(2020, 1, 1), approve=True, **values):
        """Return a tariff; tiers are (from quantity, price)."""
        tariff = cls.env["property.tariff"].create(
            {
                "estate_id": cls.estate.id,
                "kind": "water",
                "item_id": cls.water.id,
                "date_start": date_start,
                "tier_ids": [
                    Command.create({"quantity_from": start, "price": price})
                    for start, price in tiers or ((0, 3.0),)
                ],
                **values,
            }
        )
        if approve:
            tariff.action_submit()
            tariff.approval_ids.action_approve()
        return tariff

    @classmethod
    def _make_sheet(cls, month=date(2026, 10, 1), day=28, **values):
        return cls.env["property.meter.sheet"].create(
            {
                "estate_id": cls.estate.id,
                "building_id": cls.building.id,
                "month": month,
                "date": month.replace(day=day),
                **values,
            }
        )

    @classmethod
    def _read(cls, sheet, *readings, check=True):
        """Enter readings in the order of the sheet's lines; hand in and check."""
        for line, current in zip(sheet.reading_ids, readings, strict=True):
            line.write({"current": current, "is_read": True})
        if check:
            sheet.action_read()
            sheet.action_check()
        return sheet.reading_ids

    @classmethod
    def _month(cls, month, *readings, **values):
        """Return the checked readings of a month."""
        return cls._read(cls._make_sheet(month, **values), *readings)
