# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
from datetime import timedelta, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import money
from ...tools.local_time import local_day, local_time

KINDS = [
    ("activity", "Activity room"),
    ("hall", "Multi-purpose hall"),
    ("sport", "Sports ground"),
    ("ground", "Public ground"),
]


class PropertyVenue(models.Model):
    """A place residents may use for a while (活动场所、公共场地, handbook A §48, B G3).

    What differs from kind to kind — hours, length of a slot, how often, lead time, price, deposit —
    is kept here, so that a meeting room (A §49) or a goods lift (A §50) is one more kind.
    """

    _name = "property.venue"
    _description = "Venue"
    _inherit = ["mail.thread"]
    _order = "estate_id, sequence, name, id"
    _check_company_auto = True

    name = fields.Char("Name of the venue", required=True, tracking=True)
    kind = fields.Selection(
        KINDS, "Kind of venue", required=True, default="activity", index=True, tracking=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    building_id = fields.Many2one(
        "property.building",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )
    place = fields.Char("Where exactly")
    area = fields.Float("Area (m²)", digits=(16, 2))
    capacity = fields.Integer("Most people", help="0: no limit.")
    user_id = fields.Many2one(
        "res.users",
        "Looked after by",
        index="btree_not_null",
        help="Hands the venue over before its use and inspects it afterwards.",
    )
    hour_from = fields.Float("Opens at", default=8.0, required=True)
    hour_to = fields.Float("Closes at", default=21.0, required=True)
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Opening calendar",
        check_company=True,
        index="btree_not_null",
        help="Instead of the two hours, where they differ from day to day.",
    )
    hours_text = fields.Char("Opening hours", compute="_compute_hours_text")
    max_hours = fields.Float(
        "Longest use (hours)", help="0: as the house rules say (venue_slot_hours)."
    )
    max_month = fields.Integer(
        "Uses per household and month", help="0: as the house rules say (venue_month_limit)."
    )
    lead_hours = fields.Float(
        "Applied for ahead (hours)", help="So long before the use at the latest; 0: no limit."
    )
    price_basis = fields.Selection(
        [("free", "Free of charge"), ("hour", "By the hour"), ("once", "Each use")],
        "Fee of the venue",
        required=True,
        default="free",
        tracking=True,
    )
    price = fields.Monetary("Price for residents", tracking=True)
    price_commercial = fields.Monetary(
        "Price of commercial use",
        tracking=True,
        help="By the hour or each use, as above; also where residents pay nothing.",
    )
    step_minutes = fields.Selection(
        [("30", "Each half hour begun"), ("60", "Each hour begun")],
        "Hours are counted by",
        required=True,
        default="60",
    )
    deposit_amount = fields.Monetary("Deposit of the venue", tracking=True)
    unit_id = fields.Many2one(
        "property.unit",
        "Registered as",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id), ('category', 'not in', ('home', 'parking'))]",
        help="The room of the register the venue is. The deposit of an applicant who has no room "
        "of his own is taken on it, in his name; without it only who has a room pays a deposit.",
    )
    item_id = fields.Many2one(
        "property.fee.item",
        "Fee item of the venue",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: the company's item VENUE, common income of the owners.",
    )
    equipment = fields.Text("Equipment of the venue")
    rules = fields.Text("Rules of the venue")
    booking_ids = fields.One2many("property.venue.booking", "venue_id", "Bookings of the venue")
    booking_count = fields.Integer("Bookings to come", compute="_compute_bookings")
    next_date = fields.Datetime("Next use", compute="_compute_bookings")
    date_decided = fields.Datetime(
        "Last decision on a booking",
        readonly=True,
        copy=False,
        help="Written with every approval, so that two of them at one moment meet here.",
    )

    _name_unique = models.UniqueIndex(
        "(estate_id, name)", "This estate has a venue of that name already."
    )
    _hours_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)",
        "A venue opens before it closes, both between 0:00 and 24:00.",
    )
    _amounts = models.Constraint(
        "CHECK (COALESCE(price, 0) >= 0 AND COALESCE(price_commercial, 0) >= 0"
        " AND COALESCE(deposit_amount, 0) >= 0 AND COALESCE(max_hours, 0) >= 0"
        " AND COALESCE(max_month, 0) >= 0 AND COALESCE(lead_hours, 0) >= 0"
        " AND COALESCE(capacity, 0) >= 0)",
        "Prices, deposits and limits of a venue are not below zero.",
    )

    @api.depends("hour_from", "hour_to", "calendar_id.name")
    def _compute_hours_text(self):
        for venue in self:
            venue.hours_text = (
                venue.calendar_id.name or f"{_clock(venue.hour_from)}–{_clock(venue.hour_to)}"
            )

    def _compute_bookings(self):
        rows = self.env["property.venue.booking"]._read_group(
            [
                ("venue_id", "in", self.ids),
                ("date_end", ">=", fields.Datetime.now()),
                ("state", "not in", ("refused", "cancelled")),
            ],
            ["venue_id"],
            ["__count", "date_start:min"],
        )
        found = {venue: (count, first) for venue, count, first in rows}
        for venue in self:
            venue.booking_count, venue.next_date = found.get(venue, (0, False))

    @api.constrains("item_id")
    def _check_item(self):
        for venue in self:
            if venue.item_id.periodic:
                raise ValidationError(
                    self.env._(
                        "“%(item)s” is billed every month: choose an item that is charged once.",
                        item=venue.item_id.name,
                    )
                )

    # rules ---------------------------------------------------------------------------------------

    def _longest(self):
        """Return the longest use in hours; 0 where there is no limit."""
        self.ensure_one()
        return self.max_hours or self.estate_id._parameter("venue_slot_hours")

    def _month_limit(self):
        """Return how often a household may use it in a month; 0 where there is no limit."""
        self.ensure_one()
        return self.max_month or self.estate_id._parameter("venue_month_limit")

    def _counted_together(self):
        """Hook: return the kinds whose uses by a household are counted together."""
        self.ensure_one()
        community = [kind for kind, _label in KINDS]
        return community if self.kind in community else [self.kind]

    def _is_open(self, start, end):
        """Return whether the venue is open all the time from `start` to `end` (UTC)."""
        self.ensure_one()
        if self.calendar_id:
            first, last = (moment.replace(tzinfo=timezone.utc) for moment in (start, end))
            hours = self.calendar_id.get_work_hours_count(first, last, compute_leaves=True)
            return hours >= (end - start).total_seconds() / 3600 - 0.001
        day = local_day(start)
        return local_time(day, self.hour_from) <= start and end <= local_time(day, self.hour_to)

    def _fee(self, start, end, commercial):
        """Return (hours charged, yuan) of a use from `start` to `end` (UTC)."""
        self.ensure_one()
        minutes = int(self.step_minutes)
        steps = math.ceil(round((end - start) / timedelta(minutes=minutes), 6))
        hours = steps * minutes / 60
        if commercial and self.price_commercial:
            price = self.price_commercial
        else:
            price = 0.0 if self.price_basis == "free" else self.price
        # a free venue has its commercial price by the hour
        times = 1 if self.price_basis == "once" else hours
        amount = money.round_half_up(Decimal(str(price)) * Decimal(str(times)))
        return hours, float(amount)

    def _fee_item(self):
        """Return the fee item its use is charged with."""
        self.ensure_one()
        return self.item_id or self.company_id._property_venue_item("VENUE")

    def action_open_bookings(self):
        """Open the bookings of the venue, in the calendar first."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "property.venue.booking",
            "view_mode": "calendar,list,kanban,form",
            "domain": [("venue_id", "=", self.id)],
            "context": {"default_venue_id": self.id},
        }


def _clock(hours):
    """Return hours (8.5) as a clock shows them (08:30)."""
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
