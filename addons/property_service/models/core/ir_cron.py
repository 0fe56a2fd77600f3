# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...tools.local_time import ZONE_NAME


class IrCron(models.Model):
    """Scheduled actions of the suite: by the clock of the estates, record by record."""

    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """Let actions of ours see the day it is in the estates; their user has no time zone."""
        module = (self.get_external_id().get(self.id) or "").partition(".")[0]
        if module.startswith("property_"):
            self = self.with_context(tz=ZONE_NAME)  # noqa: PLW0642
        return super()._callback(cron_name, server_action_id)

    @api.model
    def _property_each(self, records, step, failed, lock=False):
        """Do `step` for each record, a commit after each: safe to be killed, and to meet a broken one.

        Stops when Odoo says that the time of the scheduled action is up; the rest is done by its
        next start, so `step` must find out itself what still has to be done.

        :param step: called with one record, in a savepoint
        :param failed: called with the record and the exception of a step that failed
        :param bool lock: leave out records another transaction holds, and read the others anew
        :return: whether there was time for all
        """
        self._commit_progress(remaining=len(records))
        for record_id in records.ids:
            record = records.browse(record_id)
            if lock:
                record = record.try_lock_for_update(allow_referencing=True)
                record.invalidate_recordset()
            try:
                with self.env.cr.savepoint():
                    if record:
                        step(record)
            except Exception as error:
                failed(record, error)
            if not self._commit_progress(1):
                return False
        return True
