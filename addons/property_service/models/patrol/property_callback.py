# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ...tools.local_time import local_day
from .property_callback_rule import CLASSES, PHASES

METHODS = [
    ("visit", "At the home"),
    ("phone", "Phone"),
    ("wechat", "WeChat or app"),
    ("portal", "Rating on the portal"),
]
RESULTS = [
    ("ok", "Satisfied"),
    ("fair", "Fairly satisfied"),
    ("bad", "Dissatisfied"),
    ("no_contact", "Not reached"),
]
GRADES = [("a", "A Satisfied"), ("b", "B Fairly satisfied"), ("c", "C Dissatisfied")]
#: states in which a callback still has to be made
OPEN = ("planned", "in_progress", "no_contact")
#: what the customer said; frozen once the callback is made
ANSWERS = {
    "result",
    "rating",
    "method",
    "attitude",
    "quality",
    "timeliness",
    "price",
    "shoe_covers",
    "explained",
    "clean",
    "shortcomings",
    "suggestions",
    "signature",
    "call_user_id",
    "call_date",
}
#: recorded by a call only
_KEPT = {"result", "rating", "call_user_id", "call_date"}


class PropertyCallback(models.Model):
    """A callback (回访): whether the result of the work lasts and the customer is content.

    Handbook B §B1. Planned by the rules when a case is settled, due by the deadline policy of its
    class, made by somebody who did not do the work. A bad one goes back to its case and proposes a
    rectification notice; a further callback follows until the customer is content.
    """

    _name = "property.callback"
    _description = "Callback"
    _inherit = ["property.case.mixin", "property.source.mixin", "property.patrol.reasoned"]
    _order = "date_due, id desc"
    _check_company_auto = True
    _rec_name = "number"

    _number_form = "HF"
    _workflow_moves = {
        "planned": ("in_progress", "no_contact", "done_ok", "done_fair", "done_bad", "waived"),
        "in_progress": ("no_contact", "done_ok", "done_fair", "done_bad", "waived"),
        "no_contact": ("in_progress", "done_ok", "done_fair", "done_bad", "waived", "closed"),
        "done_ok": ("closed",),
        "done_fair": ("closed",),
        "done_bad": ("rectifying",),
        "rectifying": ("re_visit", "closed"),
        "re_visit": ("closed",),
    }
    _workflow_stamps = {
        "in_progress": ("begun_by_id", "begun_date"),
        "done_ok": ("done_by_id", "done_date"),
        "done_fair": ("done_by_id", "done_date"),
        "done_bad": ("done_by_id", "done_date"),
        "closed": (None, "closed_date"),
    }
    _case_clocks = {"planned": ("call",), "done_ok": ("review",), "done_fair": ("review",)}
    _case_done = {
        "done_ok": ("call",),
        "done_fair": ("call",),
        "done_bad": ("call",),
        "closed": ("review",),
    }
    _case_end = ("closed", "waived")
    _reasons = {"waive": "action_waive"}

    callback_class = fields.Selection(CLASSES, "Class", required=True, default="other", index=True)
    phase = fields.Selection(PHASES, "When", required=True, default="end")
    round = fields.Integer(default=1, readonly=True, help="1 for the first callback of a case.")
    parent_id = fields.Many2one(
        "property.callback", "Follows", readonly=True, index="btree_not_null", copy=False
    )
    child_ids = fields.One2many("property.callback", "parent_id", "Further callbacks")
    rule_id = fields.Many2one("property.callback.rule", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(string="Caller", default=False)
    description = fields.Text("Work to ask about")
    settled_date = fields.Datetime("Work done on", readonly=True, index=True)
    date_from = fields.Date("Not before", index=True, help="A second callback waits until then.")
    handler_ids = fields.Many2many(
        "res.users",
        "property_callback_handler_rel",
        "callback_id",
        "user_id",
        "Did the work",
        readonly=True,
        help="May not call about their own work.",
    )
    attempt_ids = fields.One2many("property.callback.attempt", "callback_id", "Attempts")
    attempt_count = fields.Integer("Days tried", compute="_compute_attempts", store=True)
    next_date = fields.Date("Try again on", index=True)
    method = fields.Selection(METHODS, "Way of callback")
    result = fields.Selection(RESULTS, index=True, tracking=True, readonly=True, copy=False)
    rating = fields.Selection(GRADES, "Overall grade", readonly=True, copy=False)
    attitude = fields.Selection(GRADES, "Service attitude", copy=False)
    quality = fields.Selection(GRADES, "Quality of the work", copy=False)
    timeliness = fields.Selection(GRADES, copy=False)
    price = fields.Selection(GRADES, "Reasonable price", copy=False)
    shoe_covers = fields.Boolean("Shoe covers worn", copy=False)
    clean = fields.Boolean("Left clean", copy=False)
    explained = fields.Boolean("Fault explained", copy=False)
    shortcomings = fields.Text(copy=False)
    suggestions = fields.Text("Opinions and suggestions", copy=False)
    signature = fields.Binary("Signature of the customer", attachment=True, copy=False)
    note = fields.Text("What the customer said", compute="_compute_note")
    reply_promise = fields.Char("Promised to the customer", copy=False)
    reply_date = fields.Datetime("Reply by", copy=False)
    call_date = fields.Datetime("Called on", readonly=True, copy=False, index=True)
    call_user_id = fields.Many2one(
        "res.users", "Called by", readonly=True, copy=False, index="btree_not_null"
    )
    waive_reason = fields.Char(readonly=True, copy=False, tracking=True)
    sampled = fields.Boolean(default=True, readonly=True, help="Drawn by the rule.")
    review_user_id = fields.Many2one("res.users", "Reviewed by", readonly=True, copy=False)
    review_opinion = fields.Text("Opinion of the supervisor", copy=False)
    rectification_id = fields.Many2one(
        "property.rectification", readonly=True, copy=False, index="btree_not_null"
    )
    spot_check_ids = fields.One2many("property.spot.check", "callback_id", "Spot checks")
    untrue = fields.Boolean("Record found untrue", readonly=True, copy=False, tracking=True)
    in_time = fields.Boolean(compute="_compute_in_time", store=True)
    share_due = fields.Integer("Counts as due", compute="_compute_figures", store=True)
    share_done = fields.Integer("Counts as called", compute="_compute_figures", store=True)
    share_content = fields.Integer("Counts as content", compute="_compute_figures", store=True)
    state = fields.Selection(
        [
            ("planned", "To call"),
            ("in_progress", "Being called"),
            ("no_contact", "Not reached"),
            ("done_ok", "Satisfied"),
            ("done_fair", "Fairly satisfied"),
            ("done_bad", "Dissatisfied"),
            ("rectifying", "Being put right"),
            ("re_visit", "Called again"),
            ("closed", "Closed"),
            ("waived", "Not called"),
        ],
        required=True,
        default="planned",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    begun_by_id = fields.Many2one("res.users", "Begun by", readonly=True, copy=False)
    begun_date = fields.Datetime("Begun on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Recorded by", readonly=True, copy=False)
    done_date = fields.Datetime("Recorded on", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(res_model, res_id, phase, round) WHERE res_id IS NOT NULL AND parent_id IS NULL",
        "This callback is planned already.",
    )

    @api.depends("attempt_ids.date", "attempt_ids.reached")
    def _compute_attempts(self):
        for callback in self:
            callback.attempt_count = len(callback._days_tried())

    @api.depends("shortcomings", "suggestions")
    def _compute_note(self):
        for callback in self:
            parts = (callback.shortcomings, callback.suggestions)
            callback.note = "\n".join(part for part in parts if part)

    @api.depends("deadline_ids.state", "deadline_ids.breached")
    def _compute_in_time(self):
        for callback in self:
            rows = callback.sudo().deadline_ids.filtered(lambda row: row.step == "call")
            callback.in_time = any(row.state == "kept" and not row.breached for row in rows)

    @api.depends("state", "result")
    def _compute_figures(self):
        for callback in self:
            made = callback.result in ("ok", "fair", "bad")
            callback.share_due = int(callback.state != "waived")
            callback.share_done = int(made)
            callback.share_content = int(callback.result in ("ok", "fair"))

    @api.model_create_multi
    def create(self, vals_list):
        """Plan callbacks: nobody records a result by making a callback that is made already."""
        if not self.env.su:
            for vals in vals_list:
                for name in (*_KEPT, "sampled", "untrue"):
                    vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        """Keep what the customer said: an answer that is recorded is not edited afterwards.

        :raises UserError: for whoever edits it, or what the system notes itself
        """
        if ANSWERS & vals.keys() and not self._moving() and not self.env.su:
            if self.filtered(lambda row: row.state not in OPEN):
                raise UserError(
                    self.env._(
                        "What the customer said is recorded and stays as it is; make a further "
                        "callback instead."
                    )
                )
            if _KEPT & vals.keys():
                raise UserError(self.env._("A result is recorded by the button “Call”."))
        if {"handler_ids", "untrue", "sampled"} & vals.keys() and not self._moving():
            if not self.env.su:
                raise UserError(self.env._("Who did the work is noted by the system."))
        return super().write(vals)

    def _deadline_urgency(self):
        return self.callback_class

    # planning ------------------------------------------------------------------------------------

    @api.model
    def _plan(self, cases, phase="end"):
        """Plan the callbacks of cases that are settled, by the rules of their classes.

        Each case gets one row for each phase and no more, however often it is settled: those not
        drawn are kept as not called, so that shares can be proven.

        :param cases: records of a `property.callback.source` model
        :param str phase: "end", or "middle" of a longer service
        :return: the callbacks
        """
        made = self.browse()
        cases = cases.sudo().filtered(lambda case: case.exists())
        if not cases or cases._name == self._name:
            return made
        known = set(
            self.sudo()
            .search(
                [
                    ("res_model", "=", cases._name),
                    ("res_id", "in", cases.ids),
                    ("phase", "=", phase),
                    ("state", "in", OPEN),
                ]
            )
            .mapped("res_id")
        )
        rounds = dict(
            self.sudo()._read_group(
                [
                    ("res_model", "=", cases._name),
                    ("res_id", "in", cases.ids),
                    ("phase", "=", phase),
                ],
                ["res_id"],
                ["round:max"],
            )
        )
        for case in cases.filtered(lambda case: case.id not in known):
            callback_class = case._callback_class()
            if not callback_class:
                continue
            rule = self.env["property.callback.rule"]._find(callback_class, phase, case.estate_id)
            if rule:
                made |= self._plan_one(case, rule, callback_class, phase, rounds.get(case.id, 0))
        return made

    def _plan_one(self, case, rule, callback_class, phase, rounds):
        values = self._plan_values(case, rule, callback_class, phase)
        if phase == "end" and (failed := self._failed_before(case)):
            # a rework is always called back about: it follows on the bad callback
            values.update(
                parent_id=failed.id,
                round=failed.round + 1,
                handler_ids=[Command.set((case._callback_handlers() | failed.handler_ids).ids)],
            )
            callback = self.sudo().create(values)
            failed._call_again()
            return callback
        if rounds:
            # the work was done anew after a bad callback, or the case was reopened
            previous = self.sudo().search(
                [
                    ("res_model", "=", case._name),
                    ("res_id", "=", case.id),
                    ("phase", "=", phase),
                    ("round", "=", rounds),
                ],
                order="id desc",
                limit=1,
            )
            if previous.state in ("done_bad", "rectifying"):
                return previous._call_again()
            values.update(parent_id=previous.id, round=rounds + 1)
        callback = self.sudo().create(values)
        rated = case._callback_rating() if rule.policy == "unrated" else False
        if rule.policy == "none":
            callback._move_to("waived", waive_reason=self.env._("Nobody is called by the rule"))
        elif rated in ("ok", "fair"):
            callback._finish(
                rated,
                {
                    "rating": {"ok": "a", "fair": "b"}[rated],
                    "method": "portal",
                    "call_date": fields.Datetime.now(),
                    "call_user_id": False,
                },
            )
        elif not (rated == "bad" or rounds or case._callback_draws(rule, phase)):
            callback._move_to("waived", sampled=False, waive_reason=self.env._("Not in the sample"))
        elif rule.second_days and phase == "end":
            later = fields.Date.context_today(self) + timedelta(days=rule.second_days)
            self.sudo().create({**values, "parent_id": callback.id, "round": 2, "date_from": later})
        return callback

    def _failed_before(self, case):
        """Return the bad callback of the case that `case` does anew, if it waits for that."""
        origin = case._callback_origin()
        if not origin:
            return self.browse()
        return self.sudo().search(
            [
                ("res_model", "=", origin._name),
                ("res_id", "=", origin.id),
                ("state", "in", ("done_bad", "rectifying")),
            ],
            order="id desc",
            limit=1,
        )

    def _plan_values(self, case, rule, callback_class, phase):
        handlers = case._callback_handlers()
        person = case._callback_person()
        text = case._callback_subject() or case.display_name
        stewards = case.building_id.steward_ids - handlers
        values = {
            **self._place_values(case),
            **self._source_values(case),
            "callback_class": callback_class,
            "phase": phase,
            "rule_id": rule.id,
            "method": rule.method,
            "description": html2plaintext(text) if "<" in text else text,
            "settled_date": fields.Datetime.now(),
            "handler_ids": [Command.set(handlers.ids)],
            "user_id": stewards[:1].id,
            "channel": "staff",
        }
        if person:
            values["partner_id"] = person.id
            if "phone" not in values:
                values["phone"] = person.phone
        return values

    def _call_again(self):
        """Plan the next callback of a case whose shortcoming was put right (B1 rule 4)."""
        again = self.browse()
        for callback in self.sudo():
            if callback.state == "done_bad":
                callback._move_to("rectifying")
            if callback.state == "rectifying":
                callback._move_to("re_visit")
            waiting = callback.child_ids.filtered(lambda row: row.state in OPEN)
            again |= waiting or callback.copy(
                {
                    "res_model": callback.res_model,
                    "res_id": callback.res_id,
                    "source_name": callback.source_name,
                    "parent_id": callback.id,
                    "round": callback.round + 1,
                    "settled_date": fields.Datetime.now(),
                    "date_from": False,
                    "handler_ids": [
                        Command.set(
                            (callback.handler_ids | callback.rectification_id.fixed_by_id).ids
                        )
                    ],
                }
            )
        return again

    # calling -------------------------------------------------------------------------------------

    def _check_caller(self, user=None):
        user = user or self.env.user
        for callback in self:
            if user in callback.handler_ids:
                raise UserError(
                    self.env._(
                        "%(user)s did the work and cannot call the customer about it "
                        "(%(callback)s).",
                        user=user.name,
                        callback=callback.number,
                    )
                )

    @api.constrains("user_id", "handler_ids")
    def _check_user(self):
        for callback in self.filtered(lambda row: row.user_id and row.state in OPEN):
            callback._check_caller(callback.user_id)

    def action_begin(self):
        """Take the callback: whoever begins is the one who calls."""
        self._check_caller()
        self._move_to("in_progress", user_id=self.env.uid)

    def action_call(self):
        """Open the dialog in which the call is recorded."""
        self.ensure_one()
        self._check_caller()
        if self.state not in OPEN:
            raise UserError(self.env._("This callback is made already."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call"),
            "res_model": "property.callback.call",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_callback_id": self.id,
                "default_method": self.method if self.method != "portal" else "phone",
            },
        }

    def _days_tried(self):
        """Return the local days on which the customer was not reached."""
        return {local_day(row.date) for row in self.attempt_ids if not row.reached}

    def _not_reached(self, method, note=None, next_date=None):
        """Record an attempt without an answer; after three on different days it is closed.

        :param str method: visit, phone or wechat
        :param str note: what was heard
        :param date next_date: when to try again, tomorrow where none is given
        :raises UserError: for who did the work himself
        """
        self.ensure_one()
        self._check_caller()
        if self.state not in OPEN:
            raise UserError(self.env._("This callback is made already."))
        self.env["property.callback.attempt"].create(
            {"callback_id": self.id, "method": method, "note": note}
        )
        if self.state != "no_contact":
            self._move_to("no_contact")
        if len(self._days_tried()) >= self.estate_id._parameter("callback_attempts"):
            self._move_to("closed", result="no_contact", method=method)
            source = self._source()
            if source is not None and hasattr(source, "_callback_unreached"):
                source.sudo()._callback_unreached(self)
        else:
            self.next_date = next_date or fields.Date.context_today(self) + timedelta(days=1)

    def _record(self, result, **answers):
        """Record what the customer said.

        :param str result: ok, fair or bad
        :param answers: fields of the questions of form B1-1; `method` and, for a visit, the
            customer's `signature`
        :raises UserError: for who did the work himself, a visit without signature, or a callback
            that is made already
        """
        self.ensure_one()
        self._check_caller()
        if result not in ("ok", "fair", "bad"):
            raise UserError(self.env._("A callback ends satisfied, fairly so, or dissatisfied."))
        method = answers.get("method") or self.method or "phone"
        if method == "visit" and not (answers.get("signature") or self.signature):
            raise UserError(self.env._("On a visit the customer signs the record."))
        if self.date_from and self.date_from > fields.Date.context_today(self):
            raise UserError(self.env._("This callback is to be made from %s on.", self.date_from))
        self.env["property.callback.attempt"].create(
            {"callback_id": self.id, "method": method, "reached": True}
        )
        answers.update(method=method, call_date=fields.Datetime.now(), call_user_id=self.env.uid)
        answers.setdefault("rating", {"ok": "a", "fair": "b", "bad": "c"}[result])
        self._finish(result, answers)

    def _finish(self, result, values):
        """Move to the result and let the case know; a bad one proposes a rectification notice."""
        self._move_to(f"done_{result}", result=result, next_date=False, **values)
        if self.reply_promise:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=(self.reply_date or fields.Datetime.now()).date(),
                summary=self.env._("Promised: %s", self.reply_promise),
                user_id=self.env.uid,
            )
        source = self._source()
        if source is not None and hasattr(source, "_callback_result"):
            source.sudo()._callback_result(self)
        if result == "bad":
            self._propose_rectification()
        else:
            for parent in self.sudo()._parents().filtered(lambda row: row.state == "re_visit"):
                parent._move_to("closed")

    def _parents(self):
        found, callback = self.browse(), self.parent_id
        while callback:
            found |= callback
            callback = callback.parent_id
        return found

    def _propose_rectification(self):
        """Make the draft of the notice that has to be issued within 24 hours (B2)."""
        facts = "\n".join(
            part for part in (self.shortcomings, self.suggestions, self.description) if part
        )
        source = self._source()
        department = self.env["hr.department"]
        if source is not None and "category_id" in source._fields:
            department = source.sudo().category_id.department_id
        notice = (
            self.env["property.rectification"]
            .sudo()
            ._propose(self, department, self.sudo().handler_ids[:1], facts or self.number)
        )
        notice.user_id = notice._deadline_users("supervisor")[:1]
        self._with_move().sudo().write({"rectification_id": notice.id})
        self._move_to("rectifying")

    def _rectification_done(self, notice):
        """Call the customer again: what he complained of was put right."""
        super()._rectification_done(notice)
        self.filtered(lambda row: row.state == "rectifying")._call_again()

    def action_again(self):
        """Plan the next callback without waiting for a notice (the case was worked on anew)."""
        self.filtered(lambda row: row.state in ("done_bad", "rectifying"))._call_again()

    def action_waive(self, reason=None):
        """Do not call, with the reason: the supervisor decides.

        :raises UserError: without a reason, or for who is no supervisor
        """
        if not reason:
            raise UserError(self.env._("State why the customer is not called."))
        if not self._is_supervisor():
            raise UserError(self.env._("Not to call a customer is decided by a supervisor."))
        self._move_to("waived", waive_reason=reason)

    def action_review(self):
        """Close made callbacks after the supervisor has read them.

        :raises UserError: for who is no supervisor, or made the call himself
        """
        if not self._is_supervisor():
            raise UserError(self.env._("Callbacks are reviewed by a supervisor."))
        for callback in self:
            if callback.call_user_id == self.env.user and not self.env.su:
                raise UserError(
                    self.env._("Somebody else reviews the callback %s.", callback.number)
                )
        self._move_to("closed", review_user_id=self.env.uid)

    def action_new_case(self):
        """Take in the new problem heard of in the call: an intake filled in from the callback."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.intake",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_estate_id": self.estate_id.id,
                "default_partner_id": self.partner_id.id,
                "default_phone": self.phone,
                "default_description": self.suggestions or self.shortcomings,
                "default_channel": "staff",
            },
        }

    def _callback_class(self):
        return False

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Callbacks are kept; waive one that is not made."))
