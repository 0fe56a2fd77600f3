# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.property_service.tools import money
from odoo.addons.property_service.tools.local_time import month_bounds


class PropertySatisfaction(models.Model):
    """What the satisfaction index is counted from: a small list of methods, open to other addons.

    An addon adds a component by extending `_sources()`: a key with the label, the key of the
    setting with its weight, and the names of two methods. `method(estates, month)` returns
    {estate: (score from 0 to 100, number of answers)}; `records(estates, month)` returns the model
    and the domain of the very records, for whoever wants to look.
    """

    _inherit = "property.satisfaction"

    @api.model
    def _sources(self):
        """Return {key: {label, weight, method, records}} in the order of the components."""
        return {
            "survey": {
                "label": self.env._("Surveys"),
                "weight": "satisfaction_weight_survey",
                "method": "_source_survey",
                "records": "_records_survey",
            },
            "repair": {
                "label": self.env._("Ratings of repairs"),
                "weight": "satisfaction_weight_repair",
                "method": "_source_repair",
                "records": "_records_repair",
            },
            "callback": {
                "label": self.env._("Callbacks"),
                "weight": "satisfaction_weight_callback",
                "method": "_source_callback",
                "records": "_records_callback",
            },
            "activity": {
                "label": self.env._("Activities"),
                "weight": "satisfaction_weight_activity",
                "method": "_source_activity",
                "records": "_records_activity",
            },
        }

    @api.model
    def _points(self, estate, key, grades):
        """Return {grade: points} of a scale kept as a setting, e.g. ``100,60,0``."""
        values = estate._parameter(key).replace("，", ",").split(",")
        return dict(zip(grades, (float(value or 0) for value in values), strict=False))

    @api.model
    def _mean(self, rows, key, grades):
        """Return {estate: (mean of points, answers)} of (estate, grade, count) rows."""
        sums, counts, points = {}, {}, {}
        for estate, grade, count in rows:
            if estate not in points:
                points[estate] = self._points(estate, key, grades)
            if grade in points[estate]:
                sums[estate] = sums.get(estate, 0.0) + points[estate][grade] * count
                counts[estate] = counts.get(estate, 0) + count
        return {estate: (sums[estate] / counts[estate], counts[estate]) for estate in counts}

    # surveys -------------------------------------------------------------------------------------

    @api.model
    def _source_survey(self, estates, month):
        """Return the scores of the surveys whose answers were closed in the month."""
        return self.env["property.survey.campaign"].sudo()._satisfaction(estates, month)

    @api.model
    def _records_survey(self, estates, month):
        """Return the campaigns the score of the month is from."""
        campaigns = self.env["property.survey.campaign"]
        return campaigns._name, campaigns._satisfaction_domain(estates, month)

    # repairs -------------------------------------------------------------------------------------

    @api.model
    def _records_repair(self, estates, month):
        """Return the repairs the customer accepted and rated in the month, whichever way."""
        start, end = month_bounds(month)
        return "property.repair", [
            ("estate_id", "in", estates.ids),
            ("satisfaction", "!=", False),
            ("signed_at", ">=", start),
            ("signed_at", "<", end),
        ]

    @api.model
    def _source_repair(self, estates, month):
        """Return the scores of repairs, by the customers' grades at acceptance."""
        model, domain = self._records_repair(estates, month)
        rows = (
            self.env[model].sudo()._read_group(domain, ["estate_id", "satisfaction"], ["__count"])
        )
        return self._mean(rows, "satisfaction_points_grade", ("A", "B", "C"))

    # callbacks -----------------------------------------------------------------------------------

    @api.model
    def _records_callback(self, estates, month):
        """Return the callbacks of the month; a rating on the portal counts with its repair only."""
        start, end = month_bounds(month)
        return "property.callback", [
            ("estate_id", "in", estates.ids),
            ("rating", "!=", False),
            ("method", "!=", "portal"),
            ("untrue", "=", False),
            ("call_date", ">=", start),
            ("call_date", "<", end),
        ]

    @api.model
    def _source_callback(self, estates, month):
        """Return the scores of callbacks, by the overall grade."""
        model, domain = self._records_callback(estates, month)
        rows = self.env[model].sudo()._read_group(domain, ["estate_id", "rating"], ["__count"])
        return self._mean(rows, "satisfaction_points_grade", ("a", "b", "c"))

    # activities ----------------------------------------------------------------------------------

    @api.model
    def _activities(self, estates, month):
        """Return the estates' activities held in the month; None without community activities."""
        if not hasattr(self.env.get("event.event"), "_held_between"):
            return None
        first = money.month_start(month)
        return self.env["event.event"]._held_between(estates, first, money.month_end(first))

    @api.model
    def _source_activity(self, estates, month):
        """Return the scores of the month's activities, from the ratings of who took part (1 to 5).

        A rating counts in the month of its activity, however late it is given.
        """
        events = self._activities(estates, month)
        if not events:
            return {}
        estate_of = {event.id: event.estate_id for event in events}
        model, domain = self._records_activity(estates, month)
        rows = self.env[model].sudo()._read_group(domain, ["parent_res_id", "rating"], ["__count"])
        return self._mean(
            [(estate_of[event_id], round(rating), count) for event_id, rating, count in rows],
            "satisfaction_points_rating",
            (1, 2, 3, 4, 5),
        )

    @api.model
    def _records_activity(self, estates, month):
        """Return the ratings of the activities of the month."""
        events = self._activities(estates, month)
        if events is None:
            return "rating.rating", [("id", "in", [])]
        return "rating.rating", events._rating_domain_activity(events.ids)
