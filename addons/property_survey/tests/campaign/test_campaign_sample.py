# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
from collections import Counter
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .campaign_case import CampaignCase


@tagged("post_install", "-at_install")
class TestCampaignSample(CampaignCase):
    """The draw: shares, strata, no repeats, seeds (handbook B F4)."""

    def _draw(self, strata, used=(), ratio=20, seed=1, wanted=None, left=0):
        total = sum(len(units) for units in strata.values())
        wanted = wanted or math.ceil(ratio * total / 100)
        return self.env["property.survey.campaign"]._sample(
            strata, set(used), wanted, ratio, seed, left
        )

    def test_example_of_the_handbook(self):
        chosen, repeats, missing = self._draw({1: list(range(1236))})
        self.assertEqual((len(chosen), len(repeats), missing), (248, 0, []))

    def test_same_seed_same_sample(self):
        strata = {building: list(range(building * 100, building * 100 + 60)) for building in (1, 2)}
        first, *_rest = self._draw(strata, seed=5)
        self.assertEqual(first, self._draw(dict(reversed(strata.items())), seed=5)[0])
        self.assertNotEqual(set(first), set(self._draw(strata, seed=6)[0]))

    def test_small_buildings_are_represented_all_year(self):
        strata = {building: list(range(building * 10, building * 10 + 6)) for building in range(9)}
        used = set()
        for left in (3, 2, 1, 0):
            chosen, repeats, missing = self._draw(strata, used, left=left)
            self.assertFalse(repeats or missing)
            self.assertEqual({unit // 10 for unit in chosen}, set(strata))
            used.update(chosen)

    def test_repeats_only_when_too_few_are_left(self):
        strata = {1: list(range(10))}
        chosen, repeats, _missing = self._draw(strata, range(9), ratio=20)
        self.assertEqual(len(chosen), 2)
        self.assertIn(9, chosen)
        self.assertEqual(len(repeats), 1)

    def test_ten_thousand_households_four_quarters(self):
        """No repeats in the year, every building with a fifth each time, few queries."""
        buildings = self.env["property.building"].create(
            [{"name": f"B{number}", "estate_id": self.estate.id} for number in range(40)]
        )
        self.units.active = False
        self.env.flush_all()
        partner = self.env["res.partner"].create({"name": "Owner of many"})
        self.env.cr.execute(
            """
            WITH made AS (
                INSERT INTO property_unit (building_id, estate_id, company_id, entrance, number,
                                           full_name, search_key, type_id, category, state, active)
                SELECT building, %s, %s, '', n::text, n::text, n::text, %s, 'home',
                       'occupied_owner', true
                  FROM unnest(%s) building, generate_series(1, 250) n
                RETURNING id, building_id
            )
            INSERT INTO property_occupancy (unit_id, building_id, estate_id, company_id, partner_id,
                                            role, state, date_start, is_payer)
            SELECT id, building_id, %s, %s, %s, 'owner', 'effective', '2020-01-01', true FROM made
            """,
            [
                self.estate.id,
                self.company.id,
                self.type_home.id,
                buildings.ids,
                self.estate.id,
                self.company.id,
                partner.id,
            ],
        )
        self.env.invalidate_all()
        opinion = self.env.ref("property_survey.template_opinion")
        seen = set()
        for quarter in range(4):
            campaign = self._campaign(
                kind="opinion",
                template_id=opinion.id,
                ratio=20,
                date_start=date(2026, 3 * quarter + 3, 11),
            )
            self.env.flush_all()
            with self.assertQueryCount(40):
                campaign.action_draw()
                self.env.flush_all()
            drawn = campaign.form_ids.unit_id
            self.assertEqual(campaign.population, 10000)
            self.assertEqual(len(drawn), 2000)
            self.assertFalse(seen & set(drawn.ids))
            seen.update(drawn.ids)
            self.assertEqual(set(Counter(unit.building_id.id for unit in drawn).values()), {50})
            self.assertFalse(campaign.sample_warning)
            first = drawn.ids
        campaign.action_draw()
        self.assertEqual(sorted(campaign.form_ids.unit_id.ids), sorted(first))

    def test_who_has_moved_in(self):
        self.units[0].with_context(tracking_disable=True)._move_to("vacant")
        campaign = self._campaign(ratio=50)
        campaign.action_draw()
        self.assertEqual((campaign.population, campaign.sample_count), (11, 6))
        self.assertNotIn(self.units[0], campaign.form_ids.unit_id)

    def test_more_than_there_are(self):
        campaign = self._campaign(sample_size=13)
        with self.assertRaises(UserError):
            campaign.action_draw()

    def test_more_than_are_left(self):
        opinion = self.env.ref("property_survey.template_opinion")
        values = {"kind": "opinion", "template_id": opinion.id}
        first = self._campaign(**values, sample_size=9, date_start="2026-03-12")
        first.action_draw()
        second = self._campaign(**values, sample_size=6, date_start="2026-12-11")
        second.action_draw()
        self.assertEqual(second.repeat_count, len(second.form_ids.filtered("repeated")))
        self.assertGreater(second.repeat_count, 0)
        self.assertTrue(second.sample_warning)
        next_year = self._campaign(**values, sample_size=9, date_start="2027-03-12")
        next_year.action_draw()
        self.assertEqual(next_year.repeat_count, 0)
