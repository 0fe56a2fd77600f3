# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

#: Handbook A §2, relation types
ROLES = [
    ("owner", "Owner"),
    ("co_owner", "Co-owner"),
    ("tenant", "Tenant"),
    ("family", "Family member"),
    ("co_resident", "Co-resident"),
    ("contact", "Company contact"),
    ("agent", "Agent"),
    ("helper", "House-helper"),
]
OWNER_ROLES = ("owner", "co_owner")
MANNERS = [
    ("first", "First purchase"),
    ("sale", "Sale"),
    ("inheritance", "Inheritance"),
    ("gift", "Gift"),
    ("court", "Court ruling"),
    ("other", "Other"),
]


class PropertyOccupancy(models.Model):
    """Who holds which unit as what, from which day to which, and who pays.

    Handbook A §2–§5. A row is never overwritten: a sale, a lease or a change of payer ends it and
    starts the next, by the methods of `property.unit`. Both days belong to the period. A unit with
    an owner has exactly one payer on every day of it; the database itself refuses two.
    """

    _name = "property.occupancy"
    _description = "Occupancy"
    _inherit = ["property.located.mixin", "property.workflow.mixin", "mail.thread"]
    _order = "unit_id, date_start desc, role, id"

    _workflow_initial = ("pending", "effective")
    _workflow_moves = {"pending": ("effective", "ended"), "effective": ("ended",), "ended": ()}
    _workflow_stamps = {"ended": ("ended_by_id", "ended_date")}

    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, ondelete="restrict", index=True, tracking=True
    )
    phone = fields.Char(related="partner_id.phone")
    phone_masked = fields.Char("Phone (masked)", related="partner_id.property_phone_masked")
    role = fields.Selection(ROLES, required=True, default="owner", tracking=True, index=True)
    state = fields.Selection(
        [("pending", "To be confirmed"), ("effective", "Effective"), ("ended", "Ended")],
        required=True,
        default="effective",
        tracking=True,
        index=True,
    )
    date_start = fields.Date("From", required=True, tracking=True)
    date_end = fields.Date("To", tracking=True, help="Last day; empty while it goes on.")
    current = fields.Boolean(compute="_compute_current", search="_search_current")
    is_payer = fields.Boolean("Pays fees", tracking=True)
    pays_items_only = fields.Boolean(
        "Only some items", help="Pays the listed fee items only; somebody else pays the rest."
    )
    share = fields.Float("Share (%)", digits=(16, 2))
    relation = fields.Char("Relation to the owner or tenant")
    title_number = fields.Char("Title certificate no.")
    manner = fields.Selection(MANNERS, "Manner of transfer")
    previous_owner = fields.Char(readonly=True)
    reported_date = fields.Date(
        "Reported on",
        default=fields.Date.context_today,
        help="When the company learned of it; the period is by law and contract.",
    )
    lease_number = fields.Char("Lease contract no.")
    lease_filing = fields.Char("Lease filing no.")
    lease_date_end = fields.Date(
        "Lease ends", help="As the contract says; the tenancy goes on until the tenant has left."
    )
    lease_use = fields.Char("Use of the leased unit")
    owner_consent = fields.Boolean("Owner's consent")
    interior = fields.Char("Interior renovation")
    residence_permit = fields.Char("Residence permit no.")
    end_reason = fields.Selection(
        [
            ("sold", "Sold"),
            ("lease_end", "Lease ended"),
            ("inheritance", "Inheritance"),
            ("payer", "Change of payer"),
            ("other", "Other"),
        ],
        "Reason of the end",
        readonly=True,
    )
    ended_by_id = fields.Many2one("res.users", "Ended by", readonly=True)
    ended_date = fields.Datetime("Ended on", readonly=True)
    remark = fields.Char()

    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "An occupancy cannot end before it starts.",
    )
    _share_range = models.Constraint(
        "CHECK (share >= 0 AND share <= 100)", "A share lies between 0 and 100 %."
    )
    _one_payer = models.Constraint(
        """EXCLUDE USING gist (
            int4range(unit_id, unit_id, '[]') WITH =,
            daterange(date_start, date_end, '[]') WITH &&
        ) WHERE (is_payer AND NOT COALESCE(pays_items_only, false) AND state != 'pending')""",
        "A unit has one payer on any day: end the present payer's period first.",
    )
    _unit_period = models.Index("(unit_id, date_start, date_end)")

    @api.depends("partner_id.name", "role", "unit_id.full_name")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for row in self:
            row.display_name = (
                f"{row.unit_id.full_name or ''} {row.partner_id.name or ''} "
                f"({labels.get(row.role) or ''})"
            )

    @api.depends("date_start", "date_end", "state")
    def _compute_current(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.current = row._holds_on(today)

    def _holds_on(self, date):
        self.ensure_one()
        return bool(
            self.state != "pending"
            and self.date_start
            and self.date_start <= date
            and (not self.date_end or self.date_end >= date)
        )

    def _search_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_on(fields.Date.context_today(self))

    @api.model
    def _domain_on(self, date):
        """Return the domain of the rows that hold on `date`."""
        return Domain(
            [
                ("state", "!=", "pending"),
                ("date_start", "<=", date),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", date),
            ]
        )

    @api.constrains("unit_id", "role", "state", "date_start", "date_end", "share")
    def _check_shares(self):
        for unit in self.filtered(lambda row: row.role in OWNER_ROLES).unit_id:
            rows = unit.occupancy_ids.filtered(
                lambda row: row.role in OWNER_ROLES and row.state != "pending" and row.share
            )
            for day in rows.mapped("date_start"):
                total = sum(row.share for row in rows if row._holds_on(day))
                if total > 100.005:
                    raise ValidationError(
                        self.env._(
                            "The owners of %(unit)s hold %(total)s %% together on %(day)s.",
                            unit=unit.full_name,
                            total=round(total, 2),
                            day=day,
                        )
                    )

    @api.constrains("unit_id", "role", "state", "date_start", "date_end", "is_payer")
    def _check_owned_days_have_payer(self):
        """Enforce that while a unit has an owner it has a payer (no day without)."""
        if self.env.context.get("property_occupancy_batch"):
            return
        for unit in self.unit_id:
            if day := unit._first_day_without_payer():
                raise ValidationError(
                    self.env._(
                        "%(unit)s has an owner but nobody who pays from %(day)s on: say who pays.",
                        unit=unit.full_name,
                        day=day,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("date_end") and vals.get("state") != "pending":
                end = fields.Date.to_date(vals["date_end"])
                if end < fields.Date.context_today(self):
                    vals.setdefault("end_reason", "other")
        # periods just ended must be in the database before the next one meets `_one_payer`
        self.flush_model()
        return super().create(vals_list)

    def _history_fields(self):
        """Return the fields that say who held the unit as what, when and who paid."""
        return {
            "unit_id",
            "partner_id",
            "role",
            "date_start",
            "date_end",
            "is_payer",
            "pays_items_only",
            "share",
            "manner",
            "end_reason",
        }

    def write(self, vals):
        fixed = {"unit_id", "partner_id", "role"} & vals.keys()
        if fixed and self.filtered(lambda row: row.state != "pending"):
            raise UserError(
                self.env._(
                    "“%(row)s” is history: end it and start another one, so that it stays known "
                    "who held the unit.",
                    row=self[:1].display_name,
                )
            )
        ended = self.filtered(lambda row: row.state == "ended")
        if ended and self._history_fields() & vals.keys() and not self._moving():
            raise UserError(
                self.env._(
                    "“%(row)s” has ended: what it says about the time before stays as it is.",
                    row=ended[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_pending(self):
        if rows := self.filtered(lambda row: row.state != "pending"):
            raise UserError(
                self.env._("“%(row)s” cannot be deleted: end it instead.", row=rows[0].display_name)
            )

    def action_confirm(self):
        """Make pending rows effective."""
        self._move_to("effective")

    def action_end(self):
        """Open the dialog that ends the relation of a person to a unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End the relation"),
            "res_model": "property.occupancy.end",
            "view_mode": "form",
            "target": "new",
            "context": {"default_occupancy_id": self.id},
        }

    def _end(self, last_day, reason):
        """End rows with their last day.

        A row whose end was announced already is shortened where it reaches beyond that day.

        :param date last_day: the last day that still belongs to the period
        :param str reason: a value of `end_reason`
        :raises UserError: if a row starts after that day
        """
        for row in self:
            if row.date_start > last_day:
                raise UserError(
                    self.env._(
                        "“%(row)s” starts on %(start)s only: it cannot end on %(end)s.",
                        row=row.display_name,
                        start=row.date_start,
                        end=last_day,
                    )
                )
        announced = self.filtered(lambda row: row.state == "ended")
        announced.filtered(lambda row: row.date_end > last_day)._with_move().write(
            {"date_end": last_day, "end_reason": reason}
        )
        (self - announced)._move_to("ended", date_end=last_day, end_reason=reason)

    def _split(self, day, **vals):
        """End rows the day before `day` and start copies of them on it, with `vals`.

        :return: the new rows
        """
        last_day = day - timedelta(days=1)
        successors = [
            {**row.copy_data({"date_start": day, "date_end": row.date_end})[0], **vals}
            for row in self
        ]
        self._end(last_day, "payer")
        return self.create(successors)
