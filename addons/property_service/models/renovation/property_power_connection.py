# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class PropertyPowerConnection(models.Model):
    """Power is connected or restored for a room (form 通电申请表, handbook A §39).

    Only towards switching on: nothing here cuts power.
    """

    _name = "property.power.connection"
    _description = "Power connection"
    _inherit = ["property.procedure.mixin", "property.signature.mixin", "property.patrol.reasoned"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "TD"
    _workflow_moves = {
        "draft": ("applied", "cancelled"),
        "applied": ("checked", "failed", "refused", "cancelled"),
        "failed": ("applied", "cancelled"),
        "checked": ("energised", "cancelled"),
        "energised": ("confirmed",),
    }
    _workflow_stamps = {
        "applied": ("applied_by_id", "applied_date"),
        "checked": ("checked_by_id", "checked_date"),
        "failed": ("checked_by_id", "checked_date"),
        "energised": ("energised_by_id", "energised_date"),
        "confirmed": (None, "confirmed_date"),
    }
    _case_clocks = {"applied": ("check",), "checked": ("energise",)}
    _case_done = {
        "checked": ("check",),
        "failed": ("check",),
        "refused": ("check",),
        "energised": ("energise",),
    }
    _case_end = ("confirmed", "refused", "cancelled")
    _signature_locks = {"owner": ("unit_id", "purpose", "load_kw", "date_start", "date_end")}
    _reasons = {"fail": "action_fail", "refuse": "action_refuse"}

    partner_id = fields.Many2one(string="Owner of the room")
    applicant_id = fields.Many2one("res.partner", ondelete="restrict", index="btree_not_null")
    authorised = fields.Boolean(
        "Authorised by the owner", help="A contractor applies with the owner's authorisation."
    )
    renovation_id = fields.Many2one(
        "property.renovation",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('unit_id', '=', unit_id)]",
    )
    purpose = fields.Selection(
        [
            ("living", "For living"),
            ("renovation", "Temporary, for a renovation"),
            ("restore", "Restored after a long vacancy"),
        ],
        "Purpose of the power",
        required=True,
        default="living",
    )
    load_kw = fields.Float("Load applied for (kW)", digits=(16, 2))
    load_limit_kw = fields.Float(
        "Design load (kW)", digits=(16, 2), help="Of the room; 0: not known."
    )
    date_start = fields.Date("Power from", default=fields.Date.context_today)
    date_end = fields.Date("Power until")
    grid_account = fields.Char("Account with the grid company")
    box_ok = fields.Boolean("Distribution box safe")
    leak_switch_ok = fields.Boolean("Earth-leakage switch works")
    finding = fields.Text("What has to be put right")
    meter_number = fields.Char("Electricity meter no.")
    meter_reading = fields.Float("Start reading", digits=(16, 2))
    electrician = fields.Char()
    electrician_cert = fields.Char("Certificate of the electrician")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("applied", "Power applied for"),
            ("failed", "Box to be put right"),
            ("checked", "Check passed"),
            ("energised", "Power is on"),
            ("confirmed", "Confirmed by the user"),
            ("refused", "Power refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    applied_by_id = fields.Many2one("res.users", "Application taken by", readonly=True, copy=False)
    applied_date = fields.Datetime("Applied for on", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", "Box checked by", readonly=True, copy=False)
    checked_date = fields.Datetime("Box checked on", readonly=True, copy=False)
    energised_by_id = fields.Many2one("res.users", "Switched on by", readonly=True, copy=False)
    energised_date = fields.Datetime("Switched on at", readonly=True, copy=False)
    confirmed_date = fields.Datetime("Confirmed on", readonly=True, copy=False)

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.owner_id
        self.applicant_id = self.applicant_id or self.unit_id.owner_id

    @api.model
    def _step_label(self, step):
        return {
            "check": self.env._("Check of the box"),
            "energise": self.env._("Switching on"),
        }.get(step, step)

    @api.model
    def _signature_labels(self):
        return {"owner": self.env._("Applicant (safe use of power)")}

    def _signature_partner(self, role):
        return self.applicant_id or self.partner_id

    def action_apply(self):
        """Take the application: home handed over or permit there, account with the grid known.

        :raises UserError: naming what is missing
        """
        self.check_access("write")
        for case in self:
            unit = case.unit_id
            if not unit:
                raise UserError(self.env._("Name the room."))
            if unit.state in ("unsold", "sold_pending"):
                raise UserError(
                    self.env._(
                        "%(unit)s is not handed over yet: no power is connected for a user.",
                        unit=unit.full_name,
                    )
                )
            if not case.grid_account:
                raise UserError(
                    self.env._(
                        "%(unit)s: the account with the grid company is missing. Refer the "
                        "applicant to the grid company and enter the account here.",
                        unit=unit.full_name,
                    )
                )
            permit = case.renovation_id.permit_id
            if case.purpose == "renovation" and not (permit and permit._is_live()):
                raise UserError(
                    self.env._(
                        "%(unit)s: temporary power for a renovation needs its permit.",
                        unit=unit.full_name,
                    )
                )
            owners = unit.owner_id | unit.tenant_id
            if case.applicant_id and case.applicant_id not in owners and not case.authorised:
                raise UserError(
                    self.env._(
                        "%(applicant)s applies without being owner or tenant: ask for the owner's "
                        "authorisation and tick it.",
                        applicant=case.applicant_id.name,
                    )
                )
            if case.load_limit_kw and case.load_kw > case.load_limit_kw:
                raise UserError(
                    self.env._(
                        "%(unit)s: %(load)s kW are more than the design load of %(limit)s kW. "
                        "Refuse it, or ask for an upgrade by the grid company.",
                        unit=unit.full_name,
                        load=case.load_kw,
                        limit=case.load_limit_kw,
                    )
                )
        self._move_to("applied")

    def _check_technician(self):
        if not self.env.su and not self.env.user.has_group("property_service.group_technician"):
            raise AccessError(self.env._("Engineering checks the box and switches the power on."))

    def action_check(self):
        """State that box and switch are safe.

        :raises AccessError: for who is not of engineering
        :raises UserError: while they are not
        """
        self.check_access("write")
        self._check_technician()
        for case in self:
            if not case.box_ok or not case.leak_switch_ok:
                raise UserError(
                    self.env._(
                        "%(case)s: box or earth-leakage switch is not safe: write down what has to "
                        "be put right instead.",
                        case=case.number,
                    )
                )
        self._move_to("checked")

    def action_fail(self, reason=None):
        """Not energised: write down what has to be put right first.

        :raises UserError: without it
        """
        self.check_access("write")
        self._check_technician()
        for case in self:
            text = reason or case.finding
            if not text:
                raise UserError(self.env._("Write down what has to be put right."))
            case._move_to("failed", finding=text)

    def action_retry(self):
        """Ask for the check again: what was found is put right."""
        self.check_access("write")
        self._move_to("applied")

    def action_refuse(self, reason=None):
        """Refuse the connection, with the reason."""
        self.check_access("write")
        if not reason:
            raise UserError(self.env._("State why the power is refused."))
        self._move_to("refused", finding=reason)

    def action_energise(self):
        """Switch the power on: commitment signed, electrician with certificate, meter read.

        :raises AccessError: for who is not of engineering
        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._check_technician()
        self._need_signatures(["owner"])
        for case in self:
            if not (case.electrician and case.electrician_cert and case.meter_number):
                raise UserError(
                    self.env._(
                        "%(case)s: enter electrician, his certificate and the meter.",
                        case=case.number,
                    )
                )
        self._move_to("energised")

    def action_confirm(self):
        """File the case: the user has confirmed that the power is on."""
        self.check_access("write")
        self._move_to("confirmed")
        for case in self:
            self.env["property.archive.document"]._file_record(
                case, "archive_type_12", report="property_service.action_report_power_connection"
            )

    def action_cancel(self):
        """Take the application back."""
        self.check_access("write")
        self._move_to("cancelled")
