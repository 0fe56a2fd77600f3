# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local

#: models that book a slot for moving
_SLOTTED = ("property.tenant.movein", "property.moveout")


class PropertyMovingSlot(models.AbstractModel):
    """The hours in which goods are moved: one household at a time per entrance (A §25, §27)."""

    _name = "property.moving.slot"
    _description = "Slot for moving goods"

    slot_start = fields.Datetime("Moving from", tracking=True, index="btree_not_null")
    slot_end = fields.Datetime("Moving until")
    lift = fields.Boolean("Goods lift", default=True)
    vehicle = fields.Char("Vehicle, plate no.")

    @api.onchange("slot_start")
    def _onchange_slot_start(self):
        if self.slot_start and (not self.slot_end or self.slot_end <= self.slot_start):
            self.slot_end = fields.Datetime.add(self.slot_start, hours=2)

    @api.constrains("slot_start", "slot_end")
    def _check_slot(self):
        for move in self.filtered("slot_start"):
            if not move.slot_end or move.slot_end <= move.slot_start:
                raise UserError(self.env._("%s: the move ends after it begins.", move.display_name))

    def _check_slot_free(self):
        """Refuse a slot in which somebody else of the entrance moves with the lift.

        :raises UserError: naming the other household's room and time
        """
        for move in self:
            if not move.slot_start:
                raise UserError(self.env._("%s: choose the time of the move.", move.display_name))
            if not move.lift:
                continue
            for model in _SLOTTED:
                other = (
                    self.env[model]
                    .sudo()
                    .search(
                        [
                            ("building_id", "=", move.building_id.id),
                            ("unit_id.entrance", "=", move.unit_id.entrance),
                            ("lift", "=", True),
                            ("state", "in", self.env[model]._SLOT_STATES),
                            ("slot_start", "<", move.slot_end),
                            ("slot_end", ">", move.slot_start),
                        ]
                    )
                    .filtered(lambda row, move=move: row != move)
                )[:1]
                if other:
                    start = local(other.slot_start)
                    end = local(other.slot_end)
                    raise UserError(
                        self.env._(
                            "%(move)s: %(unit)s moves with the lift of this entrance from "
                            "%(start)s to %(end)s; choose another time.",
                            move=move.display_name,
                            unit=other.unit_id.full_name,
                            start=start.strftime("%m-%d %H:%M"),
                            end=end.strftime("%H:%M"),
                        )
                    )
