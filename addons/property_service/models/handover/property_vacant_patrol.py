# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.local_time import local_today
from ..patrol.property_patrol_plan import TARGET_STATES

#: plans an estate needs: (target, frequency, further values)
_PLANS = {
    "vacant": (
        ("vacant", "monthly", {"month_days": "10"}),
        ("vacant", "weather", {}),
    ),
    "entrusted": (
        ("entrusted", "weekly", {"monday": True}),
        ("entrusted", "weather", {}),
    ),
}


class PropertyEstate(models.Model):
    """The patrols of vacant and entrusted units an estate has to have (handbook A §41, §42)."""

    _inherit = "property.estate"

    def _make_vacant_plans(self, targets=("vacant", "entrusted")):
        """Make the patrol plans that are missing; those that are there stay as they are.

        Vacant units: an inside check each month; entrusted ones: every week; both before and
        after heavy rain.

        :return: all plans of these targets
        """
        plans = self.env["property.patrol.plan"].sudo()
        there = plans.with_context(active_test=False).search(
            [("estate_id", "in", self.ids), ("target", "in", targets)]
        )
        known = {(plan.estate_id.id, plan.target, plan.frequency == "weather") for plan in there}
        values = []
        for estate in self:
            estate = estate.with_context(lang=estate._print_lang())
            for target in targets:
                for kind, frequency, extra in _PLANS[target]:
                    rain = frequency == "weather"
                    if (estate.id, kind, rain) in known:
                        continue
                    values.append(
                        {
                            "name": estate._vacant_plan_name(kind, rain),
                            "estate_id": estate.id,
                            "type_id": self.env.ref(f"property_service.patrol_type_{kind}").id,
                            "target": kind,
                            "frequency": frequency,
                            "user_source": "steward",
                            "time_ids": [Command.create({"hour": 9.0, "minutes": 540})],
                            **extra,
                        }
                    )
        return there | plans.create(values)

    def _vacant_plan_name(self, target, rain):
        if target == "vacant":
            if rain:
                return self.env._("Vacant homes around heavy rain")
            return self.env._("Monthly inside check of vacant homes")
        if rain:
            return self.env._("Entrusted homes around heavy rain")
        return self.env._("Weekly patrol of entrusted homes")

    def action_make_vacant_plans(self):
        """Make the patrol plans of vacant and entrusted homes and show them."""
        self.check_access("read")
        plans = self._make_vacant_plans()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Patrol plans of vacant and entrusted homes"),
            "res_model": "property.patrol.plan",
            "view_mode": "list,form",
            "domain": [("id", "in", plans.ids)],
        }

    def _make_rain_patrols(self, occasion, weather=None):
        """Make the patrols of all vacant and entrusted homes around heavy rain.

        :param str occasion: ``before`` or ``after``
        :param str weather: what is forecast or has come down
        :return: the tasks of today
        """
        plans = self._make_vacant_plans().filtered(
            lambda plan: plan.active and plan.frequency == "weather"
        )
        plans.with_context(rain=occasion).action_rain()
        today = local_today()
        tasks = (
            self.env["property.patrol"]
            .sudo()
            .search(
                [
                    ("plan_id", "in", plans.ids),
                    ("occasion", "=", occasion),
                    ("date", "=", today),
                ]
            )
        )
        if weather:
            tasks.filtered(lambda task: not task.weather).write({"weather": weather})
        return tasks


class PropertyPatrolPlan(models.Model):
    _inherit = "property.patrol.plan"

    @api.model
    def _unit_moved(self, unit):
        """Put `unit` on tasks that are made already and not begun, or take it off them.

        Tasks of the coming days were made with the units as they were then; a home entrusted
        today is to be gone to this week.
        """
        tasks = (
            self.env["property.patrol"]
            .sudo()
            .search(
                [
                    ("plan_id.target", "in", ("vacant", "entrusted")),
                    ("plan_id.frequency", "!=", "weather"),
                    ("estate_id", "=", unit.estate_id.id),
                    ("building_id", "=", unit.building_id.id),
                    ("state", "=", "scheduled"),
                ]
            )
        )
        for task in tasks:
            wanted = unit.state in TARGET_STATES[task.plan_id.target]
            visits = task.visit_ids.filtered(lambda visit: visit.unit_id == unit)
            if wanted and not visits:
                task.write(
                    {
                        "visit_ids": [
                            Command.create(
                                {
                                    "sequence": len(task.visit_ids) + 1,
                                    "unit_id": unit.id,
                                    "name": unit.full_name,
                                    "unit_state": unit.state,
                                }
                            )
                        ]
                    }
                )
            elif visits and not wanted:
                visits.filtered(lambda visit: visit.state == "pending").unlink()
                if not task.visit_ids:
                    task._move_to("cancelled", reason=self.env._("No such unit left there."))


class PropertyPatrolVisit(models.Model):
    _inherit = "property.patrol.visit"

    aired = fields.Boolean(help="Windows were opened for a while.")

    def _give(self, state):
        """Give the result, and tell the vacancy or the trusteeship of the unit."""
        result = super()._give(state)
        for visit in self.filtered(lambda row: row.unit_id):
            visit._vacancy()._checked(visit)
            visit._trusteeship()._checked(visit)
        return result

    def _vacancy(self):
        return (
            self.env["property.vacant"]
            .sudo()
            .search([("unit_id", "=", self.unit_id.id), ("state", "!=", "ended")], limit=1)
        )

    def _trusteeship(self):
        return self.env["property.trusteeship"]._of(self.unit_id)

    def _start_readings(self, waiver):
        """Use of an entrusted home counts from the readings of its agreement."""
        if trusteeship := self._trusteeship():
            return trusteeship.water_start, trusteeship.power_start
        return super()._start_readings(waiver)

    def _uses_too_much(self, water, power):
        """The limits of an entrusted home are those of its agreement."""
        if trusteeship := self._trusteeship():
            return trusteeship._is_over(
                self.patrol_id.date or fields.Date.context_today(self), self.water, self.power
            )
        return super()._uses_too_much(water, power)


class PropertyFinding(models.Model):
    """What is found in an empty home goes to repair, to the owner or to the developer (A §41)."""

    _inherit = "property.finding"

    vacant_id = fields.Many2one(
        "property.vacant", "Vacant unit", readonly=True, index="btree_not_null"
    )
    told_partner_id = fields.Many2one(
        "res.partner", "Reported to", readonly=True, copy=False, index="btree_not_null"
    )
    told_date = fields.Datetime("Reported out on", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        found = findings.filtered(lambda row: row.unit_id and row.visit_id)
        for finding in found:
            vacant = finding.visit_id._vacancy()
            if vacant:
                finding.sudo().vacant_id = vacant
                if finding.state != "closed":
                    vacant._found_issue()
        return findings

    def _move_to(self, state, **vals):
        result = super()._move_to(state, **vals)
        if state in ("closed", "rechecked"):
            self.sudo().vacant_id._findings_done()
        return result

    def action_report_out(self):
        """Report the finding to whom the empty home belongs: the owner or the developer.

        Damage of the main body of a home that is not handed over is the developer's to mend.

        :raises UserError: where it is in no vacant home, or nobody is on record
        """
        for finding in self:
            owner = finding.vacant_id.owner_id
            if not owner:
                raise UserError(
                    self.env._(
                        "%s: there is nobody on record to report it to; name the owner of the "
                        "home or the developer of the estate.",
                        finding.number,
                    )
                )
            finding.message_post(
                body=finding.description,
                partner_ids=owner.ids,
                subtype_xmlid="mail.mt_comment",
            )
            finding.sudo().write({"told_partner_id": owner.id, "told_date": fields.Datetime.now()})
        return True


class PropertyUnit(models.Model):
    """A unit that stands empty lists itself, one that does not ends its vacancy (A §59)."""

    _inherit = "property.unit"

    vacant_ids = fields.One2many("property.vacant", "unit_id", "Vacancies")
    trusteeship_ids = fields.One2many("property.trusteeship", "unit_id", "Trusteeships")

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        self.env["property.vacant"]._sync(units)
        return units

    def _set_state(self, state, reason):
        moving = super()._set_state(state, reason)
        day = self.env.context.get("property_event_date") or fields.Date.context_today(self)
        if moving:
            self.env["property.vacant"]._sync(moving, day)
            for unit in moving:
                self.env["property.patrol.plan"]._unit_moved(unit)
            if state != "trusteeship":
                self.env["property.trusteeship"]._unit_left(moving, state, day)
        return moving

    def _start_tenancy(self, date, tenant, vals=None, pays=False, occupants=()):
        """A home that is let is not empty from the first day of the lease."""
        dated = self.with_context(property_event_date=date)
        return super(PropertyUnit, dated)._start_tenancy(date, tenant, vals, pays, occupants)

    def _end_tenancy(self, last_day, reason="lease_end"):
        """A home stands empty from the day after the tenant's last."""
        dated = self.with_context(property_event_date=last_day + timedelta(days=1))
        return super(PropertyUnit, dated)._end_tenancy(last_day, reason)

    def _transfer_ownership(self, date, owners, manner, title_number=None, reason="sold"):
        """The owner who entrusted the home is gone: his agreement ends with him (A §42)."""
        rows = super()._transfer_ownership(date, owners, manner, title_number, reason)
        self.env["property.trusteeship"]._unit_left(self, "sold", date)
        return rows

    def _vacancy_values(self, kind, day):
        """Return the values of the vacancy that begins with the use status it has now."""
        self.ensure_one()
        start = day
        if kind == "not_renovated" and self.handover_date and self.handover_date < day:
            start = self.handover_date
        return {
            "unit_id": self.id,
            "kind": kind,
            "date_start": start,
            "user_id": self.building_id.steward_ids[:1].id,
        }

    def action_open_vacancy(self):
        """Open the vacancy of the unit, and those before."""
        return self._open_empty("property.vacant", self.env._("Vacancies of %s", self.full_name))

    def action_open_trusteeship(self):
        """Open the trusteeships of the unit."""
        return self._open_empty(
            "property.trusteeship", self.env._("Trusteeships of %s", self.full_name)
        )

    def _open_empty(self, model, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.id)],
            "context": {"default_unit_id": self.id},
        }
