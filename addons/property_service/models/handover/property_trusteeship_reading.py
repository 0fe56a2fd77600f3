# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from .property_trusteeship import IN_FORCE


class PropertyTrusteeshipReading(models.Model):
    """A reading of an entrusted home and what was used since the start (handbook A §42)."""

    _name = "property.trusteeship.reading"
    _description = "Reading of an entrusted home"
    _order = "date desc, id desc"

    trusteeship_id = fields.Many2one(
        "property.trusteeship", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(related="trusteeship_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="trusteeship_id.company_id", store=True, index=True)
    date = fields.Date(required=True, index=True)
    source = fields.Selection(
        [
            ("patrol", "On a patrol"),
            ("sheet", "Meter reading round"),
            ("final", "Reading at the end"),
        ],
        "Read during",
        required=True,
    )
    visit_id = fields.Many2one("property.patrol.visit", "Patrolled point", ondelete="set null")
    water = fields.Float("Water meter (m³)", digits=(16, 2), aggregator=None)
    power = fields.Float("Power meter (kWh)", digits=(16, 2), aggregator=None)
    water_used = fields.Float("Water since the start (m³)", digits=(16, 2), aggregator=None)
    power_used = fields.Float("Power since the start (kWh)", digits=(16, 2), aggregator=None)
    over = fields.Boolean("Over the limit")
    user_id = fields.Many2one("res.users", "Meter read by", default=lambda self: self.env.user)


class PropertyTrusteeship(models.Model):
    """What an entrusted home uses, and what follows when it is too much."""

    _inherit = "property.trusteeship"

    @api.model
    def _of(self, unit):
        """Return the trusteeship of `unit` that is in force, if there is one."""
        return self.sudo().search([("unit_id", "=", unit.id), ("state", "in", IN_FORCE)], limit=1)

    def _checked(self, visit):
        """Note a patrol of the home: `visit` is its point with result."""
        for row in self:
            if not row.patrol_date or row.patrol_date < visit.date:
                row.patrol_date = visit.date
            if visit.meters_read:
                row._read(visit.date, visit.water, visit.power, "patrol", visit)

    def _base(self, date):
        """Return the (water, power) that use is counted from on `date`.

        The start of the term; of the month or year of the term where limits hold for these; later
        where use until then was explained.
        """
        self.ensure_one()
        first = self._period_start(date)
        water, power = self.water_start, self.power_start
        if first:
            before = self.reading_ids.filtered(lambda row: row.date < first).sorted("date")[-1:]
            if before:
                water, power = before.water, before.power
        if self.excused_date and (not first or self.excused_date >= first):
            water, power = self.excused_water, self.excused_power
        return water, power

    def _period_start(self, date):
        """Return the first day of the limits' period that `date` lies in; None: the whole term."""
        self.ensure_one()
        if self.limit_period == "month":
            return money.month_start(date)
        if self.limit_period == "year":
            first = self.date_start
            while money.add_months(first, 12) <= date:
                first = money.add_months(first, 12)
            return first
        return None

    def _is_over(self, date, water, power):
        """Return whether these readings are over what the agreement allows."""
        self.ensure_one()
        base = self._base(date)
        return (
            round(water - base[0], 2) > self.limit_water
            or round(power - base[1], 2) > self.limit_power
        )

    def _read(self, date, water, power, source, visit=None):
        """Keep a reading; over the limit it has to be clarified.

        :param float water: what the meter shows, in m³
        :param float power: in kWh
        :raises UserError: if a meter shows less than at the start
        """
        self.ensure_one()
        if water < self.water_start or power < self.power_start:
            raise UserError(
                self.env._(
                    "%(unit)s: a meter shows less than at the start (%(water)g m³, %(power)g kWh).",
                    unit=self.unit_id.full_name,
                    water=self.water_start,
                    power=self.power_start,
                )
            )
        over = self._is_over(date, water, power)
        used = {"water_used": water - self.water_start, "power_used": power - self.power_start}
        reading = self.env["property.trusteeship.reading"].create(
            {
                "trusteeship_id": self.id,
                "date": date,
                "source": source,
                "visit_id": visit.id if visit else False,
                "water": water,
                "power": power,
                "over": over,
                **used,
            }
        )
        self.write({"water_last": water, "power_last": power, **used})
        if over:
            self._found_over(date)
        return reading

    def _found_over(self, date):
        """The home used more than allowed: find out why before the fee changes."""
        for row in self.filtered(lambda row: row.state in ("in_force", "renewed", "ended")):
            row._move_to("over_limit", over_date=date)
            row.message_post(
                body=self.env._(
                    "Over the limit on %(date)s: %(water)g m³ of water, %(power)g kWh since the "
                    "start. Clarify: used, leak, viewing or repair?",
                    date=date,
                    water=row.water_used,
                    power=row.power_used,
                )
            )

    def _need_note(self):
        for row in self:
            if not (row.over_note or "").strip():
                raise UserError(
                    self.env._("“%s”: write down what the clarification showed.", row.display_name)
                )

    def action_keep_reduction(self):
        """The home was not lived in (leak, repair, viewing): the lower fee stays, with the note.

        :raises UserError: without a note
        """
        self._check_pending()
        self._need_note()
        for row in self:
            values = {
                "excused_date": row.over_date,
                "excused_water": row.water_last,
                "excused_power": row.power_last,
            }
            if row.date_over:
                row._move_to("ended", **values)
            elif len(row.waiver_ids) > 1:
                row._move_to("renewed", **values)
            else:
                row._move_to("in_force", **values)
        return True

    def _check_pending(self):
        for row in self:
            if row.approval_pending:
                raise UserError(
                    self.env._("“%s” waits for the manager's decision already.", row.display_name)
                )

    def action_withdraw_reduction(self):
        """The home was used: ask the manager to charge the full fee from that month on (A §42).

        :raises UserError: without a note, or if it is not being clarified
        """
        self._need_note()
        for row in self:
            if row.state != "over_limit":
                raise UserError(self.env._("“%s” is not over its limit.", row.display_name))
            row._request_approval(
                "trustee_cancel",
                self.env._(
                    "%(unit)s: full fee from %(first)s",
                    unit=row.unit_id.full_name,
                    first=money.month_start(row.over_date),
                ),
                amount=row._amount_at_stake(),
                reason=row.over_note,
            )
        return True

    def _amount_at_stake(self):
        """Return what was reduced since the first of the month it was found, in yuan."""
        self.ensure_one()
        first = money.month_start(self.over_date)
        charges = self.waiver_ids.sudo().charge_ids.filtered(
            lambda charge: charge.amount < 0 and not charge.cancelled and charge.date_end >= first
        )
        return -sum(charges.mapped("amount"))

    def _approval_granted(self, approval):
        for row in self:
            row.sudo()._cancel_reduction(money.month_start(row.over_date))

    def _approval_refused(self, approval, reason):
        """The manager does not agree: it stays to be clarified."""
        for row in self:
            row.message_post(body=self.env._("Not approved: %(reason)s", reason=reason or ""))

    def _cancel_reduction(self, first):
        """Charge the full fee from `first` on and bill what was paid too low since."""
        self.ensure_one()
        reason = self.env._("Home was used: full fee from %(date)s", date=first)
        self._bill_rest(first, reason)
        self._end_waivers(first, reason)
        self._move_to("discount_cancelled", cancel_date=first)
        if self.date_over:
            self._move_to("ended")

    def _end_waivers(self, first, reason):
        """End the reductions so that the fee is full from `first` on; bill the difference."""
        self.ensure_one()
        last = first - timedelta(days=1)
        for waiver in self.waiver_ids.sudo():
            if waiver.state == "waiting":
                waiver.action_back()
                waiver.action_refuse()
            elif waiver.state in ("approved", "active") and waiver.date_end > last:
                waiver._end(last, reason)

    def _bill_rest(self, first, reason):
        """Bill what reductions that are over took off since `first` and nobody charged again."""
        self.ensure_one()
        charges = self.env["property.charge"].sudo()
        waivers = self.waiver_ids.sudo().filtered(lambda row: row.state in ("ended", "revoked"))
        values = []
        for reduction in waivers.charge_ids.filtered(
            lambda charge: (
                charge.amount < 0
                and charge.invoice_id
                and not charge.cancelled
                and charge.date_end >= first
            )
        ):
            again = charges.search([("origin_key", "=", f"waiver_end,{reduction.id}")], limit=1)
            begin = max(reduction.date_start, first)
            end = again.date_start - timedelta(days=1) if again else reduction.date_end
            if begin > end:
                continue
            part = Decimal((end - begin).days + 1) / Decimal(
                (reduction.date_end - reduction.date_start).days + 1
            )
            values.append(
                {
                    "unit_id": reduction.unit_id.id,
                    "item_id": reduction.item_id.id,
                    "partner_id": reduction.partner_id.id,
                    "amount": float(money.round_half_up(Decimal(str(-reduction.amount)) * part)),
                    "month": reduction.month,
                    "date_start": begin,
                    "date_end": end,
                    "origin": "waiver",
                    "origin_key": f"waiver_used,{reduction.id}",
                    "waiver_id": reduction.waiver_id.id,
                    "note": f"{self.number} {reason}",
                }
            )
        if values:
            charges._charge(values)

    def _read_sheet(self, kind, reading):
        """Take a reading of a round; one below the last is of a new meter and says nothing."""
        self.ensure_one()
        water = reading.current if kind == "water" else self.water_last
        power = reading.current if kind == "electricity" else self.power_last
        if water < self.water_last or power < self.power_last:
            return
        self._read(reading.date or reading.sheet_id.date, water, power, "sheet")


class PropertyWaiver(models.Model):
    """The reduction of an entrusted home is ruled by its agreement."""

    _inherit = "property.waiver"

    trusteeship_id = fields.Many2one(
        "property.trusteeship",
        "House trusteeship",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    def _check_vacancy(self):
        """Nobody has to wait some months to entrust his home (A §42)."""
        return None if self.trusteeship_id else super()._check_vacancy()

    def _uses_too_much(self, check):
        return False if self.trusteeship_id else super()._uses_too_much(check)

    def _condition_broken(self, check):
        """Somebody saw that the home is not empty: it is clarified, then the fee changes."""
        if self.trusteeship_id:
            return self.trusteeship_id.sudo()._found_over(check.date)
        return super()._condition_broken(check)

    def _approval_granted(self, approval):
        result = super()._approval_granted(approval)
        self.trusteeship_id.sudo()._waiver_granted()
        return result

    def _approval_refused(self, approval, reason):
        result = super()._approval_refused(approval, reason)
        self.trusteeship_id.sudo()._waiver_refused(reason)
        return result


class PropertyMeterSheet(models.Model):
    """Meter reading rounds tell entrusted homes what they used."""

    _inherit = "property.meter.sheet"

    def _tell_waivers(self):
        result = super()._tell_waivers()
        if self.kind not in ("water", "electricity"):
            return result
        readings = self.reading_ids.filtered(lambda row: row.is_read and row.unit_id)
        rows = self.env["property.trusteeship"].search(
            [("unit_id", "in", readings.unit_id.ids), ("state", "in", IN_FORCE)]
        )
        for row in rows:
            for reading in readings.filtered(lambda line, row=row: line.unit_id == row.unit_id):
                row._read_sheet(self.kind, reading)
        return result
