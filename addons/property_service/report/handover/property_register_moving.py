# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterPass(models.AbstractModel):
    """业主证(住户证)领用登记表 (handbook A §23)."""

    _name = "property.register.resident.pass"
    _description = "Register of resident passes"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of Resident Passes Handed Out")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("number", self.env._("Pass no."), 14),
            Column("unit", self.env._("Unit"), 13),
            Column("holder", self.env._("Pass holder"), 10),
            Column("category", self.env._("Category of the pass"), 8, "mid"),
            Column("issued", self.env._("Date received"), 9, "date"),
            Column("fee", self.env._("Cost fee"), 7, "money", True),
            Column("signature", self.env._("Signature of the holder"), 9),
            Column("ended", self.env._("Taken back/lost on"), 12, "mid"),
            Column("handler", self.env._("Handled by"), 9),
        ]

    def _rows(self, options):
        passes = self.env["property.resident.pass"].search(
            [
                *self._place_domain(options),
                ("issue_date", ">=", self._date(options, "date_from")),
                ("issue_date", "<=", self._date(options, "date_to")),
            ],
            order="issue_date, id",
        )
        kinds = self._labels("property.resident.pass", "category")
        return [
            {
                "serial": number,
                "number": row.number,
                "unit": row.unit_id.full_name,
                "holder": row.holder_id.name,
                "category": kinds[row.category],
                "issued": row.issue_date,
                "fee": row.fee,
                "signature": self._signed(row, "holder"),
                "ended": str(self._day(row.withdrawn_date or row.lost_date) or ""),
                "handler": row.sudo().issued_by_id.name or "",
            }
            for number, row in enumerate(passes, 1)
        ]


class PropertyRegisterCard(models.AbstractModel):
    """IC卡领取登记表 (handbook A §24)."""

    _name = "property.register.access.card"
    _description = "Register of access cards"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of IC Cards Handed Out")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Unit"), 12),
            Column("holder", self.env._("Card holder"), 9),
            Column("identity", self.env._("Identity of the holder"), 6, "mid"),
            Column("card", self.env._("Card no."), 11),
            Column("zones", self.env._("Door/zone"), 12),
            Column("quantity", self.env._("Qty"), 4, "integer", True),
            Column("kind", self.env._("First/extra/replacement"), 8, "mid"),
            Column("fee", self.env._("Cost fee"), 6, "money", True),
            Column("receipt", self.env._("Receipt no. of the fee"), 11),
            Column("until", self.env._("Valid until"), 8, "date"),
            Column("date", self.env._("Date received"), 8, "date"),
            Column("signature", self.env._("Recipient's signature"), 8),
            Column("handler", self.env._("Handled by"), 7),
            Column("returned", self.env._("Card given back on"), 8, "date"),
        ]

    def _rows(self, options):
        cards = self.env["property.access.card"].search(
            [*self._place_domain(options), *self._period_domain("issued_date", options)],
            order="issued_date, id",
        )
        identities = self._labels("property.access.card", "identity")
        kinds = self._labels("property.access.card", "kind")
        return [
            {
                "serial": number,
                "unit": card.unit_id.full_name,
                "holder": card.holder_id.name,
                "identity": identities[card.identity],
                "card": card.card_number,
                "zones": card.zones,
                "quantity": 1,
                "kind": kinds.get(card.kind, ""),
                "fee": card.fee,
                "receipt": card.receipt_numbers,
                "until": card.valid_until,
                "date": self._day(card.issued_date),
                "signature": self._signed(card, "receiver"),
                "handler": card.sudo().issued_by_id.name or "",
                "returned": self._day(card.returned_date),
            }
            for number, card in enumerate(cards, 1)
        ]


class PropertyRegisterMoving(models.AbstractModel):
    """住户搬出入登记表: who moved in and out in a period (handbook A §27)."""

    _name = "property.register.moving"
    _description = "Register of moves in and out"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of Residents Moving In and Out")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 3, "integer"),
            Column("date", self.env._("Date"), 8, "date"),
            Column("way", self.env._("In/out"), 5, "mid"),
            Column("unit", self.env._("Unit"), 10),
            Column("name", self.env._("Resident's name"), 8),
            Column("role", self.env._("Owner/tenant"), 6, "mid"),
            Column("id", self.env._("ID no. of the resident"), 12),
            Column("phone", self.env._("Phone"), 10),
            Column("persons", self.env._("Persons"), 4, "integer", True),
            Column("goods", self.env._("Main goods"), 12),
            Column("slip", self.env._("Exit slip no."), 12),
            Column("paid", self.env._("Fees settled to"), 8, "date"),
            Column("returned", self.env._("Cards/keys given back"), 9),
            Column("consent", self.env._("Way of the owner's consent"), 8),
            Column("address", self.env._("New address"), 10),
            Column("vehicle", self.env._("Car plate"), 7),
            Column("handler", self.env._("Handled by"), 7),
            Column("guard", self.env._("Guard on duty"), 7),
            Column("remark", self.env._("Remark"), 8),
        ]

    def _rows(self, options):
        first, last = self._date(options, "date_from"), self._date(options, "date_to")
        place = self._place_domain(options)
        ins = self.env["property.tenant.movein"].search(
            [*place, ("movein_date", ">=", first), ("movein_date", "<=", last)]
        )
        outs = self.env["property.moveout"].search(
            [*place, ("moved_date", ">=", first), ("moved_date", "<=", last)]
        )
        rows = [self._row_in(move) for move in ins] + [self._row_out(move) for move in outs]
        rows.sort(key=lambda row: (row["date"], row["unit"]))
        return [{**row, "serial": number} for number, row in enumerate(rows, 1)]

    def _row_in(self, move):
        consents = self._labels("property.tenant.movein", "consent_way")
        return {
            "date": move.movein_date,
            "way": self.env._("In (moving)"),
            "unit": move.unit_id.full_name,
            "name": move.tenant_id.name,
            "role": self.env._("Tenant"),
            "id": move.tenant_id_number or "",
            "phone": move.tenant_phone or "",
            "persons": move.person_count,
            "consent": consents.get(move.consent_way, ""),
            "vehicle": move.vehicle or "",
            "handler": move.sudo().moved_by_id.name or "",
            "remark": move.remark or "",
        }

    def _row_out(self, move):
        consents = self._labels("property.moveout", "consent_way")
        roles = self._labels("property.moveout", "who")
        slips = move.gate_pass_ids.filtered("released_date")
        return {
            "date": move.moved_date,
            "way": self.env._("Out (moving)"),
            "unit": move.unit_id.full_name,
            "name": move.partner_id.name,
            "role": roles[move.who],
            "id": move.partner_id.property_id_number or "",
            "phone": move.phone or "",
            "persons": move.person_count,
            "goods": "、".join(filter(None, slips.mapped("goods_text"))),
            "slip": "、".join(slips.mapped("number")),
            "paid": move.paid_until,
            "returned": move.credentials_note or self._yes(move.credentials_date),
            "consent": consents.get(move.consent_way, ""),
            "address": move.new_address or "",
            "vehicle": move.vehicle or "、".join(filter(None, slips.mapped("vehicle"))),
            "handler": move.sudo().closed_by_id.name or "",
            "guard": "、".join(filter(None, slips.mapped("guard_name"))),
            "remark": self.env._("Left secretly") if move.secret else move.remark or "",
        }


class PropertyRegisterMaterial(models.AbstractModel):
    """材料进场登记表 (handbook A §34)."""

    _name = "property.register.material"
    _description = "Register of materials coming in"
    _inherit = "property.register.keys"

    def _title(self, options):
        return self.env._("Register of Materials Coming In")

    def _columns(self, options):
        return [
            Column("serial", self.env._("No."), 4, "integer"),
            Column("date", self.env._("Date"), 12, "mid"),
            Column("unit", self.env._("Unit"), 13),
            Column("contractor", self.env._("Renovation contractor"), 16),
            Column("material", self.env._("Material"), 18),
            Column("quantity", self.env._("Quantity of goods"), 9, "mid"),
            Column("vehicle", self.env._("Car plate"), 10),
            Column("lift", self.env._("Goods lift/stairs"), 9, "mid"),
            Column("guard", self.env._("Guard on duty"), 9),
            Column("remark", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        entries = self.env["property.material.entry"].search(
            [*self._place_domain(options), *self._period_domain("date", options)],
            order="date, id",
        )
        lifts = self._labels("property.material.entry", "lift")
        return [
            {
                "serial": number,
                "date": self._at(entry.date),
                "unit": entry.unit_id.full_name,
                "contractor": entry.contractor,
                "material": entry.name,
                "quantity": f"{entry.quantity:g}{entry.uom or ''}",
                "vehicle": entry.vehicle or "",
                "lift": lifts[entry.lift],
                "guard": entry.guard_name or "",
                "remark": entry.remark or "",
            }
            for number, entry in enumerate(entries, 1)
        ]
