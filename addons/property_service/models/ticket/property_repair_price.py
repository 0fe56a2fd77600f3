# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools import money
from .property_repair import BILLED_PAYERS

SETTLEMENTS = [
    ("not_chargeable", "Not chargeable"),
    ("to_quote", "To be quoted"),
    ("quoted", "Quoted"),
    ("agreed", "Agreed"),
    ("refused", "Quote refused"),
    ("to_pay", "To be paid"),
    ("on_account", "On account"),
    ("paid", "Paid"),
    ("waived", "Waived"),
    ("nothing", "Nothing to pay"),
]


class PropertyRepair(models.Model):
    """What it costs: lines, quote, the customer's signature before work, discount, charge (A3)."""

    _inherit = "property.repair"

    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many("property.repair.line", "repair_id", "Materials and labour")
    amount_material = fields.Monetary("Materials", compute="_compute_amounts", store=True)
    amount_labour = fields.Monetary("Labour", compute="_compute_amounts", store=True)
    amount_other = fields.Monetary("Visit and others", compute="_compute_amounts", store=True)
    discount = fields.Monetary("Discount given", readonly=True, copy=False, tracking=True)
    discount_asked = fields.Monetary("Discount asked for", readonly=True, copy=False)
    amount_total = fields.Monetary("Total", compute="_compute_amounts", store=True, tracking=True)
    cost = fields.Monetary(
        "Internal cost", compute="_compute_amounts", store=True, help="Also of free work."
    )
    off_list = fields.Boolean("Not on the price list", compute="_compute_amounts", store=True)
    off_list_by_id = fields.Many2one("res.users", "Price assessed by", readonly=True, copy=False)
    settle = fields.Selection(
        [("counter", "At the counter"), ("account", "On account, with the monthly bill")],
        "How it is paid",
        default="counter",
        required=True,
    )
    quoted_at = fields.Datetime("Quoted on", readonly=True, copy=False)
    quote_signature = fields.Binary("Signature for the price", copy=False, attachment=True)
    quote_signed_by = fields.Char("Agreed by (name)", copy=False)
    quote_partner_id = fields.Many2one(
        "res.partner", "Agreed by", copy=False, index="btree_not_null"
    )
    agreed_at = fields.Datetime("Price agreed on", readonly=True, copy=False)
    agreed_by_id = fields.Many2one(
        "res.partner", "Price agreed by", readonly=True, copy=False, index="btree_not_null"
    )
    agreed_way = fields.Selection(
        [("signature", "Signature"), ("portal", "Portal")], readonly=True, copy=False
    )
    agreed_amount = fields.Monetary(readonly=True, copy=False)
    quote_refused = fields.Boolean(readonly=True, copy=False)
    charge_ids = fields.One2many("property.charge", "repair_id", "Charges", readonly=True)
    settlement = fields.Selection(
        SETTLEMENTS, "State of payment", compute="_compute_settlement", store=True
    )

    @api.depends(
        "line_ids.amount", "line_ids.kind", "line_ids.cost", "line_ids.off_list", "discount"
    )
    def _compute_amounts(self):
        for repair in self:
            sums = dict.fromkeys(("material", "labour", "visit", "other"), 0.0)
            for line in repair.line_ids:
                sums[line.kind] += line.amount
            repair.amount_material = sums["material"]
            repair.amount_labour = sums["labour"]
            repair.amount_other = sums["visit"] + sums["other"]
            repair.amount_total = sum(sums.values()) - repair.discount
            repair.cost = sum(repair.line_ids.mapped("cost"))
            repair.off_list = any(repair.line_ids.mapped("off_list"))

    @api.depends(
        "payer_class",
        "state",
        "agreed_at",
        "quoted_at",
        "quote_refused",
        "settle",
        "amount_total",
        "charge_ids.state",
    )
    def _compute_settlement(self):
        for repair in self:
            repair.settlement = repair._settlement_now()

    def _settlement_now(self):
        """Return where the money of the repair stands (handbook B A3), read from its charges."""
        charges = self.charge_ids.filtered(lambda charge: charge.state != "cancelled")
        if charges:
            states = set(charges.mapped("state"))
            if states <= {"paid", "waived", "written_off"}:
                return "waived" if states == {"waived"} else "paid"
            return "on_account" if self.settle == "account" else "to_pay"
        if self.quote_refused:
            return "refused"
        if not self._is_billed():
            return "not_chargeable"
        if self.agreed_at:
            return "agreed"
        if self.state in ("accepted_by_customer", "followed_up", "rework", "closed"):
            return "nothing"
        return "quoted" if self.state == "quoted" else "to_quote"

    def _is_billed(self):
        """Return whether the cost is billed to a customer."""
        return self.payer_class in BILLED_PAYERS

    # quote ---------------------------------------------------------------------------------------

    def action_assess(self):
        """Confirm prices that are not on the list: the supervisor, above the limit the manager.

        Handbook B A2, §8: within the minutes of the policy of step ``assess``.
        """
        self._check_supervisor()
        for repair in self:
            limit = repair.estate_id._parameter("repair_off_list_limit")
            if repair.amount_total > limit and not (
                self.env.su or self.env.user.has_group("property_service.group_manager")
            ):
                raise AccessError(
                    self.env._(
                        "A quote off the list above %(limit)s yuan is for the project manager.",
                        limit=limit,
                    )
                )
            repair._with_move().write({"off_list_by_id": self.env.uid})
            self.env["property.deadline"]._of(repair, ["assess"])._finish()
        return True

    def action_ask_assessment(self):
        """Ask the supervisor for the price of what is not on the list."""
        for repair in self:
            if not self.env["property.deadline"]._of(repair, ["assess"]):
                self.env["property.deadline"]._begin(repair, "assess")
            for user in repair._deadline_users("dispatcher"):
                repair.sudo().activity_schedule(
                    "property_service.mail_activity_type_deadline",
                    summary=self.env._("Assess the price: %(repair)s", repair=repair.display_name),
                    user_id=user.id,
                )
        return True

    def action_quote(self):
        """Put the price to the customer; work waits for his signature.

        :raises UserError: if nothing is chargeable or prices off the list are not assessed
        """
        self._check_worker()
        for repair in self:
            if not repair._is_billed():
                raise UserError(
                    self.env._("“%(repair)s” is not chargeable.", repair=repair.display_name)
                )
            if not repair.line_ids:
                raise UserError(self.env._("Enter labour and materials first."))
            if not repair.payer_id:
                raise UserError(self.env._("Enter who gets the bill."))
            if repair.off_list and not repair.off_list_by_id:
                raise UserError(
                    self.env._(
                        "The order has prices that are not on the price list: the supervisor "
                        "assesses them first."
                    )
                )
            repair._move_to(
                "quoted",
                quoted_at=fields.Datetime.now(),
                quote_refused=False,
                quote_partner_id=repair.payer_id.id,
            )
            repair._answer(
                self.env._(
                    "Quote: %(amount).2f yuan. Work starts when the payer has agreed.",
                    amount=repair.amount_total,
                )
            )
        return True

    def action_agree(self):
        """The payer has signed the quote on the technician's device.

        :raises UserError: without signature, or if somebody else than the payer signed
        """
        self._check_worker()
        for repair in self:
            if not repair.quote_signature:
                raise UserError(
                    self.env._("Let the customer sign for the price before work starts.")
                )
            repair._agree(repair.quote_partner_id or repair.payer_id, "signature")
        return True

    def _agree(self, partner, way):
        """Note that `partner` agreed to the price (handbook B A3, scenario 21).

        :param str way: ``signature`` or ``portal``
        :raises UserError: if it is not who gets the bill
        """
        self.ensure_one()
        if partner != self.payer_id:
            raise UserError(
                self.env._(
                    "The bill goes to %(payer)s, who has to agree to the price; %(partner)s "
                    "cannot do it.",
                    payer=self.payer_id.name,
                    partner=partner.name,
                )
            )
        self._move_to(
            "on_site",
            agreed_at=fields.Datetime.now(),
            agreed_by_id=partner.id,
            agreed_way=way,
            agreed_amount=self.amount_total,
        )

    def action_requote(self):
        """Drop the agreed price because it changed: the customer signs again."""
        self._check_worker()
        for repair in self:
            if repair.state not in ("on_site", "quoted"):
                raise UserError(self.env._("Only an order on site can be quoted anew."))
            if repair.agreed_at:
                repair.message_post(
                    body=self.env._(
                        "Price of %(amount).2f yuan agreed by %(name)s on %(date)s dropped.",
                        amount=repair.agreed_amount,
                        name=repair.agreed_by_id.name,
                        date=repair.agreed_at,
                    )
                )
            vals = {
                "agreed_at": False,
                "agreed_by_id": False,
                "agreed_way": False,
                "agreed_amount": 0,
                "quote_signature": False,
                "off_list_by_id": False,
            }
            if repair.state == "quoted":
                repair._move_to("on_site", **vals)
            else:
                repair._with_move().write(vals)
        return True

    def action_refuse_quote(self):
        """Ask why the customer refuses the price."""
        return self._open_dialog("refuse")

    def _refuse_quote(self, reason):
        """The customer refuses the price: only a published visit fee may be charged (A3)."""
        for repair in self:
            fees = repair.line_ids.filtered(
                lambda line: line.kind == "visit" and line.price_id.visit_fee
            )
            (repair.line_ids - fees).with_context(property_quote_refused=True).sudo().unlink()
            if fees:
                repair._move_to("done", quote_refused=True, reason=reason)
                repair._move_to("accepted_by_customer", accepted_way="refused")
                repair._charge_customer()
            else:
                repair._move_to("cancelled", quote_refused=True, reason=reason)
            repair._answer(self.env._("Quote refused: %(reason)s", reason=reason))

    # discount ------------------------------------------------------------------------------------

    def action_discount(self):
        """Ask for amount and reason of a discount."""
        return self._open_dialog("discount")

    def _ask_discount(self, amount, reason):
        """Ask for the approval of a discount along the authority matrix (handbook B §8).

        :param float amount: yuan off the total
        """
        self.ensure_one()
        if self.charge_ids:
            raise UserError(self.env._("It is billed already: correct the charge instead."))
        whole = self.amount_total + self.discount
        if not 0 < amount <= whole:
            raise UserError(
                self.env._(
                    "A discount is between 0 and the %(whole).2f yuan of the repair.", whole=whole
                )
            )
        self._with_move().write({"discount_asked": amount})
        self._request_approval(
            "repair_discount",
            self.env._("Discount on %(repair)s", repair=self.display_name),
            amount,
            reason,
        )

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        if approval.matter == "repair_discount":
            for repair in self:
                if repair.charge_ids:
                    repair.message_post(
                        body=self.env._("The discount came too late: the repair is billed.")
                    )
                    continue
                repair._with_move().write({"discount": approval.amount})

    # money ---------------------------------------------------------------------------------------

    def _charge_customer(self):
        """Bill what was agreed through the fee room, once (handbook B A3).

        :return: the charges
        """
        self.ensure_one()
        charges = self.env["property.charge"]
        known = self.sudo().charge_ids.filtered(lambda charge: charge.state != "cancelled")
        if known or not self._is_billed() or self.amount_total <= 0:
            return known
        if not self.unit_id:
            raise UserError(
                self.env._(
                    "“%(repair)s” is billed to a home: enter the room of %(payer)s.",
                    repair=self.display_name,
                    payer=self.payer_id.name or "—",
                )
            )
        today = fields.Date.context_today(self)
        vals = {
            "unit_id": self.unit_id.id,
            "item_id": self.company_id._property_repair_item().id,
            "partner_id": self.payer_id.id,
            "amount": self.currency_id.round(self.amount_total),
            "origin_key": f"repair,{self.id}",
            "note": self.number,
            "repair_id": self.id,
        }
        if self.settle == "account":
            vals["date_due"] = self.estate_id._due_date(money.month_start(today))
        return charges.sudo()._charge([vals], today, set_off=self.advance_asked > 0)

    def action_open_charges(self):
        """Open the charges of the repair."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Charges"),
            "res_model": "property.charge",
            "view_mode": "list,form",
            "domain": [("repair_id", "=", self.id)],
        }
