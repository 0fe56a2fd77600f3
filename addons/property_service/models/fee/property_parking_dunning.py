# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class PropertyParkingDunning(models.Model):
    """The dunning of a parking space whose fee has run out (handbook B H10).

    Told orally first; in writing when more than two weeks have passed; then a lease may end and
    the space be released, or the car pays by the hour. Wheels are never locked and no exit is
    barred: no such step exists. An owned space owes its management fee only, and stays his.
    """

    _name = "property.parking.dunning"
    _description = "Parking fee dunning"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "property.numbered.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_expired, id"
    _rec_name = "number"

    _number_form = "CWCJ"
    _workflow_moves = {
        "due": ("oral", "settled"),
        "oral": ("notice", "settled"),
        "notice": ("terminated", "temp_rate", "settled"),
        "terminated": ("settled",),
        "temp_rate": ("terminated", "settled"),
        "settled": ("due", "oral", "notice", "terminated", "temp_rate"),
    }
    _workflow_stamps = {
        "oral": ("oral_by_id", None),
        "notice": ("notice_by_id", None),
        "settled": (None, "settled_date"),
    }

    unit_id = fields.Many2one(string="Space")
    home_id = fields.Many2one("property.unit", ondelete="restrict", index=True, check_company=True)
    partner_id = fields.Many2one(
        "res.partner", "Owner of the car", required=True, ondelete="restrict", index=True
    )
    lease_id = fields.Many2one(
        "property.parking.lease", ondelete="restrict", index="btree_not_null"
    )
    space_kind = fields.Selection(
        [("leased", "Leased space"), ("owned", "Owned space"), ("shelter", "Air-raid shelter")],
        "Kind of space",
        compute="_compute_space_kind",
        store=True,
    )
    plate = fields.Char("Car plate")
    rate = fields.Monetary("Rate a month", readonly=True)
    date_expired = fields.Date("Ran out on", required=True, index=True, tracking=True)
    month_from = fields.Date("First month owed", readonly=True)
    month_to = fields.Date("Last month owed", readonly=True)
    amount = fields.Monetary("Owed", readonly=True, tracking=True)
    late_amount = fields.Monetary("Late charge to date", compute="_compute_late")
    state = fields.Selection(
        [
            ("due", "Due"),
            ("oral", "Told orally"),
            ("notice", "Written notice"),
            ("temp_rate", "Pays by the hour"),
            ("terminated", "Lease terminated"),
            ("settled", "Settled"),
        ],
        required=True,
        default="due",
        tracking=True,
        index=True,
        group_expand=True,
    )
    oral_date = fields.Date("Told orally on", tracking=True, readonly=True)
    oral_by_id = fields.Many2one("res.users", "Told by", readonly=True, copy=False)
    oral_note = fields.Char("Whom, and what was said")
    notice_date = fields.Date("Notice of", tracking=True, readonly=True)
    notice_by_id = fields.Many2one("res.users", "Notice by", readonly=True, copy=False)
    notice_deadline = fields.Date("Pay by", readonly=True)
    signer = fields.Char("Signed for by", tracking=True)
    signed_date = fields.Date("Signed for on", tracking=True)
    remark = fields.Char()
    settled_date = fields.Datetime("Paid in full on", readonly=True, copy=False)

    _one_open = models.UniqueIndex(
        "(unit_id, partner_id) WHERE state != 'settled'",
        "The fee of this space is being dunned already.",
    )
    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a case with this number already."
    )

    @api.depends("number", "unit_id.full_name", "plate")
    def _compute_display_name(self):
        for case in self:
            parts = (case.number, case.unit_id.full_name, case.plate)
            case.display_name = " ".join(part for part in parts if part)

    @api.depends("unit_id.type_id", "lease_id")
    def _compute_space_kind(self):
        owned = self.env.ref("property_service.unit_type_parking_owned", raise_if_not_found=False)
        shelter = self.env.ref(
            "property_service.unit_type_parking_shelter", raise_if_not_found=False
        )
        for case in self:
            if shelter and case.unit_id.type_id == shelter:
                case.space_kind = "shelter"
            elif not case.lease_id and owned and case.unit_id.type_id == owned:
                case.space_kind = "owned"
            else:
                case.space_kind = "leased"

    def _open_charges(self):
        """Return the open charges of the spaces and payers of the cases."""
        pairs = {(case.unit_id.id, case.partner_id.id) for case in self}
        return (
            self.env["property.charge"]
            .search(
                [
                    ("unit_id", "in", self.unit_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("state", "in", ("open", "partial")),
                    ("date_due", "<", fields.Date.context_today(self)),
                ]
            )
            .filtered(lambda charge: (charge.unit_id.id, charge.partner_id.id) in pairs)
        )

    @api.depends("amount")
    def _compute_late(self):
        for case in self:
            case.late_amount = self.env["property.late.charge"]._total(case._open_charges())

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            space = self.env["property.unit"].browse(vals["unit_id"])
            vals.setdefault("home_id", space.main_unit_id.id)
            vals.setdefault("plate", space.plate)
            vals.setdefault("lease_id", self._lease_of(space, vals["partner_id"]).id)
        cases = super().create(vals_list)
        cases.sudo()._assign_number()
        return cases

    @api.model
    def _lease_of(self, space, partner_id):
        return self.env["property.parking.lease"].search(
            [
                ("space_id", "=", space.id),
                ("partner_id", "=", partner_id),
                ("state", "in", ("active", "expiring", "ended", "renewed")),
            ],
            order="date_start desc",
            limit=1,
        )

    # step by step --------------------------------------------------------------------------------

    def action_oral(self):
        """Note that the driver was told by word of mouth."""
        for case in self:
            case._move_to("oral", oral_date=fields.Date.context_today(self))

    def action_notice(self):
        """Make the written notice (form H10-1), not before the days of the setting have passed.

        :return: the action that prints it
        :raises UserError: if it is too early, or nobody told the driver
        """
        today = fields.Date.context_today(self)
        for case in self:
            days = case.estate_id._parameter("parking_notice_days")
            earliest = case.date_expired + timedelta(days=days + 1)
            if case.state == "due":
                raise UserError(
                    self.env._(
                        "%(case)s: tell the driver first, and note it.", case=case.display_name
                    )
                )
            if case.state == "oral" and today < earliest:
                raise UserError(
                    self.env._(
                        "%(case)s: the written notice comes when more than %(days)s days have "
                        "passed, from %(date)s on.",
                        case=case.display_name,
                        days=days,
                        date=earliest,
                    )
                )
            if case.state == "oral":
                term = case.estate_id._parameter("dunning_notice_days")
                case._move_to(
                    "notice", notice_date=today, notice_deadline=today + timedelta(days=term)
                )
        return self.env.ref("property_service.action_report_parking_notice").report_action(
            self, config=False
        )

    def _check_released(self):
        """Refuse to take a space back before its days after the written notice have passed."""
        today = fields.Date.context_today(self)
        for case in self:
            if case.space_kind == "owned":
                raise UserError(
                    self.env._(
                        "%(unit)s belongs to its owner: nobody takes it back, and its access is "
                        "not barred.",
                        unit=case.unit_id.full_name,
                    )
                )
            days = case.estate_id._parameter("parking_release_days")
            if not case.notice_date or today < case.notice_date + timedelta(days=days):
                raise UserError(
                    self.env._(
                        "%(case)s: the lease may be ended %(days)s days after the written notice.",
                        case=case.display_name,
                        days=days,
                    )
                )

    def action_temp_rate(self):
        """State that the card is not renewed and the car pays by the hour from now on."""
        self._check_not_owned()
        self._move_to("temp_rate")

    def _check_not_owned(self):
        for case in self:
            if case.space_kind == "owned":
                raise UserError(
                    self.env._(
                        "%(unit)s belongs to its owner: nobody takes it back, and its access is "
                        "not barred.",
                        unit=case.unit_id.full_name,
                    )
                )

    def action_terminate(self):
        """End the lease for unpaid rent; the space is released (handbook B H10).

        :raises UserError: before the days of the setting have passed, and for owned spaces
        """
        self._check_released()
        for case in self:
            lease = case.lease_id
            if lease.state in ("active", "expiring"):
                lease._end(fields.Date.context_today(self), "arrears")
            case._move_to("terminated")

    # figures -------------------------------------------------------------------------------------

    @api.model
    def _overdue_sums(self, condition):
        """Return what is overdue today by parking space and payer, in one statement."""
        self.env["property.charge"].flush_model()
        self.env["property.unit"].flush_model()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT charge.unit_id,
                       charge.partner_id,
                       SUM(charge.amount_residual)::float AS amount,
                       MIN(charge.month) AS month_from,
                       MAX(charge.month) AS month_to,
                       MIN(charge.date_due) AS date_expired,
                       (ARRAY_AGG(charge.price_unit ORDER BY charge.month DESC))[1]::float AS rate
                  FROM property_charge charge
                  JOIN property_unit unit
                    ON unit.id = charge.unit_id AND unit.category = 'parking'
                 WHERE charge.state IN ('open', 'partial')
                   AND charge.late_for_id IS NULL
                   AND charge.date_due < %(today)s
                   AND charge.amount_residual > 0
                   AND %(condition)s
              GROUP BY charge.unit_id, charge.partner_id
                """,
                today=fields.Date.context_today(self),
                condition=condition,
            )
        )

    def _refresh(self):
        """Bring the figures up to date; settle what is paid."""
        if not self:
            return
        sums = {
            (row.pop("unit_id"), row.pop("partner_id")): row
            for row in self._overdue_sums(SQL("charge.unit_id = ANY(%s)", self.unit_id.ids))
        }
        for case in self:
            row = sums.get((case.unit_id.id, case.partner_id.id))
            if row:
                if case.state == "settled":
                    case._move_to(case._reopened_state())
                case.write({name: row[name] for name in ("amount", "month_from", "month_to")})
                if not case.rate:
                    case.rate = row["rate"]
            elif case.state != "settled" and case.amount:
                case._move_to("settled", amount=0.0)
                case.activity_ids.unlink()

    def _reopened_state(self):
        if self.notice_date:
            return "notice"
        return "oral" if self.oral_date else "due"

    @api.model
    def _settlement_changed(self, charges):
        """Settle cases at once when the last overdue charge of their space is paid."""
        spaces = charges.unit_id.filtered(lambda unit: unit.category == "parking")
        if not spaces:
            return
        cases = self.search(
            [
                ("unit_id", "in", spaces.ids),
                ("partner_id", "in", charges.partner_id.ids),
                "|",
                ("state", "!=", "settled"),
                ("settled_date", ">=", fields.Datetime.now() - timedelta(days=7)),
            ],
            order="id desc",
        )
        latest = self.browse()
        for _pair, group in cases.grouped(lambda case: (case.unit_id, case.partner_id)).items():
            latest |= group.filtered(lambda case: case.state != "settled")[:1] or group[:1]
        latest._refresh()

    @api.model
    def _cron_check(self):
        """List the spaces whose fee has run out, as the desk does each month (handbook B H10).

        Safe to run twice: a space that is listed already is only brought up to date.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=2)
        self.search([("state", "!=", "settled")])._refresh()
        if not cron._commit_progress(1):
            return
        rows = self._overdue_sums(
            SQL(
                """
                NOT EXISTS (SELECT 1
                              FROM property_parking_dunning dunning
                             WHERE dunning.unit_id = charge.unit_id
                               AND dunning.partner_id = charge.partner_id
                               AND dunning.state != 'settled')
                """
            )
        )
        opened = self.browse()
        for row in rows:
            try:
                with self.env.cr.savepoint():
                    opened |= self.create([row])
            except Exception:
                _logger.exception("No parking dunning for %s", row)
        for estate, cases in opened.grouped("estate_id").items():
            cases._tell_supervisor(estate)
        cron._commit_progress(1)

    def _tell_supervisor(self, estate):
        """Give the manager of the estate an activity with the list of cars that are due."""
        user = estate.manager_id
        if not user:
            return
        first = self[0].with_context(lang=user.lang)
        first.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.context_today(self),
            user_id=user.id,
            summary=first.env._(
                "%(estate)s: the fee of %(count)s spaces has run out",
                estate=estate.name,
                count=len(self),
            ),
            note=first.env._(
                "Cars: %(plates)s. Have the drivers told by word of mouth, and note it.",
                plates="、".join(case.plate or case.unit_id.full_name for case in self[:40]),
            ),
        )
