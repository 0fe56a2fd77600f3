# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.local_time import local_day, local_today
from .property_patrol_site import PATROLLED
from .property_renovation import SITE_STATES
from .property_renovation_pass import OUT
from .property_renovation_violation import SETTLED


class PropertyRenovation(models.Model):
    """The running site: workers, passes, permits for special work, patrols, violations.

    Handbook A §31–§37. Fills the hooks of the dossier: what is open, what the board shows, who
    must be registered; the patrols follow the work by themselves.
    """

    _inherit = "property.renovation"

    worker_ids = fields.One2many("property.renovation.worker", "renovation_id", "Workers")
    pass_ids = fields.One2many("property.renovation.pass", "renovation_id", "Passes")
    overtime_ids = fields.One2many("property.renovation.overtime", "renovation_id")
    hot_work_ids = fields.One2many("property.renovation.hot.work", "renovation_id", "Hot work")
    stay_ids = fields.One2many("property.renovation.stay", "renovation_id", "Overnight stays")
    site_visit_ids = fields.One2many("property.patrol.visit", "renovation_id", "Visits to the site")
    violation_ids = fields.One2many(
        "property.renovation.violation", "renovation_id", "Violations of the site"
    )
    pass_out_count = fields.Integer("Passes out", compute="_compute_pass_counts")
    pass_numbers_out = fields.Char("Numbers still out", compute="_compute_pass_counts")
    passes_missing = fields.Integer(
        compute="_compute_passes_missing",
        store=True,
        readonly=False,
        help="Lost ones are paid for, as agreed.",
    )
    violation_count = fields.Integer("All violations", compute="_compute_violation_counts")
    violation_open_count = fields.Integer("Open violations", compute="_compute_violation_counts")
    patrols_today = fields.Integer("Patrols of today made", compute="_compute_patrols_today")
    patrols_due_today = fields.Integer("Patrols of today", compute="_compute_patrols_today")

    @api.depends("pass_ids.state", "pass_ids.number")
    def _compute_pass_counts(self):
        for dossier in self:
            out = dossier.pass_ids.filtered(lambda card: card.state in OUT).sorted("id")
            dossier.pass_out_count = len(out)
            dossier.pass_numbers_out = "、".join(out.mapped("number"))

    @api.depends("pass_ids.state")
    def _compute_passes_missing(self):
        for dossier in self:
            if dossier.pass_ids:
                lost = dossier.pass_ids.filtered("lost_date")
                dossier.passes_missing = len(lost)
            else:
                dossier.passes_missing = dossier.passes_missing

    @api.depends("violation_ids.state")
    def _compute_violation_counts(self):
        for dossier in self:
            cases = dossier.sudo().violation_ids
            dossier.violation_count = len(cases)
            dossier.violation_open_count = len(
                cases.filtered(lambda case: case.state not in SETTLED and not case.before_takeover)
            )

    def _compute_patrols_today(self):
        today = local_today()
        rows = self.env["property.patrol.visit"]._read_group(
            [
                ("renovation_id", "in", self.ids),
                ("date", "=", today),
                ("patrol_id.unscheduled", "=", False),
            ],
            ["renovation_id", "state"],
            ["__count"],
        )
        planned, made = {}, {}
        for dossier, state, count in rows:
            planned[dossier.id] = planned.get(dossier.id, 0) + count
            if state != "pending":
                made[dossier.id] = made.get(dossier.id, 0) + count
        for dossier in self:
            wanted = (
                dossier.estate_id._parameter("site_patrols_per_day") if dossier.estate_id else 0
            )
            dossier.patrols_today = made.get(dossier.id, 0)
            dossier.patrols_due_today = max(planned.get(dossier.id, 0), wanted)

    # hooks of the dossier ------------------------------------------------------------------------

    def _open_violations(self):
        """Return how many violations of the site are not put right."""
        return super()._open_violations() + sum(self.mapped("violation_open_count"))

    def _board_facts(self):
        """Tell the manager's board today's patrols, open violations and passes out."""
        facts = super()._board_facts()
        if self.state in PATROLLED:
            facts.append(
                self.env._(
                    "Patrols today %(made)s/%(due)s",
                    made=self.patrols_today,
                    due=self.patrols_due_today,
                )
            )
        if self.violation_open_count:
            facts.append(self.env._("%(count)s open violations", count=self.violation_open_count))
        if self.state in SITE_STATES and self.pass_out_count:
            facts.append(self.env._("%(count)s passes out", count=self.pass_out_count))
        return facts

    def _check_workers(self):
        """Refuse the permit while no worker is registered (handbook A §30).

        :raises UserError: naming the dossier
        """
        result = super()._check_workers()
        for dossier in self:
            if not dossier.worker_ids and dossier.estate_id._parameter("renovation_workers_listed"):
                raise UserError(
                    self.env._(
                        "%(dossier)s: enter the workers in the register before the permit is "
                        "issued.",
                        dossier=dossier.display_name,
                    )
                )
        return result

    def _move_to(self, state, **vals):
        """Let the patrols follow the work: they begin and end with it (handbook A §59)."""
        before = {dossier: dossier.state in PATROLLED for dossier in self}
        result = super()._move_to(state, **vals)
        now = state in PATROLLED
        plans = self.env["property.patrol.plan"]
        for dossier in self:
            if now and not before[dossier]:
                plans._of_sites(dossier.estate_id)._add_site(dossier)
            elif before[dossier] and not now:
                plans._drop_site(dossier)
        return result

    def _deposit_changed(self, deposit):
        """Tell the passes whose deposit is the dossier's, too."""
        result = super()._deposit_changed(deposit)
        self.sudo().pass_ids.filtered(lambda card: card.deposit_id == deposit)._deposit_changed(
            deposit
        )
        return result

    def action_first_pass(self):
        """Pass the first acceptance once security has taken all passes back.

        :raises UserError: naming the passes that are still out, besides what is missing otherwise
        """
        for dossier in self:
            if dossier.pass_numbers_out:
                raise UserError(
                    self.env._(
                        "%(dossier)s: passes %(numbers)s are still out. Take them back, or declare "
                        "them lost.",
                        dossier=dossier.display_name,
                        numbers=dossier.pass_numbers_out,
                    )
                )
        return super().action_first_pass()

    # security ------------------------------------------------------------------------------------

    def _security_users(self):
        """Return who stands for security on the estate; the supervisor where nobody does."""
        self.ensure_one()
        group = self.env.ref("property_service.group_security")
        members = self.estate_id.sudo().user_ids.filtered(
            lambda user: user.active and group in user.all_group_ids
        )
        higher = members.filtered(self._is_in("administrator"))
        return (members - higher) or self._deadline_users("supervisor")

    def _tell_security(self, summary, moment=None, document=None):
        """Give security a to-do.

        :param str summary: what it is about
        :param datetime moment: when, UTC; today where none is given
        :param document: record with activities it is put on; the dossier where none is given
        """
        for dossier in self:
            target = document if document is not None else dossier
            day = local_day(moment) or local_today()
            for user in dossier._security_users():
                target.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=day,
                    summary=summary,
                    user_id=user.id,
                )

    # screens -------------------------------------------------------------------------------------

    def action_spot_check(self):
        """Begin an unscheduled check of the sites by the manager (handbook A §36).

        :raises AccessError: below the manager
        :raises UserError: for sites of several estates, or without work
        """
        if not self.env.su and not self.env.user.has_group("property_service.group_manager"):
            raise AccessError(self.env._("Unscheduled checks of sites are the manager's."))
        if len(self.estate_id) != 1:
            raise UserError(self.env._("Check the sites of one estate at a time."))
        if idle := self.filtered(lambda dossier: dossier.state not in PATROLLED):
            raise UserError(
                self.env._("%(dossier)s is no running site.", dossier=idle[0].display_name)
            )
        patrol = self.env["property.patrol"]._check_sites(self)
        return patrol.action_start()

    def action_apply_passes(self):
        """Apply for a pass of every worker without one, and show the passes."""
        self.ensure_one()
        self.check_access("write")
        self.worker_ids.action_apply_pass()
        return self.action_open_passes()

    def _site_action(self, name, model, modes, **context):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": modes,
            "domain": [("renovation_id", "=", self.id)],
            "context": {
                "default_renovation_id": self.id,
                "default_unit_id": self.unit_id.id,
                **context,
            },
        }

    def action_open_workers(self):
        """Open the workers of the site."""
        return self._site_action(
            self.env._("Workers of the site"), "property.renovation.worker", "list,form"
        )

    def action_open_passes(self):
        """Open the passes of the site."""
        return self._site_action(
            self.env._("Temporary passes"), "property.renovation.pass", "list,kanban,form"
        )

    def action_open_violations(self):
        """Open the violations of the site."""
        return self._site_action(
            self.env._("Violations"), "property.renovation.violation", "list,kanban,form"
        )

    def action_open_site_visits(self):
        """Open the visits of patrols to the site."""
        return self._site_action(
            self.env._("Visits to the site"), "property.patrol.visit", "list,form"
        )

    def action_open_overtime(self):
        """Open the overtime of the site."""
        return self._site_action(
            self.env._("Overtime"), "property.renovation.overtime", "list,form"
        )

    def action_open_hot_work(self):
        """Open the hot work of the site."""
        return self._site_action(
            self.env._("Hot work"), "property.renovation.hot.work", "list,form"
        )

    def action_open_stays(self):
        """Open the overnight stays of the site."""
        return self._site_action(
            self.env._("Overnight stays"), "property.renovation.stay", "list,form"
        )
