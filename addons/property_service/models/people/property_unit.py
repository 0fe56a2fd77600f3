# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools import identity
from .property_occupancy import OWNER_ROLES

_ENDLESS = fields.Date.to_date("9999-12-31")


class PropertyUnit(models.Model):
    _inherit = "property.unit"

    occupancy_ids = fields.One2many("property.occupancy", "unit_id", "Occupancies")
    owner_id = fields.Many2one("res.partner", compute="_compute_holders", search="_search_owner_id")
    owner_names = fields.Char("Owners", compute="_compute_holders")
    tenant_id = fields.Many2one(
        "res.partner", compute="_compute_holders", search="_search_tenant_id"
    )
    payer_id = fields.Many2one("res.partner", compute="_compute_holders", search="_search_payer_id")
    resident_count = fields.Integer("Residents", compute="_compute_holders")
    phone = fields.Char(compute="_compute_holders")
    phone_masked = fields.Char("Phone (masked)", compute="_compute_holders")
    archive_ids = fields.One2many("property.archive.document", "unit_id")
    archive_number = fields.Char("File no.", compute="_compute_archive_number")
    archive_missing_count = fields.Integer("Missing papers", compute="_compute_archive_missing")
    archive_missing_ids = fields.Many2many(
        "property.archive.type", string="Papers missing", compute="_compute_archive_missing"
    )

    @api.depends("full_name", "estate_id.code")
    def _compute_archive_number(self):
        for unit in self:
            unit.archive_number = "-".join(filter(None, (unit.estate_id.code, unit.search_key)))

    @api.depends("archive_ids.state", "archive_ids.type_id", "state", "category")
    def _compute_archive_missing(self):
        missing = self._missing_papers()
        for unit in self:
            unit.archive_missing_count = len(missing[unit])
            unit.archive_missing_ids = missing[unit]

    def _missing_papers(self):
        """Return {unit: document types its file lacks} (handbook A §6)."""
        types = self.env["property.archive.type"].search([("required", "=", True)])
        filed = dict(
            self.env["property.archive.document"]._read_group(
                [("unit_id", "in", self.ids), ("state", "not in", ("required", "destroyed"))],
                ["unit_id"],
                ["type_id:recordset"],
            )
        )
        nothing = types.browse()
        return {
            unit: types.filtered(lambda kind, unit=unit: kind._applies_to(unit))
            - filed.get(unit, nothing)
            for unit in self
        }

    @api.depends(
        "state",
        "occupancy_ids.state",
        "occupancy_ids.date_start",
        "occupancy_ids.date_end",
        "occupancy_ids.is_payer",
        "occupancy_ids.pays_items_only",
        "occupancy_ids.partner_id.name",
        "occupancy_ids.partner_id.phone",
    )
    def _compute_holders(self):
        today = fields.Date.context_today(self)
        rows_by_unit = self._holders_on(today)
        # one query for the people of all units: the rows filtered below prefetch apart
        holders = self.env["property.occupancy"].union(*rows_by_unit.values()).partner_id
        holders.fetch(["name", "phone"])
        for unit in self:
            rows = rows_by_unit[unit]
            owners = rows.filtered(lambda row: row.role in OWNER_ROLES).sorted(
                lambda row: (row.role != "owner", row.id)
            )
            tenants = rows.filtered(lambda row: row.role == "tenant")
            payers = rows.filtered(lambda row: row.is_payer and not row.pays_items_only)
            unit.owner_id = owners[:1].partner_id
            unit.owner_names = "、".join(owners.partner_id.mapped("name"))
            unit.tenant_id = tenants[:1].partner_id
            unit.payer_id = payers[:1].partner_id
            unit.phone = (payers or owners)[:1].partner_id.phone
            unit.phone_masked = identity.mask_phone(unit.phone)
            residents = rows.filtered(
                lambda row: row.role in ("tenant", "family", "co_resident", "helper")
            )
            if unit.state == "occupied_owner":
                residents |= owners
            unit.resident_count = len(residents.partner_id)

    def _holders_on(self, date):
        """Return {unit: occupancies that hold on `date`} in one query."""
        rows = self.env["property.occupancy"].search(
            Domain("unit_id", "in", self.ids) & self.env["property.occupancy"]._domain_on(date)
        )
        grouped = rows.grouped("unit_id")
        return {unit: grouped.get(unit, rows.browse()) for unit in self}

    def _search_owner_id(self, operator, value):
        return self._search_holder(operator, value, Domain("role", "in", OWNER_ROLES))

    def _search_tenant_id(self, operator, value):
        return self._search_holder(operator, value, Domain("role", "=", "tenant"))

    def _search_payer_id(self, operator, value):
        paying = Domain("is_payer", "=", True) & Domain("pays_items_only", "=", False)
        return self._search_holder(operator, value, paying)

    def _search_holder(self, operator, value, holding):
        """Return the domain of the units of which somebody in the domain `holding` is `value`.

        :param operator: ``in`` or ``any``; ``in`` with False finds the units without such a person
        """
        if operator not in ("in", "any"):
            return NotImplemented
        occupancies = self.env["property.occupancy"]
        today = holding & occupancies._domain_on(fields.Date.context_today(self))
        if operator == "any":
            return Domain("occupancy_ids", "any", today & Domain("partner_id", "any", value))
        wanted = Domain.FALSE
        if people := [person for person in value if person]:
            wanted = Domain("occupancy_ids", "any", today & Domain("partner_id", "in", people))
        if len(people) < len(value):
            wanted |= ~Domain("occupancy_ids", "any", today)
        return wanted

    @api.model
    def _search_display_name(self, operator, value):
        """Also find a unit by its people: name, phone, car plate (what a caller says)."""
        domain = super()._search_display_name(operator, value)
        text = (value or "").strip() if isinstance(value, str) else ""
        if operator != "ilike" or len(text) < 2:
            return domain
        holders = self.env["property.occupancy"]._domain_on(fields.Date.context_today(self))
        return Domain.OR(
            [
                domain,
                Domain("plate", "ilike", text),
                Domain(
                    "occupancy_ids",
                    "any",
                    holders
                    & (
                        Domain("partner_id.name", "ilike", text)
                        | Domain("partner_id.phone", "ilike", text)
                    ),
                ),
            ]
        )

    def _first_day_without_payer(self):
        """Return the first day with an owner and without a payer, or None.

        Looks at days up to today's open rows: a period that has no end is one to the end of time.
        """
        self.ensure_one()
        rows = self.occupancy_ids.filtered(lambda row: row.state != "pending")
        paid = sorted(
            (row.date_start, row.date_end or _ENDLESS)
            for row in rows
            if row.is_payer and not row.pays_items_only
        )
        for owner in rows.filtered(lambda row: row.role in OWNER_ROLES):
            day, last = owner.date_start, owner.date_end or _ENDLESS
            for start, end in paid:
                if start > day:
                    break
                if end >= day:
                    if end >= last:
                        day = None
                        break
                    day = end + timedelta(days=1)
            if day:
                return day
        return None

    # procedures ------------------------------------------------------------------------------

    def _transfer_ownership(self, date, owners, manner, title_number=None, reason="sold"):
        """Carry out a change of owner on `date`, the first day of the new owners (handbook A §5).

        Ends every relation of the old owners and of those who live there through them — a lease
        goes on with the new owner (sale does not break lease) — and starts the new ones. A tenant
        who pays goes on paying.

        :param date date: first day of the new owners
        :param owners: list of (partner, share in percent or None), the payer first
        :param str manner: a value of `property.occupancy.manner`
        :return: the new rows
        :raises UserError: if the unit's history already reaches beyond `date`
        """
        self.ensure_one()
        if not owners:
            raise UserError(
                self.env._("Name at least one new owner of %(unit)s.", unit=self.full_name)
            )
        last_day = date - timedelta(days=1)
        held = self._holders_on(last_day)[self] or self._holders_on(date)[self]
        leaving = held.filtered(lambda row: row.role not in ("tenant", "co_resident", "contact"))
        staying_payer = (held - leaving).filtered(
            lambda row: row.is_payer and not row.pays_items_only
        )
        leaving_owners = leaving.filtered(lambda row: row.role in OWNER_ROLES)
        previous = "、".join(leaving_owners.partner_id.mapped("name"))
        end_reason = {"sale": "sold", "inheritance": "inheritance"}.get(manner, "other")
        rows = self.env["property.occupancy"].with_context(property_occupancy_batch=True)
        leaving.with_context(property_occupancy_batch=True)._end(last_day, end_reason)
        new = rows.create(
            [
                {
                    "unit_id": self.id,
                    "partner_id": partner.id,
                    "role": "co_owner" if position else "owner",
                    "share": share or 0.0,
                    "date_start": date,
                    "is_payer": not position and not staying_payer,
                    "manner": manner,
                    "title_number": title_number,
                    "previous_owner": previous,
                }
                for position, (partner, share) in enumerate(owners)
            ]
        ).with_context(property_occupancy_batch=False)
        new._check_owned_days_have_payer()
        return new

    def _start_tenancy(self, date, tenant, vals=None, pays=False, occupants=()):
        """Start a tenancy on `date`, its first day (handbook A §4, §25).

        :param tenant: `res.partner` who signs the lease
        :param dict vals: further values of the tenant's row (lease number, end, consent …)
        :param bool pays: whether the tenant pays all fees from then on
        :param occupants: `res.partner` records who live there with the tenant
        :return: the tenant's row
        """
        self.ensure_one()
        rows = self.env["property.occupancy"].with_context(property_occupancy_batch=True)
        current = self._holders_on(date)[self].with_context(property_occupancy_batch=True)
        old = current.filtered(lambda row: row.role in ("tenant", "co_resident"))
        if old.filtered(lambda row: row.role == "tenant"):
            raise UserError(
                self.env._(
                    "%(unit)s is let to %(tenant)s: end that tenancy first.",
                    unit=self.full_name,
                    tenant=old[0].partner_id.name,
                )
            )
        if pays:
            payers = current.filtered(lambda row: row.is_payer and not row.pays_items_only)
            self._hand_over_payment(payers, date)
        row = rows.create(
            {
                "unit_id": self.id,
                "partner_id": tenant.id,
                "role": "tenant",
                "date_start": date,
                "is_payer": pays,
                **(vals or {}),
            }
        )
        rows.create(
            [
                {
                    "unit_id": self.id,
                    "partner_id": partner.id,
                    "role": "co_resident",
                    "date_start": date,
                }
                for partner in occupants
            ]
        )
        row.with_context(property_occupancy_batch=False)._check_owned_days_have_payer()
        if self.state not in ("unsold", "sold_pending"):
            self._set_state("leased", self.env._("Let to %(tenant)s.", tenant=tenant.name))
        return row.with_context(property_occupancy_batch=False)

    def _hand_over_payment(self, payers, date):
        """End the paying of `payers` before `date`; their relation goes on without it."""
        for row in payers:
            if row.date_start < date:
                row._split(date, is_payer=False)
            else:
                row.is_payer = False
        payers.flush_model()

    def _end_tenancy(self, last_day, reason="lease_end"):
        """End the tenancy with its last day; where the tenant paid, the owner pays again."""
        self.ensure_one()
        current = self._holders_on(last_day)[self].with_context(property_occupancy_batch=True)
        leaving = current.filtered(lambda row: row.role in ("tenant", "co_resident", "helper"))
        if not leaving:
            raise UserError(self.env._("%(unit)s has no tenant on that day.", unit=self.full_name))
        tenant_paid = leaving.filtered(lambda row: row.is_payer and not row.pays_items_only)
        leaving._end(last_day, reason)
        owner = current.filtered(lambda row: row.role == "owner") or current.filtered(
            lambda row: row.role == "co_owner"
        )
        owner = owner[:1]
        if tenant_paid and owner and (not owner.date_end or owner.date_end > last_day):
            owner._split(last_day + timedelta(days=1), is_payer=True)
        owner.with_context(property_occupancy_batch=False)._check_owned_days_have_payer()
        if self.state == "leased":
            self._set_state("vacant", self.env._("The tenant has moved out."))

    def _change_payer(self, date, row):
        """Let the person of `row`, a relation of this unit, pay all fees from `date` on.

        The period of whoever paid so far ends the day before; his relation goes on without it.

        :param date date: first day the new payer pays for
        :param row: `property.occupancy` of the new payer
        :return: the row that pays from then on
        :raises UserError: if that relation does not hold on `date`
        """
        self.ensure_one()
        current = self._holders_on(date)[self]
        if row not in current:
            raise UserError(
                self.env._(
                    "“%(row)s” does not hold on %(date)s: nobody can pay for a time in which he "
                    "has no relation to the unit.",
                    row=row.display_name,
                    date=date,
                )
            )
        payers = current.filtered(lambda other: other.is_payer and not other.pays_items_only)
        if row in payers:
            return row
        batch = row.with_context(property_occupancy_batch=True)
        self._hand_over_payment(payers.with_env(batch.env), date)
        vals = {"is_payer": True, "pays_items_only": False}
        if row.date_start < date:
            batch = batch._split(date, **vals)
        else:
            batch.write(vals)
        paying = batch.with_context(property_occupancy_batch=False)
        paying._check_owned_days_have_payer()
        return paying

    def action_transfer(self):
        """Open the procedure of a change of owner."""
        return self._open_procedure("property.unit.transfer", self.env._("Change of owner"))

    def action_let(self):
        """Open the procedure that starts a tenancy."""
        return self._open_procedure("property.unit.let", self.env._("Start a tenancy"))

    def action_end_tenancy(self):
        """Open the procedure that ends a tenancy."""
        return self._open_procedure("property.unit.let.end", self.env._("End the tenancy"))

    def action_change_payer(self):
        """Open the procedure that lets somebody else pay."""
        return self._open_procedure("property.unit.payer", self.env._("Change of payer"))

    def action_open_occupancies(self):
        """Open who holds and has held the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Occupancies of %(unit)s", unit=self.full_name),
            "res_model": "property.occupancy",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id, "default_role": "family"},
        }

    def action_open_archive(self):
        """Open the directory of the unit's file (handbook A §6)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("File of %(unit)s", unit=self.full_name),
            "res_model": "property.archive.document",
            "view_mode": "list,kanban,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }

    def action_list_missing_papers(self):
        """Put a line “required” into the file for every paper it lacks (handbook A §6)."""
        documents = self.env["property.archive.document"]
        listed = {
            (document.unit_id, document.type_id)
            for document in documents.search(
                [("unit_id", "in", self.ids), ("state", "=", "required")]
            )
        }
        documents.create(
            [
                {"unit_id": unit.id, "type_id": kind.id, "state": "required", "date": False}
                for unit, kinds in self._missing_papers().items()
                for kind in kinds
                if (unit, kind) not in listed
            ]
        )

    def _open_procedure(self, model, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_id": self.id},
        }
