# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("utility", "Account with a utility"),
    ("gas", "Opening of the gas supply"),
    ("network", "Cable TV or broadband"),
    ("debit", "Bank debit"),
    ("cleaning", "Cleaning before moving in"),
    ("renovation", "Contact for the renovation"),
    ("trusteeship", "House trusteeship"),
    ("custody", "Key custody"),
    ("other", "Other service"),
]


class PropertyProxyService(models.Model):
    """Something the owner asks us to do for him (委托代办服务, handbook A §15).

    What third parties charge is passed on at cost; a fee of ours only by the price list and agreed.
    """

    _name = "property.proxy.service"
    _description = "Proxy service"
    _inherit = [
        "property.procedure.mixin",
        "property.signature.mixin",
        "property.handover.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "DB"
    _workflow_moves = {
        "registered": ("confirmed", "cancelled"),
        "confirmed": ("in_progress", "cancelled"),
        "in_progress": ("done", "cancelled"),
        "done": ("paid",),
        "paid": ("confirmed_by_owner",),
    }
    _workflow_stamps = {
        "confirmed": ("confirmed_by_id", "confirmed_date"),
        "done": (None, "done_date"),
        "paid": (None, "paid_date"),
        "confirmed_by_owner": (None, "owner_date"),
        "cancelled": ("cancelled_by_id", "cancelled_date"),
    }
    _case_clocks = {"confirmed": ("promise",)}
    _case_done = {"done": ("promise",)}
    _case_end = ("confirmed_by_owner", "cancelled")
    _reasons = {"cancel": "action_cancel"}

    handover_id = fields.Many2one(
        "property.handover", "Handover case", ondelete="restrict", index="btree_not_null"
    )
    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(string="Client", required=True)
    kind = fields.Selection(KINDS, "Service asked for", required=True, default="utility")
    date = fields.Date("Asked for on", required=True, default=fields.Date.context_today)
    requirement = fields.Text("Details and wishes")
    papers_given = fields.Char("Papers handed in")
    original_id = fields.Boolean(
        "Original ID handed in", help="Goes back the same day: it is never kept over night."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    advance = fields.Monetary("Money handed in (yuan)")
    third_party = fields.Monetary("Charged by third parties (yuan)", help="Passed on at cost.")
    fee = fields.Monetary("Service fee (yuan)")
    price_id = fields.Many2one(
        "property.service.price",
        "Line of the price list",
        help="A fee of ours needs its line of the public price list.",
    )
    fee_item_id = fields.Many2one("property.fee.item", "Item in the books", check_company=True)
    fee_agreed = fields.Boolean("Agreed with the client")
    charge_id = fields.Many2one("property.charge", readonly=True, copy=False)
    promised_date = fields.Date("Promised for", tracking=True)
    result = fields.Text("Result of the errand")
    returned = fields.Char("Papers and money given back")
    cancel_reason = fields.Char("Why it cannot be done", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("registered", "Service registered"),
            ("confirmed", "Cost agreed"),
            ("in_progress", "Being done"),
            ("done", "Service done"),
            ("paid", "Settled up"),
            ("confirmed_by_owner", "Confirmed by the owner"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="registered",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    confirmed_by_id = fields.Many2one("res.users", "Cost agreed by", readonly=True)
    confirmed_date = fields.Datetime("Cost agreed on", readonly=True)
    done_date = fields.Datetime("Service done on", readonly=True)
    paid_date = fields.Datetime("Settled up on", readonly=True)
    owner_date = fields.Datetime("Confirmed by the owner on", readonly=True)
    cancelled_by_id = fields.Many2one("res.users", "Cancelled by", readonly=True)
    cancelled_date = fields.Datetime("Cancelled on", readonly=True)

    _money = models.Constraint(
        "CHECK (advance >= 0 AND third_party >= 0 AND fee >= 0)", "Amounts are not below zero."
    )

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for service in self:
            parts = (service.unit_id.full_name, service.number)
            service.display_name = " ".join(part for part in parts if part)

    @api.onchange("handover_id")
    def _onchange_handover_id(self):
        if self.handover_id:
            self.unit_id = self.handover_id.unit_id
            self.partner_id = self.handover_id.partner_id

    def _deadline_agreed(self, step):
        if step != "promise" or not self.promised_date:
            return None
        return self.env["property.handover.slot"]._moment(self.promised_date, 18.0)

    @api.model
    def _step_label(self, step):
        return {"promise": self.env._("Do the service as promised")}.get(step, step)

    @api.model
    def _signature_labels(self):
        return {"client": self.env._("Client"), "handler": self.env._("Handler")}

    def _signature_partner(self, role):
        return self.partner_id if role == "client" else self.env.user.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            case = self.env["property.handover"].browse(vals.get("handover_id"))
            if case:
                vals.setdefault("unit_id", case.unit_id.id)
                vals.setdefault("partner_id", case.partner_id.id)
            vals.pop("charge_id", None)
        services = super().create(vals_list)
        services.handover_id.filtered("no_services").no_services = False
        return services

    def action_confirm(self):
        """Agree the cost: a fee of ours only by the price list (handbook A §15).

        :raises UserError: for a fee that is not on the list or not agreed, or without a promised day
        """
        for service in self:
            if service.fee and service.kind in ("utility", "gas"):
                raise UserError(
                    self.env._(
                        "“%(service)s”: collecting for a utility bears no fee of ours.",
                        service=service.display_name,
                    )
                )
            if service.fee and not (service.price_id and service.fee_item_id):
                raise UserError(
                    self.env._(
                        "“%(service)s”: a fee needs its line of the public price list and its item "
                        "in the books.",
                        service=service.display_name,
                    )
                )
            if service.fee and not service.fee_agreed:
                raise UserError(
                    self.env._(
                        "“%(service)s”: the fee is not agreed with the client yet.",
                        service=service.display_name,
                    )
                )
            if not service.promised_date:
                raise UserError(
                    self.env._(
                        "“%(service)s”: enter the day it is promised for.",
                        service=service.display_name,
                    )
                )
        self._need_signatures(("client",))
        self._move_to("confirmed")
        return True

    def action_begin(self):
        """Begin."""
        self._move_to("in_progress")
        return True

    def action_done(self):
        """Note what was done; a fee is charged now.

        :raises UserError: without result
        """
        for service in self:
            if not service.result:
                raise UserError(
                    self.env._(
                        "“%(service)s”: write down the result.", service=service.display_name
                    )
                )
        self._move_to("done")
        for service in self.filtered(lambda row: row.fee and not row.charge_id):
            service.sudo().charge_id = self.env["property.charge"]._charge(
                [
                    {
                        "unit_id": service.unit_id.id,
                        "item_id": service.fee_item_id.id,
                        "partner_id": service.partner_id.id,
                        "amount": service.fee,
                        "origin_key": f"proxy,{service.id}",
                        "note": service.number,
                    }
                ]
            )
        return True

    def action_settle(self):
        """Settle up: fee paid, papers and the rest of the money given back.

        :raises UserError: while something is open
        """
        for service in self:
            charge = service.sudo().charge_id
            if charge and charge.amount_residual:
                raise UserError(
                    self.env._(
                        "“%(service)s”: %(amount).2f yuan of the fee are still to be paid.",
                        service=service.display_name,
                        amount=charge.amount_residual,
                    )
                )
            if (service.papers_given or service.advance) and not service.returned:
                raise UserError(
                    self.env._(
                        "“%(service)s”: papers and money that were handed in go back: write down "
                        "what was given back.",
                        service=service.display_name,
                    )
                )
        self._move_to("paid")
        return True

    def action_owner_confirms(self):
        """Note that the client has confirmed the result."""
        self._move_to("confirmed_by_owner")
        return True

    def action_sign_client(self):
        """Note that the client has signed the register."""
        self._sign_on_paper(("client", "handler"))
        return True

    def action_cancel(self, reason):
        """Give up what cannot be done: papers and money go back against a signature.

        :raises UserError: without what was given back
        """
        reason = self._need_reason(reason)
        for service in self:
            if (service.papers_given or service.advance) and not service.returned:
                raise UserError(
                    self.env._(
                        "“%(service)s”: papers and money that were handed in go back: write down "
                        "what was given back.",
                        service=service.display_name,
                    )
                )
        self._move_to("cancelled", cancel_reason=reason)

    @api.model
    def _cron_originals(self):
        """Remind in the evening of original ID cards that were not given back."""
        kept = self.search([("original_id", "=", True), ("returned", "=", False)])
        for service in kept:
            service.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Give the original ID card back today: it is never kept"),
                user_id=service.user_id.id or self.env.uid,
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_registered(self):
        if any(service.state != "registered" for service in self):
            raise UserError(self.env._("A service that was agreed is cancelled, not deleted."))
