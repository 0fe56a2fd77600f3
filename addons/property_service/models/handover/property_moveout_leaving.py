# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..fee.property_parking_lease import HOLDING
from ..people.property_occupancy import OWNER_ROLES


class PropertyMoveout(models.Model):
    """Leaving: credentials come back, goods pass the gate, the residence ends (A §27, §59)."""

    _inherit = "property.moveout"

    def _compute_credentials(self):
        for move in self:
            names = []
            if move.unit_id and move.state not in ("closed", "cancelled"):
                passes, cards, keys, leases = move._missing_credentials()
                names = [
                    *passes.mapped("number"),
                    *cards.mapped("card_number"),
                    *keys.mapped("key_codes"),
                ]
                if not move.parking_note:
                    names += leases.mapped("display_name")
            move.credentials_missing = "、".join(names)

    def _missing_credentials(self):
        """Return what the leaving people still hold: passes, cards, keys, parking leases."""
        people = self._leaving_people()
        passes = self.env["property.resident.pass"]._of_leaving(self.unit_id, people)
        cards = self.env["property.access.card"]._of_leaving(self.unit_id, people)
        loans = self.env["property.key.loan"]
        keys = loans.search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("state", "in", loans._OUT),
                ("partner_id", "in", people.ids),
            ]
        )
        leases = self.env["property.parking.lease"]
        if self.who == "tenant":
            leases = leases.sudo().search(
                [
                    ("home_id", "=", self.unit_id.id),
                    ("partner_id", "in", people.ids),
                    ("state", "in", HOLDING),
                ]
            )
        return passes, cards, keys, leases

    def _leaving_rows(self):
        """Return the occupancies of those who leave, on the day of the move."""
        self.ensure_one()
        roles = ("tenant", "co_resident", "helper")
        if self.who == "owner":
            roles = ("family", "co_resident", "helper")
        day = self.moved_date or self._today()
        return self.unit_id._holders_on(day)[self.unit_id].filtered(lambda row: row.role in roles)

    def _leaving_people(self):
        return self._leaving_rows().partner_id | self.partner_id

    def action_credentials(self):
        """State that passes, cards, keys and the parking space were given back.

        :raises UserError: naming what is still out
        """
        self.check_access("write")
        self.invalidate_recordset(["credentials_missing"])
        for move in self:
            if move.credentials_missing:
                raise UserError(
                    self.env._(
                        "%(move)s: still to be given back or reported lost: %(things)s.",
                        move=move.display_name,
                        things=move.credentials_missing,
                    )
                )
            move._move_to("credentials_returned")

    def action_open_passes(self):
        """Open the passes and cards of those who leave."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Resident passes"),
            "res_model": "property.resident.pass",
            "view_mode": "list,form",
            "domain": [
                ("unit_id", "=", self.unit_id.id),
                ("holder_id", "in", self._leaving_people().ids),
            ],
        }

    def action_open_cards(self):
        """Open the access cards of those who leave."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Access cards"),
            "res_model": "property.access.card",
            "view_mode": "list,form",
            "domain": [
                ("unit_id", "=", self.unit_id.id),
                ("holder_id", "in", self._leaving_people().ids),
            ],
        }

    @api.depends("gate_pass_ids")
    def _compute_gate_pass_count(self):
        for move in self:
            move.gate_pass_count = len(move.gate_pass_ids)

    def action_gate_pass(self):
        """Write an exit slip for the goods of the move."""
        self.ensure_one()
        if self.state not in ("settled", "credentials_returned", "released"):
            raise UserError(
                self.env._("%s: settle the accounts first, then the exit slip.", self.display_name)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exit slip"),
            "res_model": "property.gate.pass",
            "views": [(False, "form")],
            "context": {
                "default_moveout_id": self.id,
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.partner_id.id,
                "default_applicant_kind": "tenant" if self.who == "tenant" else "owner",
                "default_reason": "moving",
            },
        }

    def action_open_gate_passes(self):
        """Open the exit slips of the move."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exit slips"),
            "res_model": "property.gate.pass",
            "view_mode": "list,form",
            "domain": [("moveout_id", "=", self.id)],
        }

    def action_released(self):
        """State that the goods have left.

        :raises UserError: without a slip, or while one is open
        """
        self.check_access("write")
        for move in self:
            slips = move.gate_pass_ids.filtered(lambda row: row.state not in ("void", "expired"))
            waiting = slips.filtered(
                lambda row: row.state in ("applied", "owner_confirmed", "issued")
            )
            if waiting or not (slips or move.no_goods):
                raise UserError(
                    self.env._(
                        "%s: the gate has not released the goods yet; write an exit slip, or note "
                        "that there are no large goods.",
                        move.display_name,
                    )
                )
            move._move_to("released", moved_date=move.moved_date or move._today())

    def action_close(self):
        """End the tenancy or mark the residents as moved out, set the home vacant, and file."""
        self.check_access("write")
        for move in self:
            refund = move.deposits_held
            move._end_residence()
            move._move_to("closed")
            move._file()
            if refund:
                move._remind_refund(refund)

    def _remind_refund(self, amount):
        """Have the deposits refunded within the days of the setting, by their own procedure."""
        days = self.estate_id._parameter("moveout_refund_days")
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.add(self.moved_date, days=days),
            summary=self.env._("Refund deposits of %.2f yuan", amount),
            user_id=self.env.uid,
        )

    def _end_residence(self):
        """End the relations of those who have left; the home is vacant (handbook A §59)."""
        unit, day = self.unit_id, self.moved_date
        settlement = self.settlement_id.sudo()
        if self.who == "tenant":
            if settlement.state == "certificate":
                settlement.action_activate()
            elif settlement.state not in ("new_party_active", "archived"):
                unit._end_tenancy(day)
            return
        rows = self._leaving_rows().filtered(lambda row: row.role not in OWNER_ROLES)
        payers = rows.filtered("is_payer")
        (rows - payers)._end(day, "other")
        if unit.state not in ("vacant", "unsold", "sold_pending"):
            unit._set_state("vacant", self.env._("The residents have moved out."))
        unit._end_credentials(self._leaving_people(), day)

    def _file(self):
        self.env["property.archive.document"]._file_record(
            self, "archive_type_14", report="property_service.action_report_moveout"
        )

    def _left_secretly(self, reason):
        """The tenant has left without a word: note it, tell the owner the same day, end it.

        :param str reason: who found it, when and how the home was left
        """
        self._check_in_group(
            "supervisor", self.env._("The supervisor notes that a tenant has left secretly.")
        )
        for move in self:
            if not move.owner_informed or not move.owner_informed_way:
                raise UserError(
                    self.env._(
                        "%s: tell the owner today, and note when and how.", move.display_name
                    )
                )
            if move.state != "applied" or move.who != "tenant":
                raise UserError(
                    self.env._(
                        "%s: only a tenant's move that has just been noted can be secret.",
                        move.display_name,
                    )
                )
            day = move.moved_date or move._today()
            passes, cards, _keys, _leases = move._missing_credentials()
            move.unit_id._end_tenancy(day)
            passes._move_to("expired")
            for card in cards.filtered(lambda row: row.state in ("issued", "active")):
                card._lost(self.env._("Holder has left secretly"))
            move._move_to("closed", moved_date=day, secret=True)
            move.message_post(body=self.env._("Left secretly: %(reason)s", reason=reason))
            move._tell(
                "supervisor",
                self.env._("Secret departure: inspect %s, go on with dunning", move.display_name),
                reason,
            )
            move._file()
