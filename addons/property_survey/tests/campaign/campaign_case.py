# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.addons.property_service.tests.common import PropertyCase

#: noon in China on the day handing out begins
BEGIN = "2026-03-12 04:00:00"


class CampaignCase(PropertyCase):
    """An estate with homes whose households are surveyed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.units = cls.env["property.unit"]
        for number in range(1, 13):
            cls.units |= cls._make_unit(f"{100 + number}")
        cls.template = cls.env.ref("property_survey.template_satisfaction")
        cls.item_count = len(cls.template.section_ids.item_ids)

    @classmethod
    def _campaign(cls, **values):
        return cls.env["property.survey.campaign"].create(
            {
                "estate_id": cls.estate.id,
                "kind": "satisfaction",
                "template_id": cls.template.id,
                "date_start": date(2026, 3, 12),
                "ratio": 100,
                "seed": 7,
                **values,
            }
        )

    def _approve(self, campaign):
        campaign.with_user(self.users["staff"]).action_request()
        campaign.approval_ids.with_user(self.users["manager"]).action_approve()

    def _running(self, **values):
        """Return a campaign all of whose forms were handed out on 12 March 2026."""
        with freeze_time(BEGIN):
            campaign = self._campaign(**values)
            self._approve(campaign)
            staff = campaign.with_user(self.users["staff"])
            staff.action_distribute()
            staff.form_ids.action_send()
            staff.action_collect()
        return campaign

    def _codes(self, grade, blanks=0):
        return [grade] * (self.item_count - blanks) + [0] * blanks
