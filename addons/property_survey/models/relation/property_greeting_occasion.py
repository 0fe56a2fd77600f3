# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)

#: younger people's data are for their guardians (个人信息保护法 art. 31)
_ADULT_YEARS = 14


class PropertyGreetingOccasion(models.Model):
    """A birthday or a festival customers are greeted on (handbook B F1, F2, A §8).

    Solar festivals have a month and a day; lunar ones a list of days, one for each year, which is
    kept up to date by hand. Only who agreed is greeted.
    """

    _name = "property.greeting.occasion"
    _description = "Occasion of greetings"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("birthday", "Birthday"), ("solar", "Same day each year"), ("lunar", "By the lunar year")],
        "Day of the occasion",
        required=True,
        default="solar",
    )
    month = fields.Integer("In month")
    day = fields.Integer("On day")
    date_ids = fields.One2many("property.greeting.date", "occasion_id", "Days by year")
    next_date = fields.Date("Next day", compute="_compute_next_date")
    way = fields.Selection(
        [("todo", "The steward greets"), ("mail", "By e-mail, else the steward greets")],
        "Way of greeting",
        required=True,
        default="todo",
    )
    template_id = fields.Many2one(
        "mail.template",
        "Text of the greeting",
        domain="[('model', '=', 'property.greeting')]",
        index="btree_not_null",
    )
    estate_ids = fields.Many2many(
        "property.estate",
        "property_greeting_occasion_estate_rel",
        string="Only in estates",
        help="Empty: in every estate.",
    )
    class_ids = fields.Many2many(
        "property.customer.class",
        "property_greeting_occasion_class_rel",
        string="Only customers of classes",
        help="Empty: everybody who agreed.",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    active = fields.Boolean(default=True)

    @api.depends("kind", "month", "day", "date_ids.date")
    def _compute_next_date(self):
        today = local_today()
        for occasion in self:
            days = [occasion._day_in(today.year), occasion._day_in(today.year + 1)]
            occasion.next_date = min((day for day in days if day and day >= today), default=False)

    @api.constrains("kind", "month", "day", "way", "template_id")
    def _check_day(self):
        for occasion in self:
            if occasion.kind == "solar" and not occasion._day_in(2027):
                raise ValidationError(
                    self.env._("“%s”: enter the month and the day.", occasion.name)
                )
            if occasion.way == "mail" and not occasion.template_id:
                raise ValidationError(
                    self.env._("“%s”: choose the text that is sent.", occasion.name)
                )

    def _day_in(self, year):
        """Return the occasion's day in `year`, None where it has none (or is a birthday)."""
        self.ensure_one()
        if self.kind == "solar":
            try:
                return date(year, self.month, self.day)
            except ValueError:
                return None
        if self.kind == "lunar":
            return next((row.date for row in self.date_ids if row.date.year == year), None)
        return None

    def _people(self, estate, day):
        """Return {person: unit} of who is greeted in an estate on `day`: consenting residents."""
        self.ensure_one()
        if self.kind != "birthday" and self._day_in(day.year) != day:
            return {}
        rows = (
            self.env["property.occupancy"]
            .sudo()
            .search(
                [
                    ("estate_id", "=", estate.id),
                    ("current", "=", True),
                    ("unit_id.category", "not in", ("parking", "storage")),
                    ("role", "not in", ("contact", "agent", "helper")),
                    ("partner_id.property_greeting_consent", "=", True),
                    ("partner_id.is_company", "=", False),
                ],
                order="id",
            )
        )
        people = {}
        for row in rows:
            person = row.partner_id
            born = person.property_birthday
            if born and day.year - born.year < _ADULT_YEARS:
                continue
            if self.kind == "birthday" and not (born and _celebrates(born, day)):
                continue
            people.setdefault(person, row.unit_id)
        if self.class_ids:
            chosen = (
                self.env["property.customer.classification"]
                .sudo()
                .search(
                    [
                        ("estate_id", "=", estate.id),
                        ("class_id", "in", self.class_ids.ids),
                        ("state", "=", "active"),
                        ("review_date", ">=", day),
                    ]
                )
                .partner_id
            )
            people = {person: unit for person, unit in people.items() if person in chosen}
        return people

    def _make(self, estate, day):
        """Make the greetings of an occasion in an estate on `day` that are not there yet."""
        self.ensure_one()
        people = self._people(estate, day)
        greetings = self.env["property.greeting"].sudo()
        if not people:
            return greetings
        known = greetings.search(
            [
                ("occasion_id", "=", self.id),
                ("year", "=", day.year),
                ("partner_id", "in", [person.id for person in people]),
            ]
        ).partner_id
        made = greetings.create(
            [
                {
                    "occasion_id": self.id,
                    "estate_id": estate.id,
                    "partner_id": person.id,
                    "unit_id": unit.id,
                    "date": day,
                    "user_id": (unit.building_id.steward_ids[:1] or estate.manager_id).id,
                }
                for person, unit in people.items()
                if person not in known
            ]
        )
        for greeting in made if self.way == "mail" else ():
            greeting._send()
        made._tell_stewards()
        return made

    @api.model
    def _cron_greet(self):
        """Make today's greetings in every estate; warn of lunar festivals without a day."""
        today = local_today()
        occasions = self.search([("active", "=", True)])

        def greet(estate):
            for occasion in occasions:
                if occasion.company_id and occasion.company_id != estate.company_id:
                    continue
                if occasion.estate_ids and estate not in occasion.estate_ids:
                    continue
                occasion._make(estate, today)
            undated = occasions.filtered(
                lambda row: row.kind == "lunar" and not row._day_in(today.year + 1)
            )
            if undated and today.month == 12:
                words = self.with_context(lang=estate._print_lang())
                self.env["property.relation.plan"]._tell(
                    estate,
                    "manager",
                    words.env._(
                        "Enter next year's days of the festivals: %s",
                        "、".join(undated.with_context(lang=words.env.lang).mapped("name")),
                    ),
                )

        self.env["property.greeting"].sudo().search(
            [("state", "=", "to_do"), ("date", "<", today - timedelta(days=7))]
        )._move_to("expired")
        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            greet,
            lambda estate, _error: _logger.exception("Greetings of estate %s failed", estate.id),
        )


class PropertyGreetingDate(models.Model):
    """The day of a lunar festival in one year."""

    _name = "property.greeting.date"
    _description = "Day of a festival"
    _order = "date"

    occasion_id = fields.Many2one(
        "property.greeting.occasion", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="occasion_id.company_id", store=True, index=True)
    date = fields.Date("Day", required=True)

    _date_once = models.UniqueIndex("(occasion_id, date)", "This day is entered already.")

    @api.constrains("date", "occasion_id")
    def _check_once_a_year(self):
        for row in self:
            others = row.occasion_id.date_ids - row
            if row.date.year in {other.date.year for other in others}:
                raise ValidationError(
                    self.env._(
                        "“%(occasion)s” has its day in %(year)s already.",
                        occasion=row.occasion_id.name,
                        year=row.date.year,
                    )
                )


def _celebrates(born, day):
    """Return whether somebody `born` then has his birthday on `day` (29 February: on the 28th)."""
    if (born.month, born.day) == (2, 29):
        leap = (day.year % 4 == 0 and day.year % 100 != 0) or day.year % 400 == 0
        return (day.month, day.day) == ((2, 29) if leap else (2, 28))
    return (born.month, born.day) == (day.month, day.day)
