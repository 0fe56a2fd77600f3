# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...tools import money


class PropertyWaiver(models.Model):
    _inherit = "property.waiver"

    def _share_label(self):
        """Return the reduction in words: the share to pay, the yuan less, the free months."""
        self.ensure_one()
        if self.way == "amount":
            return self.env._("%(amount).2f yuan/month less", amount=self.amount_month)
        if self.way == "gift":
            return self.env._(
                "pay %(paid)s, get %(all)s",
                paid=self.paid_months,
                all=self.paid_months + self.free_months,
            )
        return self.env._("pays %(rate)s %%", rate=money.plain(self.rate))


class WaiverForm(models.AbstractModel):
    """物业费减免申请审批表, form H7-1 of handbook B."""

    _name = "report.property_service.report_waiver"
    _description = "Application for a fee reduction"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["property.waiver"].browse(docids)
        lang = docs.estate_id[:1]._print_lang()
        docs = docs.with_context(lang=lang)
        docs.check_access("read")
        return {
            "docs": docs,
            "print_lang": lang,
            "decisions": {
                waiver.id: self.with_context(lang=lang)._decisions(waiver) for waiver in docs
            },
        }

    @api.model
    def _decisions(self, waiver):
        """Return who decided: dicts of the newest approval's steps, empty ones to sign by hand."""
        approval = waiver.sudo().approval_ids.sorted("id")[-1:]
        steps = [
            {
                "role": step.group_id._property_office(),
                "name": step.user_id.name or "",
                "date": step.date and step.date.date(),
                "state": step.state,
            }
            for step in approval.step_ids.sorted("sequence")
        ]
        if steps:
            return steps
        authority = self.env["property.authority"].with_context(lang=waiver.env.lang)
        return [
            {"role": row.group_id._property_office(), "name": "", "date": False, "state": ""}
            for row in authority._steps("waiver", waiver.company_id, waiver.estate_id)
        ]
