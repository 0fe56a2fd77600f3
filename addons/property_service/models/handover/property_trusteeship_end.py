# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_trusteeship import IN_FORCE, REASON_OF_STATE, STATE_OF_REASON

_logger = logging.getLogger(__name__)


class PropertyTrusteeship(models.Model):
    """How a trusteeship goes on for another term, or ends (handbook A §42)."""

    _inherit = "property.trusteeship"

    # renewal -------------------------------------------------------------------------------------

    def action_renew(self):
        """Open the dialog that renews the agreement for another term."""
        return self._open_dialog("property.trusteeship.renew", self.env._("Renew the agreement"))

    def _renew(self, date_end, note):
        """Renew the agreement from the day after its term until `date_end`.

        The lower fee of the new term is approved like that of the first.

        :param str note: how the owner agreed
        :raises UserError: for an agreement that is not in force, with arrears, without consent
        """
        self.ensure_one()
        if self.state not in ("in_force", "renewed"):
            raise UserError(
                self.env._("“%s” is not in force: it cannot be renewed.", self.display_name)
            )
        if not (note or "").strip():
            raise UserError(self.env._("Write down how the owner agreed to the renewal."))
        first = self.date_end + timedelta(days=1)
        if date_end < first:
            raise UserError(
                self.env._("The new term ends after %(date)s only.", date=self.date_end)
            )
        self._check_no_arrears()
        self._ask_reduction(first, date_end, self.water_last, self.power_last)
        self.sudo().with_context(property_signed_system=True)._move_to("renewed", date_end=date_end)
        self.message_post(
            body=self.env._("Renewed until %(date)s: %(note)s", date=date_end, note=note)
        )

    # end -----------------------------------------------------------------------------------------

    def action_end(self):
        """Open the dialog that ends the trusteeship."""
        return self._open_dialog("property.trusteeship.end", self.env._("End the trusteeship"))

    def _open_dialog(self, model, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_trusteeship_id": self.id},
        }

    def _finish(self, reason, day, note=None):
        """End trusteeships: the fee is full again from `day` on.

        :param str reason: a value of `end_reason`
        :param date day: first day without trusteeship; that of the proof where the home was let
            without telling
        :param str note: what happened
        """
        labels = dict(self._fields["end_reason"]._description_selection(self.env))
        for row in self:
            if row.approval_pending:
                row._withdraw_approval()
            row._end_waivers(day, labels[reason])
            row._move_to("ended", date_over=day, end_reason=reason, end_note=note)
            unit = row.unit_id
            if unit.state == "trusteeship":
                unit.with_context(property_event_date=day)._set_state(
                    STATE_OF_REASON.get(reason, "vacant"),
                    self.env._(
                        "Trusteeship %(number)s ended: %(reason)s",
                        number=row.number,
                        reason=labels[reason],
                    ),
                )

    @api.model
    def _unit_left(self, units, state, day):
        """End the trusteeships of `units` that are used, let, renovated or sold now."""
        rows = self.sudo().search([("unit_id", "in", units.ids), ("state", "in", IN_FORCE)])
        rows._finish(REASON_OF_STATE.get(state, "owner"), day)

    def action_final_reading(self):
        """Take the final reading; over the limit it has to be clarified first.

        :raises UserError: where meters were not read, or show less than before
        """
        for row in self:
            if row.state != "ended":
                raise UserError(
                    self.env._(
                        "“%s” has not ended: there is no final reading yet.", row.display_name
                    )
                )
            if not row.final_taken:
                raise UserError(
                    self.env._(
                        "“%s”: read the meters at the end and tick “Final reading done”.",
                        row.display_name,
                    )
                )
            if row.water_end < row.water_last or row.power_end < row.power_last:
                raise UserError(
                    self.env._(
                        "%(unit)s: the final reading is below the last one (%(water)g m³, "
                        "%(power)g kWh).",
                        unit=row.unit_id.full_name,
                        water=row.water_last,
                        power=row.power_last,
                    )
                )
            if row._is_last_read():
                row._move_to("final_reading")
                continue
            over = not row.cancel_date and row._is_over(row.date_over, row.water_end, row.power_end)
            row.sudo()._take_final()
            if over:
                # what was used has to be explained first; then the final reading is taken
                row.sudo()._found_over(row.date_over)
            else:
                row._move_to("final_reading")
        return True

    def _is_last_read(self):
        """Return whether the readings at the end are kept already."""
        last = self.reading_ids.filtered(lambda reading: reading.source == "final")[:1]
        return bool(last) and (last.water, last.power) == (self.water_end, self.power_end)

    def _take_final(self):
        self.ensure_one()
        used = {
            "water_used": self.water_end - self.water_start,
            "power_used": self.power_end - self.power_start,
        }
        self.env["property.trusteeship.reading"].create(
            {
                "trusteeship_id": self.id,
                "date": self.date_over,
                "source": "final",
                "water": self.water_end,
                "power": self.power_end,
                "over": self._is_over(self.date_over, self.water_end, self.power_end),
                **used,
            }
        )
        self.write({"water_last": self.water_end, "power_last": self.power_end, **used})

    def action_settle(self):
        """Clear the accounts: nothing owed, keys given back, the owner has signed.

        :raises UserError: naming what is missing
        """
        for row in self:
            row._check_no_arrears()
            if row.keys_left and not row.keys_returned:
                raise UserError(
                    self.env._(
                        "“%(document)s”: give the keys back first (%(keys)s).",
                        document=row.display_name,
                        keys=row.keys_left,
                    )
                )
            if row.keys_left or row.item_ids:
                row._need_signatures(("handed_back",))
        self._move_to("settled")
        return True

    def action_archive_record(self):
        """File the agreement with its end in the file of the home."""
        for row in self:
            self.env["property.archive.document"]._file_record(
                row,
                "archive_type_11",
                report="property_service.action_report_trusteeship",
                name=self.env._("House trusteeship %(number)s, closed", number=row.number),
            )
        self._move_to("archived")
        return True

    @api.model
    def _cron_term(self):
        """End agreements whose term is over, and remind of those that end soon; safe to run twice."""
        today = fields.Date.context_today(self)
        cron = self.env["ir.cron"]

        def failed(row, error):
            _logger.warning("Trusteeship %s is tried again: %s", row.id, error)

        over = self.search([("state", "in", IN_FORCE), ("date_end", "<", today)])
        cron._property_each(
            over, lambda row: row._finish("expired", row.date_end + timedelta(days=1)), failed
        )
        soon = self.search(
            [
                ("state", "in", ("in_force", "renewed")),
                ("date_end", ">=", today),
                ("date_end", "<=", today + timedelta(days=92)),
            ]
        )
        cron._property_each(soon, lambda row: row._remind(today), failed)

    def _remind(self, today):
        days = self.estate_id._parameter("trustee_remind_days")
        kind = "property_service.mail_activity_type_deadline"
        text = self.env._("Trusteeship ends on %(date)s: renew or end it?", date=self.date_end)
        if self.date_end > today + timedelta(days=days):
            return
        if text in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            kind,
            date_deadline=self.date_end,
            summary=text,
            user_id=(self.user_id or self.estate_id.manager_id or self.env.user).id,
        )
