# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..core.property_register import Column


class PropertyRegisterRenovation(models.AbstractModel):
    """业主(用户)装修情况登记表: the renovations declared in a period (handbook A §28)."""

    _name = "property.register.renovation"
    _description = "Register of renovations"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Renovations by Owners (Users)")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 12),
            Column("owner", self.env._("Owner"), 8),
            Column("phone", self.env._("Phone"), 10, "mid"),
            Column("contractor", self.env._("Renovation contractor"), 12),
            Column("lead", self.env._("In charge and phone"), 12),
            Column("declared", self.env._("Date of declaration"), 9, "date"),
            Column("permit", self.env._("Permit no."), 13),
            Column("start", self.env._("Start of work"), 9, "date"),
            Column("end", self.env._("Planned completion"), 9, "date"),
            Column("workers", self.env._("Number of workers"), 5, "integer"),
            Column("deposit", self.env._("Deposit"), 9, "money", True),
            Column("items", self.env._("Main content"), 18),
            Column("violations", self.env._("Violations"), 6, "integer"),
            Column("accepted", self.env._("First and second acceptance"), 11, "mid"),
            Column("refunded", self.env._("Deposit given back on"), 9, "date"),
            Column("remark", self.env._("Remark"), 8),
        ]

    def _rows(self, options):
        dossiers = self.env["property.renovation"].search(
            [
                *self._unit_domain(options),
                ("date_declared", ">=", self._date(options, "date_from")),
                ("date_declared", "<=", self._date(options, "date_to")),
                ("state", "!=", "draft"),
            ],
            order="building_id, date_declared, id",
        )
        sections = self._building_sections(dossiers.building_id)
        modes = self._labels("property.renovation", "mode")
        return [
            {
                "_section": sections.get(row.building_id, ""),
                "index": number,
                "unit": row.unit_id.full_name,
                "owner": row.owner_id.name,
                "phone": row.phone,
                "contractor": row.contractor_id.name or modes[row.mode],
                "lead": " ".join(part for part in (row.lead_id.name, row.lead_phone) if part),
                "declared": row.date_declared,
                "permit": row.permit_number,
                "start": row.started_date or row.date_start_plan,
                "end": row.permit_date_end or row.date_end_plan,
                "workers": row.worker_count,
                "deposit": row.amount_deposits,
                "items": row.items_text,
                "violations": row._open_violations(),
                "accepted": " / ".join(
                    str(day.date())
                    for day in (row.first_passed_date, row.second_passed_date)
                    if day
                ),
                "refunded": row.closed_date.date() if row.closed_date else None,
                "remark": row._state_label(row.state),
            }
            for number, row in enumerate(dossiers, 1)
        ]


class PropertyRegisterRenovationPermit(models.AbstractModel):
    """装修许可证、临时出入证发放及收回登记表 (handbook A §30)."""

    _name = "property.register.renovation.permit"
    _description = "Register of renovation permits"
    _inherit = "property.register"

    _register_options = ("estate_ids", "building_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._(
            "Register of Renovation Permits and Temporary Passes Issued and Taken Back"
        )

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 12),
            Column("permit", self.env._("Permit no."), 14),
            Column("issued", self.env._("Date of issue"), 9, "date"),
            Column("receiver", self.env._("Signature of the receiver"), 9),
            Column("passes", self.env._("Pass numbers"), 12),
            Column("quantity", self.env._("Number of passes"), 6, "integer"),
            Column("deposit", self.env._("Pass deposit"), 8, "money", True),
            Column("receipt", self.env._("Receipt no."), 12),
            Column("until", self.env._("Valid until"), 9, "date"),
            Column("returned", self.env._("Permit taken back on"), 9, "date"),
            Column("recovered", self.env._("Passes taken back"), 6, "integer"),
            Column("missing", self.env._("Passes lost"), 6, "integer"),
            Column("refunded", self.env._("Deposit given back"), 8, "money", True),
            Column("handler", self.env._("Handled by"), 8),
            Column("security", self.env._("Security told"), 6, "mid"),
        ]

    def _passes(self, permit):
        """Hook: return what is known of the passes of a permit's site, by column.

        :param permit: `property.renovation.permit`
        """
        dossier = permit.renovation_id
        rows = dossier.money_ids.filtered(lambda row: row.code == "PASS")
        deposit = rows.deposit_id.sudo()
        done = permit.state == "returned"
        return {
            "passes": "",
            "quantity": dossier.worker_count,
            "deposit": sum(rows.mapped("amount")),
            "receipt": deposit[:1].receipt_id.number,
            "recovered": dossier.worker_count - dossier.passes_missing if done else None,
            "missing": dossier.passes_missing if done else None,
            "refunded": sum(
                row.amount_back for row in deposit if row.state in ("refunded", "closed")
            ),
            "security": "",
        }

    def _rows(self, options):
        permits = self.env["property.renovation.permit"].search(
            [
                *self._unit_domain(options),
                ("date_issued", ">=", self._date(options, "date_from")),
                ("date_issued", "<=", self._date(options, "date_to")),
            ],
            order="building_id, date_issued, id",
        )
        sections = self._building_sections(permits.building_id)
        return [
            {
                "_section": sections.get(row.building_id, ""),
                "index": number,
                "unit": row.unit_id.full_name,
                "permit": row.number,
                "issued": row.date_issued,
                "receiver": row.receiver,
                "until": row.date_end,
                "returned": row.returned_date.date() if row.returned_date else None,
                "handler": row.issued_by_id.name,
                **self._passes(row),
            }
            for number, row in enumerate(permits, 1)
        ]
