# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.local_time import local_time, local_today

#: states of a dossier whose site is patrolled
PATROLLED = ("working", "suspended", "rectify")
GROUPS = [
    ("structure", "Structure"),
    ("pipes", "Water, power, gas"),
    ("waterproof", "Waterproofing"),
    ("facade", "Outer appearance"),
    ("fire", "Fire safety"),
    ("papers", "Passes and permit"),
    ("hygiene", "Hygiene and common parts"),
]


class PropertyPatrolItem(models.Model):
    """What a site patrol looks at, and which violation it is when it is not so (§36, §37)."""

    _inherit = "property.patrol.item"

    site_group = fields.Selection(GROUPS, "Column of the site log")
    violation_type_id = fields.Many2one(
        "property.renovation.violation.type",
        "Violation if not normal",
        ondelete="set null",
        index="btree_not_null",
    )


class PropertyPatrolPlan(models.Model):
    """Plans that go to all renovation sites: two patrols a day (handbook A §36)."""

    _inherit = "property.patrol.plan"

    def _stops(self):
        """Go to the sites with work, whatever use status their rooms have."""
        stops = super()._stops()
        if self.target != "sites":
            return stops
        dossiers = self.env["property.renovation"].search(
            [("estate_id", "=", self.estate_id.id), ("permit_id", "!=", False)], order="id"
        )
        sites = {row.unit_id.id: row for row in dossiers if row.state in PATROLLED}
        idle = {row.unit_id.id for row in dossiers} - sites.keys()
        by_building, seen = {}, set()
        for building_id, visits in stops:
            for visit in visits:
                if visit["unit_id"] not in idle:
                    by_building.setdefault(building_id, []).append(visit)
                    seen.add(visit["unit_id"])
        for unit_id, dossier in sites.items():
            if unit_id not in seen:
                unit = dossier.unit_id
                by_building.setdefault(unit.building_id.id, []).append(
                    {"unit_id": unit.id, "name": unit.full_name, "unit_state": unit.state}
                )
        for visits in by_building.values():
            for number, visit in enumerate(visits, 1):
                dossier = sites.get(visit["unit_id"])
                visit.update(sequence=number, renovation_id=dossier.id if dossier else False)
        return list(by_building.items())

    @api.model
    def _of_sites(self, estate):
        """Return the plan that goes to the sites of `estate`, made where there is none.

        It begins at the hours of the settings, two times a day by default, by the steward of the
        building.
        """
        plans = self.sudo()
        plan = plans.search([("estate_id", "=", estate.id), ("target", "=", "sites")], limit=1)
        if plan:
            return plan
        hours = [
            float(part)
            for part in estate._parameter("site_patrol_hours").replace("，", ",").split(",")
        ]
        return plans.create(
            {
                "name": self.env._("Patrol of renovation sites"),
                "estate_id": estate.id,
                "type_id": self.env.ref("property_service.patrol_type_renovation").id,
                "target": "sites",
                "frequency": "daily",
                "user_source": "steward",
                "date_start": local_today(),
                "time_ids": [Command.create({"hour": hour, "minutes": 120}) for hour in hours],
            }
        )

    def _add_site(self, dossier):
        """Put a site on the patrols to come: those that are planned get it as a further point.

        :param dossier: `property.renovation` whose work has begun
        """
        self.ensure_one()
        now = fields.Datetime.now()
        today = local_today()
        last = today + timedelta(days=self.estate_id._parameter("patrol_ahead_days"))
        slots = [slot for slot in self._slots(today, last) if slot[3] > now]
        self._make(slots)
        building = dossier.unit_id.building_id
        tasks = (
            self.env["property.patrol"]
            .sudo()
            .search(
                [
                    ("plan_id", "=", self.id),
                    ("building_id", "=", building.id),
                    ("state", "=", "scheduled"),
                    ("planned_end", ">", now),
                ]
            )
        )
        known = tasks.visit_ids.filtered(lambda row: row.unit_id == dossier.unit_id)
        known.sudo().write({"renovation_id": dossier.id})
        self.env["property.patrol.visit"].sudo().create(
            [
                {
                    "patrol_id": task.id,
                    "sequence": len(task.visit_ids) + 1,
                    "unit_id": dossier.unit_id.id,
                    "name": dossier.unit_id.full_name,
                    "unit_state": dossier.unit_id.state,
                    "renovation_id": dossier.id,
                }
                for task in tasks - known.patrol_id
            ]
        )

    def _drop_site(self, dossier):
        """Take a site off the patrols to come; a patrol without any point left is cancelled."""
        visits = (
            self.env["property.patrol.visit"]
            .sudo()
            .search(
                [
                    ("renovation_id", "=", dossier.id),
                    ("state", "=", "pending"),
                    ("patrol_id.state", "=", "scheduled"),
                ]
            )
        )
        tasks = visits.patrol_id
        visits.unlink()
        empty = tasks.filtered(lambda task: not task.visit_ids)
        if empty:
            # a cancelled one would keep its slot from a site of the same house that begins later
            empty.unlink()


class PropertyPatrolVisit(models.Model):
    """A visit to a renovation site: a line of the sheet on its door (handbook A §36)."""

    _inherit = "property.patrol.visit"

    renovation_id = fields.Many2one(
        "property.renovation", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    work_stage = fields.Char("Stage of the work")
    handling = fields.Char("Handling on the site")
    site_person = fields.Char("Signed by the site")
    violation_ids = fields.One2many("property.renovation.violation", "visit_id", "Violations found")

    def _give(self, state):
        """Ask for the stage of the work where nothing is wrong; tell of refused entry.

        :raises UserError: without the stage
        """
        for visit in self.filtered("renovation_id"):
            if state == "ok" and not (visit.work_stage or "").strip():
                raise UserError(
                    self.env._(
                        "%(site)s: nothing is wrong, so write the stage of the work.",
                        site=visit.name,
                    )
                )
        result = super()._give(state)
        if state == "refused":
            for visit in self.filtered("renovation_id"):
                visit._tell_refused()
        return result

    def _tell_refused(self):
        """Ask for a second visit with the supervisor, the next time for a written notice."""
        self.ensure_one()
        dossier = self.renovation_id
        before = self.sudo().search_count(
            [
                ("renovation_id", "=", dossier.id),
                ("state", "=", "refused"),
                ("id", "!=", self.id),
            ]
        )
        for user in dossier._deadline_users("supervisor"):
            dossier.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(dossier),
                summary=self.env._("Not let in again: issue a written notice")
                if before
                else self.env._("Not let in: phone the owner, visit with the supervisor"),
                user_id=user.id,
            )


class PropertyPatrolCheck(models.Model):
    """What is wrong on a site becomes a violation, not a finding of our own house (§37, §59)."""

    _inherit = "property.patrol.check"

    violation_type_id = fields.Many2one(
        "property.renovation.violation.type",
        "Kind of violation",
        compute="_compute_violation_type_id",
        store=True,
        readonly=False,
        ondelete="set null",
        index="btree_not_null",
    )
    violation_id = fields.Many2one(
        "property.renovation.violation", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    on_site = fields.Boolean(compute="_compute_on_site")

    @api.depends("item_id")
    def _compute_violation_type_id(self):
        for check in self:
            check.violation_type_id = check.item_id.violation_type_id

    @api.depends("visit_id.renovation_id")
    def _compute_on_site(self):
        for check in self:
            check.on_site = bool(check.visit_id.renovation_id)

    def _make_findings(self):
        sites = self.filtered(lambda row: row.visit_id.renovation_id)
        for check in sites.filtered(lambda row: not row.violation_id):
            if check._only_reminded():
                continue
            check.violation_id = self.env["property.renovation.violation"]._from_check(check)
        return super(PropertyPatrolCheck, self - sites)._make_findings()

    def _only_reminded(self):
        """Remind of a permit that is not posted, the first time; return whether that was all.

        The second time it is a violation as of work without permit (handbook A §30).
        """
        self.ensure_one()
        dossier = self.visit_id.renovation_id
        posting = self.env.ref("property_service.patrol_item_site_1", raise_if_not_found=False)
        if self.item_id != posting or not dossier.permit_id._is_valid():
            return False
        if dossier.permit_reminded_date:
            return False
        dossier.sudo().permit_reminded_date = fields.Date.context_today(self)
        dossier.message_post(
            body=self.env._(
                "Patrol: permit or rules are not posted at the door (%(text)s). Reminded; the next "
                "time it is a violation.",
                text=self.text or "",
            )
        )
        return True


class PropertyPatrol(models.Model):
    """The manager's unscheduled checks of sites (handbook A §36, §57: four a month)."""

    _inherit = "property.patrol"

    unscheduled = fields.Boolean("Unscheduled check of a site", readonly=True, index=True)

    @api.model
    def _check_sites(self, dossiers):
        """Begin an unscheduled check of sites by the manager, and return it.

        :param dossiers: `property.renovation` of one estate
        """
        now = fields.Datetime.now()
        patrol = self.sudo().create(
            {
                "type_id": self.env.ref("property_service.patrol_type_renovation").id,
                "estate_id": dossiers.estate_id.id,
                "building_id": dossiers.unit_id.building_id[:1].id
                if len(dossiers.unit_id.building_id) == 1
                else False,
                "description": self.env._("Unscheduled check of renovation sites"),
                "channel": "patrol",
                "user_id": self.env.uid,
                "unscheduled": True,
                "planned_start": now,
                "planned_end": now + timedelta(hours=4),
                "visit_ids": [
                    Command.create(
                        {
                            "sequence": number,
                            "unit_id": dossier.unit_id.id,
                            "name": dossier.unit_id.full_name,
                            "unit_state": dossier.unit_id.state,
                            "renovation_id": dossier.id,
                        }
                    )
                    for number, dossier in enumerate(dossiers, 1)
                ],
            }
        )
        return patrol.with_env(self.env)

    @api.model
    def _site_checks_left(self, estate, day):
        """Return how many of the manager's checks of the month of `day` are still to be made."""
        first = day.replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        done = self.sudo().search_count(
            [
                ("estate_id", "=", estate.id),
                ("unscheduled", "=", True),
                ("state", "=", "done"),
                ("planned_start", ">=", local_time(first, 0)),
                ("planned_start", "<", local_time(after, 0)),
            ]
        )
        return max(estate._parameter("site_spot_checks") - done, 0)

    @api.model
    def _cron_site_checks(self):
        """Remind the manager of the unscheduled checks of sites the month still lacks.

        Told once a week from the day of the setting on, and only where there are sites.
        """
        today = local_today()
        sites = self.env["property.renovation"]._read_group(
            [("state", "in", PATROLLED)], ["estate_id"], []
        )
        estates = self.env["property.estate"].browse([estate.id for (estate,) in sites])
        todo = estates.filtered(
            lambda estate: (
                today.day >= estate._parameter("site_spot_check_day")
                and self._site_checks_left(estate, today)
            )
        )
        self.env["ir.cron"]._property_each(
            todo,
            lambda estate: self._remind_site_checks(estate, today),
            lambda estate, error: None,
        )

    @api.model
    def _remind_site_checks(self, estate, today):
        dossier = self.env["property.renovation"].search(
            [("estate_id", "=", estate.id), ("state", "in", PATROLLED)], limit=1
        )
        text = self.env._(
            "Unscheduled checks of renovation sites this month: %(left)s to go",
            left=self._site_checks_left(estate, today),
        )
        for user in dossier._deadline_users("manager"):
            week = fields.Datetime.now() - timedelta(days=7)
            told = (
                self.env["mail.activity"]
                .sudo()
                .search_count(
                    [
                        ("res_model", "=", dossier._name),
                        ("user_id", "=", user.id),
                        ("summary", "=", text),
                        ("create_date", ">", week),
                    ]
                )
            )
            if not told:
                dossier.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=today,
                    summary=text,
                    user_id=user.id,
                )
