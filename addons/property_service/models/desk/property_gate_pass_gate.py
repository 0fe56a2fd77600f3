# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class PropertyGatePass(models.Model):
    """The exit slip at the gate: what the guard sees, releases or refuses."""

    _inherit = "property.gate.pass"

    def action_open_gate(self):
        """Open the guard's screen of the slip."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/property/gate/{self.sudo().verify_token}",
            "target": "self",
        }

    def _is_valid_now(self):
        """Return whether the goods may leave now: issued, and on its day."""
        self.ensure_one()
        return self.state == "issued" and self.date == self._today()

    def _verify_facts(self):
        valid = self._is_valid_now()
        status = self._state_label(self.state)
        if self.state == "issued":
            status = self.env._("Valid today") if valid else self.env._("Not valid today")
        rows = [
            (self.env._("Slip no."), self.number),
            (self.env._("Room"), self.unit_id.full_name),
            (self.env._("Valid on"), str(self.date)),
        ]
        if valid:
            rows += [
                (
                    str(index),
                    " ".join(
                        part
                        for part in (
                            line.name,
                            line.spec,
                            f"× {line.quantity:g}{line.uom or ''}",
                        )
                        if part
                    ),
                )
                for index, line in enumerate(self.line_ids, 1)
            ]
        return {
            "title": self.env._("Exit slip"),
            "valid": valid,
            "status": status,
            "rows": rows,
        }

    def _release(self, gate, guard, vehicle, carrier, checked, note=None):
        """Let the goods out; called by the guard's screen.

        :param str gate: the post
        :param str guard: who compared the goods
        :param str vehicle: plate number, or empty for goods carried by hand
        :param checked: ids of the lines whose goods and number agree with the slip
        :raises UserError: if the slip is not valid now, or goods and slip differ
        """
        self.ensure_one()
        self.check_access("write")
        self._check_gate(gate, guard)
        if set(self.line_ids.ids) - set(checked):
            raise UserError(
                self.env._(
                    "Goods and slip differ: nothing leaves. Refuse, and have a new slip written."
                )
            )
        self._move_to(
            "released",
            exit_gate=gate,
            guard_name=guard,
            guard_note=note,
            vehicle=vehicle or self.vehicle,
            carrier=carrier or self.carrier,
        )
        self._sign("guard", guard, way="paper", note=gate)

    def _check_gate(self, gate, guard):
        if not (gate or "").strip() or not (guard or "").strip():
            raise UserError(self.env._("Enter the gate and your name."))
        if not self._is_valid_now():
            raise UserError(
                self.env._(
                    "Slip %(number)s is “%(state)s” for %(date)s: it is not valid now.",
                    number=self.number,
                    state=self._state_label(self.state),
                    date=self.date,
                )
            )

    def _refuse_at_gate(self, gate, guard, reason):
        """Stop goods that differ from the slip; the supervisor is told.

        :raises UserError: without a reason, or if the slip is not valid now
        """
        self.ensure_one()
        self.check_access("write")
        self._check_gate(gate, guard)
        if not (reason or "").strip():
            raise UserError(self.env._("Write down what differs."))
        self._move_to("refused", exit_gate=gate, guard_name=guard, refuse_reason=reason)
        self._tell(
            "supervisor", self.env._("Goods stopped at the gate: %s", self.display_name), reason
        )

    def _refuse(self, reason):
        self._move_to("refused", refuse_reason=reason)

    def _release_at_night(self, reason):
        """Goods have left in a night emergency: shift leader, phone call and photo, slip later.

        :raises UserError: without shift leader, the note of the call, photos or goods
        """
        for slip in self:
            slip._check_goods()
            if not (slip.shift_leader and slip.confirmation_note and slip.copy_ids):
                raise UserError(
                    self.env._(
                        "%s: at night the shift leader decides, calls the owner and takes photos: "
                        "enter all three.",
                        slip.display_name,
                    )
                )
            slip._check_doubts()
            slip._move_to(
                "released",
                night=True,
                confirmation_way="phone",
                guard_name=slip.shift_leader,
                guard_note=reason,
            )
            slip._tell(
                "supervisor",
                self.env._("Night release, slip to be completed: %s", slip.display_name),
                reason,
            )

    def action_collect(self):
        """Note that the guard has given the slip back to customer service."""
        self.check_access("write")
        self._move_to("collected")
