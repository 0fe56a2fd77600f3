# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_today


class PropertyRenovationRequest(models.AbstractModel):
    """What a crew applies for on a running site: overtime, hot work, staying overnight.

    Handbook A §32, §33, §35. A document names its approval in `_matter` and says in
    `_after_approval()` what follows; only a site whose permit holds can ask for anything.
    """

    _name = "property.renovation.request"
    _description = "Application of a site"
    _inherit = [
        "property.procedure.mixin",
        "property.approval.mixin",
        "property.signature.mixin",
        "property.patrol.reasoned",
    ]
    _check_company_auto = True

    #: matter of the authority matrix that decides it
    _matter = None

    renovation_id = fields.Many2one(
        "property.renovation", required=True, ondelete="restrict", index=True, check_company=True
    )
    unit_id = fields.Many2one(compute="_compute_site", store=True, precompute=True)
    partner_id = fields.Many2one(
        string="Renovating party", compute="_compute_site", store=True, precompute=True
    )
    contractor_id = fields.Many2one(
        "res.partner",
        "Renovation contractor",
        compute="_compute_site",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    lead_id = fields.Many2one(related="renovation_id.lead_id")
    lead_phone = fields.Char(related="renovation_id.lead_phone")
    permit_number = fields.Char(related="renovation_id.permit_number")
    cs_opinion = fields.Char("Opinion of the desk", copy=False)
    security_opinion = fields.Char("Opinion of security", copy=False)
    state_reason = fields.Char("Reason of the last step", readonly=True, copy=False)

    @api.depends("renovation_id")
    def _compute_site(self):
        for document in self:
            dossier = document.renovation_id
            document.unit_id = dossier.unit_id
            document.partner_id = dossier.partner_id
            document.contractor_id = dossier.contractor_id

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for document in self:
            parts = (document.number, document.unit_id.full_name)
            document.display_name = " ".join(part for part in parts if part)

    def _signature_partner(self, role):
        self.ensure_one()
        if role == "owner":
            return self.partner_id
        return self.renovation_id.lead_id or self.contractor_id

    def _check_site(self, date):
        """Refuse what is asked for a site whose permit does not hold on `date`.

        :raises UserError: naming the dossier and why
        """
        for document in self:
            dossier = document.renovation_id
            permit = dossier.permit_id
            if dossier.state not in ("permitted", "working"):
                raise UserError(
                    self.env._(
                        "%(dossier)s is “%(state)s”: there is no running site to apply for.",
                        dossier=dossier.display_name,
                        state=dossier._state_label(dossier.state),
                    )
                )
            if not permit or not permit._is_valid(date):
                raise UserError(
                    self.env._(
                        "%(dossier)s: its permit %(permit)s does not hold on %(date)s; extend it "
                        "first.",
                        dossier=dossier.display_name,
                        permit=permit.number or "",
                        date=date,
                    )
                )

    def _check_own_workers(self, workers):
        """Refuse people who are not registered for the site.

        :raises UserError: naming them
        """
        self.ensure_one()
        if strange := workers.filtered(lambda row: row.renovation_id != self.renovation_id):
            raise UserError(
                self.env._(
                    "%(worker)s is not registered for %(unit)s: register him there first.",
                    worker=strange[0].name,
                    unit=self.unit_id.full_name,
                )
            )

    def _is_day_off(self, day):
        """Return whether nobody works on `day` by the company's calendar (weekend, holiday)."""
        self.ensure_one()
        calendar = self.company_id.resource_calendar_id
        if not calendar:
            return day.weekday() >= 5
        # the day by the calendar's own clock, whatever zone it was set up in
        start = datetime.combine(day, datetime.min.time(), ZoneInfo(calendar.tz or "UTC"))
        return not calendar.get_work_hours_count(
            start, start + timedelta(days=1), compute_leaves=True
        )

    def _today(self):
        """Return today in China."""
        return local_today()

    def _ask(self, subject, reason=None):
        """Ask for the approval of the matter."""
        self.ensure_one()
        self._request_approval(self._matter, subject, reason=reason)

    def _after_approval(self):
        """Hook: what follows from the approval of every step."""

    def _approval_granted(self, approval):
        super()._approval_granted(approval)
        for document in self:
            document._move_to("approved")
            document._after_approval()

    def _approval_refused(self, approval, reason):
        super()._approval_refused(approval, reason)
        self._move_to("refused", state_reason=reason)

    def _check_text(self, text, message):
        if not (text or "").strip():
            raise UserError(message)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda row: row.state != "draft"):
            raise UserError(
                self.env._(
                    "%(document)s was handed in: it keeps its number.",
                    document=kept[0].display_name,
                )
            )
