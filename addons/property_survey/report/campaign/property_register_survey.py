# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.property_service.report.core.property_register import Column
from odoo.addons.property_service.tools.local_time import local_day


class PropertyRegisterSurvey(models.AbstractModel):
    """What the registers of one campaign share: it is named in the option `res_ids`."""

    _name = "property.register.survey"
    _description = "Register of a survey"
    _inherit = "property.register"

    _register_options = ()
    _register_groups = ("property_service.group_reader",)

    def _campaign(self, options):
        """Return the campaign asked for, with the rights of who prints."""
        campaign = self.env["property.survey.campaign"].browse((options.get("res_ids") or [])[:1])
        campaign.check_access("read")
        return campaign

    def _estates(self, options):
        campaign = self._campaign(options)
        return campaign.estate_id or super()._estates(options)

    def _subtitle(self, options):
        campaign = self._campaign(options)
        return [*super()._subtitle(options), campaign.name] if campaign else []

    def _signatures(self):
        return [self.env._("Prepared by"), self.env._("Reviewed by"), self.env._("Approved by")]


class PropertyRegisterSurveyForms(models.AbstractModel):
    """意见调查表发放/回收情况一览表: every form of a campaign (form F5-3)."""

    _name = "property.register.survey.forms"
    _description = "Register of forms handed out and returned"
    _inherit = "property.register.survey"

    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("List of Survey Forms Handed Out and Returned")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("unit", self.env._("Room"), 12),
            Column("customer", self.env._("Customer"), 9),
            Column("sent", self.env._("Handed out on"), 8, "date"),
            Column("way", self.env._("Way of handing out"), 9),
            Column("distributor", self.env._("Distributor"), 8),
            Column("signed", self.env._("Receipt signed by"), 8),
            Column("returned", self.env._("Returned on"), 8, "date"),
            Column("collector", self.env._("Collector"), 8),
            Column("state", self.env._("State"), 9),
            Column("remark", self.env._("Remark"), 12),
        ]

    def _rows(self, options):
        forms = self.env["property.survey.form"].search(
            [("campaign_id", "=", self._campaign(options).id)], order="building_id, unit_id, id"
        )
        ways = self._labels("property.survey.form", "way")
        sections = self._building_sections(forms.building_id)
        return [
            {
                "_section": sections[form.building_id],
                "index": number,
                "unit": form.unit_id.full_name,
                "customer": form.partner_id.name,
                "sent": form.sent_date,
                "way": ways.get(form.way),
                "distributor": form.distributor_id.name,
                "signed": form.signed_for,
                "returned": form.returned_date,
                "collector": form.collector_id.name,
                "state": form._state_label(form.state),
                "remark": form.invalid_reason or form.remark,
            }
            for number, form in enumerate(forms, 1)
        ]


class PropertyRegisterSurveyChecks(models.AbstractModel):
    """Which households were called to verify their forms, and what they said (handbook B F5)."""

    _name = "property.register.survey.checks"
    _description = "Register of verification calls"
    _inherit = "property.register.survey"

    _register_groups = ("property_service.group_staff",)

    def _title(self, options):
        return self.env._("Register of Verification Calls")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("form", self.env._("Form no."), 12),
            Column("unit", self.env._("Room"), 12),
            Column("customer", self.env._("Customer"), 9),
            Column("distributor", self.env._("Distributor"), 8),
            Column("collector", self.env._("Collector"), 8),
            Column("returned", self.env._("Returned on"), 8, "date"),
            Column("outcome", self.env._("Outcome"), 12),
            Column("note", self.env._("What the household said"), 14),
            Column("user", self.env._("Verified by"), 8),
            Column("date", self.env._("Verified on"), 8, "date"),
        ]

    def _rows(self, options):
        return [
            {
                "index": number,
                "form": check.form_id.number,
                "unit": check.unit_id.full_name,
                "customer": check.partner_id.name,
                "distributor": check.distributor_id.name,
                "collector": check.collector_id.name,
                "returned": check.returned_date,
                "outcome": check._state_label(check.state),
                "note": check.note,
                "user": check.call_user_id.name,
                "date": local_day(check.call_date),
            }
            for number, check in enumerate(self._campaign(options).check_ids.sorted("id"), 1)
        ]

    def _notes(self, options):
        campaign = self._campaign(options)
        return [
            self.env._(
                "%(count)s of %(returned)s returned forms drawn at random; %(open)s calls not "
                "made, %(untrue)s forms not answered by the household",
                count=campaign.check_count,
                returned=campaign.returned_count,
                open=campaign.check_open_count,
                untrue=campaign.untrue_count,
            )
        ]


class PropertyRegisterSurveyReturns(models.AbstractModel):
    """意见调查表发放/回收率统计表: rates by building (form F5-4)."""

    _name = "property.register.survey.returns"
    _description = "Return rates of a survey"
    _inherit = "property.register.survey"

    def _title(self, options):
        return self.env._("Statistics of Forms Handed Out and Returned")

    def _columns(self, options):
        return [
            Column("building", self.env._("Building"), 12),
            Column("households", self.env._("Households moved in"), 9, "integer", True),
            Column("sent", self.env._("Forms handed out"), 9, "integer", True),
            Column("sent_rate", self.env._("Rate of handing out"), 9, "percent"),
            Column("returned", self.env._("Forms returned"), 9, "integer", True),
            Column("return_rate", self.env._("Return rate"), 9, "percent"),
            Column("valid", self.env._("Valid answers"), 9, "integer", True),
            Column("valid_rate", self.env._("Rate of valid answers"), 9, "percent"),
        ]

    def _rows(self, options):
        return self._campaign(options)._buildings()

    def _notes(self, options):
        campaign = self._campaign(options)
        notes = [
            self.env._(
                "Return rate %(rate)s %%, valid of returned %(valid)s %%, valid of handed out "
                "%(both)s %%",
                rate=f"{campaign.return_rate:.2f}",
                valid=f"{campaign.valid_rate:.2f}",
                both=f"{campaign.valid_return_rate:.2f}",
            )
        ]
        if campaign.anonymous:
            notes.append(
                self.env._("Anonymous: which forms are valid is known for the whole survey only.")
            )
        return notes


class PropertyRegisterSurveyItems(models.AbstractModel):
    """满意度调查问卷统计表: grades of each item (form F5-5)."""

    _name = "property.register.survey.items"
    _description = "Answers of a survey by item"
    _inherit = "property.register.survey"

    def _title(self, options):
        return self.env._("Statistics of the Satisfaction Questionnaire")

    def _columns(self, options):
        grades = self._campaign(options).template_id.grade_ids
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("section", self.env._("Section of the questionnaire"), 10),
            Column("name", self.env._("Item"), 14),
            *(Column(f"grade{grade.id}", grade.name, 7, "integer", True) for grade in grades),
            Column("valid", self.env._("Rated"), 7, "integer", True),
        ]

    def _rows(self, options):
        return [
            {
                "index": number,
                "section": row.section,
                "name": row.name,
                "valid": row.valid,
                **{f"grade{key}": count for key, count in (row.counts or {}).items()},
            }
            for number, row in enumerate(self._campaign(options).result_ids, 1)
        ]


class PropertyRegisterSurveyRates(models.AbstractModel):
    """客户满意率统计表: satisfaction of each item against last time and target (form F5-6)."""

    _name = "property.register.survey.rates"
    _description = "Satisfaction of a survey by item"
    _inherit = "property.register.survey"

    def _title(self, options):
        return self.env._("Statistics of Customer Satisfaction")

    def _columns(self, options):
        return [
            Column("index", self.env._("No."), 4, "integer"),
            Column("section", self.env._("Section of the questionnaire"), 10),
            Column("name", self.env._("Item"), 14),
            Column("rate", self.env._("Satisfaction (%)"), 9, "money"),
            Column("before", self.env._("Last time (%)"), 9, "money"),
            Column("change", self.env._("Change"), 8, "money"),
            Column("target", self.env._("Target (%)"), 8, "money"),
            Column("met", self.env._("Target met"), 7, "mid"),
        ]

    def _rows(self, options):
        campaign = self._campaign(options)
        rows = [
            {
                "index": number,
                "section": row.section,
                "name": row.name,
                "rate": row.rate if row.valid else None,
                "before": row.rate_before if row.compared else None,
                "change": row.change if row.compared else None,
                "target": row.target,
                "met": self.env._("Yes") if row.met else self.env._("No"),
            }
            for number, row in enumerate(campaign.result_ids, 1)
        ]
        previous = campaign.previous_id
        rows.append(
            {
                "_bold": True,
                "name": self.env._("Whole survey"),
                "rate": campaign.score,
                "before": previous.score if previous else None,
                "change": campaign.score_change if previous else None,
                "target": campaign.target,
                "met": self.env._("Yes") if campaign.target_met else self.env._("No"),
            }
        )
        return rows
