# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyKeyCustodyUse(models.Model):
    """One use of keys in custody: never without a record (handbook A §21).

    Normally the owner agrees before. In an emergency (water, fire, gas, alarm) the manager
    approves, two persons go in and take photos, and the owner is told at once.
    """

    _name = "property.key.custody.use"
    _description = "Use of keys in custody"
    _inherit = ["property.living.mixin", "property.approval.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "TD"
    _workflow_moves = {
        "planned": ("submitted", "approved", "cancelled"),
        "submitted": ("approved", "refused", "cancelled"),
        "approved": ("out", "cancelled"),
        "out": ("back",),
    }
    _workflow_stamps = {
        "approved": ("approved_by_id", "approved_date"),
        "out": ("issued_by_id", "out_date"),
        "back": ("received_by_id", "back_date"),
    }
    _living_open = ("planned",)
    _living_facts = ("custody_id", "emergency", "purpose", "user_name", "second_user_name")
    _reasons = {"cancel": "_cancel"}

    custody_id = fields.Many2one(
        "property.key.custody", required=True, ondelete="restrict", index=True, check_company=True
    )
    unit_id = fields.Many2one(
        related="custody_id.unit_id", store=True, readonly=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="custody_id.partner_id", store=True, readonly=True, precompute=True
    )
    emergency = fields.Boolean("Emergency without the owner", tracking=True)
    danger = fields.Selection(
        [("water", "Water"), ("fire", "Fire"), ("gas", "Gas"), ("alarm", "Alarm")],
    )
    purpose = fields.Char("What the keys are used for", required=True)
    user_name = fields.Char("Used by", required=True)
    second_user_name = fields.Char("Second person")
    consent_way = fields.Selection(
        [("phone", "By phone"), ("message", "By message"), ("person", "In person")],
        "Owner agreed",
    )
    consent_note = fields.Char("Time and number of the consent")
    informed_way = fields.Selection(
        [("phone", "By phone"), ("message", "By message"), ("person", "In person")],
        "Owner informed",
    )
    informed_date = fields.Datetime("Owner informed on")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)
    finding = fields.Text("What was done and found")
    new_seal = fields.Char("New seal no.")
    state = fields.Selection(
        [
            ("planned", "Use planned"),
            ("submitted", "Waits for approval"),
            ("approved", "Approved"),
            ("out", "Keys in use"),
            ("back", "Keys back"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="planned",
        tracking=True,
        index=True,
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_date = fields.Datetime("Approved on", readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", "Handed out by", readonly=True, copy=False)
    out_date = fields.Datetime("Taken out on", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", "Taken back by", readonly=True, copy=False)
    back_date = fields.Datetime("Back on", readonly=True, copy=False)

    @api.depends("custody_id")
    def _compute_place(self):
        for use in self:
            use.estate_id = use.custody_id.estate_id
            use.building_id = use.custody_id.building_id

    def action_approve(self):
        """Approve a use the owner agreed to; one without him goes to the manager.

        :raises UserError: without consent, or in an emergency without danger and second person
        :raises AccessError: below the supervisor for a use the owner agreed to
        """
        self.check_access("write")
        for use in self:
            use.custody_id._check_usable(emergency=use.emergency)
            if use.emergency:
                use._request_opening()
                continue
            if not use.consent_way or not use.consent_note:
                raise UserError(
                    self.env._(
                        "%s: the owner agrees to every use; note how, when and on which number.",
                        use.display_name,
                    )
                )
            use._check_in_group(
                "supervisor", self.env._("The supervisor approves the use of keys in custody.")
            )
            use._move_to("approved")

    def _request_opening(self):
        if not self.danger or not self.second_user_name:
            raise UserError(
                self.env._(
                    "%s: without the owner a home is opened only in danger (water, fire, gas, "
                    "alarm), and by two persons.",
                    self.display_name,
                )
            )
        self._move_to("submitted")
        self._request_approval(
            "key_opening",
            self.env._("Emergency opening of %(unit)s", unit=self.unit_id.full_name),
            reason=self.purpose,
        )

    def _approval_granted(self, approval):
        self._move_to("approved")

    def _approval_refused(self, approval, reason):
        self._move_to("refused")

    def action_take(self):
        """Take the keys out of the envelope."""
        self.check_access("write")
        for use in self:
            custody = use.custody_id
            custody._check_usable(emergency=use.emergency)
            use._move_to("out")
            custody.key_ids.filtered(lambda key: key.state == "in_store")._take_out()
            if custody.state != "frozen":
                custody._move_to("used")

    def action_back(self):
        """Put the keys into a newly sealed envelope.

        :raises UserError: without finding and new seal; in an emergency without photos or the
            owner informed
        """
        self.check_access("write")
        for use in self:
            if not use.finding or not use.new_seal:
                raise UserError(
                    self.env._(
                        "%s: write down what was done, seal the envelope again and note the "
                        "number of the seal.",
                        use.display_name,
                    )
                )
            if use.emergency and not (use.photo_ids and use.informed_date and use.informed_way):
                raise UserError(
                    self.env._(
                        "%s: an emergency opening needs photos, and the owner is told at once: "
                        "note how and when.",
                        use.display_name,
                    )
                )
            use._move_to("back")
            custody = use.custody_id
            custody.key_ids._put_back()
            trusted = custody.sudo().with_context(property_signed_system=True)
            trusted.seal_number = use.new_seal
            if custody.state == "used":
                custody._move_to("back")

    def _cancel(self, reason):
        self._withdraw_approval()
        self._move_to("cancelled")
