# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: no company may punish or fine a neighbour
_PUNISHMENT = ("罚款", "罚金", "处罚")


class PropertyNeighbourDispute(models.Model):
    """A dispute between neighbours (邻里纠纷): both sides heard apart, inspected, mediated.

    Handbook B F8. It ends with an agreement both sign, or is passed on to an authority; the
    company neither punishes nor fines.
    """

    _name = "property.neighbour.dispute"
    _description = "Dispute between neighbours"
    _inherit = [
        "property.procedure.mixin",
        "property.case.step.mixin",
        "property.signature.mixin",
        "property.decent.mixin",
    ]
    _order = "registered_date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "LL"
    _workflow_moves = {
        "registered": ("inspected", "to_authority", "closed"),
        "inspected": ("mediating", "to_authority", "closed"),
        "mediating": ("agreed", "to_authority", "closed"),
        "agreed": ("closed", "mediating"),
        "to_authority": ("closed",),
    }
    _workflow_stamps = {
        "inspected": ("inspected_by_id", "inspected_date"),
        "mediating": (None, "mediating_date"),
        "agreed": ("agreed_by_id", "agreed_date"),
        "to_authority": ("reported_by_id", "reported_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_clocks = {"registered": ("inspect",)}
    _case_done = {"inspected": ("inspect",), "to_authority": ("inspect",)}
    _case_end = ("closed",)
    _case_steps = {"authority": "_report", "close": "_close"}
    _signature_locks = {
        "first": ("agreement",),
        "second": ("agreement",),
    }
    _decent_fields = ("description", "first_statement", "second_statement", "findings", "agreement")

    kind = fields.Selection(
        [
            ("noise", "Noise"),
            ("leak", "Water leak"),
            ("pet", "Pets"),
            ("object", "Things thrown down"),
            ("structure", "Illegal structure"),
            ("exercise", "Noise of morning exercise"),
            ("corridor", "Things left in the corridor"),
            ("other", "Other matters"),
        ],
        "What it is about",
        required=True,
        default="noise",
        index=True,
        tracking=True,
    )
    partner_id = fields.Many2one(string="First side")
    other_unit_id = fields.Many2one(
        "property.unit",
        "Room of the other side",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )
    other_partner_id = fields.Many2one(
        "res.partner", "Other side", index="btree_not_null", tracking=True
    )
    other_phone = fields.Char("Phone of the other side", related="other_partner_id.phone")
    description = fields.Text("What was reported", required=True)
    registered_date = fields.Datetime(
        "Registered at", required=True, default=fields.Datetime.now, readonly=True, index=True
    )
    first_statement = fields.Text("What the first side says")
    first_statement_by_id = fields.Many2one("res.users", "First side heard by", readonly=True)
    first_statement_date = fields.Datetime("First side heard at", readonly=True)
    second_statement = fields.Text("What the other side says")
    second_statement_by_id = fields.Many2one("res.users", "Other side heard by", readonly=True)
    second_statement_date = fields.Datetime("Other side heard at", readonly=True)
    findings = fields.Text("What was seen on the spot")
    mediator_id = fields.Many2one("res.users", index="btree_not_null", tracking=True)
    mediation = fields.Text("Course of the mediation")
    agreement = fields.Text("Agreement of both sides", tracking=True)
    authority = fields.Char("Authority reported to", readonly=True, copy=False, tracking=True)
    result = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("registered", "Registered"),
            ("inspected", "Inspected on the spot"),
            ("mediating", "In mediation"),
            ("agreed", "Agreed"),
            ("to_authority", "With an authority"),
            ("closed", "Closed"),
        ],
        required=True,
        default="registered",
        readonly=True,
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    inspected_by_id = fields.Many2one("res.users", "Inspected by", readonly=True, copy=False)
    inspected_date = fields.Datetime("Inspected on", readonly=True, copy=False)
    mediating_date = fields.Datetime("Mediation since", readonly=True, copy=False)
    agreed_by_id = fields.Many2one("res.users", "Agreement noted by", readonly=True, copy=False)
    agreed_date = fields.Datetime("Agreed on", readonly=True, copy=False)
    reported_by_id = fields.Many2one("res.users", "Reported by", readonly=True, copy=False)
    reported_date = fields.Datetime("Reported on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a dispute with this number already."
    )

    @api.depends("number", "unit_id.full_name", "other_unit_id.full_name")
    def _compute_display_name(self):
        for dispute in self:
            sides = [dispute.unit_id.full_name, dispute.other_unit_id.full_name]
            dispute.display_name = " ".join(
                filter(None, (dispute.number, " / ".join(filter(None, sides))))
            ) or self.env._("New dispute")

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id

    @api.onchange("other_unit_id")
    def _onchange_other_unit_id(self):
        if self.other_unit_id:
            self.other_partner_id = self.other_unit_id.tenant_id or self.other_unit_id.owner_id

    @api.constrains("partner_id", "other_partner_id")
    def _check_sides(self):
        for dispute in self:
            if dispute.partner_id and dispute.partner_id == dispute.other_partner_id:
                raise ValidationError(self.env._("A dispute has two sides."))

    @api.constrains("agreement")
    def _check_no_fine(self):
        for dispute in self:
            if word := next((w for w in _PUNISHMENT if w in (dispute.agreement or "")), None):
                raise ValidationError(
                    self.env._(
                        "“%s”: the company may neither punish nor fine; agree on what each side "
                        "does, or pass it on to the authority.",
                        word,
                    )
                )

    @api.model
    def _heard(self, vals):
        """Return the stamps of statements that are written."""
        stamps = {}
        for side in ("first", "second"):
            if vals.get(f"{side}_statement"):
                stamps[f"{side}_statement_by_id"] = self.env.uid
                stamps[f"{side}_statement_date"] = fields.Datetime.now()
        return stamps

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._heard(vals)} for vals in vals_list])

    def write(self, vals):
        statements = {"first_statement", "second_statement", "description"} & vals.keys()
        if statements and not self.env.su:
            if late := self.filtered(lambda row: row.state not in ("registered", "inspected")):
                raise UserError(
                    self.env._(
                        "“%s” is being mediated: what each side said at first stays as it is.",
                        late[0].display_name,
                    )
                )
        return super().write({**vals, **self._heard(vals)})

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A dispute stays in the register."))

    @api.model
    def _step_label(self, step):
        return {"inspect": self.env._("Inspect on the spot")}.get(step, step)

    @api.model
    def _signature_labels(self):
        """Return who signs an agreement: both sides and the mediator."""
        return {
            "first": self.env._("First side"),
            "second": self.env._("Other side"),
            "mediator": self.env._("Mediator"),
        }

    def _signature_partner(self, role):
        return {"first": self.partner_id, "second": self.other_partner_id}.get(
            role, self.env["res.partner"]
        )

    def _before_signature(self, role):
        if self.state != "mediating" or not self.agreement:
            raise UserError(self.env._("“%s”: write down the agreement first.", self.display_name))

    def action_inspect(self):
        """Note what was seen on the spot.

        :raises UserError: if nothing is written down
        """
        for dispute in self:
            if not dispute.findings:
                raise UserError(self.env._("“%s”: write down what was seen.", dispute.display_name))
            dispute._move_to("inspected")
        return True

    def action_mediate(self):
        """Begin to mediate.

        :raises UserError: unless both sides were heard apart and there is a mediator
        """
        for dispute in self:
            if not (dispute.first_statement and dispute.second_statement):
                raise UserError(
                    self.env._(
                        "“%s”: hear both sides apart first, and write down what each says.",
                        dispute.display_name,
                    )
                )
            if not dispute.mediator_id:
                dispute.mediator_id = self.env.user
            dispute._move_to("mediating")
        return True

    def action_agree(self):
        """Note that both sides agreed.

        :raises UserError: without the signatures of both
        """
        for dispute in self:
            if not dispute.agreement:
                raise UserError(
                    self.env._("“%s”: write down the agreement first.", dispute.display_name)
                )
            dispute._need_signatures(("first", "second"))
            dispute._move_to("agreed")
        return True

    def action_authority(self):
        """Ask which authority the dispute is passed on to, e.g. police, street office, court."""
        return self._ask(
            "authority",
            self.env._("Pass on to an authority"),
            self.env._("Which authority, what was reported?"),
        )

    def _report(self, text):
        self._move_to("to_authority", authority=text)

    def action_close(self):
        """Ask for the result and close the dispute."""
        return self._ask("close", self.env._("Close"), self.env._("How did it end?"))

    def _close(self, text):
        self._move_to("closed", result=text)
