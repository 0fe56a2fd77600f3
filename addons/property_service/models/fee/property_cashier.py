# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
import re
import unicodedata
from collections import Counter

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, LockError, UserError
from odoo.fields import Command, Domain

from ...tools import identity, room
from ...tools.value import ValueProblem

#: most suggestions a search returns, whatever the caller asks for
_MOST_SUGGESTIONS = 20
_REPORT = "property_service.action_report_receipt"
_REQUEST_ONCE = "property_receipt_request_once"


class PropertyCashier(models.AbstractModel):
    """What the cashier's screen (收费台) asks of the server (handbook B H4).

    Nothing is stored here. Every method works with the rights of the user who calls it: homes of
    other estates are neither found nor loaded, and money is taken by `property.receipt` alone.
    """

    _name = "property.cashier"
    _description = "Cashier's screen"

    # looking up a home ---------------------------------------------------------------------------

    @api.model
    def cashier_search(self, text, limit=8):
        """Return the homes a payer may mean, best match first (handbook B H4).

        Rooms are found in any way of writing them and by their beginning (``2-1-204``,
        ``2栋1单元204``, ``2-1-2``), homes also by the name or phone of those who hold them and by
        car plates. Parking and storage are shown as the home they are billed with.

        :param str text: what was typed
        :param int limit: how many homes to return at most
        :return: list of dicts: unit_id, name, via (the parking space or storage room that was
            found, or ""), estate, owners, payer, phone (masked), owed (yuan)
        :raises AccessError: if the user is no cashier
        """
        self._check_may_take()
        # neither rooms nor names hold the wildcards of the database
        text = re.sub(r"[%_\\]", " ", unicodedata.normalize("NFKC", text or "")).strip()
        limit = max(1, min(int(limit), _MOST_SUGGESTIONS))
        found = self._search_units(text, limit) if text else self.env["property.unit"]
        via = {}
        for unit in found:
            home = unit._billed_unit()
            if unit == home or home not in via:
                via[home] = "" if unit == home else unit.full_name
        homes = self.env["property.unit"].union(*via)
        owed = homes._arrears()
        return [
            {
                "unit_id": home.id,
                "name": home.full_name,
                "via": via[home],
                "estate": home.estate_id.name,
                "owners": home.owner_names or "",
                "payer": home.payer_id.name or "",
                "phone": identity.mask_phone(home.phone),
                "owed": owed.get(home.id, 0.0),
            }
            for home in homes
        ]

    @api.model
    def _search_units(self, text, limit):
        """Return units by room, exactly, then by the room's beginning, then by anything else."""
        units = self.env["property.unit"]
        for domain in [*self._room_domains(text), Domain("display_name", "ilike", text)]:
            if len(units) < limit:
                units |= units.search(domain & Domain("id", "not in", units.ids), limit=limit)
        return units[:limit]

    @api.model
    def _room_domains(self, text):
        """Return the domains of units whose room is `text`, and of those whose room begins so."""
        try:
            ref = room.split_room(text)
        except ValueProblem:
            return []
        parts = [ref.building, ref.entrance, ref.number]
        key = "-".join(
            part.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
            for part in parts
            if part
        )
        if not ref.building:
            patterns = [f"%-{key}"]
        elif not ref.entrance:
            # a cashier skips the entrance where the number is clear without it: 2-204
            building, _dash, number = key.partition("-")
            patterns = [key, f"{building}-%-{number}"]
        else:
            patterns = [key]
        return [
            Domain.OR(Domain("search_key", "=like", f"{pattern}{tail}") for pattern in patterns)
            for tail in ("", "%")
        ]

    @api.model
    def cashier_load(self, unit_id):
        """Return all the cashier needs to know of a home to take its money (handbook B H4).

        :param int unit_id: `property.unit`; a parking space leads to the home it is billed with
        :return: dict: home (facts; money in yuan, area in m², phone masked), charges (open ones
            in the order money goes to them), deposits (those due), receipts (the last three),
            journals (ways of paying), items (what may be paid in advance for), currency_id, today, closed (whether today's takings are closed), report (whether
            receipts can be printed)
        :raises AccessError: if the user is no cashier, or does not work for the estate
        """
        self._check_may_take()
        home = self._home(unit_id)
        today = fields.Date.context_today(self)
        charges = home._open_charges()._due_order()
        closing = self.env["property.day.closing"].sudo()
        return {
            "home": self._home_facts(home, charges),
            "charges": [self._charge_facts(charge, home, today) for charge in charges],
            "deposits": self._deposits_due(home),
            "items": [
                {"id": item.id, "name": item.name} for item in self._advance_items(home, charges)
            ],
            "receipts": self._last_receipts(home, today),
            "journals": self._ways_of_paying(home.company_id),
            "currency_id": home.currency_id.id,
            "today": fields.Date.to_string(today),
            "closed": closing._is_closed(home.estate_id, today),
            "report": self._can_print(),
        }

    @api.model
    def _home(self, unit_id):
        """Return the home whose bill the unit is on, if the user may see it."""
        unit = self.env["property.unit"].browse(int(unit_id)).exists()
        if not unit:
            raise UserError(self.env._("This unit does not exist any more: search again."))
        home = unit._billed_unit()
        home.check_access("read")
        return home

    @api.model
    def _home_facts(self, home, charges):
        return {
            "unit_id": home.id,
            "name": home.full_name,
            "estate": home.estate_id.name,
            "type": home.type_id.name,
            "state": home._state_label(home.state),
            "area": home.gross_area,
            "owners": home.owner_names or "",
            "payer": (home.payer_id or home.owner_id).name or "",
            "phone": identity.mask_phone(home.phone),
            "sides": [
                {"name": side.full_name, "type": side.type_id.name, "plate": side.plate or ""}
                for side in home.side_unit_ids
            ],
            "prepaid": home.prepaid,
            "owed": home.arrears,
            "oldest_due": fields.Date.to_string(charges[:1].date_due) or "",
        }

    @api.model
    def _charge_facts(self, charge, home, today):
        payer = charge.partner_id
        return {
            "id": charge.id,
            "month": fields.Date.to_string(charge.month),
            "item": charge.item_id.name,
            "unit": charge.unit_id.full_name if charge.unit_id != home else "",
            "period": charge._period_label(),
            # somebody else's debt, of a tenant or a former owner, is not paid by mistake
            "other_payer": payer.name if payer != (home.payer_id or home.owner_id) else "",
            "date_due": fields.Date.to_string(charge.date_due) or "",
            "overdue": bool(charge.date_due and charge.date_due < today),
            "amount": charge.amount,
            "paid": charge.amount_paid,
            "due": charge.amount_residual,
        }

    @api.model
    def _deposits_due(self, home):
        """Return the deposits the home's people are asked for; each is taken in full."""
        payer = home.payer_id or home.owner_id
        return [
            {
                "id": deposit.id,
                "number": deposit.number,
                "item": deposit.kind_id.name,
                "unit": deposit.unit_id.full_name if deposit.unit_id != home else "",
                "note": deposit.note or deposit.origin_name or "",
                "other_payer": (deposit.partner_id.name if deposit.partner_id != payer else ""),
                "date": fields.Date.to_string(deposit.date),
                "amount": deposit.amount,
            }
            for deposit in self.env["property.deposit"].search(
                [("unit_id", "in", (home | home.side_unit_ids).ids), ("state", "=", "due")],
                order="id",
            )
        ]

    @api.model
    def _advance_items(self, home, charges):
        """Return the items the home is charged for every month: money may be kept for one."""
        last = self.env["property.charge"].search(
            [("billed_unit_id", "=", home.id), ("origin", "=", "price")],
            order="month desc, id",
            limit=1,
        )
        items = charges.item_id
        if last:
            items |= (
                self.env["property.charge"]
                .search([("billed_unit_id", "=", home.id), ("month", "=", last.month)])
                .item_id
            )
        return items.filtered("periodic").sorted(lambda item: (item.priority, item.id))

    @api.model
    def _last_receipts(self, home, today, limit=3):
        receipts = self.env["property.receipt"].search(
            [
                ("unit_id", "in", (home | home.side_unit_ids).ids),
                ("state", "in", ("confirmed", "voided")),
            ],
            limit=limit,
        )
        closed = self.env["property.day.closing"].sudo()._is_closed(home.estate_id, today)
        return [
            {
                "id": receipt.id,
                "number": receipt.number,
                "date": fields.Date.to_string(receipt.date),
                "amount": receipt.amount,
                "method": receipt.method,
                "method_label": self._method_labels()[receipt.method],
                "voided": receipt.state == "voided",
                "void_asked": receipt.state == "confirmed" and receipt.approval_pending,
                "voidable": (
                    receipt.state == "confirmed"
                    and self._local_day(receipt.confirmed_date) == today
                    and not closed
                    and not receipt.approval_pending
                ),
            }
            for receipt in receipts
        ]

    @api.model
    def _local_day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date()

    @api.model
    def _ways_of_paying(self, company):
        """Return the company's ways of paying, always in the order of their kinds: cashiers know
        their keys by heart."""
        labels = self._method_labels()
        order = list(labels)
        journals = self.env["account.journal"]._property_journals(company)
        journals = journals.sorted(lambda journal: order.index(journal.property_method))
        kinds = Counter(journals.mapped("property_method"))
        return [
            {
                "id": journal.id,
                # two tills are told apart by their own names
                "name": (
                    journal.name
                    if kinds[journal.property_method] > 1
                    else labels[journal.property_method]
                ),
                "method": journal.property_method,
            }
            for journal in journals
        ]

    @api.model
    def _method_labels(self):
        selection = self.env["account.journal"]._fields["property_method"]
        return dict(selection._description_selection(self.env))

    @api.model
    def _can_print(self):
        return bool(self.env.ref(_REPORT, raise_if_not_found=False))

    # taking money --------------------------------------------------------------------------------

    @api.model
    def cashier_take(self, values):
        """Take money for a home, once, however often the same request arrives (handbook B H4).

        :param dict values: request_key (made by the client, 16 to 64 characters, one per payment),
            unit_id, journal_id, amount (yuan), lines (list of {charge_id or deposit_id, amount in
            yuan}; what is not spent on them becomes an advance receipt), prepaid_item_id (the only
            item that advance receipt may pay), payer_name, external_ref, memo
        :return: dict of the receipt: id, number, unit, payer, amount, amount_charges,
            amount_prepaid, amount_words, method, method_label, repeated (whether an earlier
            request had taken it), report, and today (as `cashier_today()`)
        :raises AccessError: if the user is no cashier, or does not work for the estate
        :raises UserError: if a charge was paid meanwhile, the day is closed, sums do not agree
        """
        self._check_may_take()
        key = values.get("request_key")
        if not isinstance(key, str) or not 16 <= len(key) <= 64:
            raise UserError(self.env._("The payment has no key: load the screen again."))
        receipt = self._receipt_of_request(key)
        repeated = bool(receipt)
        if repeated:
            self._check_same_request(receipt, values)
        else:
            receipt = self._take_once(key, values)
        return {
            "id": receipt.id,
            "number": receipt.number,
            "unit": receipt.unit_id.full_name,
            "payer": receipt.payer_name or receipt.partner_id.name,
            "amount": receipt.amount,
            "amount_charges": receipt.amount_charges,
            "amount_deposits": receipt.amount_deposits,
            "amount_prepaid": receipt.amount_prepaid,
            "amount_words": receipt.amount_words,
            "method": receipt.method,
            "method_label": self._method_labels()[receipt.method],
            "repeated": repeated,
            "report": self._can_print(),
            "today": self.cashier_today(),
        }

    @api.model
    def _receipt_of_request(self, key):
        receipt = self.env["property.receipt"].sudo().search([("request_key", "=", key)])
        if receipt and receipt.create_uid != self.env.user:
            raise AccessError(self.env._("This payment was taken by somebody else."))
        return receipt.sudo(False)

    @api.model
    def _check_same_request(self, receipt, values):
        """Refuse a key that comes back with another payment: it was changed after an answer that
        got lost on its way, and taking it again would be taking it twice."""
        compare = receipt.currency_id.compare_amounts
        if (
            receipt.unit_id != self._home(values.get("unit_id"))
            or receipt.journal_id.id != values.get("journal_id")
            or compare(receipt.amount, self._yuan(values.get("amount"))) != 0
        ):
            raise UserError(
                self.env._(
                    "This payment was taken already, with other facts: receipt %(number)s over "
                    "%(amount).2f yuan. Load the home again.",
                    number=receipt.number,
                    amount=receipt.amount,
                )
            )

    @api.model
    def _take_once(self, key, values):
        receipts = self.env["property.receipt"]
        vals = {"request_key": key, **self._prepare_receipt(values)}
        try:
            return receipts._take([vals])
        except UniqueViolation as error:
            if error.diag.constraint_name != _REQUEST_ONCE:
                raise
            # The same request is being answered at this moment. Begin anew in a transaction
            # that sees its receipt.
            raise ConcurrencyError(key) from error
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is taking money for these charges right now: load the home "
                    "again."
                )
            ) from error

    @api.model
    def _prepare_receipt(self, values):
        """Return the receipt's values for `create()`, checked as far as the receipt does not."""
        home = self._home(values.get("unit_id"))
        journals = self.env["account.journal"]._property_journals(home.company_id)
        journal = journals.filtered(lambda row: row.id == values.get("journal_id"))
        if not journal:
            raise UserError(self.env._("Choose how it is paid."))
        amount = self._yuan(values.get("amount"))
        if home.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter the amount received."))
        shares = self._shares(values, "charge_id")
        deposit_shares = self._shares(values, "deposit_id")
        charges = self.env["property.charge"].browse(shares).exists()
        if len(charges) != len(shares):
            raise UserError(self.env._("A charge does not exist any more: load the home again."))
        charges.check_access("read")
        deposits = self.env["property.deposit"].browse(deposit_shares).exists()
        if len(deposits) != len(deposit_shares):
            raise UserError(self.env._("A deposit does not exist any more: load the home again."))
        deposits.check_access("read")
        payer = home.payer_id or home.owner_id
        owing = charges.partner_id or deposits.partner_id
        if len(owing) == 1:
            payer = owing
        if not payer:
            raise UserError(
                self.env._(
                    "%(unit)s has neither payer nor owner: enter who holds it first.",
                    unit=home.full_name,
                )
            )
        return {
            "unit_id": home.id,
            "partner_id": payer.id,
            "journal_id": journal.id,
            "amount": home.currency_id.round(amount),
            "payer_name": self._text(values, "payer_name"),
            "external_ref": self._text(values, "external_ref"),
            "memo": self._text(values, "memo"),
            "prepaid_item_id": self._advance_item(values),
            "line_ids": [
                Command.create(
                    {"charge_id": charge.id, "amount": home.currency_id.round(shares[charge.id])}
                )
                for charge in charges
            ]
            + [
                Command.create(
                    {
                        "deposit_id": deposit.id,
                        "amount": home.currency_id.round(deposit_shares[deposit.id]),
                    }
                )
                for deposit in deposits
            ],
        }

    @api.model
    def _shares(self, values, key):
        """Return {id: yuan} of the lines of a payment that name a `key`."""
        return {
            int(line[key]): self._yuan(line["amount"])
            for line in values.get("lines") or ()
            if line.get(key)
        }

    @api.model
    def _advance_item(self, values):
        """Return the id of the item money in advance is kept for, if the user may see it."""
        if not values.get("prepaid_item_id"):
            return False
        item = self.env["property.fee.item"].browse(int(values["prepaid_item_id"])).exists()
        item.check_access("read")
        return item.id

    @api.model
    def _text(self, values, name):
        return (values.get(name) or "").strip() or False

    @api.model
    def _yuan(self, amount):
        """Return an amount that came from outside as a number.

        :raises UserError: if it is none
        """
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise UserError(self.env._("Enter amounts in figures."))
        if not math.isfinite(amount):
            raise UserError(self.env._("Enter amounts in figures."))
        return float(amount)

    # the day -------------------------------------------------------------------------------------

    @api.model
    def cashier_today(self):
        """Return what the user has taken today, by way of paying (handbook B H4).

        Voided receipts are left out, as in the daily closing.

        :return: dict: date, count, amount (yuan), methods (list of {method, label, count, amount})
        :raises AccessError: if the user is no cashier
        """
        self._check_may_take()
        today = fields.Date.context_today(self)
        taken = {
            method: (count, amount)
            for method, count, amount in self.env["property.receipt"]._read_group(
                [
                    ("cashier_id", "=", self.env.uid),
                    ("date", "=", today),
                    ("state", "=", "confirmed"),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["method"],
                ["__count", "amount:sum"],
            )
        }
        return {
            "date": fields.Date.to_string(today),
            "count": sum(count for count, _amount in taken.values()),
            "amount": self.env.company.currency_id.round(
                sum(amount for _count, amount in taken.values())
            ),
            "methods": [
                {
                    "method": method,
                    "label": label,
                    "count": taken[method][0],
                    "amount": taken[method][1],
                }
                for method, label in self._method_labels().items()
                if method in taken
            ],
        }

    @api.model
    def _check_may_take(self):
        self.env["property.receipt"]._check_may_take()
