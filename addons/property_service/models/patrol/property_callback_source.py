# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: ratings of the portal (1 to 5) from which on a customer counts as content, or fairly content
RATING_OK = 4
RATING_FAIR = 3


class PropertyCallbackSource(models.AbstractModel):
    """What customers may be called back about: what it says of itself, and what it is told.

    Handbook B §B1. `property.callback._plan()` takes records of any model that has this mixin,
    besides `estate_id`, `building_id` and `partner_id`; models override the small methods below.
    """

    _name = "property.callback.source"
    _description = "What customers are called back about"

    def _callback_class(self):
        """Hook: which rule of callbacks holds: safety, leak, other, special, complaint …; False
        where the customer is not called back."""
        return False

    def _callback_draws(self, rule, phase):
        """Hook: return whether the record is in the sample of the rule."""
        return rule._draws(self, phase)

    def _callback_person(self):
        """Hook: the person who is called back."""
        return self.partner_id

    def _callback_handlers(self):
        """Hook: users who did the work and therefore may not ask about it."""
        return self.env["res.users"]

    def _callback_subject(self):
        """Hook: what was done, in a few words, for whoever calls."""
        return self.display_name

    def _callback_rating(self):
        """Hook: what the customer said on the portal already: ok, fair, bad, or False."""
        if "rating_ids" not in self._fields:
            return False
        consumed = self.sudo().rating_ids.filtered("consumed").sorted("id")
        if not consumed:
            return False
        value = consumed[-1].rating
        return "ok" if value >= RATING_OK else "fair" if value >= RATING_FAIR else "bad"

    def _callback_origin(self):
        """Hook: the case whose work this one does anew (a free rework), or an empty record."""
        return self.browse()

    def _callback_result(self, callback):
        """Hook: the customer was called; `callback.result` is ok, fair or bad."""

    def _callback_unreached(self, callback):
        """Hook: the customer was tried often enough and never reached."""

    def _rectification_done(self, notice):
        """Hook: a rectification notice that came from this record was verified."""
