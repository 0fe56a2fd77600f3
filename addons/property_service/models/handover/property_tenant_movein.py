# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CONSENTS = [
    ("present", "Owner present"),
    ("written", "Written consent"),
    ("phone", "By phone, recorded"),
]
_FACTS = ("unit_id", "tenant_id", "lease_date_start", "lease_date_end", "tenant_pays")
_SIGNED = (*_FACTS, "lease_number", "occupant_ids")


class PropertyTenantMovein(models.Model):
    """A tenant moves in (租户迁入, handbook A §25): papers, rules, credentials, move, register.

    Nothing goes on without the owner's consent; arrears of the owner are told to him and never
    hold up the tenant.
    """

    _name = "property.tenant.movein"
    _description = "Moving in of a tenant"
    _inherit = [
        "property.living.mixin",
        "property.moving.slot",
        "property.signature.mixin",
        "property.paper.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _SLOT_STATES = ("move_in_booked",)

    _number_form = "QR"
    _paper_procedure = "tenant"
    _workflow_moves = {
        "reported": ("papers_checked", "rejected"),
        "papers_checked": ("registered", "rejected"),
        "registered": ("move_in_booked", "moved_in", "rejected"),
        "move_in_booked": ("moved_in", "registered", "rejected"),
        "moved_in": ("filed",),
    }
    _workflow_stamps = {
        "papers_checked": ("checked_by_id", "checked_date"),
        "registered": ("registered_by_id", "registered_date"),
        "moved_in": ("moved_by_id", "moved_date"),
        "filed": ("filed_by_id", "filed_date"),
        "rejected": (None, "rejected_date"),
    }
    _case_end = ("filed", "rejected")
    _living_open = ("reported", "papers_checked")
    _living_facts = _FACTS
    _signature_locks = {"owner": _SIGNED, "tenant": _SIGNED}
    _reasons = {"reject": "_reject", "crowded": "_accept_crowded", "unbook": "_unbook"}

    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(
        string="Owner",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    tenant_id = fields.Many2one("res.partner", required=True, ondelete="restrict", index=True)
    tenant_phone = fields.Char("Tenant's phone", related="tenant_id.phone")
    tenant_id_number = fields.Char("ID no. (masked)", related="tenant_id.property_id_number")
    consent_way = fields.Selection(CONSENTS, "Owner's consent", tracking=True)
    consent_note = fields.Char("Number and time of the call")
    lease_number = fields.Char("Lease contract no.")
    lease_filing = fields.Char("Lease filing no.")
    lease_date_start = fields.Date("Lease from", required=True, default=fields.Date.context_today)
    lease_date_end = fields.Date("Lease to", tracking=True)
    lease_use = fields.Char("Use of the leased unit")
    occupant_ids = fields.One2many("property.tenant.occupant", "movein_id", "People who live there")
    person_count = fields.Integer("Persons", compute="_compute_person_count", store=True)
    crowded = fields.Boolean(compute="_compute_person_count", store=True)
    crowded_note = fields.Char("Over-occupancy accepted because", readonly=True, copy=False)
    tenant_pays = fields.Boolean(
        "Tenant pays the fees", tracking=True, help="The owner stays liable with him."
    )
    arrears_text = fields.Char("Open fees", related="unit_id.release_warning")
    reading_water = fields.Float("Water meter", digits=(16, 2))
    reading_power = fields.Float("Power meter", digits=(16, 2))
    reading_gas = fields.Float("Gas meter", digits=(16, 2))
    readings_taken = fields.Boolean("Meters read with the tenant")
    covenant_signed = fields.Boolean("Covenant signed", compute="_compute_covenant_signed")
    credentials_note = fields.Char("Cards and keys handed out")
    pass_ids = fields.One2many("property.resident.pass", "movein_id", "Resident passes")
    card_ids = fields.One2many("property.access.card", "movein_id", "Access cards")
    credential_count = fields.Integer("Passes and cards", compute="_compute_credential_count")
    police_told = fields.Boolean("Reminded of the police registration", tracking=True)
    goods_refused = fields.Char("Goods refused at the gate", help="Dangerous goods stay outside.")
    movein_date = fields.Date("Moved in on", copy=False, tracking=True)
    occupancy_id = fields.Many2one(
        "property.occupancy", "Tenancy", readonly=True, copy=False, index="btree_not_null"
    )
    remark = fields.Char()
    state = fields.Selection(
        [
            ("reported", "Reported by the owner"),
            ("papers_checked", "Papers checked"),
            ("registered", "Registered"),
            ("move_in_booked", "Move booked"),
            ("moved_in", "Moved in"),
            ("filed", "Filed"),
            ("rejected", "Sent back"),
        ],
        required=True,
        default="reported",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    checked_by_id = fields.Many2one("res.users", "Papers checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Papers checked on", readonly=True, copy=False)
    registered_by_id = fields.Many2one("res.users", "Registered by", readonly=True, copy=False)
    registered_date = fields.Datetime("Registered on", readonly=True, copy=False)
    moved_by_id = fields.Many2one("res.users", "Move noted by", readonly=True, copy=False)
    moved_date = fields.Datetime("Move noted on", readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", "Filed by", readonly=True, copy=False)
    filed_date = fields.Datetime("Filed on", readonly=True, copy=False)
    rejected_date = fields.Datetime("Sent back on", readonly=True, copy=False)

    _running_once = models.UniqueIndex(
        "(unit_id, tenant_id) "
        "WHERE state IN ('reported', 'papers_checked', 'registered', 'move_in_booked')",
        "The moving in of this tenant is on its way already.",
    )

    @api.model
    def _group_expand_state(self, states, _domain):
        return ["reported", "papers_checked", "registered", "move_in_booked", "moved_in"]

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Owner"),
            "tenant": self.env._("Tenant, registration"),
            "covenant": self.env._("Tenant, covenant"),
            "fire": self.env._("Tenant, fire-safety letter"),
        }

    def _signature_partner(self, role):
        return self.partner_id if role == "owner" else self.tenant_id

    def _paper_conditions(self):
        if self.tenant_id.is_company:
            return {"company"}
        return {"person"}

    # computes ------------------------------------------------------------------------------------

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for move in self:
            move.partner_id = move.unit_id.owner_id

    @api.depends("occupant_ids", "unit_id.gross_area", "tenant_id.is_company")
    def _compute_person_count(self):
        for move in self:
            move.person_count = len(move.occupant_ids) + (not move.tenant_id.is_company)
            least = move.estate_id._parameter("tenant_area_min") if move.estate_id else 0
            home = move.unit_id.category == "home"
            area = move.unit_id.gross_area
            move.crowded = bool(home and least and move.person_count * least > area)

    @api.depends("signature_ids")
    def _compute_covenant_signed(self):
        for move in self:
            move.covenant_signed = move._is_signed("covenant") and move._is_signed("fire")

    def _compute_credential_count(self):
        for move in self:
            move.credential_count = len(move.pass_ids) + len(move.card_ids)

    @api.constrains("lease_date_start", "lease_date_end")
    def _check_lease(self):
        for move in self.filtered("lease_date_end"):
            if move.lease_date_end < move.lease_date_start:
                raise UserError(self.env._("A lease ends after it begins."))
            if move.lease_date_end > fields.Date.add(move.lease_date_start, years=20):
                raise UserError(
                    self.env._("A lease is valid for 20 years at most: enter the end that counts.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._make_papers()
        return moves

    def write(self, vals):
        result = super().write(vals)
        if "tenant_id" in vals:
            self._make_papers()
        return result

    def _check_papers_open(self):
        if self.filtered(lambda row: row.state not in ("reported", "papers_checked")):
            raise UserError(self.env._("The papers of this tenant were checked already."))

    # steps ---------------------------------------------------------------------------------------

    def _check_consent(self):
        for move in self:
            if not move.consent_way or (move.consent_way == "phone" and not move.consent_note):
                raise UserError(
                    self.env._(
                        "%(move)s: without the consent of %(owner)s there are no credentials but a "
                        "visitor's slip. Note how the owner agreed, or send the case back.",
                        move=move.display_name,
                        owner=move.partner_id.name or self.env._("the owner"),
                    )
                )

    def action_check_papers(self):
        """State that the owner agrees and the papers are in order; tell him of open fees.

        :raises UserError: without consent or papers
        """
        self.check_access("write")
        for move in self:
            move._check_consent()
            move._need_papers()
            move._move_to("papers_checked")
            if move.arrears_text:
                move.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Tell the owner of open fees"),
                    note=move.arrears_text,
                    user_id=self.env.uid,
                )

    def action_register(self):
        """Register the tenant: everything signed, rules told, meters read.

        :raises UserError: without signatures, or for too many people without a supervisor's word
        """
        self.check_access("write")
        for move in self:
            roles = ["tenant", "covenant", "fire"]
            if move.consent_way == "present":
                roles.insert(0, "owner")
            move._need_signatures(roles)
            if move.crowded and not move.crowded_note:
                raise UserError(
                    self.env._(
                        "%(move)s: %(count)s persons in %(area)s m² — over-occupancy or group "
                        "rental. Report it to the police and street office; a supervisor decides "
                        "here.",
                        move=move.display_name,
                        count=move.person_count,
                        area=move.unit_id.gross_area,
                    )
                )
            if not move.readings_taken:
                raise UserError(
                    self.env._("%s: read the meters with the tenant.", move.display_name)
                )
            move._move_to("registered")
            move.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.add(move.lease_date_start, days=30),
                summary=self.env._(
                    "Remind %(name)s of the police registration and the lease filing",
                    name=move.tenant_id.name,
                ),
                user_id=self.env.uid,
            )

    def _accept_crowded(self, reason):
        self._check_in_group("supervisor", self.env._("A supervisor decides on over-occupancy."))
        for move in self:
            move.crowded_note = reason
            move._tell(
                "manager",
                self.env._("Over-occupancy: tell police and street office"),
                move.display_name,
            )

    def _credentials_allowed(self):
        """Return whether passes and cards may be handed out: owner's consent and registration."""
        self.ensure_one()
        return bool(self.consent_way) and self.state in (
            "registered",
            "move_in_booked",
            "moved_in",
            "filed",
        )

    def action_book(self):
        """Book the time of the move; the lift serves one household at a time."""
        self.check_access("write")
        self._check_slot_free()
        self._move_to("move_in_booked")

    def _unbook(self, reason):
        self._move_to("registered", slot_start=False, slot_end=False)

    def action_moved_in(self):
        """Note that the tenant has moved in: the tenancy begins and is in the register.

        The tenancy is carried out by `property.unit._start_tenancy`; a tenant who is still there
        has to leave first.
        """
        self.check_access("write")
        for move in self:
            move._check_consent()
            date = move.movein_date or move._today()
            if date > move._today():
                raise UserError(
                    self.env._("%s: the day of moving in has not come yet.", move.display_name)
                )
            row = move.unit_id._start_tenancy(
                date,
                move.tenant_id,
                {
                    "lease_number": move.lease_number,
                    "lease_filing": move.lease_filing,
                    "lease_date_end": move.lease_date_end,
                    "lease_use": move.lease_use,
                    "owner_consent": True,
                },
                pays=move.tenant_pays,
                occupants=move.occupant_ids.partner_id,
            )
            move._move_to("moved_in", movein_date=date, occupancy_id=row.id)

    def action_file(self):
        """Put the papers into the household's file."""
        self.check_access("write")
        documents = self.env["property.archive.document"]
        for move in self:
            move._move_to("filed")
            documents._file_record(
                move,
                "archive_type_13",
                report="property_service.action_report_tenant_movein",
                partner=move.tenant_id,
            )
            documents._file_record(
                move,
                "archive_type_04",
                name=self.env._("Covenant signed by the tenant"),
                partner=move.tenant_id,
            )
            documents._file_record(
                move,
                "archive_type_05",
                name=self.env._("Fire-safety letter signed by the tenant"),
                partner=move.tenant_id,
            )

    def _reject(self, reason):
        self._move_to("rejected")
        for move in self:
            move.message_post(body=self.env._("Sent back: %(reason)s", reason=reason))

    def action_passes(self):
        """Apply for a resident pass for the tenant and each occupant, and show them."""
        self.ensure_one()
        self.check_access("write")
        if not self._credentials_allowed():
            raise UserError(
                self.env._(
                    "%s: register the tenant first, then passes and cards.", self.display_name
                )
            )
        people = (self.tenant_id | self.occupant_ids.partner_id) - self.pass_ids.holder_id
        self.env["property.resident.pass"].create(
            [
                {
                    "unit_id": self.unit_id.id,
                    "holder_id": person.id,
                    "category": "tenant",
                    "movein_id": self.id,
                }
                for person in people.filtered(lambda row: not row.is_company)
            ]
        )
        return self.action_open_passes()

    def action_open_passes(self):
        """Open the passes of the tenant's household."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resident passes"),
            "res_model": "property.resident.pass",
            "view_mode": "list,form",
            "domain": [("movein_id", "=", self.id)],
            "context": {"default_movein_id": self.id, "default_unit_id": self.unit_id.id},
        }

    def action_open_cards(self):
        """Open the access cards of the tenant's household."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Access cards"),
            "res_model": "property.access.card",
            "view_mode": "list,form",
            "domain": [("movein_id", "=", self.id)],
            "context": {
                "default_movein_id": self.id,
                "default_unit_id": self.unit_id.id,
                "default_holder_id": self.tenant_id.id,
                "default_identity": "tenant",
            },
        }


class PropertyTenantOccupant(models.Model):
    """Somebody who lives there with the tenant."""

    _name = "property.tenant.occupant"
    _description = "Occupant of a leased home"
    _order = "movein_id, id"

    movein_id = fields.Many2one(
        "property.tenant.movein", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="movein_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="movein_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Person", required=True, ondelete="restrict")
    relation = fields.Char("Relation to the tenant")
    phone = fields.Char(related="partner_id.phone")
    id_number = fields.Char("ID no. (masked)", related="partner_id.property_id_number")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.movein_id._check_unsigned(["occupant_ids"])
        return rows

    def write(self, vals):
        if vals.keys() - {"estate_id", "company_id"}:
            self.movein_id._check_unsigned(["occupant_ids"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsigned(self):
        self.movein_id._check_unsigned(["occupant_ids"])
