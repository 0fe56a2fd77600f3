# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.property_register import Column


class ReportServiceSheet(models.AbstractModel):
    """有偿/委托服务联系单, form A3-3 of handbook B: work that is not on the price list."""

    _name = "report.property_service.report_service_sheet"
    _description = "Liaison sheet for a service"
    _inherit = "report.property_service.repair_form"

    @api.model
    def _check(self, docs):
        if other := docs.filtered(lambda row: not row._is_billed()):
            raise UserError(
                self.env._("“%(repair)s” is not chargeable.", repair=other[0].display_name)
            )


class ReportWarrantyLetter(models.AbstractModel):
    """The letter, and reminder, to the developer about a defect under warranty (B A5)."""

    _name = "report.property_service.report_warranty_letter"
    _description = "Letter to the developer"
    _inherit = "property.case.form"
    _form_model = "property.warranty.claim"

    @api.model
    def _get_report_values(self, docids, data=None):
        values = super()._get_report_values(docids, data)
        docs, now = values["docs"], fields.Datetime.now()
        for claim in docs:
            if not claim.sent_at or not claim.responsible_id:
                raise UserError(
                    self.env._(
                        "“%(claim)s” is sent to the developer first.", claim=claim.display_name
                    )
                )

        def day(moment):
            return fields.Datetime.context_timestamp(docs, moment).date() if moment else ""

        values["day"] = day
        values["days"] = {claim.id: (now - claim.sent_at).days for claim in docs}
        return values


class PropertyRegisterEmergencyCall(models.AbstractModel):
    """应急联络表, form D4-4 of handbook B: whom to call in which emergency."""

    _name = "property.register.emergency.call"
    _description = "Emergency call list"
    _inherit = "property.register"

    _register_options = ("estate_ids",)

    def _title(self, options):
        return self.env._("Emergency Call List")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("plan", self.env._("Event"), 14),
            Column("role", self.env._("Called"), 14),
            Column("name", self.env._("Name or body"), 20),
            Column("phone", self.env._("Phone"), 16, "mid"),
            Column("when", self.env._("When it is called"), 24),
            Column("estate", self.env._("Estate"), 12),
        ]

    def _rows(self, options):
        estates = self._estates(options)
        plans = self.env["property.emergency.plan"].search(
            [
                ("estate_id", "in", (False, *estates.ids)),
                ("company_id", "in", (False, *estates.company_id.ids)),
            ]
        )
        roles = self._labels("property.emergency.call", "role")
        rows = []
        for plan in plans:
            for call in plan.call_ids:
                rows.append(
                    {
                        "index": len(rows) + 1,
                        "plan": plan.name,
                        "role": roles.get(call.role, ""),
                        "name": call.name or "",
                        "phone": call.phone or "",
                        "when": call.note or "",
                        "estate": plan.estate_id.name or self.env._("Every estate"),
                    }
                )
        rows += self._on_call(estates, len(rows))
        return rows

    def _on_call(self, estates, known):
        """Return the rows of who is on call now, of each estate."""
        rows = []
        for estate in estates:
            duty = self.env["property.on.call"]._current(estate)
            for label, person, phone in (
                (self.env._("On call"), duty.employee_id, duty.phone),
                (self.env._("Deputy on call"), duty.deputy_id, duty.deputy_phone),
            ):
                if person:
                    rows.append(
                        {
                            "index": known + len(rows) + 1,
                            "plan": self.env._("Repairs at night and on holidays"),
                            "role": label,
                            "name": person.name,
                            "phone": phone or "",
                            "when": "",
                            "estate": estate.name,
                        }
                    )
        return rows
