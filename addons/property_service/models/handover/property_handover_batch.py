# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: units that can still be handed over
OPEN_UNITS = ("unsold", "sold_pending")


class PropertyHandoverBatch(models.Model):
    """Handing over the homes of new buildings in a short time (集中入伙, handbook A §10).

    A working group prepares by a checklist with dates, calls the owners by notices with
    appointments, hands over at desks, and goes on in the office for those who come later.
    """

    _name = "property.handover.batch"
    _description = "Handover batch"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.handover.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    _number_form = "RHP"
    _workflow_moves = {
        "planning": ("ready",),
        "ready": ("noticed", "planning"),
        "noticed": ("open",),
        "open": ("routine",),
        "routine": ("closed", "open"),
    }
    _workflow_stamps = {
        "ready": ("ready_by_id", "ready_date"),
        "noticed": ("noticed_by_id", "noticed_date"),
        "open": (None, "opened_date"),
        "routine": (None, "routine_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _reasons = {"reopen": "action_reopen"}

    name = fields.Char("Name of the batch", required=True, tracking=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, tracking=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    building_ids = fields.Many2many(
        "property.building",
        string="Buildings handed over",
        domain="[('estate_id', '=', estate_id)]",
        check_company=True,
    )
    date_start = fields.Date("First day of handover", required=True, tracking=True)
    date_end = fields.Date("Last day of handover", required=True, tracking=True)
    place = fields.Char("Place of handover")
    phone = fields.Char("Phone for questions")
    leader_id = fields.Many2one(
        "res.users",
        "Head of the working group",
        default=lambda self: self.env.user,
        tracking=True,
    )
    member_ids = fields.Many2many("res.users", string="Working group")
    state = fields.Selection(
        [
            ("planning", "In preparation"),
            ("ready", "All prepared"),
            ("noticed", "Notices sent"),
            ("open", "Handing over"),
            ("routine", "Routine handover"),
            ("closed", "Ended"),
        ],
        required=True,
        default="planning",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    check_ids = fields.One2many("property.handover.check", "batch_id", "Preparation", copy=False)
    check_percent = fields.Float(
        "Prepared (%)", compute="_compute_check_percent", store=True, aggregator="avg"
    )
    desk_ids = fields.One2many("property.handover.desk", "batch_id", "Desks", copy=True)
    slot_ids = fields.One2many("property.handover.slot", "batch_id", "Appointments", copy=False)
    slot_minutes = fields.Integer("Minutes of an appointment", default=60)
    slot_capacity = fields.Integer("Households per appointment and desk", default=6)
    hour_from = fields.Float("Desks open from", default=9.0)
    hour_to = fields.Float("Desks open until", default=17.0)
    fee_ids = fields.One2many("property.handover.fee", "batch_id", "Fee list", copy=True)
    notice_ids = fields.One2many("property.handover.notice", "batch_id", "Notices", copy=False)
    handover_ids = fields.One2many("property.handover", "batch_id", "Handover cases", copy=False)
    ready_text = fields.Text("Statement that the homes are ready")
    papers_text = fields.Text("Papers to bring")
    steps_text = fields.Text("Steps of the handover")
    agent_text = fields.Text("Handover by an agent")
    late_text = fields.Text("Who does not come")
    notice_count = fields.Integer("Notices written", compute="_compute_counts")
    handed_count = fields.Integer("Homes handed over", compute="_compute_counts")
    refused_count = fields.Integer("Homes refused", compute="_compute_counts")
    overdue_count = fields.Integer("Owners overdue", compute="_compute_counts")
    working_count = fields.Integer("At the desks", compute="_compute_counts")
    defect_count = fields.Integer("Open defects", compute="_compute_counts")
    progress = fields.Float("Handed over (%)", compute="_compute_counts")
    ready_by_id = fields.Many2one("res.users", "Preparation confirmed by", readonly=True)
    ready_date = fields.Datetime("Preparation confirmed on", readonly=True)
    noticed_by_id = fields.Many2one("res.users", "Notices sent by", readonly=True)
    noticed_date = fields.Datetime("Notices sent on", readonly=True)
    opened_date = fields.Datetime("Handing over since", readonly=True)
    routine_date = fields.Datetime("Routine since", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Ended by", readonly=True)
    closed_date = fields.Datetime("Ended on", readonly=True)

    _period = models.Constraint(
        "CHECK (date_end >= date_start)", "The last day of handover is before the first."
    )
    _slots = models.Constraint(
        "CHECK (slot_minutes > 0 AND slot_capacity > 0 AND hour_to > hour_from)",
        "Appointments need a length, a capacity and opening hours.",
    )

    @api.model
    def default_get(self, fields):
        """Propose the texts of the notice, in the user's language."""
        values = super().default_get(fields)
        texts = {
            "ready_text": self.env._(
                "The buildings have passed completion acceptance and take-over inspection; water, "
                "electricity, gas, roads and drainage can be used. The homes are ready."
            ),
            "papers_text": self.env._(
                "This notice, the ID cards of all owners (original and copy), the contract of sale "
                "and the seller's receipts, two photos of each resident."
            ),
            "steps_text": self.env._(
                "1. Papers are checked. 2. Fees are paid. 3. Covenant and agreements are signed. "
                "4. The home is inspected and the meters are read. 5. Keys and papers are received."
            ),
            "agent_text": self.env._(
                "An agent also brings a written authorisation that names “receiving the house, "
                "signing the covenant, receiving the keys”, a copy of the owner's ID card and his "
                "own ID card. Abroad: notarised."
            ),
            "late_text": self.env._(
                "Who cannot come in this time tells us beforehand and agrees another day. What "
                "happens without notice follows from the contract of sale."
            ),
        }
        values.update({name: text for name, text in texts.items() if name in fields})
        return values

    @api.depends("check_ids.done", "check_ids.not_needed")
    def _compute_check_percent(self):
        for batch in self:
            rows = batch.check_ids.filtered(lambda row: not row.not_needed)
            done = len(rows.filtered("done"))
            batch.check_percent = round(100.0 * done / len(rows), 1) if rows else 0.0

    def _compute_counts(self):
        rows = self.env["property.handover.notice"]._read_group(
            [("batch_id", "in", self.ids)], ["batch_id", "progress"], ["__count"]
        )
        counts = {(batch.id, progress): count for batch, progress, count in rows}
        working = dict(
            self.env["property.handover"]._read_group(
                [
                    ("batch_id", "in", self.ids),
                    ("state", "not in", ("filed", "keys_handed", "refused")),
                ],
                ["batch_id"],
                ["__count"],
            )
        )
        defects = dict(
            self.env["property.house.defect"]._read_group(
                [("batch_id", "in", self.ids), ("state", "!=", "closed")],
                ["batch_id"],
                ["__count"],
            )
        )
        for batch in self:
            of_batch = {key[1]: count for key, count in counts.items() if key[0] == batch.id}
            batch.notice_count = sum(of_batch.values())
            batch.handed_count = of_batch.get("handed", 0)
            batch.refused_count = of_batch.get("refused", 0)
            batch.overdue_count = of_batch.get("overdue", 0)
            batch.progress = (
                100.0 * batch.handed_count / batch.notice_count if batch.notice_count else 0.0
            )
            batch.working_count = working.get(batch, 0)
            batch.defect_count = defects.get(batch, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Number new batches and give them the checklist with its dates."""
        batches = super().create(vals_list)
        batches._assign_number()
        batches._make_checks()
        return batches

    def write(self, vals):
        """Move the dates of what is still to be prepared when the first day changes."""
        result = super().write(vals)
        if "date_start" in vals:
            for check in self.check_ids.filtered(lambda row: row.type_id and not row.done):
                check.date_due = check.batch_id.date_start - timedelta(days=check.type_id.days)
        return result

    # preparation ---------------------------------------------------------------------------------

    def _make_checks(self):
        """Copy the checklist of the preparation, each line with its day before the first one."""
        kinds = self.env["property.handover.check.type"].search([("active", "=", True)])
        self.env["property.handover.check"].create(
            [
                {
                    "batch_id": batch.id,
                    "type_id": kind.id,
                    "sequence": kind.sequence,
                    "precondition": kind.precondition,
                    "date_due": batch.date_start - timedelta(days=kind.days),
                }
                for batch in self
                for kind in kinds
                if not kind.estate_id or kind.estate_id == batch.estate_id
            ]
        )

    def action_ready(self):
        """Confirm that everything is prepared: no notice goes out before (handbook A §10).

        :raises UserError: naming what is missing
        """
        self._check_in_group(
            "supervisor", self.env._("The preparation is confirmed by a supervisor or the manager.")
        )
        for batch in self:
            if missing := batch.check_ids.filtered(lambda row: not (row.done or row.not_needed)):
                raise UserError(
                    self.env._(
                        "“%(batch)s” is not ready (%(percent)s %%). Still to do: %(checks)s.",
                        batch=batch.name,
                        percent=batch.check_percent,
                        checks="、".join(missing[:8].mapped("name")),
                    )
                )
            if not batch.building_ids:
                raise UserError(
                    self.env._("Choose the buildings “%(batch)s” hands over.", batch=batch.name)
                )
            if not batch.fee_ids:
                raise UserError(
                    self.env._(
                        "“%(batch)s” has no fee list: the notice has to name what is to be paid.",
                        batch=batch.name,
                    )
                )
        self._move_to("ready")

    def action_reopen(self, reason):
        """Go back to the preparation: something was not ready after all."""
        reason = self._need_reason(reason)
        self._move_to("planning")
        for batch in self:
            batch.message_post(body=reason)

    # appointments --------------------------------------------------------------------------------

    def action_make_slots(self):
        """Make the appointments of each day and desk between the first and the last day."""
        for batch in self:
            known = {(slot.start, slot.desk_id) for slot in batch.slot_ids}
            desks = batch.desk_ids.filtered("reception") or batch.desk_ids.browse([False])
            step = batch.slot_minutes / 60.0
            values = []
            for offset in range((batch.date_end - batch.date_start).days + 1):
                day = batch.date_start + timedelta(days=offset)
                hour = batch.hour_from
                while hour + step <= batch.hour_to + 1e-6:
                    start = self.env["property.handover.slot"]._moment(day, hour)
                    values += [
                        {
                            "batch_id": batch.id,
                            "desk_id": desk.id,
                            "start": start,
                            "stop": start + timedelta(minutes=batch.slot_minutes),
                            "capacity": batch.slot_capacity,
                        }
                        for desk in desks
                        if (start, desk) not in known
                    ]
                    hour += step
            self.env["property.handover.slot"].create(values)
        return True

    # notices -------------------------------------------------------------------------------------

    def action_make_notices(self):
        """Write a notice for every home of the buildings that is sold and not handed over.

        Done for all homes at once; homes that have a notice of this batch are left out, so it can
        be pressed again when further homes were sold.

        :raises UserError: if the batch is not ready, or no home is to be handed over
        """
        for batch in self:
            if batch.state not in ("ready", "noticed", "open", "routine"):
                raise UserError(
                    self.env._(
                        "Notices are written when the preparation of “%(batch)s” is confirmed.",
                        batch=batch.name,
                    )
                )
            made = batch._make_notices()
            if not made and not batch.notice_ids:
                raise UserError(
                    self.env._(
                        "No home of %(buildings)s is sold and waits to be handed over: register "
                        "the owners first.",
                        buildings="、".join(batch.building_ids.mapped("name")),
                    )
                )
        return True

    def _make_notices(self):
        """Return the notices made for homes that have none; in three queries for all homes."""
        self.ensure_one()
        units = self.env["property.unit"].search(
            [
                ("building_id", "in", self.building_ids.ids),
                ("state", "in", OPEN_UNITS),
                ("category", "not in", ("parking", "storage")),
                ("main_unit_id", "=", False),
            ]
        )
        units -= self.notice_ids.unit_id
        owners = self.env["property.handover"]._owners_of(units)
        return self.env["property.handover.notice"].create(
            [
                {
                    "batch_id": self.id,
                    "unit_id": unit.id,
                    "partner_id": owners[unit][:1].id,
                    "date_from": self.date_start,
                    "date_to": self.date_end,
                }
                for unit in units
                if owners.get(unit)
            ]
        )

    def action_send_notices(self):
        """Send all notices that are written; the batch is announced with it.

        :raises UserError: if none is written
        """
        for batch in self:
            drafts = batch.notice_ids.filtered(lambda row: row.state == "draft")
            if not drafts:
                raise UserError(
                    self.env._("No notice of “%(batch)s” waits to be sent.", batch=batch.name)
                )
            drafts.action_send()
            if batch.state == "ready":
                batch._move_to("noticed")
        return True

    def action_assign_slots(self):
        """Give homes without an appointment the next free one, building by building."""
        for batch in self:
            waiting = batch.notice_ids.filtered(
                lambda row: not row.slot_id and row.state in ("draft", "sent", "delivered")
            ).sorted(lambda row: (row.unit_id.building_id.id, row.unit_id.full_name))
            free = [
                slot
                for slot in batch.slot_ids.sorted(lambda slot: (slot.start, slot.id))
                for _place in range(max(slot.free, 0))
            ]
            for slot, notices in zip(free, waiting, strict=False):
                notices.slot_id = slot
        return True

    # the days ------------------------------------------------------------------------------------

    def action_open(self):
        """Begin to hand over."""
        self._move_to("open")

    def action_routine(self):
        """End the concentrated handover: who comes later is received in the office."""
        self._move_to("routine")

    def action_close(self):
        """End the batch.

        :raises UserError: while somebody is at the desks
        """
        for batch in self:
            if batch.working_count:
                raise UserError(
                    self.env._(
                        "%(count)s homes of “%(batch)s” are being handed over still.",
                        count=batch.working_count,
                        batch=batch.name,
                    )
                )
        self._move_to("closed")

    # what is shown -------------------------------------------------------------------------------

    def action_open_board(self):
        """Open the board of the day: the cases of the batch by step."""
        return self._open("property.handover", self.env._("Board of the day"), "kanban,list,form")

    def action_open_notices(self):
        """Open the notices of the batch."""
        return self._open(
            "property.handover.notice", self.env._("Notices"), "list,kanban,pivot,graph,form"
        )

    def action_open_defects(self):
        """Open the defects of the batch."""
        return self._open(
            "property.house.defect", self.env._("Defects of homes"), "list,kanban,pivot,form"
        )

    def action_open_slots(self):
        """Open the calendar of appointments."""
        return self._open(
            "property.handover.slot", self.env._("Appointments"), "calendar,list,form"
        )

    def action_open_progress(self):
        """Open the progress by building."""
        return self._open(
            "property.handover.notice", self.env._("Progress of the handover"), "pivot,graph,list"
        )

    def _open(self, model, title, modes):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": modes,
            "domain": [("batch_id", "=", self.id)],
            "context": {
                "default_batch_id": self.id,
                "default_estate_id": self.estate_id.id,
                "search_default_group_building": 0,
            },
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        for batch in self:
            if batch.notice_ids or batch.handover_ids:
                raise UserError(
                    self.env._("“%(batch)s” has notices: it is kept.", batch=batch.name)
                )
