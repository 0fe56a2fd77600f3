# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from ...tools.local_time import day_bounds, local_day, local_text
from ..core.property_register import Column


class PropertyRegisterKeys(models.AbstractModel):
    """What the registers of keys, passes and moves share: period, signatures, moments."""

    _name = "property.register.keys"
    _description = "Register of keys, passes and moves"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _period_domain(self, field, options):
        """Return the domain of the moments of `field` within the period asked for."""
        start, end = day_bounds(self._date(options, "date_from"), self._date(options, "date_to"))
        return [(field, ">=", start), (field, "<", end)]

    def _place_domain(self, options):
        domain = [("estate_id", "in", self._estates(options).ids)]
        if options.get("building_ids"):
            domain.append(("unit_id.building_id", "in", options["building_ids"]))
        return domain

    def _at(self, value):
        """Return a moment as it was in China."""
        return local_text(value)

    def _day(self, value):
        return local_day(value) if value else None

    def _signed(self, document, role):
        """Return the name of who signed as `role`."""
        return document._valid_signatures(role)[:1].name or ""

    def _yes(self, value):
        return self.env._("Yes") if value else ""


class PropertyRegisterKeyLoan(models.AbstractModel):
    """钥匙领用登记表 (handbook A §20)."""

    _name = "property.register.key.loan"
    _description = "Register of key loans"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of Key Loans")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 3, "integer"),
            Column("out", self.env._("Date/time out"), 9, "mid"),
            Column("place", self.env._("Room/place"), 11),
            Column("code", self.env._("Key no."), 8),
            Column("class", self.env._("Key type (loan)"), 8),
            Column("quantity", self.env._("Qty"), 4, "integer", True),
            Column("borrower", self.env._("Borrower"), 7),
            Column("organisation", self.env._("Department/company"), 9),
            Column("identity", self.env._("ID/phone"), 9),
            Column("purpose", self.env._("Purpose of the loan"), 12),
            Column("due", self.env._("Due time"), 9, "mid"),
            Column("approver", self.env._("Approver"), 6),
            Column("borrower_sign", self.env._("Borrower's signature"), 7),
            Column("issuer", self.env._("Issuer"), 6),
            Column("returned", self.env._("Return time"), 9, "mid"),
            Column("returned_quantity", self.env._("Returned qty"), 4, "integer"),
            Column("condition", self.env._("Condition of home/key"), 9),
            Column("receiver", self.env._("Receiver's signature"), 7),
            Column("remark", self.env._("Remark"), 7),
        ]

    def _rows(self, options):
        loans = self.env["property.key.loan"].search(
            [
                *self._place_domain(options),
                *self._period_domain("date_requested", options),
            ],
            order="date_requested, id",
        )
        classes = self._labels("property.key", "key_class")
        conditions = self._labels("property.key.loan", "condition")
        return [
            {
                "serial": number,
                "out": self._at(loan.out_date),
                "place": loan.location_names,
                "code": loan.key_codes,
                "class": "、".join(dict.fromkeys(classes[key.key_class] for key in loan.key_ids)),
                "quantity": loan.quantity,
                "borrower": loan.borrower_name,
                "organisation": loan.organisation or "",
                "identity": " ".join(filter(None, (loan.id_last4, loan.phone))),
                "purpose": loan.purpose,
                "due": self._at(loan.return_due),
                "approver": loan.sudo().approved_by_id.name or "",
                "borrower_sign": self._signed(loan, "borrower"),
                "issuer": self._signed(loan, "issuer"),
                "returned": self._at(loan.returned_date),
                "returned_quantity": loan.returned_quantity or None,
                "condition": loan.condition_note or conditions.get(loan.condition, ""),
                "receiver": self._signed(loan, "receiver"),
                "remark": loan._state_label(loan.state) if loan.state != "closed" else "",
            }
            for number, loan in enumerate(loans, 1)
        ]


class PropertyRegisterKeyStock(models.AbstractModel):
    """接管钥匙总清单 (handbook A §20)."""

    _name = "property.register.key.stock"
    _description = "List of keys taken over"
    _inherit = "property.register.keys"

    _register_options = ("estate_ids", "building_ids", "date")

    def _title(self, options):
        return self.env._("General List of Keys Taken Over")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("place", self.env._("Room/place"), 16),
            Column("class", self.env._("Key class"), 12),
            Column("code", self.env._("Key no."), 10),
            Column("quantity", self.env._("Qty"), 6, "integer", True),
            Column("from", self.env._("Received from"), 12),
            Column("by", self.env._("Received by (keys)"), 9),
            Column("date", self.env._("Date"), 9, "date"),
            Column("position", self.env._("Storage position"), 14),
            Column("state", self.env._("Status"), 9, "mid"),
        ]

    def _rows(self, options):
        keys = self.env["property.key"].search(
            self._place_domain(options), order="estate_id, cabinet_id, position, code"
        )
        classes = self._labels("property.key", "key_class")
        return [
            {
                "serial": number,
                "place": key.location_name,
                "class": classes[key.key_class],
                "code": key.code,
                "quantity": key.quantity,
                "from": key.received_from or "",
                "by": key.sudo().received_by_id.name or "",
                "date": key.received_date,
                "position": " ".join(filter(None, (key.cabinet_id.name, key.position))),
                "state": key._state_label(key.state),
            }
            for number, key in enumerate(keys, 1)
        ]


class PropertyRegisterKeyCustody(models.AbstractModel):
    """业主钥匙寄存(托管)登记表: a line per use of the keys (handbook A §21)."""

    _name = "property.register.key.custody"
    _description = "Register of key custody"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of Owners' Keys in Custody")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 3, "integer"),
            Column("unit", self.env._("Unit"), 10),
            Column("owner", self.env._("Owner"), 8),
            Column("deposit", self.env._("Date of deposit"), 8, "date"),
            Column("keys", self.env._("Key type/qty"), 12),
            Column("owner_sign", self.env._("Owner's signature"), 8),
            Column("keeper", self.env._("Keeper"), 7),
            Column("use", self.env._("Date of use"), 9, "mid"),
            Column("purpose", self.env._("Purpose of the use"), 11),
            Column("user", self.env._("User of the keys"), 9),
            Column("approver", self.env._("Approver"), 7),
            Column("informed", self.env._("Owner informed (way/time)"), 13),
            Column("back", self.env._("Return of the keys"), 9, "mid"),
            Column("withdrawn", self.env._("Final withdrawal date/signature"), 12),
        ]

    def _rows(self, options):
        custodies = self.env["property.key.custody"].search(
            [*self._place_domain(options), ("state", "not in", ("applied", "cancelled"))],
            order="deposited_date, id",
        )
        ways = self._labels("property.key.custody.use", "consent_way")
        first, last = self._date(options, "date_from"), self._date(options, "date_to")
        rows = []
        for custody in custodies:
            if custody.ended_date and self._day(custody.ended_date) < first:
                continue
            if self._day(custody.deposited_date) > last:
                continue
            head = {
                "unit": custody.unit_id.full_name,
                "owner": custody.partner_id.name,
                "deposit": self._day(custody.deposited_date),
                "keys": custody.key_text,
                "owner_sign": self._signed(custody, "owner"),
                "keeper": custody.sudo().deposited_by_id.name or "",
                "withdrawn": " ".join(
                    filter(
                        None,
                        (
                            str(self._day(custody.withdrawn_date) or ""),
                            self._signed(custody, "taker"),
                        ),
                    )
                ),
            }
            uses = custody.use_ids.filtered("out_date").sorted("id")
            for use in uses or [uses]:
                informed = use.informed_way or use.consent_way
                when = self._at(use.informed_date) or use.consent_note or ""
                rows.append(
                    {
                        **head,
                        "serial": len(rows) + 1,
                        "use": self._at(use.out_date),
                        "purpose": use.purpose or "",
                        "user": "、".join(filter(None, (use.user_name, use.second_user_name))),
                        "approver": use.sudo().approved_by_id.name or "",
                        "informed": " ".join(filter(None, (ways.get(informed), when))),
                        "back": self._at(use.back_date),
                    }
                )
        return rows


class PropertyRegisterKeyLeft(models.AbstractModel):
    """客户房屋维修留/借钥匙登记表: a line per visit (handbook A §22)."""

    _name = "property.register.key.left"
    _description = "Register of keys left for repairs"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of Keys Left or Lent for Repairs")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 3, "integer"),
            Column("unit", self.env._("Unit"), 10),
            Column("customer", self.env._("Customer's name"), 8),
            Column("repair", self.env._("Repair item/work order no."), 14),
            Column("manner", self.env._("Left/lent"), 6, "mid"),
            Column("quantity", self.env._("Key qty"), 4, "integer"),
            Column("code", self.env._("Key no."), 9),
            Column("left", self.env._("Time left"), 9, "mid"),
            Column("customer_sign", self.env._("Customer's signature (keys)"), 8),
            Column("borrower", self.env._("Borrower of the keys"), 8),
            Column("out", self.env._("Borrow time"), 9, "mid"),
            Column("back", self.env._("Return time"), 9, "mid"),
            Column("condition", self.env._("Unit condition"), 10),
            Column("keeper", self.env._("Keeper"), 7),
            Column("given", self.env._("Given back to customer (time/signature)"), 11),
            Column("remark", self.env._("Remark"), 7),
        ]

    def _rows(self, options):
        lefts = self.env["property.key.left"].search(
            [*self._place_domain(options), *self._period_domain("left_date", options)],
            order="left_date, id",
        )
        manners = self._labels("property.key.left", "manner")
        rows = []
        for left in lefts:
            visits = left.visit_ids.sorted("id")
            for visit in visits or [visits]:
                rows.append(
                    {
                        "serial": len(rows) + 1,
                        "unit": left.unit_id.full_name,
                        "customer": left.partner_id.name,
                        "repair": " ".join(
                            filter(None, (left.repair_subject, left.repair_id.number))
                        ),
                        "manner": manners[left.manner],
                        "quantity": left.quantity,
                        "code": left.key_code,
                        "left": self._at(left.left_date),
                        "customer_sign": self._signed(left, "customer") or left.consent_note or "",
                        "borrower": "、".join(
                            filter(None, (visit.borrower_name, visit.companion_name))
                        ),
                        "out": self._at(visit.out_date),
                        "back": self._at(visit.back_date),
                        "condition": visit.unit_condition or "",
                        "keeper": self._signed(left, "keeper")
                        or visit.sudo().received_by_id.name
                        or "",
                        "given": " ".join(
                            filter(
                                None,
                                (self._at(left.given_date), self._signed(left, "customer_back")),
                            )
                        ),
                        "remark": left.remark or "",
                    }
                )
        return rows
