# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo import api, fields, models

from ...tools.local_time import local, local_time


class PropertyHandoverDesk(models.Model):
    """A desk of the hall where homes are handed over, and who sits there (handbook A §10)."""

    _name = "property.handover.desk"
    _description = "Desk of a handover"
    _order = "batch_id, sequence, id"
    _check_company_auto = True

    batch_id = fields.Many2one(
        "property.handover.batch", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Desk", required=True)
    reception = fields.Boolean(
        "Receives owners", help="Owners with an appointment come to this desk first."
    )
    user_ids = fields.Many2many("res.users", string="People at the desk")


class PropertyHandoverSlot(models.Model):
    """An appointment at a desk with room for some households (handbook A §10)."""

    _name = "property.handover.slot"
    _description = "Appointment of a handover"
    _order = "start, desk_id, id"
    _check_company_auto = True

    batch_id = fields.Many2one(
        "property.handover.batch", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="batch_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="batch_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    desk_id = fields.Many2one(
        "property.handover.desk",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('batch_id', '=', batch_id)]",
    )
    start = fields.Datetime("Begins at", required=True, index=True)
    stop = fields.Datetime("Ends at", required=True)
    capacity = fields.Integer("Households", required=True, default=6)
    notice_ids = fields.One2many("property.handover.notice", "slot_id", "Households appointed")
    booked = fields.Integer("Places taken", compute="_compute_booked", store=True)
    free = fields.Integer("Still free", compute="_compute_booked", store=True)

    _once = models.UniqueIndex(
        "(batch_id, COALESCE(desk_id, 0), start)", "This desk has that appointment already."
    )
    _capacity = models.Constraint(
        "CHECK (capacity > 0 AND capacity >= booked)",
        "More households are appointed than the appointment has room for: choose another one.",
    )

    @api.depends("notice_ids", "capacity")
    def _compute_booked(self):
        counts = dict(
            self.env["property.handover.notice"]._read_group(
                [("slot_id", "in", self.ids)], ["slot_id"], ["__count"]
            )
        )
        for slot in self:
            slot.booked = counts.get(slot, 0)
            slot.free = slot.capacity - slot.booked

    @api.depends("start", "stop", "desk_id.name", "booked", "capacity")
    def _compute_display_name(self):
        for slot in self:
            begin = slot._local(slot.start)
            end = slot._local(slot.stop)
            text = f"{begin:%m-%d %H:%M}–{end:%H:%M}" if begin and end else ""
            parts = (text, slot.desk_id.name, f"{slot.booked}/{slot.capacity}")
            slot.display_name = " ".join(part for part in parts if part)

    @api.model
    def _moment(self, day, hour):
        """Return the moment of the database of `hour` (9.5: half past nine) of a day in China."""
        return local_time(day, hour)

    @api.model
    def _local(self, moment):
        return local(moment)
