# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.property_service.tools.local_time import local_today

from .property_unit_relation import EMPTY, HOUSEHOLDS, OCCUPIED

_logger = logging.getLogger(__name__)

WAYS = [
    ("home", "At the customer's home"),
    ("phone", "By phone"),
    ("office", "At the service centre"),
    ("outdoor", "Outdoors"),
    ("online", "Online"),
]
FREQUENCIES = [
    ("once", "Once"),
    ("week", "Every week"),
    ("month", "Every month"),
    ("quarter", "Every quarter"),
    ("half", "Every half year"),
    ("year", "Every year"),
]
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
TARGETS = [
    ("class", "Customers of a class"),
    ("steward", "Households of a steward"),
    ("vacant", "Owners of vacant homes"),
    ("silent", "Households without contact"),
]


class PropertyRelationPlan(models.Model):
    """Whom to visit or speak to, how often, by whom: form F1-2 客户关系维护计划表.

    Handbook B F1, A §8. An active plan makes one line for each of its customers and period, and
    never a second one; a line is done by a visit or a communication, and missed when its period
    passes.
    """

    _name = "property.relation.plan"
    _description = "Relation plan"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "estate_id, state, id"
    _check_company_auto = True

    _workflow_moves = {"draft": ("active",), "active": ("ended",), "ended": ("active",)}
    _workflow_stamps = {"active": ("activated_by_id", "activated_date")}

    name = fields.Char("Action of the plan", required=True, tracking=True)
    estate_id = fields.Many2one("property.estate", required=True, index=True, tracking=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    target = fields.Selection(TARGETS, "For whom", required=True, default="class", tracking=True)
    class_ids = fields.Many2many(
        "property.customer.class", "property_relation_plan_class_rel", string="Customer classes"
    )
    confidential = fields.Boolean(
        "For supervisors only", compute="_compute_confidential", store=True, precompute=True
    )
    purpose_id = fields.Many2one(
        "property.visit.purpose", "Purpose of the visit", required=True, index=True
    )
    way = fields.Selection(WAYS, "Way of the visit", required=True, default="home")
    frequency = fields.Selection(
        FREQUENCIES, "How often", required=True, default="quarter", tracking=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Carried out by",
        index="btree_not_null",
        tracking=True,
        help="Empty: the steward of the building, else the project manager.",
    )
    date_start = fields.Date(
        "Plan starts on", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date("Plan ends on", tracking=True)
    note = fields.Text("Points to watch")
    line_ids = fields.One2many("property.relation.line", "plan_id", "Customers of the plan")
    line_count = fields.Integer("Lines", compute="_compute_counts")
    done_count = fields.Integer("Lines done", compute="_compute_counts")
    open_count = fields.Integer("Lines open", compute="_compute_counts")
    done_rate = fields.Float("Done of what was due", compute="_compute_counts")
    state = fields.Selection(
        [("draft", "Being drawn up"), ("active", "In force"), ("ended", "Ended")],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    activated_by_id = fields.Many2one("res.users", "Put in force by", readonly=True, copy=False)
    activated_date = fields.Datetime("In force since", readonly=True, copy=False)

    _period_order = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A plan does not end before it starts.",
    )

    @api.depends("class_ids.confidential", "purpose_id.vip", "target")
    def _compute_confidential(self):
        for plan in self:
            plan.confidential = plan.purpose_id.vip or (
                plan.target == "class" and any(plan.sudo().class_ids.mapped("confidential"))
            )

    @api.depends("line_ids.state")
    def _compute_counts(self):
        counts = {}
        for plan, state, count in self.env["property.relation.line"]._read_group(
            [("plan_id", "in", self.ids)], ["plan_id", "state"], ["__count"]
        ):
            counts.setdefault(plan.id, {})[state] = count
        for plan in self:
            own = counts.get(plan.id, {})
            plan.line_count = sum(own.values())
            plan.done_count = own.get("done", 0)
            plan.open_count = own.get("planned", 0)
            due = plan.done_count + own.get("missed", 0)
            plan.done_rate = plan.done_count / due if due else 0.0

    @api.constrains("target", "class_ids", "user_id")
    def _check_target(self):
        for plan in self:
            if plan.target == "class" and not plan.class_ids:
                raise ValidationError(
                    self.env._("“%s”: choose the classes the plan is for.", plan.name)
                )
            if plan.target == "steward" and not plan.user_id:
                raise ValidationError(
                    self.env._("“%s”: choose the steward who meets the households.", plan.name)
                )

    # periods -------------------------------------------------------------------------------------

    def _today(self):
        return local_today()

    def _period(self, day):
        """Return (first day, last day) of the plan's period `day` lies in."""
        self.ensure_one()
        if self.frequency == "once":
            last = self.date_end
            if not last:
                days = self.estate_id._parameter("new_steward_days")
                last = self.date_start + timedelta(days=days)
            return self.date_start, last
        if self.frequency == "week":
            first = day - timedelta(days=day.weekday())
            return first, first + timedelta(days=6)
        months = _MONTHS[self.frequency]
        first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
        return first, first + relativedelta(months=months, days=-1)

    def _targets(self):
        """Return [(person, unit)] the plan is for today, each person once."""
        self.ensure_one()
        units = self.env["property.unit"].sudo()
        place = [("estate_id", "=", self.estate_id.id), ("category", "in", HOUSEHOLDS)]
        if self.target == "class":
            rows = (
                self.env["property.customer.classification"]
                .sudo()
                .search(
                    [
                        ("class_id", "in", self.class_ids.ids),
                        ("estate_id", "=", self.estate_id.id),
                        ("state", "=", "active"),
                        ("review_date", ">=", self._today()),
                    ]
                )
            )
            held = (
                self.env["property.occupancy"]
                .sudo()
                .search(
                    [
                        ("partner_id", "in", rows.partner_id.ids),
                        ("estate_id", "=", self.estate_id.id),
                        ("unit_id.category", "in", HOUSEHOLDS),
                        ("current", "=", True),
                    ],
                    order="id desc",
                )
            )
            homes = {row.partner_id: row.unit_id for row in held}
            return [(partner, homes.get(partner, units.browse())) for partner in rows.partner_id]
        if self.target == "steward":
            found = units.search(
                [
                    *place,
                    ("state", "in", OCCUPIED),
                    ("building_id.steward_ids", "in", self.user_id.id),
                ]
            )
        elif self.target == "vacant":
            found = units.search([*place, ("state", "in", EMPTY)])
        else:
            found = units.search([*place, ("silent", "=", True)])
        people = {}
        for unit in found:
            person = unit.owner_id if self.target == "vacant" else unit.tenant_id or unit.owner_id
            if person:
                people.setdefault(person, unit)
        return list(people.items())

    def _generate(self, day=None):
        """Make the lines of the period `day` lies in that are not there yet.

        :return: the new lines
        """
        lines = self.env["property.relation.line"].sudo()
        made = lines.browse()
        for plan in self.filtered(lambda plan: plan.state == "active"):
            today = day or plan._today()
            if today < plan.date_start or (plan.date_end and today > plan.date_end):
                continue
            first, last = plan._period(today)
            known = lines.search([("plan_id", "=", plan.id), ("period_start", "=", first)])
            known_people = set(known.partner_id.ids)
            due = min(last, plan.date_end) if plan.date_end else last
            values = []
            for person, unit in plan._targets():
                if person.id in known_people:
                    continue
                users = plan.user_id or unit.building_id.steward_ids[:1]
                values.append(
                    {
                        "plan_id": plan.id,
                        "partner_id": person.id,
                        "unit_id": unit.id,
                        "user_id": (users or plan.estate_id.manager_id).id,
                        "period_start": first,
                        "date_due": due,
                    }
                )
            made |= lines.create(values)
        return made

    # steps ---------------------------------------------------------------------------------------

    def action_activate(self):
        """Put plans in force and make the lines of the present period."""
        self._check_supervisor()
        self._move_to("active")
        self._generate()
        return True

    def action_generate(self):
        """Add customers who are new to the plan in the present period."""
        self._check_supervisor()
        self._generate()
        return True

    def action_end(self):
        """End plans; what is still to be done in them is skipped."""
        self._check_supervisor()
        self._move_to("ended")
        self.sudo().line_ids.filtered(lambda line: line.state == "planned")._move_to(
            "skipped", skip_reason=self.env._("The plan has ended")
        )
        return True

    def _check_supervisor(self):
        if not (self.env.su or self.env.user.has_group("property_service.group_supervisor")):
            raise UserError(self.env._("Relation plans are made by a supervisor."))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("A plan that was in force is ended, not deleted."))

    def action_open_lines(self):
        """Open the customers of the plan."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "property_survey.property_relation_line_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)], "context": {}}

    @api.model
    def _plan_new_steward(self, building, users):
        """Plan that new stewards meet every household of `building` within two months (F1)."""
        today = self._today()
        plans = self.sudo()
        for user in users:
            plan = plans.search(
                [
                    ("estate_id", "=", building.estate_id.id),
                    ("target", "=", "steward"),
                    ("frequency", "=", "once"),
                    ("user_id", "=", user.id),
                    ("state", "=", "active"),
                    ("date_end", ">=", today),
                ],
                limit=1,
            )
            if not plan:
                words = self.with_context(lang=building.estate_id.sudo()._print_lang()).env
                days = building.estate_id._parameter("new_steward_days")
                plan = plans.create(
                    {
                        "name": words._("New steward %s meets every household", user.name),
                        "estate_id": building.estate_id.id,
                        "target": "steward",
                        "purpose_id": self.env.ref("property_survey.visit_purpose_new_steward").id,
                        "frequency": "once",
                        "way": "home",
                        "user_id": user.id,
                        "date_start": today,
                        "date_end": today + timedelta(days=days),
                    }
                )
                plan._move_to("active")
            plan._generate()

    @api.model
    def _tell(self, estate, role, summary, day=None):
        """Give those who stand for `role` in an estate a to-do, unless they have it already."""
        users = estate.sudo().user_ids.filtered("active")
        group = self.env.ref(f"property_service.group_{role}")
        own = users.filtered(lambda user: group in user.all_group_ids)
        if role == "manager":
            own = estate.sudo().manager_id or own
        if role == "supervisor":
            manager = self.env.ref("property_service.group_manager")
            own = own.filtered(lambda user: manager not in user.all_group_ids) or own
        known = {(activity.user_id, activity.summary) for activity in estate.sudo().activity_ids}
        for user in own:
            if (user, summary) not in known:
                estate.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=day or self._today(),
                    summary=summary,
                    user_id=user.id,
                )

    @api.model
    def _cron_plan(self):
        """Mark lines whose time has passed as not done, and make the lines of the new period."""
        self.env["property.relation.line"]._miss()
        self.env["ir.cron"]._property_each(
            self.search([("state", "=", "active")]),
            lambda plan: plan._generate(),
            lambda plan, _error: _logger.exception("Relation plan %s failed", plan.id),
        )


class PropertyEstate(models.Model):
    _inherit = "property.estate"

    def action_propose_relation_plans(self):
        """Draw up the usual relation plans of estates that have none yet, and open them (B F1).

        Key customers monthly by the manager, VIP customers quarterly, owners of vacant homes
        quarterly, households nobody heard of each half year, the elderly every month.
        """
        plans = self.env["property.relation.plan"]
        plans._check_supervisor()
        usual = (
            (self.env._("Monthly talk with key customers"), "key", "regular", "month", "office"),
            (self.env._("Quarterly VIP visit"), "vip", "vip", "quarter", "home"),
            (self.env._("Visit to those who live alone"), "elderly", "elderly", "month", "home"),
            (self.env._("Report to owners of vacant homes"), None, "vacant", "quarter", "phone"),
            (self.env._("Contact with silent households"), None, "silent", "half", "phone"),
        )
        for estate in self:
            if plans.search_count([("estate_id", "=", estate.id)], limit=1):
                continue
            for name, code, purpose, frequency, way in usual:
                values = {
                    "name": name,
                    "estate_id": estate.id,
                    "target": "class" if code else purpose,
                    "purpose_id": self.env.ref(f"property_survey.visit_purpose_{purpose}").id,
                    "frequency": frequency,
                    "way": way,
                }
                if code:
                    found = self.env["property.customer.class"].search([("code", "=", code)])
                    values["class_ids"] = [Command.set(found.ids)]
                if code in ("key", "vip"):
                    values["user_id"] = estate.manager_id.id
                plans.create(values)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Relation plans"),
            "res_model": "property.relation.plan",
            "view_mode": "list,form",
            "domain": [("estate_id", "in", self.ids)],
        }


class PropertyBuilding(models.Model):
    _inherit = "property.building"

    def write(self, vals):
        """Plan the first meetings of a steward who is new in the building."""
        before = (
            {building: building.steward_ids for building in self} if "steward_ids" in vals else {}
        )
        result = super().write(vals)
        for building, stewards in before.items():
            if new := building.steward_ids - stewards:
                self.env["property.relation.plan"]._plan_new_steward(building, new)
        return result
