# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..people.property_occupancy import OWNER_ROLES

#: Handbook A §11
STATES = [
    ("checked_in", "Checked in"),
    ("docs_incomplete", "Papers incomplete"),
    ("docs_verified", "Papers verified"),
    ("fees_paid", "Charges paid"),
    ("signed", "Agreements signed"),
    ("papers_issued", "Papers handed out"),
    ("services_registered", "Services registered"),
    ("inspecting", "Home being inspected"),
    ("rectifying", "Defects being repaired"),
    ("accepted", "Home accepted"),
    ("keys_handed", "Keys handed out"),
    ("filed", "Filed"),
    ("refused", "Refused by the owner"),
]
#: the step a case waits for, by its state: method of the guided button
NEXT = {
    "checked_in": "action_verify",
    "docs_incomplete": "action_check_in",
    "docs_verified": "action_fees_paid",
    "fees_paid": "action_signed",
    "signed": "action_issue_papers",
    "papers_issued": "action_register_services",
    "services_registered": "action_inspect",
    "inspecting": "action_open_inspection",
    "rectifying": "action_open_inspection",
    "accepted": "action_hand_keys",
    "keys_handed": "action_file",
    "refused": "action_resume",
}
#: set by steps, never by a caller
_SYSTEM = {"handover_date", "fee_date_start", "refuse_reason", "fees_refused", "fees_refused_by_id"}


class PropertyHandover(models.Model):
    """Handing over one home, from checking in to the filed papers (入伙办理, handbook A §11).

    Works for a concentrated handover, where the owner goes from desk to desk, and for the routine
    one in the office. What each desk does is in the files `property_handover_*`.
    """

    _name = "property.handover"
    _description = "Handover of a home"
    _inherit = [
        "property.procedure.mixin",
        "property.paper.mixin",
        "property.signature.mixin",
        "property.handover.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "RH"
    _paper_procedure = "handover"
    _workflow_moves = {
        "checked_in": ("docs_verified", "docs_incomplete"),
        "docs_incomplete": ("checked_in",),
        "docs_verified": ("fees_paid", "docs_incomplete"),
        "fees_paid": ("signed",),
        "signed": ("papers_issued",),
        "papers_issued": ("services_registered",),
        "services_registered": ("inspecting",),
        "inspecting": ("rectifying", "accepted", "refused"),
        "rectifying": ("accepted", "keys_handed", "refused", "inspecting"),
        "accepted": ("keys_handed",),
        "keys_handed": ("filed",),
        "refused": ("inspecting",),
    }
    _workflow_stamps = {
        "docs_incomplete": ("incomplete_by_id", "incomplete_date"),
        "docs_verified": ("verified_by_id", "verified_date"),
        "fees_paid": ("fees_by_id", "fees_date"),
        "signed": ("agreed_by_id", "agreed_date"),
        "papers_issued": ("issued_by_id", "issued_date"),
        "services_registered": ("services_by_id", "services_date"),
        "inspecting": ("inspected_by_id", "inspecting_date"),
        "accepted": ("accepted_by_id", "accepted_date"),
        "keys_handed": ("keys_by_id", "keys_date"),
        "filed": ("filed_by_id", "filed_date"),
        "refused": ("refused_by_id", "refused_date"),
    }
    _case_clocks = {
        "docs_incomplete": ("supplement",),
        "checked_in": ("finish",),
        "keys_handed": ("file",),
        "refused": ("report",),
    }
    _case_done = {
        "checked_in": ("supplement",),
        "keys_handed": ("finish",),
        "filed": ("file",),
        "inspecting": ("report",),
    }
    _case_end = ("filed",)
    _reasons = {
        "fees_refused": "action_fees_refused",
        "refuse": "action_refuse",
        "doubtful": "action_doubtful",
        "no_show": "action_not_inspected",
    }

    state = fields.Selection(
        STATES,
        required=True,
        default="checked_in",
        readonly=True,
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
        copy=False,
    )
    batch_id = fields.Many2one(
        "property.handover.batch", "Handover batch", ondelete="restrict", index="btree_not_null"
    )
    notice_id = fields.Many2one(
        "property.handover.notice",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('unit_id', '=', unit_id)]",
    )
    mode = fields.Selection(
        [("concentrated", "Concentrated handover"), ("routine", "Routine handover")],
        "Kind of handover",
        compute="_compute_mode",
        store=True,
        precompute=True,
        index=True,
    )
    desk_id = fields.Many2one(
        "property.handover.desk",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('batch_id', '=', batch_id)]",
    )
    queue_number = fields.Char("Number called", help="Where numbers are called at the desks.")
    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(string="Owner", required=True)
    partner_ids = fields.Many2many(
        "res.partner", string="All owners", compute="_compute_partner_ids"
    )
    way = fields.Selection(
        [
            ("self", "Owner in person"),
            ("agent", "Agent"),
            ("company", "Company as buyer"),
        ],
        "Who comes",
        required=True,
        default="self",
        tracking=True,
    )
    note = fields.Text("Notes of the handover")
    handover_date = fields.Date("Handed over on", readonly=True, copy=False, index=True)
    fee_date_start = fields.Date("Charged from", readonly=True, copy=False)
    refuse_reason = fields.Text("Why it was refused", readonly=True, copy=False)
    next_label = fields.Char("Next step", compute="_compute_next_label")
    check_in_date = fields.Datetime(
        "Checked in on", default=fields.Datetime.now, readonly=True, copy=False, index=True
    )
    incomplete_by_id = fields.Many2one("res.users", "Found incomplete by", readonly=True)
    incomplete_date = fields.Datetime("Found incomplete on", readonly=True)
    verified_by_id = fields.Many2one("res.users", "Papers verified by", readonly=True)
    verified_date = fields.Datetime("Papers verified on", readonly=True)
    fees_by_id = fields.Many2one("res.users", "Fees settled at", readonly=True)
    fees_date = fields.Datetime("Fees settled on", readonly=True)
    agreed_by_id = fields.Many2one("res.users", "Agreements taken by", readonly=True)
    agreed_date = fields.Datetime("Agreements signed on", readonly=True)
    issued_by_id = fields.Many2one("res.users", "Papers handed out by", readonly=True)
    issued_date = fields.Datetime("Papers handed out on", readonly=True)
    services_by_id = fields.Many2one("res.users", "Services registered by", readonly=True)
    services_date = fields.Datetime("Services registered on", readonly=True)
    inspected_by_id = fields.Many2one("res.users", "Inspection begun by", readonly=True)
    inspecting_date = fields.Datetime("Inspection begun on", readonly=True)
    accepted_by_id = fields.Many2one("res.users", "Acceptance taken by", readonly=True)
    accepted_date = fields.Datetime("Home accepted on", readonly=True)
    keys_by_id = fields.Many2one("res.users", "Keys handed out by", readonly=True)
    keys_date = fields.Datetime("Keys handed out on", readonly=True)
    filed_by_id = fields.Many2one("res.users", "Filed by", readonly=True)
    filed_date = fields.Datetime("Filed on", readonly=True)
    refused_by_id = fields.Many2one("res.users", "Refusal noted by", readonly=True)
    refused_date = fields.Datetime("Refused on", readonly=True, index="btree_not_null")

    _open_once = models.UniqueIndex(
        "(unit_id) WHERE state != 'filed'", "This home is being handed over already."
    )

    # what is shown -------------------------------------------------------------------------------

    @api.model
    def _group_expand_state(self, states, _domain):
        """Show the columns of the board in the order of the desks."""
        return [
            state
            for state, _label in STATES
            if state in states or state not in ("docs_incomplete", "refused", "filed")
        ]

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for case in self:
            parts = (case.unit_id.full_name, case.number)
            case.display_name = " ".join(part for part in parts if part)

    @api.depends("batch_id")
    def _compute_mode(self):
        for case in self:
            together = case.batch_id.state in ("noticed", "open")
            case.mode = "concentrated" if together else "routine"

    @api.depends("unit_id", "partner_id")
    def _compute_partner_ids(self):
        owners = self._owners_of(self.unit_id)
        for case in self:
            case.partner_ids = owners.get(case.unit_id, case.partner_id.browse()) | case.partner_id

    @api.depends("state")
    def _compute_next_label(self):
        labels = {
            "checked_in": self.env._("Verify the papers"),
            "docs_incomplete": self.env._("Papers are complete now"),
            "docs_verified": self.env._("Fees are settled"),
            "fees_paid": self.env._("Agreements are signed"),
            "signed": self.env._("Hand out the papers"),
            "papers_issued": self.env._("Services are registered"),
            "services_registered": self.env._("Begin the inspection"),
            "inspecting": self.env._("Go to the inspection"),
            "rectifying": self.env._("Go to the inspection"),
            "accepted": self.env._("Hand out the keys"),
            "keys_handed": self.env._("File the case"),
            "refused": self.env._("Inspect again"),
        }
        for case in self:
            case.next_label = labels.get(case.state, False)

    @api.model
    def _owners_of(self, units):
        """Return {unit: owners, the first one in front}, by rows that hold or wait to be confirmed."""
        rows = self.env["property.occupancy"].search(
            [
                ("unit_id", "in", units.ids),
                ("role", "in", OWNER_ROLES),
                ("state", "!=", "ended"),
            ],
            order="unit_id, role desc, id",
        )
        return {
            unit: group.sorted(lambda row: (row.role != "owner", row.id)).partner_id
            for unit, group in rows.grouped("unit_id").items()
        }

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id:
            self.partner_id = self._owners_of(self.unit_id).get(self.unit_id, self.partner_id)[:1]
            self.notice_id = self.env["property.handover.notice"].search(
                [("unit_id", "=", self.unit_id.id)], order="id desc", limit=1
            )
            self.batch_id = self.notice_id.batch_id

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id.is_company:
            self.way = "company"

    # making and changing -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Check in: papers to be shown, things to be given and fees to be paid are listed at once.

        :raises UserError: for a home that was handed over already
        """
        for vals in vals_list:
            for name in _SYSTEM & vals.keys():
                vals.pop(name)
        self._check_not_handed(vals_list)
        # the index of open cases sees what was filed just now only once it is written
        self.flush_model(["state"])
        cases = super().create(vals_list)
        cases._make_papers()
        cases._make_articles()
        cases._make_keys()
        return cases

    def _check_not_handed(self, vals_list):
        """Refuse homes that were handed over; one deemed so is still received by its owner."""
        units = self.env["property.unit"].browse(
            {vals["unit_id"] for vals in vals_list if vals.get("unit_id")}
        )
        handed = units.filtered(
            lambda unit: unit.handover_date and unit.state not in ("unsold", "sold_pending")
        )
        notices = self.env["property.handover.notice"].sudo()
        deemed = notices.search(
            [("unit_id", "in", handed.ids), ("deemed_date", "!=", False)]
        ).unit_id
        filed = self.sudo().search([("unit_id", "in", deemed.ids), ("state", "=", "filed")]).unit_id
        if wrong := (handed - deemed) | filed:
            raise UserError(
                self.env._(
                    "%(unit)s was handed over on %(date)s already.",
                    unit=wrong[0].full_name,
                    date=wrong[0].handover_date,
                )
            )

    def write(self, vals):
        """Keep what steps decide to the steps; make the list of papers anew where it changes."""
        if not (self.env.su or self._moving()):
            if _SYSTEM & vals.keys():
                raise UserError(self.env._("These facts are set by the steps of the handover."))
            if {"unit_id", "partner_id", "way"} & vals.keys():
                self._check_papers_open()
            if (
                self.filtered(lambda case: case.state == "filed")
                and vals.keys()
                - {
                    "note",
                    "user_id",
                }
                - self._free_fields()
            ):
                raise UserError(
                    self.env._(
                        "“%(case)s” is filed: nothing in it changes any more.",
                        case=self[:1].display_name,
                    )
                )
        result = super().write(vals)
        if {"way", "partner_id", "abroad", "mortgaged", "name_changed"} & vals.keys():
            self.filtered(
                lambda case: case.state in ("checked_in", "docs_incomplete")
            )._make_papers()
        return result

    def _free_fields(self):
        """Return the fields that carry no fact of the case: chatter, activities, clocks."""
        return {
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "website_"))
            or name in ("breached", "date_due")
        }

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_next(self):
        """Take the step the case waits for."""
        self.ensure_one()
        if self.state not in NEXT:
            raise UserError(self.env._("“%(case)s” is finished.", case=self.display_name))
        return getattr(self, NEXT[self.state])()

    @api.model
    def _step_label(self, step):
        return {
            "supplement": self.env._("Bring the missing papers"),
            "finish": self.env._("Hand over the home"),
            "file": self.env._("File the papers of the handover"),
            "report": self.env._("Report the refusal to the developer"),
        }.get(step, step)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A handover keeps its number and is not deleted."))
