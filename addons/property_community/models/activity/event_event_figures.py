# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import day_bounds

from .event_event_callback import GRADE_RATINGS

#: rating of one to five -> points of the five-grade scale (handbook B §9.3)
POINTS = {5: 100, 4: 80, 3: 60, 2: 30, 1: 0}
#: from this rating on a participant is satisfied
SATISFIED = 4


class EventEvent(models.Model):
    """Figures of an activity: who took part, what it cost a head, how it was liked (G2)."""

    _inherit = "event.event"

    attended_adults = fields.Integer("Adults", compute="_compute_attended")
    attended_children = fields.Integer("Children", compute="_compute_attended")
    attended_volunteers = fields.Integer("Volunteers", compute="_compute_attended")
    attended_total = fields.Integer("People who came", compute="_compute_attended")
    household_count = fields.Integer("Households that came", compute="_compute_attended")
    participation_rate = fields.Float("Participation", compute="_compute_participation")
    cost_per_head = fields.Monetary("Cost per head", compute="_compute_cost_per_head")
    satisfaction_rate = fields.Float("Satisfied", compute="_compute_satisfaction")
    satisfaction_points = fields.Float(
        "Satisfaction (points)", compute="_compute_satisfaction", digits=(16, 2)
    )
    satisfaction_count = fields.Integer("Answers given", compute="_compute_satisfaction")

    @api.depends("registration_ids.state", "extra_adults", "extra_children")
    def _compute_attended(self):
        """Count who was checked in, by kind, and the households they came from."""
        counts, homes = {}, {}
        rows = self.env["event.registration"]._read_group(
            [("event_id", "in", self.ids), ("state", "=", "done")],
            ["event_id", "participant_kind", "is_minor"],
            ["__count"],
        )
        for event, kind, minor, count in rows:
            book = counts.setdefault(event.id, {"volunteer": 0, "minor": 0, "adult": 0})
            book["volunteer" if kind == "volunteer" else "minor" if minor else "adult"] += count
        for event, count in self.env["event.registration"]._read_group(
            [("event_id", "in", self.ids), ("state", "=", "done"), ("unit_id", "!=", False)],
            ["event_id"],
            ["unit_id:count_distinct"],
        ):
            homes[event.id] = count
        for event in self:
            book = counts.get(event.id, {})
            event.attended_adults = book.get("adult", 0) + event.extra_adults
            event.attended_children = book.get("minor", 0) + event.extra_children
            event.attended_volunteers = book.get("volunteer", 0)
            event.attended_total = (
                event.attended_adults + event.attended_children + event.attended_volunteers
            )
            event.household_count = homes.get(event.id, 0)

    @api.depends("household_count", "estate_id")
    def _compute_participation(self):
        """参与率 = households that came ÷ households that live in the estate."""
        living = self.estate_id._activity_households()
        for event in self:
            total = living.get(event.estate_id.id, 0)
            event.participation_rate = event.household_count / total if total else 0.0

    @api.depends("attended_total", "actual_cost")
    def _compute_cost_per_head(self):
        for event in self:
            event.cost_per_head = (
                event.actual_cost / event.attended_total if event.attended_total else 0.0
            )

    def _compute_satisfaction(self):
        """活动满意率 = answers of satisfied or better ÷ answers; points by the scale of §9.3.

        Answers are ratings and what households said when they were called back; where somebody
        gave both, the callback counts.
        """
        answers = [
            (event_id, GRADE_RATINGS[grade], number)
            for event_id, number, grade in self._callback_grades(self.ids)
        ]
        called = [number for _event, _rating, number in answers]
        rows = (
            self.env["rating.rating"]
            .sudo()
            ._read_group(
                [*self._rating_domain_activity(self.ids), ("res_id", "not in", called)],
                ["parent_res_id", "rating"],
                ["__count"],
            )
        )
        found = {}
        for event_id, rating, count in [*rows, *((row[0], row[1], 1) for row in answers)]:
            book = found.setdefault(event_id, [0, 0, 0.0])
            book[0] += count
            book[1] += count if rating >= SATISFIED else 0
            book[2] += count * POINTS.get(round(rating), 0)
        for event in self:
            count, satisfied, points = found.get(event.id, (0, 0, 0.0))
            event.satisfaction_count = count
            event.satisfaction_rate = satisfied / count if count else 0.0
            event.satisfaction_points = points / count if count else 0.0

    @api.model
    def _rating_domain_activity(self, event_ids):
        return [
            ("parent_res_model", "=", "event.event"),
            ("parent_res_id", "in", event_ids),
            ("consumed", "=", True),
            ("rating", ">=", 1),
        ]

    @api.model
    def _held_between(self, estates, first, last):
        """Return the estates' activities that began on a day from `first` through `last` (China).

        The satisfaction index counts their ratings (`_rating_domain_activity`).
        """
        start, end = day_bounds(first, last)
        return self.sudo().search(
            [
                ("estate_id", "in", estates.ids),
                ("date_begin", ">=", start),
                ("date_begin", "<", end),
            ]
        )

    def action_open_ratings(self):
        """Open the ratings the participants gave."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ratings of the activity"),
            "res_model": "rating.rating",
            "view_mode": "list,pivot,graph",
            "domain": self._rating_domain_activity(self.ids),
        }


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    def _activity_households(self):
        """Return {id of the estate: number of homes somebody lives in}."""
        rows = (
            self.env["property.unit"]
            .sudo()
            ._read_group(
                [
                    ("estate_id", "in", self.ids),
                    ("state", "in", ("occupied_owner", "leased")),
                    ("main_unit_id", "=", False),
                ],
                ["estate_id"],
                ["__count"],
            )
        )
        return {estate.id: count for estate, count in rows}
