# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math
import random

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: uses of a home in which its household has moved in (已入伙)
MOVED_IN = ("occupied_owner", "leased", "business")


class PropertySurveyCampaign(models.Model):
    """The sample: random within each building, nobody twice in a calendar year (B F4).

    What is drawn follows from the seed alone: the same seed, households and former samples give
    the same sample.
    """

    _inherit = "property.survey.campaign"

    seed = fields.Integer(
        "Seed of the draw",
        default=lambda self: self._new_seed(),
        copy=False,
        aggregator=None,
        help="The same seed draws the same households.",
    )
    population = fields.Integer("Households moved in", readonly=True, copy=False)
    sample_size = fields.Integer(
        "Households wanted",
        copy=False,
        help="Empty: the share of the households that have moved in, rounded up.",
    )
    sample_count = fields.Integer("Households drawn", readonly=True, copy=False)
    repeat_count = fields.Integer("Drawn again this year", readonly=True, copy=False)
    sample_warning = fields.Text("Notes on the draw", readonly=True, copy=False)

    def action_draw(self):
        """Draw the households and make their forms; a former draw is replaced.

        :raises UserError: after the handing out began, or where more households are wanted than
            have moved in
        """
        self._check_role("staff", self.env._("The sample is drawn by the service centre."))
        for campaign in self:
            if campaign.state not in ("draft", "approved", "notice"):
                raise UserError(
                    self.env._(
                        "The sample of “%(name)s” cannot be drawn anew: forms were handed out.",
                        name=campaign.name,
                    )
                )
            campaign._draw()
        return True

    def _draw(self):
        self.ensure_one()
        trusted = self.sudo()
        strata = trusted._strata()
        population = sum(len(units) for units in strata.values())
        wanted = self.sample_size or math.ceil(round(self.ratio * population / 100, 6))
        if wanted > population:
            raise UserError(
                self.env._(
                    "%(wanted)s households are wanted for “%(name)s”, but only %(population)s have "
                    "moved in: lower the number.",
                    wanted=wanted,
                    name=self.name,
                    population=population,
                )
            )
        used = trusted._sampled_units()
        chosen, repeats, missing = self._sample(
            {building: [unit for unit, _partner in rows] for building, rows in strata.items()},
            used,
            wanted,
            self.ratio,
            self.seed,
            self._quarters_left(),
        )
        partners = {unit: partner for rows in strata.values() for unit, partner in rows}
        trusted.form_ids.unlink()
        forms = trusted.env["property.survey.form"]
        forms.create(
            [
                {
                    "campaign_id": self.id,
                    "unit_id": unit,
                    "partner_id": partners[unit],
                    "repeated": unit in repeats,
                }
                for unit in chosen
            ]
        )
        trusted.write(
            {
                "population": population,
                "sample_count": len(chosen),
                "repeat_count": len(repeats),
                "sample_warning": self._draw_warning(repeats, missing),
            }
        )

    def _draw_warning(self, repeats, missing):
        lines = []
        if repeats:
            lines.append(
                self.env._(
                    "Too few households are left this year: %(count)s of the sample were asked "
                    "before.",
                    count=len(repeats),
                )
            )
        if missing:
            names = self.env["property.building"].browse(missing).mapped("name")
            lines.append(
                self.env._("Not represented, all asked before: %(names)s", names="、".join(names))
            )
        return "\n".join(lines) or False

    def _quarters_left(self):
        """Return how many quarters of the year come after this campaign's."""
        if self.kind != "opinion" or not self.estate_id._parameter("soliciting_no_repeat"):
            return 0
        return 4 - (self.period.month // 3 + 1)

    def _strata(self):
        """Return {building id: [(unit id, owner id)]} of the households moved in, in one query."""
        day = self.date_start
        self.env["property.unit"].flush_model()
        self.env["property.occupancy"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (unit.building_id, unit.id)
                       unit.building_id, unit.id, holder.partner_id
                  FROM property_unit unit
                  JOIN property_occupancy holder ON holder.unit_id = unit.id
                 WHERE unit.estate_id = %s AND unit.active AND unit.main_unit_id IS NULL
                   AND unit.category = 'home' AND unit.state IN %s
                   AND holder.role IN ('owner', 'co_owner') AND holder.state != 'pending'
                   AND holder.date_start <= %s
                   AND (holder.date_end IS NULL OR holder.date_end >= %s)
              ORDER BY unit.building_id, unit.id, holder.role DESC, holder.id
                """,
                self.estate_id.id,
                MOVED_IN,
                day,
                day,
            )
        )
        strata = {}
        for building, unit, partner in rows:
            strata.setdefault(building, []).append((unit, partner))
        return strata

    def _sampled_units(self):
        """Return the ids of the units asked by other solicitations of the calendar year."""
        if self.kind != "opinion" or not self.estate_id._parameter("soliciting_no_repeat"):
            return set()
        rows = self.env["property.survey.form"]._read_group(
            [
                ("campaign_id.estate_id", "=", self.estate_id.id),
                ("campaign_id.kind", "=", "opinion"),
                ("campaign_id.year", "=", self.year),
                ("campaign_id.state", "!=", "cancelled"),
                ("campaign_id", "!=", self.id),
            ],
            aggregates=["unit_id:array_agg"],
        )
        return set(rows[0][0] or ())

    @api.model
    def _sample(self, strata, used, wanted, ratio, seed, quarters_left=0):
        """Draw a sample.

        Every building gives its share of those not asked before, see `_shares()`. What is then
        missing to the number wanted comes from all buildings, from those asked before only last.

        :param dict strata: {building: list of units}
        :param set used: units asked before in the year
        :param int wanted: how many at least
        :param float ratio: share of each building, %
        :param seed: start of the random numbers
        :param int quarters_left: how many draws of the year come later
        :return: (list of units, set of those asked before, list of buildings not represented)
        """
        draw = random.Random(str(seed))
        fresh = {}
        for building in sorted(strata):
            fresh[building] = sorted(unit for unit in strata[building] if unit not in used)
            draw.shuffle(fresh[building])
        numbers = self._shares(strata, fresh, wanted, ratio, quarters_left)
        chosen, spare, left = [], [], []
        for building, units in fresh.items():
            number = numbers[building]
            keep = max(number, len(units) - quarters_left)
            chosen += units[:number]
            spare += units[number:keep]
            left += units[keep:]
        for units in (spare, left):
            draw.shuffle(units)
            chosen += units[: max(wanted - len(chosen), 0)]
        repeats = set()
        if len(chosen) < wanted:
            draw.shuffle(left)
            chosen += left[: wanted - len(chosen)]
        if len(chosen) < wanted:
            again = sorted(unit for units in strata.values() for unit in units if unit in used)
            draw.shuffle(again)
            repeats = set(again[: wanted - len(chosen)])
            chosen += again[: wanted - len(chosen)]
        by_unit = {unit: building for building, units in strata.items() for unit in units}
        seen = {by_unit[unit] for unit in chosen}
        return chosen, repeats, [building for building in sorted(strata) if building not in seen]

    @api.model
    def _shares(self, strata, fresh, wanted, ratio, quarters_left):
        """Return {building: households to draw}: its share rounded up, as far as the year allows.

        Rounded down, but at least one; up where both the building and the whole estate keep
        enough households for the later quarters.
        """
        numbers, raised = {}, []
        for building, units in fresh.items():
            share = round(ratio * len(strata[building]) / 100, 6)
            number = min(max(math.floor(share), 1), len(units)) if share else 0
            numbers[building] = number
            if number < share and len(units) - number - 1 >= quarters_left:
                raised.append((number - share, building))
        room = sum(map(len, fresh.values())) - wanted * quarters_left - sum(numbers.values())
        for _lack, building in sorted(raised)[: max(room, 0)]:
            numbers[building] += 1
        return numbers
