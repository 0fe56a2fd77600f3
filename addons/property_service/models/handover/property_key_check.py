# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class PropertyKeyCheck(models.Model):
    """The month's stock check of a cabinet, or its handover to the next keeper (handbook A §20).

    Both count every set of keys that should hang there; what is missing is reported as lost.
    """

    _name = "property.key.check"
    _description = "Stock check of keys"
    _inherit = ["property.living.mixin", "property.signature.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "YP"
    _workflow_moves = {"draft": ("done", "cancelled"), "done": ()}
    _workflow_stamps = {"done": ("done_by_id", "done_date")}
    _living_open = ("draft",)
    _living_facts = ("cabinet_id", "kind", "date", "line_ids", "next_keeper_id")
    _signature_locks = {
        "giver": ("cabinet_id", "kind", "line_ids", "next_keeper_id"),
        "receiver": ("cabinet_id", "kind", "line_ids", "next_keeper_id"),
    }

    cabinet_id = fields.Many2one(
        "property.key.cabinet", required=True, ondelete="restrict", index=True, check_company=True
    )
    kind = fields.Selection(
        [("month", "Stock check of the month"), ("keeper", "Handover between keepers")],
        "Kind of check",
        required=True,
        default="month",
    )
    date = fields.Date("Counted on", required=True, default=fields.Date.context_today)
    keeper_id = fields.Many2one(
        "res.users",
        "Keeper so far",
        compute="_compute_keeper_id",
        store=True,
        precompute=True,
    )
    next_keeper_id = fields.Many2one("res.users", "Next keeper")
    line_ids = fields.One2many("property.key.check.line", "check_id", "Keys counted")
    missing_count = fields.Integer("Sets missing", compute="_compute_missing_count")
    state = fields.Selection(
        [("draft", "Being counted"), ("done", "Signed"), ("cancelled", "Withdrawn")],
        required=True,
        default="draft",
        tracking=True,
        index=True,
    )
    note = fields.Text("Note of the check")
    done_by_id = fields.Many2one("res.users", "Finished by", readonly=True, copy=False)
    done_date = fields.Datetime("Finished on", readonly=True, copy=False)

    _draft_once = models.UniqueIndex(
        "(cabinet_id, kind) WHERE state = 'draft'",
        "This cabinet is being counted already: finish that list first.",
    )

    @api.model
    def _signature_labels(self):
        return {
            "giver": self.env._("Keeper so far"),
            "receiver": self.env._("Next keeper or checker"),
        }

    @api.depends("cabinet_id.estate_id")
    def _compute_place(self):
        for check in self:
            check.estate_id = check.cabinet_id.estate_id

    @api.depends("cabinet_id")
    def _compute_keeper_id(self):
        for check in self:
            check.keeper_id = check.cabinet_id.keeper_id

    @api.depends("line_ids.counted", "line_ids.expected")
    def _compute_missing_count(self):
        for check in self:
            check.missing_count = len(check.line_ids.filtered("missing"))

    @api.model_create_multi
    def create(self, vals_list):
        """List every set of keys of the cabinet, with what should hang there."""
        checks = super().create(vals_list)
        for check in checks.filtered(lambda row: not row.line_ids):
            keys = check.cabinet_id.key_ids.filtered(lambda key: key.state in ("in_store",))
            check.line_ids = [
                Command.create({"key_id": key.id, "expected": key.quantity}) for key in keys
            ]
        return checks

    def action_all_there(self):
        """Note that everything was counted as it should be; corrections follow by hand."""
        self.check_access("write")
        for line in self.line_ids:
            line.counted = line.expected

    def action_done(self):
        """Finish the check: missing keys are reported as lost, the next keeper takes over.

        :raises UserError: without both signatures, a next keeper, or a note on what is missing
        """
        self.check_access("write")
        for check in self:
            if check.kind == "keeper" and not check.next_keeper_id:
                raise UserError(self.env._("Name the next keeper of “%s”.", check.cabinet_id.name))
            check._need_signatures(("giver", "receiver"))
            missing = check.line_ids.filtered("missing")
            if unexplained := missing.filtered(lambda line: not line.note):
                raise UserError(
                    self.env._(
                        "Key %(key)s is missing: write down what is known about it.",
                        key=unexplained[0].key_id.code,
                    )
                )
            check._move_to("done")
            for line in missing:
                loss = self.env["property.key.loss"]._report(line.key_id)
                loss.story = line.note
            if check.kind == "keeper":
                check.cabinet_id.sudo().keeper_id = check.next_keeper_id

    def action_cancel(self):
        """Withdraw a list that was begun by mistake."""
        self._move_to("cancelled")

    def _before_signature(self, role):
        if self.state != "draft":
            raise UserError(self.env._("“%s” is finished.", self.display_name))

    def _signature_partner(self, role):
        if role == "giver":
            return self.keeper_id.partner_id
        return self.next_keeper_id.partner_id

    @api.depends("number", "cabinet_id.name")
    def _compute_display_name(self):
        for check in self:
            check.display_name = f"{check.number or ''} {check.cabinet_id.name or ''}".strip()

    @api.model
    def _cron_month(self):
        """Begin the month's stock check of each cabinet that has keys and none this month."""
        first = self._today().replace(day=1)
        checked = self.search([("kind", "=", "month"), ("date", ">=", first)]).cabinet_id
        drafts = self.search([("kind", "=", "month"), ("state", "=", "draft")]).cabinet_id
        cabinets = self.env["property.key.cabinet"].search(
            [("key_ids", "!=", False), ("id", "not in", (checked | drafts).ids)]
        )

        def begin(cabinet):
            check = self.create({"cabinet_id": cabinet.id, "date": self._today()})
            check.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Count the keys of %(cabinet)s", cabinet=cabinet.name),
                user_id=cabinet.keeper_id.id,
            )

        self.env["ir.cron"]._property_each(
            cabinets,
            begin,
            lambda cabinet, _error: _logger.exception(
                "No stock check of cabinet %s could be begun", cabinet.id
            ),
        )


class PropertyKeyCheckLine(models.Model):
    """One set of keys in a stock check."""

    _name = "property.key.check.line"
    _description = "Set of keys in a stock check"
    _order = "check_id, id"

    check_id = fields.Many2one("property.key.check", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="check_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    key_id = fields.Many2one("property.key", required=True, ondelete="restrict", index=True)
    location_name = fields.Char(related="key_id.location_name")
    position = fields.Char(related="key_id.position")
    expected = fields.Integer("Should hang there", readonly=True)
    counted = fields.Integer("Counted keys")
    missing = fields.Boolean("Keys missing", compute="_compute_missing", store=True)
    note = fields.Char("What is known")

    @api.depends("expected", "counted")
    def _compute_missing(self):
        for line in self:
            line.missing = line.counted < line.expected

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        if vals.keys() - {"missing", "estate_id", "company_id"}:
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_open(self):
        self._check_open()

    def _check_open(self):
        self.check_id._check_unsigned(["line_ids"])
        if self.check_id.filtered(lambda check: check.state != "draft"):
            raise UserError(self.env._("A finished stock check stays as it is."))
