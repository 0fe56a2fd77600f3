# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("repair", "Repair"),
    ("inquiry", "Inquiry"),
    ("suggestion", "Suggestion"),
    ("help", "Help"),
    ("complaint", "Complaint"),
    ("payment", "Paying fees"),
    ("errand", "Errand"),
    ("praise", "Praise"),
    ("emergency", "Emergency"),
]
#: kind of intake -> model of its case; kinds without one are answered at the desk
CASE_MODELS = {
    "repair": "property.repair",
    "complaint": "property.complaint",
    "inquiry": "property.inquiry",
    "suggestion": "property.inquiry",
    "help": "property.inquiry",
    "emergency": "property.emergency",
}


class PropertyIntake(models.Model):
    """One door for everything that reaches the service centre (handbook B §0.4, A1).

    While the caller talks the desk finds the household by room, name or phone and sees its open
    cases, arrears, care remarks and hints; then the contact becomes exactly one typed case, or is
    answered and closed. Who takes it stays its owner until the customer has a reply (首问负责).
    """

    _name = "property.intake"
    _description = "Contact at the desk"
    _inherit = ["property.case.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "LD"
    _workflow_moves = {
        "open": ("converted", "answered", "closed"),
        "converted": ("closed",),
        "answered": ("closed",),
    }
    _workflow_stamps = {
        "converted": ("handled_by_id", "handled_at"),
        "answered": ("handled_by_id", "handled_at"),
        "closed": (None, "closed_at"),
    }
    _case_clocks = {"open": ("answer",)}
    _case_done = {"converted": ("answer",), "answered": ("answer",), "closed": ("answer",)}
    _case_end = ("converted", "answered", "closed")

    kind = fields.Selection(
        KINDS, "Kind of matter", required=True, default="repair", tracking=True, index=True
    )
    state = fields.Selection(
        [
            ("open", "To be dealt with"),
            ("converted", "Handed on"),
            ("answered", "Answered"),
            ("closed", "Closed"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
        copy=False,
    )
    date = fields.Datetime(
        "Received at", required=True, default=fields.Datetime.now, readonly=True, index=True
    )
    category_id = fields.Many2one(domain="[('kind', '=', case_kind)]")
    case_kind = fields.Char(compute="_compute_case_kind")
    appointment_start = fields.Datetime("Appointment")
    danger = fields.Boolean("Danger or spreading damage")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "property_intake_photo_rel",
        string="Photos",
        copy=False,
        bypass_search_access=True,
    )
    answer = fields.Text(tracking=True)
    case_model = fields.Char(readonly=True, copy=False)
    case_id = fields.Many2oneReference(
        "Case it became", model_field="case_model", readonly=True, copy=False
    )
    case_name = fields.Char("Case no.", readonly=True, copy=False)
    handled_by_id = fields.Many2one(
        "res.users", "Person dealing with it", readonly=True, copy=False
    )
    handled_at = fields.Datetime("Handled on", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    note = fields.Char("Remark")

    # what the desk sees of the household
    arrears = fields.Monetary(
        compute="_compute_household", compute_sudo=False, currency_field="currency_id"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    care_note = fields.Char("Special care", compute="_compute_household")
    people = fields.Char("Household", compute="_compute_household")
    open_case_html = fields.Html("Open cases", compute="_compute_household", sanitize=False)
    hint_html = fields.Html("Hints", compute="_compute_household", sanitize=False)

    _case_once = models.UniqueIndex(
        "(case_model, case_id) WHERE case_id IS NOT NULL", "This case has an intake already."
    )

    @api.depends("kind")
    def _compute_case_kind(self):
        for intake in self:
            kinds = ("repair", "complaint", "emergency")
            intake.case_kind = intake.kind if intake.kind in kinds else "inquiry"

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.category_id.kind != self.case_kind:
            self.category_id = False

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        unit = self.unit_id
        if unit:
            holder = unit.tenant_id or unit.owner_id
            if not self.partner_id or self.partner_id not in unit.occupancy_ids.partner_id:
                self.partner_id = holder
                self.phone = holder.phone or self.phone

    @api.depends("unit_id", "partner_id", "estate_id", "building_id")
    @api.depends_context("uid")
    def _compute_household(self):
        staff = self.env.user.has_group("property_service.group_staff")
        for intake in self:
            unit = intake.unit_id
            intake.arrears = unit.arrears if unit else 0.0
            people = unit._holders_on(fields.Date.context_today(self))[unit] if unit else ()
            labels = dict(
                self.env["property.occupancy"]._fields["role"]._description_selection(self.env)
            )
            intake.people = "、".join(
                f"{row.partner_id.name}（{labels[row.role]}）" for row in people
            )
            notes = []
            if staff and people:
                notes = [note for note in people.partner_id.mapped("property_special_care") if note]
            intake.care_note = "；".join(notes)
            intake.open_case_html = intake._open_cases_html()
            hints = self.env["property.hint"]
            if intake.estate_id:
                hints = hints._current(intake.estate_id, intake.building_id)
            intake.hint_html = Markup("").join(
                Markup("<div>⚠ {} <span class='text-muted'>{} – {}</span></div>").format(
                    hint.name,
                    fields.Datetime.context_timestamp(self, hint.date_start).strftime(
                        "%m-%d %H:%M"
                    ),
                    fields.Datetime.context_timestamp(self, hint.date_end).strftime("%m-%d %H:%M"),
                )
                for hint in hints
            )

    def _open_cases(self):
        """Return the open cases of the household: lists of records, one per kind of case."""
        self.ensure_one()
        if not self.unit_id:
            return []
        found = []
        for model in dict.fromkeys(CASE_MODELS.values()):
            if model not in self.env or not self.env[model].has_access("read"):
                continue
            ended = [*self.env[model]._case_end, "closed", "cancelled", "rejected"]
            cases = self.env[model].search(
                [("unit_id", "=", self.unit_id.id), ("state", "not in", ended)], limit=5
            )
            if cases:
                found.append(cases)
        return found

    def _open_cases_html(self):
        parts = [
            Markup("<div><a href='/odoo/{}/{}' target='_blank'>{}</a> {} · {}</div>").format(
                case._name,
                case.id,
                case.number or case.display_name,
                (case.description or "")[:40],
                case._state_label(case.state),
            )
            for cases in self._open_cases()
            for case in cases
        ]
        return Markup("").join(parts)

    # steps ---------------------------------------------------------------------------------------

    def action_make_case(self):
        """Make the case of the intake and open it.

        :raises UserError: if there is one already, or the matter is answered at the desk
        """
        self.ensure_one()
        case = self._make_case()
        return {
            "type": "ir.actions.act_window",
            "res_model": case._name,
            "res_id": case.id,
            "view_mode": "form",
        }

    def action_make_case_next(self):
        """Make the case and open an empty form for the next caller."""
        self.ensure_one()
        self._make_case()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New customer contact"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(self.env.ref("property_service.property_intake_view_form").id, "form")],
            "context": {"default_estate_id": self.estate_id.id},
        }

    def _make_case(self):
        """Make exactly one case of the intake (handbook B §0.4).

        :return: the case
        :raises UserError: if there is one already, or the kind has no cases of its own
        """
        self.ensure_one()
        self.lock_for_update()
        if self.case_id:
            raise UserError(
                self.env._("This contact has become %(case)s already.", case=self.case_name)
            )
        model = CASE_MODELS.get(self.kind)
        if model not in self.env:
            raise UserError(
                self.env._(
                    "“%(kind)s” is answered at the desk: write the answer and close it.",
                    kind=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
                )
            )
        case = self.env[model]._from_intake(self)
        self._move_to(
            "converted",
            case_model=case._name,
            case_id=case.id,
            case_name=case.display_name,
        )
        return case

    def action_answer(self):
        """Keep the answer given at the desk; the contact is done."""
        for intake in self:
            if not (intake.answer or "").strip():
                raise UserError(self.env._("Write what was answered."))
            intake._move_to("answered")
        return True

    def action_close(self):
        """Close the contact."""
        self._move_to("closed")
        return True

    def action_open_case(self):
        """Open the case the contact became."""
        self.ensure_one()
        if not self.case_id or self.case_model not in self.env:
            raise UserError(self.env._("There is no case of this contact."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.case_model,
            "res_id": self.case_id,
            "view_mode": "form",
        }

    @api.model_create_multi
    def create(self, vals_list):
        intakes = super().create(vals_list)
        for intake in intakes.sudo():
            loose = intake.photo_ids.filtered(lambda photo: not photo.res_id)
            loose.write({"res_model": self._name, "res_id": intake.id})
        return intakes

    def write(self, vals):
        if not self._moving():
            if {"case_model", "case_id", "case_name"} & vals.keys() and not self.env.su:
                raise UserError(self.env._("The case of a contact is kept by the system."))
            facts = {"unit_id", "partner_id", "description", "kind", "channel", "contact_name"}
            if facts & vals.keys() and self.filtered(lambda row: row.state != "open"):
                raise UserError(
                    self.env._("The contact is dealt with: correct its case, not the record of it.")
                )
        return super().write(vals)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "estate_id" in fields and not values.get("estate_id"):
            estates = self.env["property.estate"].search([], limit=2)
            if len(estates) == 1:
                values["estate_id"] = estates.id
        return values
