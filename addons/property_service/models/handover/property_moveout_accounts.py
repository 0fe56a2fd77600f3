# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyMoveout(models.Model):
    """Accounts of who moves out: settled to the day of the move, or held (handbook A §27)."""

    _inherit = "property.moveout"

    @api.depends("unit_id", "partner_id", "settlement_id", "state")
    def _compute_debt(self):
        for move in self:
            home = move.unit_id._billed_unit() if move.unit_id else move.unit_id
            move.debt = sum(move._open_debts().mapped("amount_residual"))
            held = self.env["property.deposit"]
            if home and move.partner_id and move.who == "tenant":
                held = held.sudo()._held(home | home.side_unit_ids, move.partner_id)
            move.deposits_held = sum(held.mapped("balance"))

    def _open_debts(self):
        """Return the open charges of the leaving party for the home."""
        if not self.unit_id or not self.partner_id:
            return self.env["property.charge"]
        home = self.unit_id._billed_unit().sudo()
        return home._open_charges().filtered(lambda row: row.partner_id == self.partner_id)

    def action_settlement(self):
        """Open the settlement of the tenant's account, begun where there is none yet."""
        self.ensure_one()
        self.check_access("write")
        if self.who != "tenant":
            return self.unit_id.action_open_charges()
        if not self.settlement_id:
            settlements = self.env["property.settlement"].sudo()
            known = settlements.search(
                [
                    ("unit_id", "=", self.unit_id.id),
                    ("partner_id", "=", self.partner_id.id),
                    ("state", "not in", ("archived", "cancelled", "new_party_active")),
                ],
                limit=1,
            )
            self.settlement_id = known or settlements.create(
                {
                    "unit_id": self.unit_id.id,
                    "kind": "tenant",
                    "partner_id": self.partner_id.id,
                    "date": fields.Date.add(self.planned_date, days=1),
                    "document": self.number,
                    "no_meter": self.no_meter,
                    "deposit_treatment": "refund",
                    "prepaid_treatment": "refund",
                    "reading_ids": self._settlement_readings(),
                }
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.settlement",
            "res_id": self.settlement_id.id,
            "views": [(False, "form")],
        }

    def _settlement_readings(self):
        """Return the final readings as rows of the settlement."""
        shown = (
            ("water", "water", self.reading_water),
            ("power", "electricity", self.reading_power),
            ("gas", "gas", self.reading_gas),
        )
        rows = []
        for kind, meter_kind, value in shown:
            meter = self.unit_id.meter_ids.filtered(
                lambda row, meter_kind=meter_kind: row.kind == meter_kind and not row.date_removed
            )[:1]
            if value:
                rows.append(
                    fields.Command.create(
                        {"kind": kind, "meter_number": meter.number, "value": value}
                    )
                )
        return rows

    def action_settle(self):
        """State that the accounts are settled to the day of the move.

        :raises UserError: without final readings, while fees are open, or while the settlement
            has no certificate yet
        """
        self.check_access("write")
        for move in self:
            move._check_settled()
            move._move_to("settled", paid_until=move.planned_date, hold_reason=False)

    def _check_settled(self):
        self.invalidate_recordset(["debt"])
        if not self.readings_taken and not self.no_meter:
            raise UserError(
                self.env._(
                    "%s: note the final readings, or that there is no meter.", self.display_name
                )
            )
        if self.debt:
            raise UserError(
                self.env._(
                    "%(move)s: %(party)s owes %(amount).2f yuan. The cashier takes it, or the move "
                    "is held: the owner is told, who is liable with him, and a payment plan is "
                    "agreed.",
                    move=self.display_name,
                    party=self.partner_id.name,
                    amount=self.debt,
                )
            )
        if self.who == "tenant":
            done = ("certificate", "new_party_active", "archived")
            if self.settlement_id.sudo().state not in done:
                raise UserError(
                    self.env._(
                        "%s: finish the settlement of the account first: final bill, deposits and "
                        "advance receipts, certificate.",
                        self.display_name,
                    )
                )

    def _hold(self, reason):
        """Hold the move for debts or a dispute, and tell the supervisor to talk to the owner."""
        for move in self:
            move._move_to("held", hold_reason=reason)
            move._tell(
                "supervisor",
                self.env._("Talk to the owner: %s is held", move.display_name),
                self.env._(
                    "He is liable with the tenant. Agree on a written payment plan; private goods "
                    "are not detained by force."
                ),
            )

    def action_resume(self):
        """The reason of the hold is gone: go on with the accounts."""
        self.check_access("write")
        self._move_to("inspected", hold_reason=False)

    def _release_by_plan(self, reason):
        """Go on with debts against a written payment plan; `reason` are its terms."""
        for move in self:
            if not move.plan_ids:
                raise UserError(
                    self.env._("%s: attach the signed payment plan.", move.display_name)
                )
        self._release_held("plan", reason)

    def _release_by_record(self, reason):
        """Go on with debts because the owner insists and the goods are clearly his."""
        self._release_held("record", reason)

    def _release_held(self, way, reason):
        self._check_in_group(
            "manager", self.env._("The manager decides to release in spite of debts.")
        )
        for move in self:
            if move.state != "held":
                raise UserError(self.env._("“%s” is not held.", move.display_name))
            if move.goods_dispute:
                raise UserError(
                    self.env._(
                        "%(move)s: the owner claims goods (%(goods)s): wait for his decision.",
                        move=move.display_name,
                        goods=move.goods_dispute,
                    )
                )
            move._move_to(
                "settled", release_way=way, release_note=reason, approved_by_id=self.env.uid
            )
            move.message_post(
                body=self.env._(
                    "Released with %(amount).2f yuan open: %(reason)s. Dunning goes on.",
                    amount=move.debt,
                    reason=reason,
                )
            )
