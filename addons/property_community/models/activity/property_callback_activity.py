# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PropertyCallback(models.Model):
    _inherit = "property.callback"

    event_id = fields.Many2one(
        "event.event", "Activity", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    def _plan_values(self, case, rule, callback_class, phase):
        values = super()._plan_values(case, rule, callback_class, phase)
        if case._name == "event.registration":
            values.update(event_id=case.event_id.id, source_name=case.event_id.number)
        return values
