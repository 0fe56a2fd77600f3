# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of bank statements and payment platforms' bills (来账明细, handbook B H4)."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from odoo.exceptions import UserError

from ....tools import room, text, value
from ....tools.layout import BANK, WECHAT
from .engine import Engine
from .units import UnitIndex

_SUCCESS = re.compile(
    r"^(?:SUCCESS|TRADE_SUCCESS|TRADE_FINISHED|FINISHED)$|支付成功|交易成功|已支付|已收|^成功|已完成"
)
_REFUND = re.compile(r"REFUND|退款|退回")
_INCOMING = re.compile(r"^(?:贷|收|收入|入|\+|C|CR|转入|来账|入账|存入)")
_OUTGOING = re.compile(r"^(?:借|支|支出|出|-|D|DR|转出|往账|支取)")
_YUAN = re.compile("^(?:CNY|RMB|人民币|¥|元|156)?$")


@dataclass(eq=False)
class PaymentPlan:
    """What a line of a statement says."""

    values: dict
    text: str = ""
    unit: object = None
    problem: str | None = None
    status: str = "waiting"  # waiting, matched, known
    record: object = None


class PaymentEngine(Engine):
    """Incoming payments. A row is one payment; what did not come in is left out."""

    layouts = (WECHAT, BANK)
    groups = ("property_service.group_cashier",)
    things = ("matched", "waiting", "known")

    def __init__(self, wizard, layout, tables):
        super().__init__(wizard, layout, tables)
        self.method = self._method()
        self.journal = wizard.journal_id or self.env["account.journal"]._property_journal_of(
            self.company, self.method
        )
        self.used = Counter()  # own references, to tell equal payments of a day apart
        self.seen = {}  # reference -> the first row that bears it
        self.left_out = Counter()  # why a row is no incoming payment -> how many

    def _method(self):
        """Return the way of paying the file is from: wechat, alipay or transfer."""
        if self.layout is BANK:
            return "transfer"
        table = self.tables[0]
        words = " ".join(
            [*table.header.titles.values(), *table.header.unknown]
            + [
                str(cell)
                for line in table.sheet.rows
                if line.number < table.header.row_number
                for cell in line.values
                if cell
            ]
        )
        return "alipay" if "支付宝" in words or "账务流水号" in words else "wechat"

    def check(self):
        """Ask for the estate and for a journal of the way of paying."""
        super().check()
        if not self.journal:
            raise UserError(
                self.env._(
                    "“%(company)s” has no journal for this way of paying. Choose the journal the "
                    "money came in by, or have the accountant set the way of paying on one.",
                    company=self.company.name,
                )
            )

    # reading a row --------------------------------------------------------------------------

    def read(self, row):
        """Read a row into a `PaymentPlan`; rows of money that did not come in get none."""
        amount = self._incoming_amount(row)
        if amount is None:
            return
        moment = row.read("date", value.to_datetime, needed=True)
        if not row.is_good:
            return
        texts = [row.text(name) for name in self.layout.texts]
        row.plan = PaymentPlan(
            values={
                "date": moment.date(),
                "amount": float(amount),
                "payer_name": self._payer(row),
                "payer_account": row.text("account"),
                "text": " ".join(dict.fromkeys(part for part in texts if part)),
            },
            text="; ".join(part for part in texts if part),
        )
        row.plan.values["external_ref"] = self._reference(row, moment, amount)

    def _incoming_amount(self, row):
        """Return what came in, in yuan; None where the row is refused or of no incoming money."""
        status = text.compact(row.text("status")).upper()
        if status and not _SUCCESS.search(status):
            if _REFUND.search(status):
                self._leave_out(row, "status", self.env._("is a refund and was left out. Book it."))
            else:
                self._leave_out(row, "status", self.env._("was not paid and was left out."))
            return None
        if not _YUAN.match(text.compact(row.text("currency")).upper()):
            row.refuse(
                "currency",
                self.env._("fees are paid in yuan. Enter this payment by hand."),
            )
            return None
        amount = self._amount(row)
        if amount is None or not row.is_good:
            return None
        if amount <= 0:
            if amount < 0:
                self._leave_out(row, "amount", self.env._("money that went out; it was left out."))
            else:
                self._leave_out(row, None, None)
            return None
        refund = row.read("refund", value.to_decimal, weak=True)
        if refund:
            row.warn("refund", self.env._("some of it was paid back. Book the refund by hand."))
        return amount

    def _amount(self, row):
        """Return the amount with its sign, or None (the row then is refused)."""
        columns = row.record.values
        if "amount_in" in columns:
            if row.cell("amount_in") is not None:
                return row.read("amount_in", value.to_decimal)
            if row.cell("amount_out") is not None:
                return Decimal(0)
            if "amount" not in columns:
                row.refuse("amount_in", code="missing")
                return None
        amount = row.read("amount", value.to_decimal, needed="refund" not in columns)
        if amount is None:
            return Decimal(0) if row.is_good else None
        direction = text.compact(row.text("direction")).upper()
        if _OUTGOING.match(direction):
            return Decimal(0)
        if direction and not _INCOMING.match(direction):
            row.refuse(
                "direction",
                self.env._("it is not clear whether money came in or went out. Write 收 or 支."),
            )
            return None
        return amount

    def _leave_out(self, row, column, why):
        if why:
            row.warn(column, why)
        row.is_repeat = True
        self.left_out["out" if not why else "told"] += 1

    @staticmethod
    def _payer(row):
        """Return the payer's name; the platforms' user codes are none."""
        payer = row.text("payer")
        return "" if re.fullmatch(r"[\w-]{20,}", payer, re.ASCII) else payer

    def _reference(self, row, moment, amount):
        """Return what tells this payment from every other of the journal.

        A statement without transaction numbers gets one made of all the row says; equal rows are
        numbered, so that two equal payments of a day stay two and the file taken twice adds
        nothing.
        """
        for name in ("reference", "order"):
            given = text.compact(row.text(name))
            if given and given != "0":
                return given
        balance = row.read("balance", value.to_decimal, weak=True)
        parts = (
            moment.isoformat(),
            text.compact(row.text("payer")),
            text.compact(row.text("account")),
            f"{amount:.2f}",
            "" if balance is None else f"{balance:.2f}",
            text.compact("".join(row.text(name) for name in self.layout.texts)),
        )
        digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]
        self.used[digest] += 1
        return f"{moment:%Y%m%d}-{digest}-{self.used[digest]}"

    # what is known ------------------------------------------------------------------------------

    def load(self):
        """Look up the estate's homes, the payments taken in before, and closed days."""
        plans = [row.plan for row in self.rows if row.plan]
        self.units = UnitIndex(
            self.env["property.unit"].search(
                [("estate_id", "=", self.estate.id), ("building_id.kind", "=", "building")]
            )
        )
        references = [plan.values["external_ref"] for plan in plans]
        self.known = dict(
            self.env["property.incoming"]
            .sudo()
            .search_fetch(
                [("journal_id", "=", self.journal.id), ("external_ref", "in", references)],
                ["external_ref"],
            )
            .grouped("external_ref")
        )
        self.receipts = dict(
            self.env["property.receipt"]
            .sudo()
            .search_fetch(
                [
                    ("journal_id", "=", self.journal.id),
                    ("external_ref", "in", references),
                    ("state", "!=", "voided"),
                ],
                ["external_ref", "number"],
            )
            .grouped("external_ref")
        )
        self.closed = set(
            self.env["property.day.closing"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", self.estate.id),
                    ("state", "!=", "draft"),
                    ("date", "in", list({plan.values["date"] for plan in plans})),
                ]
            )
            .mapped("date")
        )
        self.other_estates = [
            text.compact(name)
            for name in self.env["property.estate"]
            .sudo()
            .search([("company_id", "=", self.company.id), ("id", "!=", self.estate.id)])
            .mapped("name")
        ]

    # what a row means ---------------------------------------------------------------------------

    def resolve(self, row):
        """Find whether a payment is known, and which home it is for."""
        plan = row.plan
        if not plan:
            return
        reference = plan.values["external_ref"]
        if first := self.seen.get(reference):
            row.is_repeat = True
            row.warn(
                "reference",
                self.env._("the same as row %(row)d: it was taken once.", row=first.number),
            )
            return
        self.seen[reference] = row
        if reference in self.known:
            plan.status = "known"
        else:
            self._match(row)
        row.mark(plan.status, row, "unchanged" if plan.status == "known" else "new")

    def _match(self, row):
        """Find the home a payment names; only a single possible one counts."""
        plan = row.plan
        plan.problem = self._obstacle(plan)
        if plan.problem:
            row.warn(None, plan.problem)
        refs = room.find_room_in_text(plan.text, self.units.buildings)
        homes = [self.units.find(ref) for ref in refs]
        found = {unit.main_unit_id or unit for units in homes for unit in units}
        if self._names_other_estate(plan.text):
            plan.problem = self.env._("The text names another estate.")
        elif len(found) == 1 and all(homes):
            plan.unit = next(iter(found))
            plan.status = "waiting" if plan.problem else "matched"
        elif len(found) > 1:
            plan.problem = self.env._(
                "The text may mean several homes: %(homes)s.",
                homes="、".join(unit.full_name for unit in list(found)[:5]),
            )
        elif refs:
            plan.problem = self.env._(
                "The text names a home the estate does not have: %(home)s.",
                home="-".join(part for part in refs[0] if part),
            )

    def _obstacle(self, plan):
        """Return why a payment cannot be booked even with its home, or None."""
        if receipt := self.receipts.get(plan.values["external_ref"]):
            return self.env._(
                "Receipt %(number)s has this transaction number already.",
                number=receipt[:1].number or "",
            )
        if plan.values["date"] in self.closed:
            return self.env._("The takings of this day are closed.")
        return None

    def _names_other_estate(self, words):
        words = text.compact(words)
        return text.compact(self.estate.name) not in words and any(
            name in words for name in self.other_estates
        )

    # writing ------------------------------------------------------------------------------------

    def write(self, rows):
        """Enter payments, and book those with a home."""
        plans = [row.plan for row in rows if row.plan and row.plan.status != "known"]
        records = (
            self.env["property.incoming"]
            .with_context(tracking_disable=True, mail_create_nosubscribe=True)
            .create(
                [
                    {
                        **plan.values,
                        "estate_id": self.estate.id,
                        "journal_id": self.journal.id,
                        "unit_id": plan.unit.id if plan.unit else False,
                        "problem": plan.problem,
                    }
                    for plan in plans
                ]
            )
        )
        for plan, record in zip(plans, records, strict=True):
            plan.record = record
        self._book([plan for plan in plans if plan.status == "matched"])

    def _book(self, plans):
        """Book payments together; where that fails, one by one, and let the failing ones wait."""
        # hundreds of receipts: who and when is stamped on each, messages in addition cost a third
        records = self.env["property.incoming"].union(*(plan.record for plan in plans))
        records = records.with_context(tracking_disable=True)
        try:
            with self.env.cr.savepoint():
                records._book()
            return
        except UserError as error:
            if len(plans) == 1:
                plans[0].record.problem = str(error)
                plans[0].problem = str(error)
                return
        for plan in plans:
            self._book([plan])

    def finish(self):
        """Count a payment whose booking failed among those that wait, and say why."""
        for row in self.rows:
            plan = row.plan
            if plan and plan.record and plan.status == "matched" and plan.record.state != "booked":
                row.things = [("waiting", row, "new")]
                row.warn(None, plan.problem)
        if count := self.left_out["out"]:
            table = self.tables[0]
            self.sheet_remarks.append(
                (
                    table,
                    table.header.row_number,
                    self.env._("%(count)d rows without incoming money were left out.", count=count),
                )
            )

    def amounts(self):
        """Return {thing: yuan}."""
        sums = Counter()
        for row in self.taken_rows:
            for thing, _key, _status in row.things:
                sums[thing] += Decimal(str(row.plan.values["amount"]))
        return {thing: float(total) for thing, total in sums.items()}
