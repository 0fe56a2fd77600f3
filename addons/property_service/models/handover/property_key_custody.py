# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from .property_key import KINDS

_logger = logging.getLogger(__name__)

_FACTS = ("unit_id", "partner_id", "date_start", "purposes", "allowed_users", "notice_way")
_SIGNED = (*_FACTS, "key_line_ids", "valuables", "terms", "seal_number")


class PropertyKeyCustody(models.Model):
    """An owner leaves keys with us: agreement, envelope, every use recorded (handbook A §21)."""

    _name = "property.key.custody"
    _description = "Key custody"
    _inherit = [
        "property.living.mixin",
        "property.signature.mixin",
        "property.paper.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _HELD = ("deposited", "used", "back", "frozen")

    _number_form = "TG"
    _paper_procedure = "custody"
    _workflow_moves = {
        "applied": ("deposited", "cancelled"),
        "deposited": ("used", "withdrawn", "frozen"),
        "used": ("back", "frozen"),
        "back": ("used", "withdrawn", "frozen"),
        "frozen": ("back", "withdrawn"),
        "withdrawn": ("ended",),
    }
    _workflow_stamps = {
        "deposited": ("deposited_by_id", "deposited_date"),
        "withdrawn": ("withdrawn_by_id", "withdrawn_date"),
        "ended": (None, "ended_date"),
    }
    _case_end = ("ended", "cancelled")
    _living_open = ("applied",)
    _living_facts = _FACTS
    _signature_locks = {"owner": _SIGNED, "keeper": _SIGNED}
    _reasons = {
        "freeze": "_freeze",
        "unfreeze": "_unfreeze",
        "renew": "_renew",
        "lock_changed": "_note_lock_changed",
        "cancel": "_cancel",
    }

    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(
        string="Owner (client)",
        required=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    agent_id = fields.Many2one("res.partner", index="btree_not_null")
    date_start = fields.Date("In custody from", required=True, default=fields.Date.context_today)
    date_end = fields.Date(
        "In custody until",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        index="btree_not_null",
    )
    purposes = fields.Char(
        "Purpose of custody",
        required=True,
        default=lambda self: self.env._("emergencies, airing, repairs"),
    )
    allowed_users = fields.Char("Persons who may use the keys")
    notice_way = fields.Selection(
        [("phone", "By phone"), ("message", "By message"), ("person", "In person")],
        "How the owner is asked before a use",
        required=True,
        default="phone",
    )
    valuables = fields.Text("Declaration on valuables in the home")
    terms = fields.Text(
        "Terms of responsibility", default=lambda self: self._default_terms(), required=True
    )
    key_line_ids = fields.One2many("property.key.custody.line", "custody_id", "Keys in custody")
    key_ids = fields.One2many("property.key", "custody_id", "Key objects", readonly=True)
    key_text = fields.Char("Kind, number and no. of keys", compute="_compute_key_text")
    tested = fields.Boolean("Keys tried in the lock")
    seal_number = fields.Char("Seal no. of the envelope", tracking=True)
    cabinet_id = fields.Many2one(
        "property.key.cabinet", domain="[('estate_id', '=', estate_id)]", check_company=True
    )
    position = fields.Char("Hook or envelope no.")
    lock_changed = fields.Date("Owner changed the lock on", readonly=True, copy=False)
    use_ids = fields.One2many("property.key.custody.use", "custody_id", "Uses")
    use_count = fields.Integer("Number of uses", compute="_compute_use_count")
    taker_name = fields.Char("Taken back by (name)", copy=False)
    taker_is_owner = fields.Boolean("Taken back by the owner", default=True, copy=False)
    taker_id_checked = fields.Boolean("ID of who takes them checked", copy=False)
    authorisation_seen = fields.Boolean("Written authorisation seen", copy=False)
    owner_called = fields.Char("Owner called (when, number)", copy=False)
    frozen_reason = fields.Char("Frozen because", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        [
            ("applied", "Applied for"),
            ("deposited", "Keys in custody"),
            ("used", "In use (recorded)"),
            ("back", "Back in the envelope"),
            ("frozen", "Frozen"),
            ("withdrawn", "Taken back by the owner"),
            ("ended", "Ended"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="applied",
        tracking=True,
        index=True,
    )
    deposited_by_id = fields.Many2one("res.users", "Keeper", readonly=True, copy=False)
    deposited_date = fields.Datetime("Keys taken on", readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", "Given back by", readonly=True, copy=False)
    withdrawn_date = fields.Datetime("Given back on", readonly=True, copy=False)
    ended_date = fields.Datetime("Ended on", readonly=True, copy=False)
    renewed_date = fields.Date("Renewed on", readonly=True, copy=False)
    reminded_end = fields.Date("Reminded of this end", readonly=True, copy=False)
    expiring = fields.Boolean(
        "To be renewed", compute="_compute_expiring", search="_search_expiring"
    )

    _running_once = models.UniqueIndex(
        "(unit_id, partner_id) WHERE state IN ('applied', 'deposited', 'used', 'back', 'frozen')",
        "Keys of this owner are in custody for this home already.",
    )

    @api.model
    def _default_terms(self):
        return self.env._(
            "The company keeps the keys in a sealed envelope and uses them only with the client's "
            "consent, or to avert danger (water, fire, gas, alarm) with the manager's approval, "
            "by two persons and with photos. Keeping keys without pay, it is liable for intent "
            "and gross negligence. When the client changes the lock he hands in the new key; "
            "until then the company is not liable."
        )

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Owner (client)"),
            "keeper": self.env._("Key keeper"),
            "taker": self.env._("Keys taken back by"),
            "giver": self.env._("Keys given back by"),
        }

    def _signature_partner(self, role):
        if role == "owner":
            return self.agent_id or self.partner_id
        if role == "taker":
            return self.partner_id if self.taker_is_owner else self.env["res.partner"]
        return self.env.user.partner_id

    def _paper_conditions(self):
        return {"agent"} if self.agent_id else set()

    # computes ------------------------------------------------------------------------------------

    @api.depends("unit_id")
    def _compute_partner_id(self):
        for custody in self:
            custody.partner_id = custody.partner_id or custody.unit_id.owner_id

    @api.depends("date_start")
    def _compute_date_end(self):
        for custody in self:
            start = custody.date_start
            if start and not custody.date_end:
                months = (
                    custody.estate_id._parameter("key_custody_months")
                    if (custody.estate_id)
                    else 12
                )
                custody.date_end = fields.Date.subtract(money.add_months(start, months), days=1)

    @api.depends("key_line_ids.kind", "key_line_ids.quantity", "key_line_ids.code")
    def _compute_key_text(self):
        for custody in self:
            kinds = dict(self.env["property.key"]._fields["kind"]._description_selection(self.env))
            custody.key_text = "；".join(
                f"{kinds.get(line.kind)} × {line.quantity} {line.code or ''}".strip()
                for line in custody.key_line_ids
            )

    @api.depends("use_ids")
    def _compute_use_count(self):
        for custody in self:
            custody.use_count = len(custody.use_ids)

    @api.depends("date_end", "state")
    def _compute_expiring(self):
        for custody in self:
            limit = custody._renew_limit(custody.estate_id) if custody.estate_id else None
            custody.expiring = bool(
                limit
                and custody.state in self._HELD
                and custody.date_end
                and custody.date_end <= limit
            )

    def _renew_limit(self, estate):
        return fields.Date.add(self._today(), days=estate._parameter("key_custody_remind_days"))

    def _search_expiring(self, operator, value):
        if operator != "in":
            return NotImplemented
        held = self.search([("state", "in", self._HELD), ("date_end", "!=", False)])
        ids = held.filtered("expiring").ids
        return [("id", "in" if True in value else "not in", ids)]

    # records -------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        custodies = super().create(vals_list)
        custodies._make_papers()
        return custodies

    def write(self, vals):
        result = super().write(vals)
        if "agent_id" in vals:
            self._make_papers()
        return result

    def _check_papers_open(self):
        if closed := self.filtered(lambda row: row.state in ("ended", "cancelled")):
            raise UserError(self.env._("“%s” is closed.", closed[0].display_name))

    # steps ---------------------------------------------------------------------------------------

    def _before_signature(self, role):
        if role in ("owner", "keeper"):
            self._check_deposit()
        elif self.state not in ("deposited", "back", "frozen"):
            raise UserError(
                self.env._(
                    "%(custody)s is “%(state)s”: the keys are not in the envelope.",
                    custody=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        else:
            self._check_taker()

    def _check_deposit(self):
        if self.state != "applied":
            raise UserError(self.env._("“%s” was signed already.", self.display_name))
        self._need_papers()
        if not self.key_line_ids:
            raise UserError(self.env._("%s: enter the keys.", self.display_name))
        if not self.tested:
            raise UserError(self.env._("%s: try the keys in the lock first.", self.display_name))
        if not self.seal_number:
            raise UserError(
                self.env._(
                    "%s: seal the envelope and note the number of the seal.", self.display_name
                )
            )
        room = (self.unit_id.full_name or "").strip()
        for line in self.key_line_ids:
            if line.code and line.code in (room, self.unit_id.number):
                raise UserError(
                    self.env._(
                        "%(custody)s: the label bears a code, never the room (%(code)s).",
                        custody=self.display_name,
                        code=line.code,
                    )
                )

    def _check_taker(self):
        """Refuse to give keys to whoever has not shown that he may take them (handbook A §21)."""
        if not self.taker_name or not self.taker_id_checked:
            raise UserError(
                self.env._("%s: note who takes the keys back, and check his ID.", self.display_name)
            )
        if not self.taker_is_owner and not (self.authorisation_seen and self.owner_called):
            raise UserError(
                self.env._(
                    "%s: an agent needs the owner's written authorisation, and the owner is called "
                    "first.",
                    self.display_name,
                )
            )
        if self.state == "frozen" and not self.env.user.has_group("property_service.group_manager"):
            raise UserError(
                self.env._(
                    "%(custody)s is frozen (%(reason)s): the manager decides who gets the keys.",
                    custody=self.display_name,
                    reason=self.frozen_reason or "",
                )
            )

    def _after_signature(self, signature):
        if self.state == "applied" and self._is_signed("owner") and self._is_signed("keeper"):
            self._deposit()
        elif (
            self.state in ("deposited", "back", "frozen")
            and self._is_signed("taker")
            and self._is_signed("giver")
        ):
            self.key_ids.filtered(lambda key: key.state == "in_store")._hand_to_owner()
            self._move_to("withdrawn")

    def _deposit(self):
        """Make the key objects, hang them up, file the agreement."""
        keys = self.env["property.key"]
        for line in self.key_line_ids:
            if not line.code:
                trusted = line.sudo().with_context(property_signed_system=True)
                trusted.code = f"{self.number}-{line.id}"
            keys.create(
                {
                    "code": line.code,
                    "key_class": "custody",
                    "kind": line.kind,
                    "quantity": line.quantity,
                    "unit_id": self.unit_id.id,
                    "cabinet_id": self.cabinet_id.id,
                    "position": self.position,
                    "received_from": self.partner_id.name,
                    "custody_id": self.id,
                }
            )
        self._move_to("deposited")
        self.env["property.archive.document"]._file_record(
            self, "archive_type_11", report="property_service.action_report_key_custody"
        )

    def action_use(self):
        """Record a use of the keys: who, what for, with whose consent."""
        self.ensure_one()
        self._check_usable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Use of keys in custody"),
            "res_model": "property.key.custody.use",
            "views": [(False, "form")],
            "context": {"default_custody_id": self.id},
        }

    def _check_usable(self, emergency=False):
        """Refuse a use of keys that are frozen, out, or no longer fit."""
        if self.state not in ("deposited", "back") and not (emergency and self.state == "frozen"):
            raise UserError(
                self.env._(
                    "%(custody)s is “%(state)s”: its keys cannot be used now.",
                    custody=self.display_name,
                    state=self._state_label(self.state),
                )
            )
        if self.lock_changed:
            raise UserError(
                self.env._(
                    "%(custody)s: the owner changed the lock on %(date)s and has not handed in the "
                    "new key.",
                    custody=self.display_name,
                    date=self.lock_changed,
                )
            )

    def action_new_key(self):
        """The owner has handed in the key of the new lock."""
        self.check_access("write")
        self.lock_changed = False
        self.message_post(body=self.env._("The key of the new lock was handed in."))

    def _note_lock_changed(self, reason):
        for custody in self:
            custody.lock_changed = custody._today()
            custody.message_post(
                body=self.env._(
                    "The owner has changed the lock (%(reason)s): he hands in the new key, until "
                    "then the company is not liable.",
                    reason=reason,
                )
            )

    def _freeze(self, reason):
        """Nobody gets or uses the keys until it is clear whose they are: sale, death, dispute."""
        for custody in self.filtered(lambda row: row.state in self._HELD):
            if custody.state != "frozen":
                custody._move_to("frozen", frozen_reason=reason)
                custody._tell(
                    "supervisor",
                    self.env._("Keys in custody are frozen: %s", custody.display_name),
                    reason,
                )

    def _unfreeze(self, reason):
        self._check_in_group(
            "manager", self.env._("The manager decides whose the keys in custody are.")
        )
        self._move_to("back", frozen_reason=False)
        for custody in self:
            custody.message_post(body=self.env._("Released: %(reason)s", reason=reason))

    def _renew(self, reason):
        """Renew for another term; the owner's answer is kept as `reason`."""
        for custody in self:
            if custody.state not in self._HELD or custody.state == "frozen":
                raise UserError(self.env._("“%s” cannot be renewed now.", custody.display_name))
            months = custody.estate_id._parameter("key_custody_months")
            custody._with_move().write(
                {
                    "date_end": money.add_months(custody.date_end, months),
                    "renewed_date": custody._today(),
                }
            )
            custody.message_post(body=self.env._("Renewed: %(reason)s", reason=reason))

    def _cancel(self, reason):
        self._move_to("cancelled")

    def action_end(self):
        """Close the file of a custody whose keys are back with the owner."""
        self.check_access("write")
        self._move_to("ended")

    @api.model
    def _cron_remind(self):
        """Have the keeper ask owners for the renewal of custodies that end soon, once each."""
        today = self._today()
        soon = self.search(
            [
                ("state", "in", self._HELD),
                ("date_end", "<=", fields.Date.add(today, days=400)),
            ]
        ).filtered(lambda row: row.expiring and row.reminded_end != row.date_end)

        def remind(custody):
            user = custody.cabinet_id.keeper_id or custody.deposited_by_id or custody.user_id
            custody.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=max(custody.date_end, today),
                summary=custody.env._(
                    "Ask %(owner)s whether the key custody is renewed",
                    owner=custody.partner_id.name,
                ),
                user_id=(user or custody.env.user).id,
            )
            custody.reminded_end = custody.date_end

        self.env["ir.cron"]._property_each(
            soon,
            remind,
            lambda custody, _error: _logger.exception("No reminder for custody %s", custody.id),
        )


class PropertyKeyCustodyLine(models.Model):
    """Keys an owner leaves, as written into the agreement."""

    _name = "property.key.custody.line"
    _description = "Keys in an agreement of custody"
    _order = "custody_id, id"

    custody_id = fields.Many2one(
        "property.key.custody", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="custody_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="custody_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, "Kind of key", required=True, default="entrance")
    quantity = fields.Integer("Number of keys", required=True, default=1)
    code = fields.Char("Code on the label", help="Empty: given by the system. Never the room.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.custody_id._check_unsigned(["key_line_ids"])
        return lines

    def write(self, vals):
        if vals.keys() - {"estate_id", "company_id"}:
            self.custody_id._check_unsigned(["key_line_ids"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsigned(self):
        self.custody_id._check_unsigned(["key_line_ids"])
