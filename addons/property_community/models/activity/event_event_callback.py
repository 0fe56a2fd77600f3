# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math

from odoo import api, fields, models

#: grade of a callback -> rating of one to five it counts as; the points of both scales are the
#: same (handbook B §9.3: converted by a table, never mixed)
GRADE_RATINGS = {"a": 5, "b": 3, "c": 1}


class EventEvent(models.Model):
    """Callbacks after an activity: a tenth of the households that came, within a month (B1, G2)."""

    _inherit = "event.event"

    callback_ids = fields.One2many("property.callback", "event_id", "Callbacks")
    callback_count = fields.Integer("Households to call", compute="_compute_callbacks")
    callback_done = fields.Integer("Households called", compute="_compute_callbacks")

    @api.depends("callback_ids.state")
    def _compute_callbacks(self):
        rows = (
            self.env["property.callback"]
            .sudo()
            ._read_group(
                [("event_id", "in", self.ids), ("state", "!=", "waived")],
                ["event_id"],
                ["share_due:sum", "share_done:sum"],
            )
        )
        found = {event.id: (due, done) for event, due, done in rows}
        for event in self:
            event.callback_count, event.callback_done = found.get(event.id, (0, 0))

    def _plan_callbacks(self):
        """Draw the share of the households that came which the rule of callbacks says, rounded up.

        The order of the draw looks random and depends on the registrations alone, so anybody can
        repeat it. Drawn when the activity is over, and again when its record is complete: people
        may have been checked in from a paper list since. Only what is missing is added.

        :return: the callbacks made
        """
        callbacks = self.env["property.callback"].sudo()
        made = callbacks
        rules = self.env["property.callback.rule"]
        for event in self.sudo().filtered(lambda row: row.estate_id and row._was_held()):
            rule = rules._find("activity", "end", event.estate_id)
            if not rule or rule.policy == "none":
                continue
            homes = event._callback_homes()
            drawn = set(callbacks.search([("event_id", "=", event.id)]).unit_id.ids)
            wanted = math.ceil(len(homes) * rule.share / 100 - 1e-9) - len(drawn)
            left = sorted(
                (row for unit, row in homes.items() if unit.id not in drawn),
                key=lambda row: (rules._lot(row, "end"), row.id),
            )
            chosen = self.env["event.registration"].sudo()
            made |= callbacks._plan(chosen.concat(*left[: max(wanted, 0)]))
        return made

    def _callback_homes(self):
        """Return {household that came: the person of it who is asked}, adults before minors."""
        self.ensure_one()
        homes = {}
        came = self.registration_ids.filtered(lambda row: row.state == "done" and row.unit_id)
        for row in came.sorted(lambda row: (row.is_minor, row.id)):
            homes.setdefault(row.unit_id, row)
        return homes

    def action_open_callbacks(self):
        """Open the callbacks about the activity."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Callbacks"),
            "res_model": "property.callback",
            "view_mode": "list,kanban,form",
            "domain": [("event_id", "=", self.id)],
        }

    @api.model
    def _callback_grades(self, event_ids):
        """Return (event, registration's id, grade) of what households said when called.

        Only the first call of a household is about the activity; later ones ask about what was
        put right. A callback the portal's rating stands for is counted as that rating.
        """
        rows = (
            self.env["property.callback"]
            .sudo()
            .search_fetch(
                [
                    ("event_id", "in", event_ids),
                    ("rating", "!=", False),
                    ("method", "!=", "portal"),
                    ("untrue", "=", False),
                    ("parent_id", "=", False),
                ],
                ["event_id", "res_id", "rating"],
            )
        )
        return [(row.event_id.id, row.res_id, row.rating) for row in rows]
