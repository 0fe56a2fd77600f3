# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class PropertyKeyLeft(models.Model):
    """A customer leaves or lends keys because he cannot be there (handbook A §22).

    One visit of a worker is one loan, with a colleague, back the same day; after the repair the
    customer gets the keys back against his signature.
    """

    _name = "property.key.left"
    _description = "Keys left for a repair"
    _inherit = ["property.living.mixin", "property.signature.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "LY"
    _workflow_moves = {
        "left": ("lent", "repair_done", "given_back"),
        "lent": ("returned",),
        "returned": ("lent", "repair_done", "given_back"),
        "repair_done": ("given_back", "lent"),
    }
    _workflow_stamps = {
        "repair_done": ("done_by_id", "done_date"),
        "given_back": ("given_by_id", "given_date"),
    }
    _case_end = ("given_back",)
    _living_open = ("left",)
    _living_facts = ("unit_id", "quantity", "key_code", "manner")
    _signature_locks = {
        "customer": ("unit_id", "quantity", "key_code", "manner", "consent_way"),
        "keeper": ("unit_id", "quantity", "key_code", "manner", "consent_way"),
    }
    _reasons = {"withdraw": "_withdraw_consent"}

    unit_id = fields.Many2one(
        required=True,
        compute="_compute_from_repair",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        required=True,
        compute="_compute_from_repair",
        store=True,
        readonly=False,
        precompute=True,
    )
    repair_id = fields.Many2one(
        "property.repair",
        "Work order",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('unit_id', '=?', unit_id)]",
        check_company=True,
    )
    repair_subject = fields.Char(
        "Repair item",
        required=True,
        compute="_compute_from_repair",
        store=True,
        readonly=False,
        precompute=True,
    )
    manner = fields.Selection(
        [("left", "Left with us"), ("lent", "Lent to the worker")],
        "Left or lent",
        required=True,
        default="left",
    )
    consent_way = fields.Selection(
        [("person", "In person"), ("phone", "By phone, recorded")],
        "Customer agreed",
        required=True,
        default="person",
    )
    consent_note = fields.Char("Number and time of the call")
    consent_withdrawn = fields.Boolean("Consent withdrawn", readonly=True, copy=False)
    quantity = fields.Integer("Number of keys", required=True, default=1)
    key_code = fields.Char("Code on the label")
    key_id = fields.Many2one("property.key", "Key object", readonly=True, copy=False)
    cabinet_id = fields.Many2one(
        "property.key.cabinet", domain="[('estate_id', '=', estate_id)]", check_company=True
    )
    left_date = fields.Datetime("Keys left on", required=True, default=fields.Datetime.now)
    visit_ids = fields.One2many("property.key.left.visit", "left_id", "Visits")
    current_visit_id = fields.Many2one(
        "property.key.left.visit", compute="_compute_current_visit_id"
    )
    return_due = fields.Datetime(
        "To be returned by", compute="_compute_current_visit_id", search="_search_return_due"
    )
    state = fields.Selection(
        [
            ("left", "Keys left with us"),
            ("lent", "With the worker"),
            ("returned", "Back from the worker"),
            ("repair_done", "Repair done"),
            ("given_back", "Given back to the customer"),
        ],
        required=True,
        default="left",
        tracking=True,
        index=True,
    )
    done_by_id = fields.Many2one("res.users", "Repair noted by", readonly=True, copy=False)
    done_date = fields.Datetime("Repair done on", readonly=True, copy=False)
    given_by_id = fields.Many2one("res.users", "Given back by", readonly=True, copy=False)
    given_date = fields.Datetime("Given back on", readonly=True, copy=False)
    remark = fields.Char()

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter the number of keys.")

    @api.model
    def _signature_labels(self):
        return {
            "customer": self.env._("Customer, on leaving the keys"),
            "keeper": self.env._("Key keeper"),
            "customer_back": self.env._("Customer, on getting them back"),
        }

    def _signature_partner(self, role):
        return self.env.user.partner_id if role == "keeper" else self.partner_id

    @api.depends("repair_id")
    def _compute_from_repair(self):
        for left in self:
            repair = left.repair_id
            left.unit_id = repair.unit_id or left.unit_id
            left.partner_id = repair.partner_id or left.partner_id or left.unit_id.payer_id
            if repair:
                left.repair_subject = repair.description or repair.number
            else:
                left.repair_subject = left.repair_subject

    @api.depends("visit_ids.back_date", "visit_ids.return_due")
    def _compute_current_visit_id(self):
        for left in self:
            visit = left.visit_ids.filtered(lambda row: not row.back_date)[:1]
            left.current_visit_id = visit
            left.return_due = visit.return_due

    def _search_return_due(self, operator, value):
        return [("visit_ids", "any", [("back_date", "=", False), ("return_due", operator, value)])]

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.unit_id and not self.partner_id:
            self.partner_id = self.unit_id.tenant_id or self.unit_id.owner_id

    @api.model_create_multi
    def create(self, vals_list):
        """Hang the keys up as a key object with its code."""
        lefts = super().create(vals_list)
        for left in lefts:
            left._with_move().write({"key_code": left.key_code or left.number})
            left.key_id = self.env["property.key"].create(
                {
                    "code": left.key_code,
                    "key_class": "repair",
                    "quantity": left.quantity,
                    "unit_id": left.unit_id.id,
                    "cabinet_id": left.cabinet_id.id,
                    "received_from": left.partner_id.name,
                    "left_id": left.id,
                }
            )
        return lefts

    def _before_signature(self, role):
        if role == "customer_back":
            if self.state == "lent":
                raise UserError(self.env._("%s: the worker has the keys.", self.display_name))
            if self.state == "given_back":
                raise UserError(self.env._("“%s” is finished.", self.display_name))

    def _after_signature(self, signature):
        if signature.role == "customer_back":
            self.key_id.filtered(lambda key: key.state == "in_store")._hand_to_owner()
            self._move_to("given_back")

    def action_lend(self):
        """Give the keys to the worker for one visit: opens the visit.

        :raises UserError: without the customer's consent, or when it was withdrawn
        """
        self.ensure_one()
        self._check_lending()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visit with the customer's keys"),
            "res_model": "property.key.left.visit",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_left_id": self.id},
        }

    def _check_lending(self):
        if self.consent_withdrawn:
            raise UserError(
                self.env._(
                    "%s: the customer has withdrawn his consent; give the keys back at once.",
                    self.display_name,
                )
            )
        if not self._is_signed("customer") and not (
            self.consent_way == "phone" and self.consent_note
        ):
            raise UserError(
                self.env._(
                    "%s: the customer signs that he leaves the keys, or his call is noted with "
                    "number and time.",
                    self.display_name,
                )
            )

    def action_return(self):
        """Open the visit that is going on, to note the return of the keys."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return of the customer's keys"),
            "res_model": "property.key.left.visit",
            "res_id": self.current_visit_id.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_repair_done(self):
        """State that the repair is done: the keys go back to the customer."""
        self.check_access("write")
        self._move_to("repair_done")

    def _withdraw_consent(self, reason):
        """The customer wants his keys back now."""
        for left in self:
            left.consent_withdrawn = True
            left.message_post(body=self.env._("Consent withdrawn: %(reason)s", reason=reason))
            left._tell(
                "supervisor",
                self.env._("Get the keys back at once: %s", left.display_name),
                reason,
            )

    @api.model
    def _cron_overdue(self):
        """Tell the supervisor of keys a worker has not brought back by the evening, once."""
        visits = self.env["property.key.left.visit"].search(
            [
                ("back_date", "=", False),
                ("told", "=", False),
                ("return_due", "<", fields.Datetime.now()),
            ]
        )

        def tell(visit):
            visit.left_id._tell(
                "supervisor",
                visit.env._(
                    "%(name)s has not returned the keys of %(unit)s",
                    name=visit.borrower_name,
                    unit=visit.left_id.unit_id.full_name,
                ),
            )
            visit.told = True

        self.env["ir.cron"]._property_each(
            visits,
            tell,
            lambda visit, _error: _logger.exception("Nobody told of key visit %s", visit.id),
        )


class PropertyKeyLeftVisit(models.Model):
    """One visit of a worker with the customer's keys: the entry log (handbook A §22)."""

    _name = "property.key.left.visit"
    _description = "Visit with a customer's keys"
    _inherit = ["property.file.mixin"]
    _order = "id desc"

    left_id = fields.Many2one("property.key.left", required=True, ondelete="cascade", index=True)
    estate_id = fields.Many2one(related="left_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="left_id.company_id", store=True, index=True)
    borrower_name = fields.Char("Borrowed by", required=True)
    companion_name = fields.Char("Accompanied by", required=True, help="Nobody goes in alone.")
    out_date = fields.Datetime("Borrowed on", required=True, default=fields.Datetime.now)
    return_due = fields.Datetime("To be returned by", readonly=True)
    back_date = fields.Datetime("Keys back on", readonly=True)
    received_by_id = fields.Many2one("res.users", "Taken back by", readonly=True)
    doors_closed = fields.Boolean("Doors and windows closed")
    water_off = fields.Boolean("Water and power checked")
    shoe_covers = fields.Boolean("Shoe covers worn", default=True)
    unit_condition = fields.Char("Condition of the home")
    photo_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)
    owner_told = fields.Boolean("Customer told that the visit is over")
    told = fields.Boolean(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Lend the keys for a visit; they are back the same day."""
        for vals in vals_list:
            for name in ("back_date", "received_by_id", "return_due", "told"):
                vals.pop(name, None)
        visits = super().create(vals_list)
        for visit in visits:
            left = visit.left_id
            left.check_access("write")
            left._check_lending()
            hour = left.estate_id._parameter("key_loan_hour")
            visit.return_due = left._at(left._today(), hour)
            left._move_to("lent")
            left.key_id._take_out()
        return visits

    def write(self, vals):
        if not self.env.su and {"left_id", "back_date", "out_date"} & vals.keys():
            raise UserError(self.env._("The log of visits stays as it is."))
        if self.filtered("back_date") and not self.env.su:
            raise UserError(self.env._("The log of visits stays as it is."))
        return super().write(vals)

    def action_back(self):
        """Take the keys back after the visit.

        :raises UserError: without the look at doors, water and power, or a note on the home
        """
        self.check_access("write")
        for visit in self:
            if not (visit.doors_closed and visit.water_off and visit.unit_condition):
                raise UserError(
                    self.env._(
                        "%s: check doors, windows, water and power, and note the condition of the "
                        "home.",
                        visit.left_id.display_name,
                    )
                )
            visit.sudo().write({"back_date": fields.Datetime.now(), "received_by_id": self.env.uid})
            visit.left_id._move_to("returned")
            visit.left_id.key_id._put_back()
        return {"type": "ir.actions.act_window_close"}

    def action_close_dialog(self):
        """Close the dialog: the visit is noted."""
        return {"type": "ir.actions.act_window_close"}
