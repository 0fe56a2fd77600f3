# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools import money

#: Handbook B form H9-1, ages of arrears
AGES = [
    ("0", "Not due yet"),
    ("1", "Up to 3 months"),
    ("2", "3 to 6 months"),
    ("3", "6 to 12 months"),
    ("4", "1 to 2 years"),
    ("5", "2 to 3 years"),
    ("6", "Over 3 years"),
]
#: age -> months the charge is overdue at least, the oldest first
_MONTHS = {"6": 36, "5": 24, "4": 12, "3": 6, "2": 3, "1": 0}
_OPEN = ("open", "partial")


class PropertyCharge(models.Model):
    """How long a charge has been overdue, as of today (handbook B H9-1).

    It changes from day to day, so it is not stored; searching and grouping by it is done on the
    due date in the database.
    """

    _inherit = "property.charge"

    age = fields.Selection(
        AGES,
        "Overdue for",
        compute="_compute_age",
        search="_search_age",
        help="Of what is still owed, by the days since it was due.",
    )

    @api.depends("state", "date_due")
    def _compute_age(self):
        limits = self._age_limits()
        for charge in self:
            charge.age = charge.state in _OPEN and next(
                (age for age, limit in limits if charge.date_due and charge.date_due < limit), "0"
            )

    def _age_limits(self):
        """Return [(age, the day before which a due date makes it that old)], oldest first."""
        today = fields.Date.context_today(self)
        return [(age, money.add_months(today, -months)) for age, months in _MONTHS.items()]

    def _search_age(self, operator, value):
        if operator != "in":
            return NotImplemented
        limits = dict(self._age_limits())
        parts = []
        for age in {False, *dict(AGES)}.intersection(value):
            if not age:
                parts.append(Domain("state", "not in", _OPEN))
                continue
            older = limits.get(str(int(age) + 1))
            part = Domain("state", "in", _OPEN)
            if age in limits:
                part &= Domain("date_due", "<", limits[age])
                if older:
                    part &= Domain("date_due", ">=", older)
            else:
                part &= Domain("date_due", "=", False) | Domain("date_due", ">=", older)
            parts.append(part)
        return Domain.OR(parts)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "age":
            return super()._field_to_sql(alias, field_expr, query)
        due = super()._field_to_sql(alias, "date_due", query)
        state = super()._field_to_sql(alias, "state", query)
        return SQL(
            "CASE WHEN %s NOT IN %s THEN NULL %s ELSE '0' END",
            state,
            _OPEN,
            SQL(" ").join(
                SQL("WHEN %s < %s THEN %s", due, limit, age) for age, limit in self._age_limits()
            ),
        )
