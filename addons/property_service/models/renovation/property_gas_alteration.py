# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyGasAlteration(models.Model):
    """A gas pipe is altered by the gas company, and only by it (form 燃气改管申请(备案)表, §40)."""

    _name = "property.gas.alteration"
    _description = "Gas pipe alteration"
    _inherit = ["property.procedure.mixin", "property.signature.mixin", "property.patrol.reasoned"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "RQ"
    _workflow_moves = {
        "declared": ("referred", "cancelled"),
        "referred": ("surveyed", "cancelled"),
        "surveyed": ("gas_paid", "cancelled"),
        "gas_paid": ("altered",),
        "altered": ("tested",),
        "tested": ("filed",),
    }
    _workflow_stamps = {
        "referred": ("referred_by_id", "referred_date"),
        "filed": ("filed_by_id", "filed_date"),
    }
    _case_clocks = {"declared": ("refer",)}
    _case_done = {"referred": ("refer",)}
    _case_end = ("filed", "cancelled")
    _signature_locks = {"owner": ("unit_id", "content", "gas_account")}
    _reasons = {"private": "action_private", "cancel": "action_cancel"}

    partner_id = fields.Many2one(string="Owner of the room")
    renovation_id = fields.Many2one(
        "property.renovation",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('unit_id', '=', unit_id)]",
    )
    gas_account = fields.Char("Gas account no.")
    content = fields.Text("What is to be altered")
    drawing_ids = fields.Many2many(
        "ir.attachment",
        "property_gas_drawing_rel",
        string="Drawing of the change",
        bypass_search_access=True,
        copy=False,
    )
    gas_company_id = fields.Many2one(
        "res.partner", "Gas company", ondelete="restrict", index="btree_not_null"
    )
    gas_opinion = fields.Text("Opinion of the gas company")
    survey_date = fields.Date("Surveyed on")
    quote = fields.Float("Quote of the gas company (yuan)", digits=(16, 2))
    pay_proof = fields.Char("Proof of payment to the gas company")
    worker = fields.Char("Workers of the gas company")
    approved_unit = fields.Boolean(
        "Gas company or unit approved by it",
        help="Anybody else is forbidden to touch gas pipes (Order 110, art. 6).",
    )
    done_date = fields.Date("Altered on")
    test_result = fields.Selection(
        [("ok", "Pressure test passed"), ("bad", "Pressure test failed")], "Pressure test"
    )
    acceptance_number = fields.Char("Acceptance sheet no.")
    acceptance_ids = fields.Many2many(
        "ir.attachment",
        "property_gas_acceptance_rel",
        string="Acceptance sheet",
        bypass_search_access=True,
        copy=False,
    )
    private_note = fields.Text("Private alteration", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("declared", "Alteration declared"),
            ("referred", "Passed to the gas company"),
            ("surveyed", "Surveyed"),
            ("gas_paid", "Gas company paid"),
            ("altered", "Pipe altered"),
            ("tested", "Test passed"),
            ("filed", "On file"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="declared",
        index=True,
        tracking=True,
        copy=False,
    )
    referred_by_id = fields.Many2one("res.users", "Passed on by", readonly=True, copy=False)
    referred_date = fields.Datetime("Passed on at", readonly=True, copy=False)
    filed_by_id = fields.Many2one("res.users", "Put on file by", readonly=True, copy=False)
    filed_date = fields.Datetime("Put on file at", readonly=True, copy=False)

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        self.partner_id = self.unit_id.owner_id

    @api.model
    def _step_label(self, step):
        return {"refer": self.env._("Passing on to the gas company")}.get(step, step)

    @api.model
    def _signature_labels(self):
        return {"owner": self.env._("Owner (gas pipe)")}

    def _signature_partner(self, role):
        return self.partner_id

    def _need(self, names):
        """Refuse to go on while one of the fields `names` is empty, naming it."""
        for case in self:
            missing = [
                case._fields[name]._description_string(self.env) for name in names if not case[name]
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "%(case)s: fill in %(fields)s.",
                        case=case.number,
                        fields="、".join(missing),
                    )
                )

    def action_refer(self):
        """Hand the declaration to the gas company; the owner has signed it.

        :raises UserError: naming what is missing
        """
        self.check_access("write")
        self._need(["unit_id", "gas_account", "content", "gas_company_id"])
        self._need_signatures(["owner"])
        self._move_to("referred")

    def action_surveyed(self):
        """Note the survey and opinion of the gas company."""
        self.check_access("write")
        self._need(["survey_date", "gas_opinion"])
        self._move_to("surveyed")

    def action_gas_paid(self):
        """Note that the owner has paid the gas company; it is not our money."""
        self.check_access("write")
        self._need(["pay_proof"])
        self._move_to("gas_paid")

    def action_altered(self):
        """Note that the gas company's people have altered the pipe.

        :raises UserError: where it was somebody else
        """
        self.check_access("write")
        self._need(["worker", "done_date"])
        for case in self:
            if not case.approved_unit:
                raise UserError(
                    self.env._(
                        "%(case)s: only the gas company or a unit approved by it may alter gas "
                        "pipes. Anybody else's work is a private alteration: stop it and report it "
                        "to the gas company.",
                        case=case.number,
                    )
                )
        self._move_to("altered")

    def action_tested(self):
        """Note the pressure test.

        :raises UserError: where it was not passed
        """
        self.check_access("write")
        self._need(["test_result"])
        for case in self:
            if case.test_result != "ok":
                raise UserError(
                    self.env._(
                        "%(case)s: the pressure test failed: the gas company has to work on it and "
                        "test again before gas is let in.",
                        case=case.number,
                    )
                )
        self._move_to("tested")

    def action_file(self):
        """Put the acceptance sheet of the gas company on file."""
        self.check_access("write")
        self._need(["acceptance_number", "acceptance_ids"])
        self._move_to("filed")
        for case in self:
            self.env["property.archive.document"]._file_record(
                case, "archive_type_12", report="property_service.action_report_gas_alteration"
            )

    def action_private(self, reason=None):
        """Note a private alteration: the gas company and the supervisor are told.

        :param str reason: what was found
        :raises UserError: without it
        """
        self.check_access("write")
        if not reason:
            raise UserError(self.env._("Describe what was found."))
        for case in self:
            case.private_note = reason
            case.message_post(body=reason)
            for user in case._deadline_users("supervisor"):
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Private gas alteration: stop it, call the gas company"),
                    user_id=user.id,
                )

    def action_cancel(self, reason=None):
        """Take the declaration back."""
        self.check_access("write")
        self._move_to("cancelled")
