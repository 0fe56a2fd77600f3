# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models

from odoo.addons.property_service.report.core.property_register import Column
from odoo.addons.property_service.tools.local_time import local_day


class PropertyRegisterPublicity(models.AbstractModel):
    """社区宣传记录表 (form G4-1, handbook B G4)."""

    _name = "property.register.publicity"
    _description = "Record of community publicity"
    _inherit = "property.register"

    _register_options = ("estate_ids", "date_from", "date_to")
    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Record of Community Publicity")

    def _option_defaults(self):
        values = super()._option_defaults()
        return {**values, "date_from": values["date_from"].replace(month=1)}

    def _columns(self, options):
        return [
            Column("issue", self.env._("Issue no."), 7, "mid"),
            Column("date", self.env._("Date"), 9, "date"),
            Column("form", self.env._("Form of publicity"), 8, "mid"),
            Column("theme", self.env._("Theme"), 14),
            Column("summary", self.env._("Summary of the content"), 24),
            Column("place", self.env._("Place of the publicity"), 12),
            Column("maker", self.env._("Made by (editor)"), 7, "mid"),
            Column("approver", self.env._("Approved by"), 7, "mid"),
            Column("posted", self.env._("Put up on"), 9, "date"),
            Column("removed", self.env._("Taken down on"), 9, "date"),
            Column("photos", self.env._("Photos"), 5, "integer"),
            Column("effect", self.env._("Effect of the publicity"), 14),
        ]

    def _rows(self, options):
        records = self.env["property.publicity"].search(
            [
                ("estate_id", "in", self._estates(options).ids),
                ("date_planned", ">=", self._date(options, "date_from")),
                ("date_planned", "<=", self._date(options, "date_to")),
                ("state", "!=", "cancelled"),
            ],
            order="estate_id, date_planned, id",
        )
        forms = self._labels("property.publicity", "form")
        many = len(records.estate_id) > 1
        return [
            {
                "_section": record.estate_id.name if many else "",
                "issue": record.issue,
                "date": record.date_planned,
                "form": forms.get(record.form, ""),
                "theme": record.name,
                "summary": record.summary or record.notice_id.body,
                "place": record.place,
                "maker": (record.maker_id or record.user_id).name,
                "approver": record.approver_id.name,
                "posted": local_day(record.posted_date),
                "removed": local_day(record.removed_date),
                "photos": record.photo_count,
                "effect": record.effect,
            }
            for record in records
        ]
