# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of the price list (收费标准, handbook B H1): fee items and their prices."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError

from ....tools import text, value
from ....tools.layout import FEES
from .engine import Engine
from .prices import decide_prices, may_decide

#: (words in an item's name, code, values): what is usual for the items of handbook B H1
_KNOWN_ITEMS = (
    ("押金|保证金", "DEP", {"kind": "deposit", "periodic": False, "priority": 90}),
    ("装修垃圾", "DECO_TRASH", {"periodic": False, "priority": 80}),
    ("装修.*(?:管理|服务)", "DECO_MGT", {"periodic": False, "priority": 81}),
    ("工本费", "CARD", {"periodic": False, "priority": 82}),
    ("临停|临时停车", "PARK_TEMP", {"periodic": False, "priority": 83}),
    ("垃圾", "TRASH", {"kind": "agency", "priority": 20}),
    ("公摊水|公共水", "PUBW", {"kind": "agency", "priority": 55}),
    ("公摊电|公共电|公共能耗|公摊", "PUBE", {"kind": "agency", "priority": 56}),
    ("二次供水|加压", "PUMP", {"priority": 57}),
    ("水费", "WATER", {"kind": "agency", "priority": 60}),
    ("电费", "ELEC", {"kind": "agency", "priority": 61}),
    ("燃气|煤气|天然气", "GAS", {"kind": "agency", "priority": 62}),
    ("采暖|暖气|供热|供暖", "HEAT", {"kind": "agency", "priority": 63}),
    ("代收", "OTHER", {"kind": "agency", "priority": 65}),
    ("车位租|停车租|车位月租|租金", "PARK_RENT", {"priority": 40}),
    ("车位.*(?:管理|服务)|停车.*(?:管理|服务)", "PARK_MGT", {"priority": 30}),
    ("电梯", "LIFT", {"priority": 50}),
    ("物业.*费|管理费|服务费", "MGT", {"priority": 10}),
)
_OTHER_PRIORITY = 70
_BASES = (
    (re.compile("套内|使用面积|INNER"), "inner_area"),
    (re.compile("建筑面积|建面|产权面积|按面积|面积|GROSS"), "gross_area"),
    (re.compile("用量|读数|抄表|度数|按量|数量|QUANTITY"), "quantity"),
    (re.compile("定额|固定|每户|按户|每位|按位|按车位|每月|包月|按间|FIXED"), "fixed"),
)
_CYCLES = (
    (re.compile("半年"), "6"),
    (re.compile("季"), "3"),
    (re.compile("年"), "12"),
    (re.compile("月"), "1"),
)
_EXEMPT = re.compile("免税|不征税|零税率|免征")
_RATE = re.compile(r"(\d{1,2}(?:\.\d+)?)%")
_SEVERAL = re.compile("[、,;/|]")
ONE_DAY = timedelta(days=1)


@dataclass(eq=False)
class ItemPlan:
    """A fee item of the paper: known, or to be made."""

    name: str
    values: dict
    record: object = None
    changes: dict = field(default_factory=dict)
    #: the row that named it first
    row: object = None
    #: values of a new item beside what the sheet says
    usual: dict = field(default_factory=dict)

    @property
    def status(self):
        """new, changed or unchanged."""
        if not self.record:
            return "new"
        return "changed" if self.changes else "unchanged"

    def forget(self):
        """Forget a record that was rolled back."""
        self.record = None


@dataclass(eq=False)
class PricePlan:
    """A price of a row for one unit type."""

    unit_type: object
    price: Decimal
    date_start: object
    date_end: object = None
    known: object = None
    #: approved version that ends the day before
    ends: object = None
    #: approved, never charged version that gives way
    replaces: object = None


@dataclass(eq=False)
class FeePlan:
    """What a row of the price list says."""

    item_name: str
    values: dict
    types: list
    price: Decimal | None
    date_start: object
    date_end: object
    item: ItemPlan = None
    prices: list = field(default_factory=list)


class FeeEngine(Engine):
    """Fee items and prices. A row is one item's price for one or several unit types."""

    layouts = (FEES,)
    groups = ("property_service.group_accountant", "property_service.group_manager")
    things = ("items", "prices")

    def __init__(self, wizard, layout, tables):
        super().__init__(wizard, layout, tables)
        self.types = self.env["property.unit.type"]._by_word()
        self.items = {}  # name key -> ItemPlan
        self.versions = defaultdict(list)  # (item name key, type) -> [PricePlan] of this paper
        self.made_items = []

    def check(self):
        """Ask for the estate and for a chart of accounts, without which items have no account."""
        super().check()
        if not self.company.chart_template:
            raise UserError(
                self.env._(
                    "“%(company)s” has no chart of accounts yet: install one first.",
                    company=self.company.name,
                )
            )

    # reading a row --------------------------------------------------------------------------

    def read(self, row):
        """Read a row into a `FeePlan`."""
        cycle = self._read_cycle(row)
        values = {
            "basis": self._read_basis(row),
            "cycle": cycle or "1",
            "periodic": cycle is not None,
            "tax": self._read_tax(row),
        }
        start = row.read("date_start", lambda raw: value.to_date(raw, month_only=True))
        end = row.read("date_end", value.to_date)
        if start is None and row.is_good:
            row.refuse(
                "date_start",
                self.env._("the first day of the price is missing. Write it as 2026-01-31."),
            )
        if start and end and end < start:
            row.refuse("date_end", self.env._("the price would end before it starts. Correct it."))
        name = row.read("item", value.to_text, needed=True) or ""
        row.plan = FeePlan(
            item_name=name.strip(),
            values=values,
            types=self._read_types(row),
            price=self._read_price(row, cycle),
            date_start=start,
            date_end=end,
        )

    def _read_basis(self, row):
        """Return the basis; a unit of price such as 元/㎡·月 tells it where the column is empty."""
        word = text.compact(row.text("basis")).upper()
        for pattern, basis in _BASES:
            if pattern.search(word):
                return basis
        unit = text.compact(row.text("unit"))
        if not word and re.search("m2|㎡|平", unit):
            return "gross_area"
        if not word and re.search("/(?:户|位|间|个|套|车)", unit):
            return "fixed"
        row.refuse(
            "basis",
            self.env._(
                "it is not clear how the fee is computed. Write one of: 建筑面积×单价, "
                "套内面积×单价, 按户定额, 用量×单价."
            ),
        )
        return None

    @staticmethod
    def _read_cycle(row):
        """Return the value of `cycle`; None for what is charged once."""
        word = text.compact(row.text("cycle"))
        if "次" in word:
            return None
        return next((cycle for pattern, cycle in _CYCLES if pattern.search(word)), "1")

    def _read_tax(self, row):
        """Return the tax rate in percent that is contained in the price, or None where the sheet
        does not say."""
        raw = row.cell("tax")
        if raw is None:
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return float(raw * 100 if raw < 1 else raw)
        word = text.compact(row.text("tax"))
        if "不含税" in word or "未税" in word:
            row.refuse(
                "tax",
                self.env._(
                    "prices of property fees are kept with the tax in them. Add the tax to the "
                    "price and write the rate as 6%含税."
                ),
            )
            return None
        if _EXEMPT.search(word):
            return 0.0
        if match := _RATE.search(word):
            return float(match.group(1))
        row.refuse("tax", self.env._("no tax rate can be read. Write 6%含税 or 免税."))
        return None

    def _read_types(self, row):
        """Return the unit types the price is for."""
        known = "、".join(dict.fromkeys(kind.name for kind in self.types.values()))
        words = [word for word in _SEVERAL.split(text.compact(row.text("type"))) if word]
        if not words:
            row.refuse(
                "type",
                self.env._(
                    "say for which unit types the price is. Known are: %(types)s.", types=known
                ),
            )
        found = []
        for word in words:
            if unit_type := self.types.get(word):
                found.append(unit_type)
                continue
            row.refuse(
                "type",
                self.env._(
                    "the type “%(word)s” is not known. Known are: %(types)s. Correct the word, or "
                    "have the manager add it to the synonyms of a unit type.",
                    word=word,
                    types=known,
                ),
            )
        return list(dict.fromkeys(found))

    def _read_price(self, row, cycle):
        """Return the price per month; one per quarter or year is divided if that comes out even."""
        price = row.read("price", lambda raw: value.to_decimal(raw, negative=False), needed=True)
        if price is None:
            return None
        months = self._months_of_price(row, cycle)
        monthly = price / months
        if monthly != round(monthly, 4):
            row.refuse(
                "price",
                self.env._("prices have at most four decimals. Shorten it.")
                if months == 1
                else self.env._(
                    "the price is for %(months)d months and does not divide evenly. Enter the "
                    "price of one month.",
                    months=months,
                ),
            )
        elif months > 1:
            row.note(
                "price",
                self.env._("is taken as %(price)s yuan a month.", price=f"{float(monthly):g}"),
            )
        return monthly

    def _months_of_price(self, row, cycle):
        """Return for how many months the price is, by its unit (元/户·年)."""
        unit = text.compact(row.text("unit")) + text.compact(row.text("price"))
        for pattern, months in _CYCLES:
            if pattern.search(unit):
                return int(months)
        if cycle not in (None, "1"):
            row.warn(
                "cycle",
                self.env._("the unit of the price names no period: it is taken as per month."),
            )
        return 1

    # what is known ------------------------------------------------------------------------------

    def load(self):
        """Look up the company's fee items and the estate's prices."""
        items = (
            self.env["property.fee.item"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.company.id)])
        )
        self.codes = set(items.mapped("code"))
        self.known_items = {}
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        for lang in ("en_US", *langs, self.env.lang):
            for item in items.with_context(lang=lang):
                key = text.compact(item.name)
                self.known_items.setdefault(key, item.with_context(lang=self.env.lang))
        self.prices = (
            self.env["property.fee.price"]
            .search(
                [
                    ("estate_id", "=", self.estate.id),
                    ("type_id", "!=", False),
                    ("state", "!=", "cancelled"),
                ],
                order="date_start, id",
            )
            .grouped(lambda price: (price.item_id, price.type_id))
        )
        self.charged = {
            item
            for [item] in self.env["property.charge"]
            .sudo()
            ._read_group([("item_id", "in", items.ids)], ["item_id"])
        }

    # what a row means ---------------------------------------------------------------------------

    def resolve(self, row):
        """Compare a readable row with what is known."""
        plan = row.plan
        plan.item = self._resolve_item(row)
        if not row.is_good:
            return
        for unit_type in plan.types:
            self._resolve_price(row, unit_type)
        if not row.is_good:
            return
        self.items.setdefault(text.compact(plan.item_name), plan.item)
        for price in plan.prices:
            self.versions[text.compact(plan.item_name), price.unit_type].append(price)
            status = "unchanged" if price.known else "new"
            row.mark("prices", price, status)
            if price.ends or price.replaces:
                row.mark("prices", price.ends or price.replaces, "changed")
        row.mark("items", plan.item, plan.item.status)

    def _resolve_item(self, row):
        """Return the `ItemPlan` of a row; rows of one item must agree."""
        plan = row.plan
        key = text.compact(plan.item_name)
        if item := self.items.get(key):
            self._check_agrees(row, item)
            return item
        record = self.known_items.get(key)
        item = ItemPlan(plan.item_name, dict(plan.values), record, row=row)
        if record:
            self._compare_item(row, item)
        else:
            self._complete_new_item(row, item)
        return item

    def _check_agrees(self, row, item):
        for name in ("basis", "tax"):
            given, first = row.plan.values[name], item.values[name]
            if given is not None and given != first:
                row.refuse(
                    name,
                    self.env._(
                        "row %(row)d says otherwise of the same item. An item has one way of "
                        "computing and one tax: correct it, or give one of them another name.",
                        row=item.row.number,
                    ),
                )

    def _complete_new_item(self, row, item):
        """Fill in what a new item needs beside what the sheet says."""
        known = next(
            (entry for entry in _KNOWN_ITEMS if re.search(entry[0], item.name)),
            (None, None, {"priority": _OTHER_PRIORITY}),
        )
        usual = dict(known[2])
        kind = usual.get("kind", "income")
        if item.values["tax"] is None and kind != "income":
            item.values["tax"] = 0.0
        if item.values["tax"] is None:
            row.refuse("tax", self.env._("the tax rate is missing. Write 6%含税 or 免税."))
            return
        if item.values["basis"] == "quantity" or not item.values["periodic"]:
            usual["periodic"] = False
        if kind == "deposit":
            usual.update(counts_in_rate=False, late_charge=False)
        if kind == "agency":
            usual["late_charge"] = False
        item.usual = {**usual, "code": self._free_code(known[1])}

    def _free_code(self, code):
        if not code or code in self.codes:
            code = next(
                code for number in range(1, 999) if (code := f"F{number:03d}") not in self.codes
            )
        self.codes.add(code)
        return code

    def _compare_item(self, row, item):
        """Find what the sheet changes of a known item."""
        record = item.record
        if not record.active:
            row.refuse("item", self.env._("the item was archived in the system. Restore it there."))
            return
        basis, rate = item.values["basis"], item.values["tax"]
        if basis != record.basis:
            if record in self.charged or record.price_ids:
                labels = dict(record._fields["basis"]._description_selection(self.env))
                row.refuse(
                    "basis",
                    self.env._(
                        "in the system the item is computed by “%(basis)s” and has prices already. "
                        "Correct the sheet, or give the item another name.",
                        basis=labels[record.basis],
                    ),
                )
                return
            item.changes["basis"] = basis
        present = record.tax_id.amount if record.tax_id else None
        if rate is None:
            item.values["tax"] = present
        elif rate != present:
            item.changes["tax"] = rate
            row.note(
                "tax",
                self.env._("replaces %(present)s %%.", present=f"{present:g}")
                if present is not None
                else self.env._("is added."),
            )
        if item.values["cycle"] != record.cycle and row.cell("cycle") is not None:
            item.changes["cycle"] = item.values["cycle"]

    def _resolve_price(self, row, unit_type):
        """Decide what a row's price does to the versions there are."""
        plan = row.plan
        new = PricePlan(unit_type, plan.price, plan.date_start, plan.date_end)
        key = (text.compact(plan.item_name), unit_type)
        for other in self.versions[key]:
            if _overlap(new, other):
                self._refuse_overlap_in_paper(row, new, other)
                return
        versions = self.prices.get((plan.item.record, unit_type), []) if plan.item.record else []
        new.known = next((version for version in versions if _same(new, version)), None)
        if not new.known:
            in_force = [version for version in versions if version.state == "approved"]
            waiting = [version for version in versions if version.state != "approved"]
            self._fit_in(row, new, in_force, waiting)
        if row.is_good:
            plan.prices.append(new)

    def _refuse_overlap_in_paper(self, row, new, other):
        if _same_values(new, other):
            row.refuse(
                "type", self.env._("the same price stands further up. Delete one of the rows.")
            )
        else:
            row.refuse(
                "date_start",
                self.env._(
                    "another price of the same item and type is in force on these days, from "
                    "%(start)s. Give the earlier one an end date.",
                    start=fields.Date.to_string(other.date_start),
                ),
            )

    def _fit_in(self, row, new, in_force, waiting):
        """Find which approved version ends for a new one, and what stands in its way."""
        start = fields.Date.to_string
        for version in waiting:
            if _overlap(new, version):
                row.refuse(
                    "price",
                    self.env._(
                        "another price from %(start)s on is waiting for approval. Have it decided "
                        "or cancel it first.",
                        start=start(version.date_start),
                    ),
                )
                return
        for version in in_force:
            if not _overlap(new, version):
                continue
            last_charged = self._last_charged(version)
            if last_charged and last_charged >= new.date_start:
                row.refuse(
                    "date_start",
                    self.env._(
                        "the present price of %(price)s yuan has been charged until %(date)s. Let "
                        "the new one start later.",
                        price=f"{version.price:g}",
                        date=start(last_charged),
                    ),
                )
                return
            if version.date_start < new.date_start:
                new.ends = version
            elif version.date_start == new.date_start and not last_charged:
                new.replaces = version
            else:
                row.refuse(
                    "date_end",
                    self.env._(
                        "a later price, from %(start)s on, is in force. Write the last day of this "
                        "one before it.",
                        start=start(version.date_start),
                    ),
                )
                return
        self._note_version(row, new, in_force)

    def _last_charged(self, version):
        charge = (
            self.env["property.charge"]
            .sudo()
            .search(
                [("price_id", "=", version.id), ("state", "!=", "cancelled")],
                order="date_end desc",
                limit=1,
            )
        )
        return charge.date_end or None

    def _note_version(self, row, new, in_force):
        if version := new.ends or new.replaces:
            if not may_decide(self, float(new.price)):
                row.warn(
                    "price",
                    self.env._(
                        "waits for approval. Whoever approves it has to end the present price of "
                        "%(price)s yuan on %(date)s first.",
                        price=f"{version.price:g}",
                        date=fields.Date.to_string(new.date_start - ONE_DAY),
                    ),
                )
                new.ends = new.replaces = None
                return
            row.note(
                "price",
                self.env._(
                    "replaces %(price)s yuan, which ends on %(date)s.",
                    price=f"{version.price:g}",
                    date=fields.Date.to_string(new.date_start - ONE_DAY),
                )
                if new.ends
                else self.env._(
                    "replaces %(price)s yuan, which was never charged.", price=f"{version.price:g}"
                ),
            )
            return
        before = [version for version in in_force if version.date_end]
        before = [version for version in before if version.date_end < new.date_start]
        if before and before[-1].date_end + ONE_DAY < new.date_start:
            row.warn(
                "date_start",
                self.env._(
                    "the price before it ends on %(date)s: nothing is charged in between.",
                    date=fields.Date.to_string(before[-1].date_end),
                ),
            )

    # writing ------------------------------------------------------------------------------------

    def write(self, rows):
        """Write items and prices of some rows."""
        plans = [row.plan for row in rows]
        self._write_items(plans)
        pending = [(plan, price) for plan in plans for price in plan.prices if not price.known]
        for _plan, price in pending:
            if price.replaces:
                price.replaces.action_cancel()
            if price.ends:
                price.ends.date_end = price.date_start - ONE_DAY
        prices = self.env["property.fee.price"].create(
            [
                {
                    "item_id": plan.item.record.id,
                    "estate_id": self.estate.id,
                    "type_id": price.unit_type.id,
                    "price": float(price.price),
                    "date_start": price.date_start,
                    "date_end": price.date_end,
                }
                for plan, price in pending
            ]
        )
        decide_prices(self, prices)

    def undo(self, rows):
        """Forget the items a rolled-back savepoint has taken away."""
        for item in self.made_items:
            item.forget()

    def _write_items(self, plans):
        items = list(dict.fromkeys(plan.item for plan in plans))
        self.made_items = [item for item in items if not item.record]
        # managers take in price lists too, though items are the accountant's
        records = self.env["property.fee.item"].sudo()
        made = records.create(
            [
                {
                    "name": item.name,
                    "company_id": self.company.id,
                    "basis": item.values["basis"],
                    "cycle": item.values["cycle"],
                    "tax_id": self.company._property_sale_tax(item.values["tax"]).id,
                    **item.usual,
                }
                for item in self.made_items
            ]
        )
        for item, record in zip(self.made_items, made.sudo(False), strict=True):
            item.record = record
        for item in items:
            if item.changes:
                changes = dict(item.changes)
                if "tax" in changes:
                    rate = changes.pop("tax")
                    changes["tax_id"] = self.company._property_sale_tax(rate).id
                item.record.sudo().write(changes)


def _overlap(one, other):
    return (not one.date_end or other.date_start <= one.date_end) and (
        not other.date_end or other.date_end >= one.date_start
    )


def _same_values(one, other):
    return (
        abs(float(one.price) - float(other.price)) < 0.00005
        and one.date_start == other.date_start
        and (one.date_end or None) == (other.date_end or None)
    )


def _same(new, version):
    """Return whether a version of the system says what the paper says.

    One that was ended later on still is what a paper without an end said; one in force that
    began earlier says the same for the paper's days.
    """
    if abs(float(new.price) - version.price) >= 0.00005:
        return False
    if new.date_start == version.date_start:
        return not new.date_end or new.date_end == version.date_end
    return (
        version.state == "approved"
        and version.date_start < new.date_start
        and (not version.date_end or bool(new.date_end and new.date_end <= version.date_end))
    )
