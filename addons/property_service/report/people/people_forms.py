# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...models.people.property_occupancy import OWNER_ROLES

#: lines left for writing by hand, at least this many lines in all
_FAMILY_LINES = 5
_OCCUPANT_LINES = 8
_SPARE_ARCHIVE_LINES = 4
#: use status of a unit -> the box of the registration form that is ticked
_USES = {
    "occupied_owner": "own",
    "leased": "let",
    "business": "business",
    "vacant": "vacant",
    "trusteeship": "vacant",
}


class PeopleForm(models.AbstractModel):
    """What the printed forms of households share: language, sheets, careful reading."""

    _name = "report.property_service.people_form"
    _description = "Household form"

    #: model of the records the form is printed for
    _form_model = "property.unit"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._form_model].browse(docids)
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang)
        docs.check_access("read")
        return {
            "docs": docs,
            "print_lang": lang,
            "tick": lambda on: "☑" if on else "□",
            "sheets": self.with_context(lang=lang)._sheets(docs),
        }

    def _sheets(self, docs):
        """Return what each sheet states, a dict per record."""
        raise NotImplementedError

    @api.model
    def _filename(self, record):
        """Return the name of the file the form of `record` is saved as, without its ending."""
        lang = record.estate_id._print_lang()
        report = self.env["ir.actions.report"]._get_report_from_name(
            self._name.removeprefix("report.")
        )
        unit = record if record._name == "property.unit" else record.unit_id
        return f"{report.with_context(lang=lang).name} {unit.full_name}"

    @api.model
    def _read(self, record, name):
        """Return a field, or nothing where the user may not see it or there is no record."""
        if record and record._has_field_access(record._fields[name], "read"):
            return record[name]
        return False

    @api.model
    def _label(self, record, name):
        """Return the label of a selection field."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "") if record else ""

    @api.model
    def _person(self, partner):
        """Return a person's data as forms state them; the ID number is masked (A §9)."""
        return {
            "partner": partner,
            "name": partner.name,
            "gender": self._label(partner, "property_gender"),
            "id_type": self._label(partner, "property_id_type"),
            "id_number": self._read(partner, "property_id_number"),
            "birthday": self._read(partner, "property_birthday"),
            "native_place": partner.property_native_place,
            "employer": partner.property_employer,
            "phone": partner.phone or partner.property_home_phone,
        }

    @api.model
    def _padded(self, lines, count):
        """Return the lines, followed by empty ones up to `count`."""
        return [*lines, *({} for _spare in range(count - len(lines)))]


class OwnerRegistration(models.AbstractModel):
    """Owner's registration form 业主登记表 (handbook A §2)."""

    _name = "report.property_service.report_owner_registration"
    _description = "Owner's registration form"
    _inherit = "report.property_service.people_form"

    def _sheets(self, docs):
        held = docs._holders_on(fields.Date.context_today(self))
        types = self.env["property.archive.type"].search([("active", "=", True)])
        missing = docs._missing_papers()
        return [self._sheet(unit, held[unit], types, missing[unit]) for unit in docs]

    def _sheet(self, unit, held, types, missing):
        owners = held.filtered(lambda row: row.role in OWNER_ROLES)
        owners = owners.sorted(lambda row: (row.role != "owner", row.id))
        owner_row = owners[:1]
        owner = owner_row.partner_id
        company = owner if owner.is_company else owner.browse()
        filed = set(unit.archive_ids.filtered(self._is_filed).type_id.ids)
        papers = types.filtered(lambda kind: kind._applies_to(unit) or kind.id in filed)
        plates = [unit.plate, *unit.side_unit_ids.mapped("plate")]
        return {
            "unit": unit,
            "row": owner_row,
            "person": self._person(owner.browse() if company else owner),
            "owner": owner,
            "special_care": self._read(owner, "property_special_care"),
            "preferred_contact": self._label(owner, "property_preferred_contact"),
            "company": company,
            "company_code": company.vat or self._read(company, "property_id_number"),
            "contact": held.filtered(lambda row: row.role == "contact")[:1].partner_id
            or company.child_ids[:1],
            "family": self._padded(self._family(held - owner_row), _FAMILY_LINES),
            "use": _USES.get(unit.state),
            "vehicles": "、".join(filter(None, [*plates, owner.property_vehicles])),
            "spaces": "、".join(
                unit.side_unit_ids.filtered(lambda side: side.category == "parking").mapped(
                    "full_name"
                )
            ),
            "papers": [(paper.name, paper.id in filed) for paper in papers],
            "missing": missing,
        }

    def _family(self, rows):
        """Return the lines of the family table: everybody of the household but tenants."""
        lines = []
        for row in rows.filtered(lambda row: row.role in ("co_owner", "family", "helper", "agent")):
            role = self._label(row, "role")
            share = f" {row.share:g}%" if row.role in OWNER_ROLES and row.share else ""
            lines.append(
                {**self._person(row.partner_id), "relation": row.relation or f"{role}{share}"}
            )
        return lines

    @api.model
    def _is_filed(self, document):
        return document.state in ("received", "checked", "filed", "lent")


class TenantRegistration(models.AbstractModel):
    """Registration of tenants 租住人员信息登记表, a sheet per lease (handbook A §2)."""

    _name = "report.property_service.report_tenant_registration"
    _description = "Registration of tenants"
    _inherit = "report.property_service.people_form"

    _form_model = "property.occupancy"

    def _sheets(self, docs):
        return [self._sheet(row.unit_id, self._tenancy(row)) for row in docs]

    def _tenancy(self, row):
        """Return the tenant's row that `row`, anybody's of the household, belongs to."""
        if row.role == "tenant":
            return row
        held = row.unit_id._holders_on(max(row.date_start, fields.Date.context_today(self)))
        return held[row.unit_id].filtered(lambda other: other.role == "tenant")[:1]

    def _sheet(self, unit, tenancy):
        today = fields.Date.context_today(self)
        day = today
        if tenancy:
            day = max(min(today, tenancy.date_end or today), tenancy.date_start)
        held = unit._holders_on(day)[unit]
        owners = held.filtered(lambda row: row.role in OWNER_ROLES)
        others = held.filtered(lambda row: row.role == "co_resident") if tenancy else held.browse()
        people = tenancy + others
        first_days = people._first_days()
        tenant = self.env._("Tenant himself")
        lines = [
            {
                **self._person(row.partner_id),
                "relation": tenant if row == tenancy else row.relation or self._label(row, "role"),
                "move_in": first_days[row],
                "permit": row.residence_permit,
            }
            for row in people
        ]
        return {
            "unit": unit,
            "tenancy": tenancy,
            "lease_start": first_days.get(tenancy),
            "lease_end": tenancy.lease_date_end or tenancy.date_end,
            "owners": "、".join(owners.partner_id.mapped("name")),
            "owner_phone": owners[:1].partner_id.phone,
            "owner_pays": bool(tenancy) and (not tenancy.is_payer or tenancy.pays_items_only),
            "tenant_pays": tenancy.is_payer,
            "people": self._padded(lines, _OCCUPANT_LINES),
            "signatures": [
                self.env._("Owner's signature"),
                self.env._("Tenant's signature"),
                self.env._("Handled by"),
                self.env._("Date"),
            ],
        }


class TenantRegistrationUnit(models.AbstractModel):
    """The registration of tenants, printed from the unit: its present lease, or an empty form."""

    _name = "report.property_service.report_tenant_registration_unit"
    _description = "Registration of tenants of a unit"
    _inherit = "report.property_service.report_tenant_registration"

    _form_model = "property.unit"

    def _sheets(self, docs):
        held = docs._holders_on(fields.Date.context_today(self))
        return [
            self._sheet(unit, held[unit].filtered(lambda row: row.role == "tenant")[:1])
            for unit in docs
        ]


class ArchiveDirectory(models.AbstractModel):
    """Directory of a household's file 业主档案资料目录, its first sheet (handbook A §6)."""

    _name = "report.property_service.report_archive_directory"
    _description = "Directory of a household's file"
    _inherit = "report.property_service.people_form"

    def _sheets(self, docs):
        missing = docs._missing_papers()
        kinds = dict(
            self.env["property.archive.document"]
            ._fields["copy_kind"]
            ._description_selection(self.env)
        )
        return [self._sheet(unit, missing[unit], kinds) for unit in docs]

    def _sheet(self, unit, missing, kinds):
        papers = unit.archive_ids.filtered(
            lambda paper: paper.state not in ("required", "superseded", "destroyed")
        )
        lines = [
            {
                "order": (paper.sequence, str(paper.date or ""), paper.id),
                "name": self._paper_name(paper),
                "date": paper.date,
                "copy_kind": kinds.get(paper.copy_kind),
                "pages": paper.pages,
                "filed_by": (paper.filed_by_id or paper.received_by_id).name,
                "remark": "；".join(filter(None, [self._state(paper), paper.remark])),
            }
            for paper in papers.sorted(lambda paper: (paper.sequence, paper.date or "", paper.id))
        ]
        lines += [
            {
                "order": (kind.sequence, "", 0),
                "name": kind.name,
                "missing": True,
                "remark": self.env._("Missing"),
            }
            for kind in missing
        ]
        lines.sort(key=lambda line: line["order"])
        return {
            "unit": unit,
            "lines": self._padded(lines, len(lines) + _SPARE_ARCHIVE_LINES),
            "pages": sum(papers.mapped("pages")),
            "count": len(papers),
            "missing_count": len(missing),
            "signatures": [
                self.env._("Archivist"),
                self.env._("Inspected by"),
                self.env._("Date"),
            ],
        }

    @api.model
    def _paper_name(self, paper):
        """Return a paper's name: that of its kind in the language of the form, unless renamed."""
        kind = paper.type_id
        return kind.name if paper.name == kind.with_context(lang="en_US").name else paper.name

    @api.model
    def _state(self, paper):
        """Return the remark a paper's state is worth: it is not in its place."""
        return self._label(paper, "state") if paper.state in ("received", "lent") else ""
