# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money

_logger = logging.getLogger(__name__)

KINDS = [
    ("unsold", "Not sold"),
    ("not_handed", "Sold, not handed over yet"),
    ("not_renovated", "Handed over, neither renovated nor used"),
    ("long", "Long vacant"),
]
#: use status of a unit that stands empty -> kind of vacancy
KIND_OF_STATE = {
    "unsold": "unsold",
    "sold_pending": "not_handed",
    "handed_over": "not_renovated",
    "vacant": "long",
}
#: use status that ends a vacancy -> why it ended
END_OF_STATE = {
    "occupied_owner": "moved_in",
    "business": "moved_in",
    "leased": "let",
    "renovating": "renovation",
    "trusteeship": "trusteeship",
}
END_REASONS = [
    ("moved_in", "Owner uses it"),
    ("let", "Let to a tenant"),
    ("renovation", "Renovation begins"),
    ("trusteeship", "Entrusted to us"),
    ("other", "Other reason"),
]
#: categories of units that are looked after
CATEGORIES = ("home", "shop", "office")


class PropertyVacant(models.Model):
    """A vacancy of a unit, from the day it stands empty to the day it does not (空置房, A §41).

    Rows come and go with the use status of the unit; nobody types them. They keep what care
    needs: keys, readings, who looks after it, and who pays which share of the fee.
    """

    _name = "property.vacant"
    _description = "Vacant unit"
    _inherit = [
        "property.located.mixin",
        "property.workflow.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "building_id, unit_id, id desc"

    _workflow_moves = {
        "listed": ("under_care", "issue", "ended"),
        "under_care": ("issue", "ended"),
        "issue": ("repaired", "ended"),
        "repaired": ("under_care", "issue", "ended"),
    }
    _workflow_stamps = {"under_care": ("care_by_id", "care_date")}

    unit_id = fields.Many2one(string="Room", readonly=True, ondelete="cascade")
    gross_area = fields.Float(related="unit_id.gross_area", store=True)
    kind = fields.Selection(
        KINDS, "Kind of vacancy", required=True, readonly=True, index=True, tracking=True
    )
    state = fields.Selection(
        [
            ("listed", "Listed"),
            ("under_care", "Under care"),
            ("issue", "Something wrong"),
            ("repaired", "Put in order again"),
            ("ended", "Not vacant any more"),
        ],
        required=True,
        default="listed",
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_start = fields.Date("Vacant since", required=True, tracking=True, index=True)
    date_end = fields.Date("Vacant until", readonly=True, index=True)
    days = fields.Integer("Days vacant", compute="_compute_days", aggregator="avg")
    end_reason = fields.Selection(END_REASONS, "Why the vacancy ended", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Steward in charge", index="btree_not_null", tracking=True
    )
    owner_id = fields.Many2one("res.partner", "Owner or developer", compute="_compute_people")
    phone = fields.Char(compute="_compute_people")
    payer_id = fields.Many2one("res.partner", "Pays the fee", compute="_compute_people")
    payer_kind = fields.Selection(
        [("developer", "Developer"), ("owner", "Owner")], "Fee paid by", compute="_compute_people"
    )
    fee_rate = fields.Float(
        "Share of the fee (%)", digits=(6, 2), compute="_compute_people", aggregator="avg"
    )
    keys_kept = fields.Char("Keys kept in", help="Position in the cabinet, or who holds them.")
    key_count = fields.Integer("Keys in the cabinet", compute="_compute_key_count")
    furnished = fields.Boolean("Furniture inside")
    water = fields.Float("Water meter (m³)", digits=(16, 2), aggregator=None)
    power = fields.Float("Power meter (kWh)", digits=(16, 2), aggregator=None)
    gas = fields.Float("Gas meter (m³)", digits=(16, 2), aggregator=None)
    reading_date = fields.Date("Meters read on")
    check_date = fields.Date("Last check", readonly=True, index=True)
    told_date = fields.Datetime("Owner told on", readonly=True, index=True)
    finding_ids = fields.One2many("property.finding", "vacant_id", "Problems found", readonly=True)
    care_by_id = fields.Many2one("res.users", "Taken into care by", readonly=True)
    care_date = fields.Datetime("Taken into care on", readonly=True)
    remark = fields.Text()

    _one_open = models.UniqueIndex(
        "(unit_id) WHERE state != 'ended'", "This unit is on the list of vacant units already."
    )
    _period = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A vacancy cannot end before it begins.",
    )

    @api.depends("unit_id.full_name")
    def _compute_display_name(self):
        for vacant in self:
            vacant.display_name = vacant.unit_id.full_name

    @api.depends("date_start", "date_end")
    def _compute_days(self):
        today = fields.Date.context_today(self)
        for vacant in self:
            last = vacant.date_end or today
            vacant.days = max((last - vacant.date_start).days, 0) if vacant.date_start else 0

    @api.depends("unit_id", "kind")
    def _compute_people(self):
        """Who owns it and who pays which share: of developer, occupancy and granted reduction."""
        today = fields.Date.context_today(self)
        payers = self.unit_id._payers_on(today)
        rates = {
            waiver.unit_id.id: waiver.rate
            for waiver in self.env["property.waiver"]
            .sudo()
            .search(
                [
                    ("unit_id", "in", self.unit_id.ids),
                    ("kind", "=", "vacancy"),
                    ("way", "=", "rate"),
                    ("state", "in", ("approved", "active")),
                    ("date_start", "<=", today),
                    ("date_end", ">=", today),
                ]
            )
        }
        for vacant in self:
            developer = vacant.estate_id.developer_id
            unit = vacant.unit_id
            with_developer = vacant.kind in ("unsold", "not_handed")
            owner = unit.owner_id or (developer if with_developer else unit.owner_id)
            payer = payers.get(unit.id, {}).get(0) or (developer if with_developer else owner)
            vacant.owner_id = owner
            vacant.phone = owner.phone
            vacant.payer_id = payer
            vacant.payer_kind = "developer" if with_developer else "owner"
            vacant.fee_rate = rates.get(unit.id, 100.0)

    def _compute_key_count(self):
        counts = {
            unit.id: quantity
            for unit, quantity in self.env["property.key"]
            .sudo()
            ._read_group(
                [("unit_id", "in", self.unit_id.ids), ("state", "=", "in_store")],
                ["unit_id"],
                ["quantity:sum"],
            )
        }
        for vacant in self:
            vacant.key_count = counts.get(vacant.unit_id.id, 0)

    # the list keeps itself -----------------------------------------------------------------------

    @api.model
    def _sync(self, units, day=None):
        """List the units among `units` that stand empty, and end the vacancy of the others.

        Safe to be called again: what is right already stays as it is.

        :param date day: first day of the new use status, today where none is given
        :return: the vacancies that were listed
        """
        day = day or fields.Date.context_today(self)
        rows = self.sudo().with_context(tracking_disable=True, mail_create_nolog=True)
        units = units.sudo().filtered(lambda unit: unit.category in CATEGORIES)
        known = rows.search([("unit_id", "in", units.ids), ("state", "!=", "ended")])
        by_unit = known.grouped("unit_id")
        values = []
        for unit in units:
            kind = KIND_OF_STATE.get(unit.state) if unit.active else None
            vacant = by_unit.get(unit)
            if vacant and not kind:
                vacant._end(END_OF_STATE.get(unit.state, "other"), day)
            elif vacant and vacant.kind != kind:
                vacant.kind = kind
            elif kind and not vacant:
                values.append(unit._vacancy_values(kind, day))
        return rows.create(values).with_context(tracking_disable=False)

    def _end(self, reason, day):
        """End vacancies on `day` for `reason` (a value of `end_reason`)."""
        for vacant in self:
            vacant._move_to("ended", date_end=max(day, vacant.date_start), end_reason=reason)
            vacant.activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    def _cron_keep(self):
        """Keep the list: vacancies, the month's figures, the plans of patrols (A §41, §59).

        Runs each day, so that the list is right by the 5th; safe to run twice. An estate that
        fails is logged and the others go on.
        """
        estates = self.env["property.estate"].search([("active", "=", True)])
        self.env["ir.cron"]._property_each(
            estates,
            self._keep,
            lambda estate, error: _logger.warning(
                "Vacant units of estate %s could not be kept: %s", estate.id, error
            ),
        )

    @api.model
    def _keep(self, estate):
        """Bring the list of `estate`, its figures of the month and its patrol plans up to date."""
        units = self.env["property.unit"].search(
            [
                ("estate_id", "=", estate.id),
                ("category", "in", CATEGORIES),
                ("state", "in", tuple(KIND_OF_STATE)),
            ]
        )
        listed = self.search([("estate_id", "=", estate.id), ("state", "!=", "ended")])
        self._sync(units | listed.unit_id)
        today = fields.Date.context_today(self)
        month = money.month_start(today)
        months = self.env["property.vacant.month"]
        if today.day <= estate._parameter("register_hand_in_day"):
            # until the list is handed in, late facts still go into the month that is over
            months._make(estate, money.add_months(month, -1))
        months._make(estate, month)
        if units:
            estate._make_vacant_plans(("vacant",))

    # care ----------------------------------------------------------------------------------------

    def action_take_care(self):
        """Take units into care: the steward answers for them from now on.

        :raises UserError: where no steward is named
        """
        for vacant in self:
            if not vacant.user_id:
                raise UserError(
                    self.env._("%s: name the steward who looks after it.", vacant.display_name)
                )
        self._move_to("under_care")

    def _checked(self, visit):
        """Note what a patrol found in the unit (result of `property.patrol.visit`)."""
        for vacant in self:
            values = {"check_date": visit.date}
            if visit.meters_read:
                values.update(
                    water=visit.water,
                    power=visit.power,
                    gas=visit.gas or vacant.gas,
                    reading_date=visit.date,
                )
            vacant.write(values)
            if visit.state == "ok" and vacant.state in ("listed", "repaired"):
                vacant._move_to("under_care")

    def _found_issue(self):
        """Something is wrong in the unit."""
        self.filtered(lambda vacant: vacant.state in ("listed", "under_care", "repaired"))._move_to(
            "issue"
        )

    def _findings_done(self):
        """Everything found may have been put right; the next check looks at it again."""
        for vacant in self:
            if vacant.state == "issue" and all(
                finding.state in ("closed", "rechecked") for finding in vacant.finding_ids
            ):
                vacant._move_to("repaired")

    def _last_visit(self):
        self.ensure_one()
        return self.env["property.patrol.visit"].search(
            [
                ("unit_id", "=", self.unit_id.id),
                ("state", "!=", "pending"),
                ("date", ">=", self.date_start),
            ],
            order="done_date desc",
            limit=1,
        )

    def _result_text(self, visit):
        """Return what the owner is told about a check of his empty home."""
        labels = dict(visit._fields["state"]._description_selection(self.env))
        lines = [
            self.env._(
                "%(unit)s was checked on %(date)s: %(result)s.",
                unit=self.unit_id.full_name,
                date=visit.date,
                result=labels[visit.state],
            )
        ]
        if visit.meters_read:
            lines.append(
                self.env._(
                    "Meters: water %(water)g m³, power %(power)g kWh.",
                    water=visit.water,
                    power=visit.power,
                )
            )
        lines += visit.finding_ids.mapped("description")
        return "\n".join(line for line in lines if line)

    def action_tell_owner(self):
        """Send the owner, or the developer, the result of the last check (A §41: by the 12th).

        The text stays in the chatter for those who pass it on by phone or WeChat.

        :raises UserError: where there was no check yet, or nobody to tell
        """
        for vacant in self:
            visit = vacant._last_visit()
            if not visit:
                raise UserError(
                    self.env._("%s has not been checked yet.", vacant.unit_id.full_name)
                )
            if not vacant.owner_id:
                raise UserError(
                    self.env._(
                        "%s has neither owner nor developer on record: nobody can be told.",
                        vacant.unit_id.full_name,
                    )
                )
            vacant.message_post(
                body=vacant._result_text(visit),
                partner_ids=vacant.owner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
            now = fields.Datetime.now()
            visit.sudo()._with_move().write({"owner_told": now})
            vacant.told_date = now
        return True

    def action_open_visits(self):
        """Open the checks of the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Checks of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.patrol.visit",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.unit_id.id), ("state", "!=", "pending")],
            "context": {"create": False},
        }

    def action_open_findings(self):
        """Open what was found in the unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Findings in %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.finding",
            "view_mode": "list,form",
            "domain": [("vacant_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_apply_trusteeship(self):
        """Begin the application to have the home looked after.

        :raises UserError: for a home that still is the developer's
        """
        self.ensure_one()
        if not self.unit_id.owner_id:
            raise UserError(
                self.env._(
                    "%s has no owner yet: only an owner can entrust it.", self.unit_id.full_name
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("House trusteeship"),
            "res_model": "property.trusteeship",
            "view_mode": "form",
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.unit_id.owner_id.id,
                "default_vacant_since": self.date_start,
            },
        }
