# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .property_case_category_repair import PAYERS, SCOPES, URGENCIES

#: Handbook B A1
STATES = [
    ("draft", "Being registered"),
    ("accepted", "Accepted"),
    ("dispatched", "Dispatched"),
    ("on_the_way", "Taken over"),
    ("on_site", "On site, at work"),
    ("quoted", "Quote to be agreed"),
    ("on_hold", "On hold"),
    ("done", "Done, to be accepted"),
    ("accepted_by_customer", "Accepted by the customer"),
    ("followed_up", "Called back"),
    ("rework", "Rework"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
    ("rejected", "Not our scope"),
]
OPEN = ("draft", "accepted", "dispatched", "on_the_way", "on_site", "quoted", "on_hold", "done")
#: states after the customer's signature
SIGNED = ("accepted_by_customer", "followed_up", "rework", "closed")
ENDED = ("closed", "cancelled", "rejected")
#: payers whose bill it is
BILLED_PAYERS = ("chargeable", "liable")
#: set by steps, never by a caller
_SYSTEM = {
    "date",
    "accepted_at",
    "accepted_by_id",
    "arrived_at",
    "controlled_at",
    "quoted_at",
    "agreed_at",
    "agreed_by_id",
    "agreed_way",
    "agreed_amount",
    "off_list_by_id",
    "checked_by_id",
    "checked_at",
    "technician_id",
    "origin_id",
    "rework_number",
    "master_id",
    "visits_missed",
    "return_count",
    "hold_from",
    "accepted_way",
    "discount",
    "intake_id",
}
#: facts of the request, fixed by the customer's signature
_FACTS = {
    "estate_id",
    "unit_id",
    "building_id",
    "place",
    "partner_id",
    "category_id",
    "kind",
    "description",
    "scope",
    "fault_cause",
    "solution",
    "photo_before_ids",
    "photo_after_ids",
    "customer_signature",
    "customer_signed_by",
    "satisfaction",
    "customer_opinion",
}
#: what was agreed with the quote
_QUOTE = {"payer_class", "payer_id", "quote_signature", "settle"}


class PropertyRepair(models.Model):
    """A request for repair or for a paid service, from the call to the callback (请修单).

    Handbook B A1–A6, A §54. One record is request and work order. Its clocks (answer, pick-up,
    arrival, control, finish) come from deadline policies by urgency; who pays is decided at intake,
    the price is agreed and signed before chargeable work, and nothing is changed after the
    customer's signature. The steps are in the files `property_repair_*`.
    """

    _name = "property.repair"
    _description = "Repair"
    _inherit = [
        "property.case.mixin",
        "property.approval.mixin",
        "rating.mixin",
    ]
    _order = "priority, id desc"
    _rec_name = "number"
    _check_company_auto = True
    _mail_post_access = "read"

    _number_form = "BX"
    _workflow_moves = {
        "draft": ("accepted", "cancelled", "rejected"),
        "accepted": ("dispatched", "on_hold", "cancelled", "rejected"),
        "dispatched": ("on_the_way", "accepted", "on_hold", "cancelled"),
        "on_the_way": ("on_site", "accepted", "on_hold", "cancelled"),
        "on_site": ("quoted", "done", "accepted", "on_hold", "cancelled", "rejected"),
        "quoted": ("on_site", "on_hold", "done", "cancelled"),
        "on_hold": ("accepted", "dispatched", "on_the_way", "on_site", "quoted", "cancelled"),
        "done": ("accepted_by_customer", "rework"),
        "accepted_by_customer": ("followed_up", "rework", "closed"),
        "followed_up": ("closed", "rework"),
        "rework": ("closed",),
        "closed": ("rework",),
    }
    _workflow_stamps = {
        "dispatched": ("dispatched_by_id", "dispatched_at"),
        "on_the_way": (None, "picked_at"),
        "done": (None, "done_at"),
        "accepted_by_customer": (None, "signed_at"),
        "followed_up": (None, "followed_at"),
        "closed": ("closed_by_id", "closed_at"),
        "cancelled": ("cancelled_by_id", "cancelled_at"),
        "rejected": ("cancelled_by_id", "cancelled_at"),
    }
    _case_clocks = {
        "accepted": ("respond", "arrive", "appointment", "control", "finish"),
        "dispatched": ("pickup",),
        "done": ("acceptance",),
    }
    _case_done = {
        "accepted": ("pickup",),
        "dispatched": ("respond",),
        "rejected": ("respond",),
        "on_the_way": ("pickup",),
        "on_site": ("arrive", "appointment"),
        "quoted": ("assess",),
        "done": ("control", "finish", "assess"),
        "accepted_by_customer": ("acceptance",),
        "rework": ("acceptance",),
    }
    _case_hold = ("on_hold",)
    _case_end = ("accepted_by_customer", "rework", "closed", "cancelled", "rejected")

    kind = fields.Selection(
        [("repair", "Repair"), ("service", "Paid service")],
        "Repair or service",
        required=True,
        default="repair",
        index=True,
    )
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        index=True,
        copy=False,
        group_expand="_group_expand_state",
    )
    category_id = fields.Many2one(domain="[('kind', '=', 'repair')]")
    urgency = fields.Selection(
        URGENCIES,
        compute="_compute_urgency",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        index=True,
    )
    priority = fields.Integer(
        "Rank of urgency", compute="_compute_priority", store=True, precompute=True, index=True
    )
    scope = fields.Selection(
        SCOPES, compute="_compute_scope", store=True, readonly=False, precompute=True
    )
    payer_class = fields.Selection(
        PAYERS,
        "Who bears the cost",
        compute="_compute_payer_class",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        index=True,
    )
    payer_id = fields.Many2one(
        "res.partner",
        "Bill to",
        compute="_compute_payer_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="Who is registered as the payer of the home; chargeable work has to be accepted by "
        "this person.",
    )
    date = fields.Datetime(
        "Repair asked for on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        copy=False,
        index=True,
    )
    finding_ref = fields.Char("Found by", readonly=True, copy=False)
    since = fields.Char("Since when")
    danger = fields.Boolean("Danger to persons")
    access_note = fields.Char("Access to the room", help="Times, keys, who is at home.")
    appointment_start = fields.Datetime("Appointment", tracking=True, index="btree_not_null")
    appointment_end = fields.Datetime("Appointment until")
    technician_id = fields.Many2one(
        "hr.employee", readonly=True, tracking=True, copy=False, index="btree_not_null"
    )
    technician_user_id = fields.Many2one(
        "res.users",
        "User of the technician",
        compute="_compute_technician_user_id",
        compute_sudo=True,
        store=True,
        index="btree_not_null",
    )
    helper_ids = fields.Many2many(
        "property.technician", "property_repair_helper_rel", string="Helpers", copy=False
    )
    photo_before_ids = fields.Many2many(
        "ir.attachment",
        "property_repair_before_rel",
        string="Photos before",
        copy=False,
        bypass_search_access=True,
    )
    photo_after_ids = fields.Many2many(
        "ir.attachment",
        "property_repair_after_rel",
        string="Photos after",
        copy=False,
        bypass_search_access=True,
    )
    fault_cause = fields.Char("Cause of the fault", copy=False)
    solution = fields.Text("What was done", copy=False)
    reason = fields.Text(readonly=True, copy=False, help="Of the last step.")
    guidance = fields.Text(readonly=True, copy=False, help="Whom the customer was sent to.")

    # stamps
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True, copy=False)
    accepted_at = fields.Datetime("Accepted on", readonly=True, copy=False, index=True)
    dispatched_by_id = fields.Many2one("res.users", "Dispatched by", readonly=True, copy=False)
    dispatched_at = fields.Datetime("Dispatched on", readonly=True, copy=False)
    picked_at = fields.Datetime("Taken over on", readonly=True, copy=False)
    arrived_at = fields.Datetime("Arrived on", readonly=True, copy=False)
    controlled_at = fields.Datetime("Under control since", readonly=True, copy=False)
    done_at = fields.Datetime("Done on", readonly=True, copy=False, index="btree_not_null")
    signed_at = fields.Datetime("Accepted by the customer on", readonly=True, copy=False)
    followed_at = fields.Datetime("Called back on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    cancelled_by_id = fields.Many2one("res.users", "Cancelled by", readonly=True, copy=False)
    cancelled_at = fields.Datetime("Cancelled on", readonly=True, copy=False)

    # relations to other orders
    origin_id = fields.Many2one(
        "property.repair",
        "Rework of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    rework_ids = fields.One2many("property.repair", "origin_id", "Reworks")
    rework_number = fields.Integer("Rework no.", readonly=True, copy=False)
    master_id = fields.Many2one(
        "property.repair",
        "Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    duplicate_ids = fields.One2many("property.repair", "master_id", "Duplicate reports")

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a repair with this number already."
    )
    _open_of_estate = models.Index(
        "(estate_id, priority, id) WHERE state NOT IN ('closed', 'cancelled', 'rejected')"
    )

    # what is proposed ----------------------------------------------------------------------------

    @api.model
    def _group_expand_state(self, states, _domain):
        """Show the columns of the kanban in the order of the work."""
        return [value for value, _label in STATES if value in states or value in OPEN[1:]]

    @api.depends("number", "unit_id.full_name", "category_id.name")
    def _compute_display_name(self):
        for repair in self:
            parts = (repair.number, repair.unit_id.full_name or repair.place)
            repair.display_name = " ".join(part for part in parts if part)

    @api.depends("urgency")
    def _compute_priority(self):
        ranks = {value: rank for rank, (value, _label) in enumerate(URGENCIES)}
        for repair in self:
            repair.priority = ranks.get(repair.urgency, 2)

    @api.depends("category_id", "kind")
    def _compute_urgency(self):
        for repair in self:
            if repair.urgency and repair._origin.state not in (False, "draft"):
                continue
            usual = "U4" if repair.kind == "service" else "U2"
            repair.urgency = repair.category_id.repair_urgency or repair.urgency or usual

    @api.depends("category_id", "unit_id")
    def _compute_scope(self):
        for repair in self:
            place = "own" if repair.unit_id else "common"
            repair.scope = repair.category_id.repair_scope or place

    @api.depends("category_id", "scope", "kind", "unit_id", "building_id", "origin_id")
    def _compute_payer_class(self):
        for repair in self:
            repair.payer_class = repair._usual_payer_class()

    def _usual_payer_class(self):
        """Return who bears the cost as a rule (handbook B A3): by warranty, category and scope."""
        self.ensure_one()
        if self.origin_id:
            return "free_promise"
        if self.kind == "service":
            return "chargeable"
        if self._warranty_term():
            return "warranty"
        if self.scope == "neighbour":
            return "liable"
        if self.category_id.repair_payer:
            return self.category_id.repair_payer
        return "chargeable" if self.scope == "own" else "free_common"

    def _warranty_term(self):
        """Return the developer's warranty that covers the defect on the day it was reported."""
        self.ensure_one()
        reported = self.date or fields.Datetime.now()
        return self.env["property.warranty.term"]._of(
            self.category_id, self.estate_id, self.building_id, reported.date()
        )

    @api.depends("unit_id")
    def _compute_payer_id(self):
        today = fields.Date.context_today(self)
        payers = self.sudo().unit_id._payers_on(today)
        for repair in self:
            of_unit = payers.get(repair.unit_id.id, {})
            item = repair.sudo().company_id.property_repair_item_id.id
            repair.payer_id = of_unit.get(item) or of_unit.get(0) or repair.partner_id

    @api.depends("technician_id.user_id")
    def _compute_technician_user_id(self):
        for repair in self:
            repair.technician_user_id = repair.technician_id.user_id

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            unit = self.unit_id
            self.partner_id = unit.tenant_id or unit.owner_id

    # clocks --------------------------------------------------------------------------------------

    def _deadline_urgency(self):
        return self.urgency

    def _by_appointment(self):
        """Return whether the technician comes at an agreed time instead of at once."""
        return bool(self.appointment_start) and self.urgency not in ("U0", "U1")

    def _deadline_wanted(self, step):
        if step == "arrive":
            return not self.arrived_at and not self._by_appointment()
        if step == "appointment":
            return not self.arrived_at and self._by_appointment()
        if step == "control":
            return not self.controlled_at
        return True

    def _deadline_agreed(self, step):
        if step != "appointment" or not self.appointment_start:
            return None
        lead = self.estate_id._parameter("appointment_lead_min") if self.urgency == "U4" else 0
        return self.appointment_start - timedelta(minutes=lead)

    def _hold_stops_clock(self):
        return self.hold_reason_id.stops_clock

    def _handler_users(self):
        return self.technician_user_id or super()._handler_users()

    def _start_missing_clocks(self):
        """Let the clocks of the order fit its urgency and appointment as they are now.

        Clocks that no longer apply are dropped, those that now do start at the acceptance: who
        raises the urgency does not win time.
        """
        deadlines = self.env["property.deadline"]
        for repair in self.filtered(lambda row: row.accepted_at and row.state in OPEN[1:-1]):
            rows = deadlines._of(repair, states=("running", "paused", "kept", "missed"))
            for step in self._case_clocks["accepted"]:
                of_step = rows.filtered(lambda row, step=step: row.step == step)
                if not repair._deadline_wanted(step):
                    of_step.filtered(lambda row: row.state in ("running", "paused"))._cancel()
                elif not of_step and step != "respond":
                    deadlines._begin(repair, step, start=repair.accepted_at)
        self._restart_clocks()

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not self._moving():
            for vals in vals_list:
                for name in _SYSTEM & vals.keys():
                    vals.pop(name)
        return super().create(vals_list)

    def write(self, vals):
        if not self._moving():
            self._check_write(vals)
        timed = {"appointment_start", "urgency", "category_id"} & vals.keys()
        before = {repair.id: repair.appointment_start for repair in self}
        result = super().write(vals)
        if timed:
            moved = self.filtered(lambda row: row.appointment_start != before[row.id])
            self.env["property.deadline"]._of(moved, ["appointment"])._cancel()
            self._start_missing_clocks()
        return result

    def _check_write(self, vals):
        """Refuse what only a step may set, and changes of what was signed."""
        if not self.env.su and (kept := _SYSTEM & vals.keys()):
            raise UserError(
                self.env._(
                    "“%(field)s” is kept by the steps of the repair: use its buttons.",
                    field=self._fields[sorted(kept)[0]].string,
                )
            )
        if _FACTS & vals.keys() and (signed := self.filtered(lambda row: row.state in SIGNED)):
            raise UserError(
                self.env._(
                    "The customer has signed “%(repair)s”: it stays as it is. Make a rework or a "
                    "new request.",
                    repair=signed[0].display_name,
                )
            )
        if _QUOTE & vals.keys() and (agreed := self.filtered("agreed_at")):
            raise UserError(
                self.env._(
                    "The price of “%(repair)s” is agreed and signed: make a new quote first.",
                    repair=agreed[0].display_name,
                )
            )
        if "urgency" in vals:
            self._check_urgency(vals["urgency"])

    def _check_urgency(self, urgency):
        """Anyone may raise the urgency; lowering it is a step of its own (handbook B A1)."""
        ranks = [value for value, _label in URGENCIES]
        for repair in self.filtered(lambda row: row.state != "draft"):
            if ranks.index(urgency) > ranks.index(repair.urgency):
                raise UserError(
                    self.env._(
                        "Only a supervisor lowers the urgency of “%(repair)s”, with a reason: use "
                        "“Lower the urgency”.",
                        repair=repair.display_name,
                    )
                )

    def _lower_urgency(self, urgency, reason):
        """Lower the urgency.

        :raises AccessError: if the user is no supervisor
        """
        self._check_supervisor()
        for repair in self:
            old = repair._state_label_of("urgency")
            repair._with_move().write({"urgency": urgency})
            repair.message_post(
                body=self.env._(
                    "Urgency lowered from %(old)s to %(new)s: %(reason)s",
                    old=old,
                    new=repair._state_label_of("urgency"),
                    reason=reason,
                )
            )

    def _state_label_of(self, name):
        """Return the label of a selection field's value in the user's language."""
        self.ensure_one()
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    def _is_supervisor(self):
        return self.env.su or self.env.user.has_group("property_service.group_supervisor")

    def _check_supervisor(self):
        if not self._is_supervisor():
            raise AccessError(self.env._("This step is for a supervisor."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if kept := self.filtered(lambda row: row.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(repair)s” was registered and keeps its number: cancel it with a reason.",
                    repair=kept[0].display_name,
                )
            )

    # where requests come from --------------------------------------------------------------------

    @api.model
    def _from_intake(self, intake):
        """Make the one repair of an intake and accept it where nothing is missing.

        :param intake: `property.intake` record
        :return: the `property.repair`
        """
        repair = self.create(
            {
                "estate_id": intake.estate_id.id,
                "unit_id": intake.unit_id.id,
                "building_id": intake.building_id.id,
                "place": intake.place,
                "partner_id": intake.partner_id.id,
                "contact_name": intake.contact_name,
                "phone": intake.phone,
                "channel": intake.channel,
                "category_id": intake.category_id.id
                if intake.category_id.kind == "repair"
                else False,
                "description": intake.description,
                "user_id": intake.user_id.id,
                "appointment_start": intake.appointment_start,
                "danger": intake.danger,
                "photo_before_ids": [fields.Command.set(intake.photo_ids.ids)],
            }
        )
        repair._with_move().write({"intake_id": intake.id})
        if intake.danger and repair.urgency not in ("U0", "U1"):
            repair.urgency = "U1"
        if not repair._missing_facts():
            repair.action_accept()
        return repair

    @api.model
    def _from_finding(self, finding):
        """Make the repair of what a patrol found; it is accepted at once (handbook B E6).

        :param finding: record with at least `estate_id` and `description`
        :return: the `property.repair`
        """

        def fact(name):
            return finding[name] if name in finding._fields else False

        category = fact("category_id")
        repair = self.create(
            {
                "estate_id": finding.estate_id.id,
                "building_id": fact("building_id") and finding.building_id.id,
                "unit_id": fact("unit_id") and finding.unit_id.id,
                "place": fact("place") or finding.display_name,
                "channel": "patrol",
                "category_id": category.id if category and category.kind == "repair" else False,
                "description": finding.description,
                "scope": "common",
                "payer_class": "free_common",
                "finding_ref": finding.display_name,
            }
        )
        repair.action_accept()
        return repair

    def _missing_facts(self):
        """Return the labels of what has to be asked before the request can be accepted."""
        self.ensure_one()
        missing = []
        if not self.unit_id and not self.place and not self.building_id:
            missing.append(self.env._("where it is"))
        inside = self.channel not in ("patrol", "staff")
        if inside and not (self.phone or self.partner_id.phone or self.contact_name):
            missing.append(self.env._("a phone number or who to ask for"))
        return missing

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "estate_id" in fields and not values.get("estate_id"):
            estates = self.env["property.estate"].search([], limit=2)
            if len(estates) == 1:
                values["estate_id"] = estates.id
        return values
