# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.property_service.tools import money
from odoo.addons.property_service.tools.local_time import local_today

_logger = logging.getLogger(__name__)

_TEXT = {"name", "content", "kind", "direction", "estate_id", "committee_id", "to_street_office"}


class PropertyCommitteeLetter(models.Model):
    """A letter to or from the owners' committee, or a meeting with it: form F8-1 工作联系函.

    Handbook B F8. Sent, signed for, answered and closed, each with its date; without a committee
    in office it goes to the street office. A brief is due each month, a meeting each quarter.
    """

    _name = "property.committee.letter"
    _description = "Letter of the owners' committee"
    _inherit = [
        "property.workflow.mixin",
        "property.numbered.mixin",
        "property.case.step.mixin",
        "property.signature.mixin",
        "property.decent.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    _number_form = "YW"
    _workflow_moves = {
        "draft": ("sent", "received"),
        "sent": ("received",),
        "received": ("answered", "closed"),
        "answered": ("closed",),
    }
    _workflow_stamps = {
        "sent": ("sent_by_id", "sent_date"),
        "received": (None, "received_date"),
        "answered": ("answered_by_id", "answered_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_steps = {"answer": "_answer"}
    _signature_locks = {"receiver": ("content", "name")}
    _decent_fields = ("content", "resolution", "answer")

    name = fields.Char("Matter of the letter", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("letter", "Working letter"),
            ("meeting", "Meeting with the committee"),
            ("brief", "Monthly brief"),
            ("report", "Report"),
        ],
        "Kind of letter",
        required=True,
        default="letter",
        index=True,
    )
    direction = fields.Selection(
        [("out", "From us"), ("in", "To us")], required=True, default="out"
    )
    estate_id = fields.Many2one("property.estate", required=True, index=True, tracking=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    committee_id = fields.Many2one(
        "property.committee",
        "Owners' committee",
        compute="_compute_committee_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        domain="[('estate_id', '=', estate_id)]",
    )
    to_street_office = fields.Boolean(
        "To the street office",
        compute="_compute_committee_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    addressee = fields.Char(compute="_compute_addressee")
    period = fields.Date("Month or quarter from", readonly=True, copy=False)
    date = fields.Date("Date of the letter", required=True, default=fields.Date.context_today)
    date_meeting = fields.Datetime("Time of the meeting")
    attendees = fields.Char("People taking part")
    content = fields.Text("Text of the letter", required=True)
    resolution = fields.Text("What was resolved")
    todo = fields.Text("Still to be done")
    reply_date = fields.Date("Reply by", tracking=True, index=True)
    receiver = fields.Char("Signed for by", readonly=True, copy=False)
    answer = fields.Text(readonly=True, copy=False)
    overdue = fields.Boolean("Reply overdue", compute="_compute_overdue", search="_search_overdue")
    user_id = fields.Many2one(
        "res.users", "Dealt with by", default=lambda self: self.env.user, index="btree_not_null"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent out"),
            ("received", "Signed for"),
            ("answered", "Replied to"),
            ("closed", "Closed"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
        copy=False,
    )
    sent_by_id = fields.Many2one("res.users", "Sent by", readonly=True, copy=False)
    sent_date = fields.Datetime("Sent out on", readonly=True, copy=False)
    received_date = fields.Datetime("Signed for on", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", "Reply noted by", readonly=True, copy=False)
    answered_date = fields.Datetime("Replied to on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    closed_date = fields.Datetime("Closed on", readonly=True, copy=False)

    _period_once = models.UniqueIndex(
        "(estate_id, kind, period) WHERE period IS NOT NULL",
        "There is one of this kind and period already.",
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for letter in self:
            letter.display_name = " ".join(filter(None, (letter.number, letter.name)))

    @api.depends("estate_id")
    def _compute_committee_id(self):
        for letter in self:
            committee = self.env["property.committee"]
            if letter.estate_id:
                committee = committee._of(letter.estate_id)
            letter.committee_id = committee
            letter.to_street_office = bool(letter.estate_id) and not committee

    @api.depends("committee_id", "to_street_office")
    def _compute_addressee(self):
        for letter in self:
            if letter.to_street_office or not letter.committee_id:
                office = letter.estate_id.street_office_id
                letter.addressee = office.name or self.env._("Street office")
            else:
                letter.addressee = letter.committee_id.name

    @api.depends("reply_date", "state")
    def _compute_overdue(self):
        today = local_today()
        for letter in self:
            letter.overdue = bool(
                letter.reply_date
                and letter.reply_date < today
                and letter.state in ("sent", "received")
            )

    def _search_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = local_today()
        late = [("reply_date", "<", today), ("state", "in", ("sent", "received"))]
        ids = self._search(late)
        return [("id", "in" if True in value else "not in", ids)]

    @api.model
    def _signature_labels(self):
        """Return who signs: whoever receives the letter."""
        return {"receiver": self.env._("Receiver")}

    def _signature_partner(self, role):
        return self.committee_id.chair_id

    def _after_signature(self, signature):
        """Note the letter as received by who signed for it."""
        if self.state in ("draft", "sent"):
            self._move_to("received", receiver=signature.name)

    def _before_signature(self, role):
        if self.direction == "out" and self.state == "draft" and self.kind != "meeting":
            raise UserError(self.env._("“%s” is not sent yet.", self.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        letters = super().create(vals_list)
        letters._assign_number()
        return letters

    def write(self, vals):
        if _TEXT & vals.keys() and not self._moving() and not self.env.su:
            if gone := self.filtered(lambda letter: letter.state != "draft"):
                raise UserError(
                    self.env._("“%s” has left the house and stays as it is.", gone[0].display_name)
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A letter keeps its number; it is not deleted."))

    def action_send(self):
        """Send letters of ours; a reply is due after the days of the setting.

        :raises UserError: for a letter that came to us
        """
        for letter in self:
            if letter.direction != "out":
                raise UserError(
                    self.env._("“%s” came to us: register it as received.", letter.display_name)
                )
            values = {}
            if not letter.reply_date and letter.kind == "letter":
                days = letter.estate_id._parameter("committee_reply_days")
                values["reply_date"] = fields.Date.add(letter.date, days=days)
            letter._move_to("sent", **values)
            letter._remind()
        return True

    def _remind(self):
        """Give who deals with the letter a to-do for the day of the reply."""
        for letter in self.filtered("reply_date"):
            letter.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=letter.reply_date,
                summary=self.env._("Reply due: %s", letter.name),
                user_id=(letter.user_id or self.env.user).id,
            )

    def action_receive(self):
        """Register a letter that came to us; one of ours is signed for by its receiver."""
        self.ensure_one()
        if self.direction == "out":
            return self.action_sign()
        if not self.reply_date:
            days = self.estate_id._parameter("committee_reply_days")
            self.reply_date = fields.Date.add(self.date, days=days)
        self._move_to("received", receiver=self.env.user.name)
        self._remind()
        return True

    def action_answer(self):
        """Ask for the reply: theirs to a letter of ours, ours to one of theirs."""
        return self._ask("answer", self.env._("Replied to"), self.env._("What was the reply?"))

    def _answer(self, text):
        self._check_decent({"answer": text})
        self._move_to("answered", answer=text)

    def action_close(self):
        """Close letters.

        :raises UserError: for one of theirs that has no reply yet
        """
        for letter in self:
            if letter.direction == "in" and letter.state == "received":
                raise UserError(self.env._("“%s” waits for our reply.", letter.display_name))
            letter._move_to("closed")
        return True

    # cadence -------------------------------------------------------------------------------------

    def _brief_text(self, estate, month):
        """Return the draft of a monthly brief: the figures of the month, as far as there are."""
        start = fields.Datetime.to_datetime(month)
        end = fields.Datetime.to_datetime(money.add_months(month, 1))
        lines = [self.env._("Service in %s:", f"{month:%Y-%m}")]
        counted = (
            ("property.repair", "create_date", self.env._("Repairs reported: %s")),
            ("property.complaint", "create_date", self.env._("Complaints received: %s")),
            ("property.visit", "started_date", self.env._("Customers visited: %s")),
            ("property.notice", "create_date", self.env._("Notices published: %s")),
        )
        for model, field, text in counted:
            count = (
                self.env[model]
                .sudo()
                .search_count(
                    [("estate_id", "=", estate.id), (field, ">=", start), (field, "<", end)]
                )
            )
            lines.append(text % count)
        index = (
            self.env["property.satisfaction"]
            .sudo()
            .search([("estate_id", "=", estate.id), ("month", "=", month)], limit=1)
        )
        if index.answers:
            lines.append(self.env._("Satisfaction index: %s", round(index.score, 1)))
        return "\n".join(lines)

    @api.model
    def _prepare(self, estate, today):
        """Make the drafts of last month's brief and of this quarter's meeting, once each."""
        month = money.add_months(money.month_start(today), -1)
        quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        words = self.sudo().with_context(lang=estate._print_lang())
        made = words.browse()
        wanted = (
            ("brief", month, words.env._("Brief of property services %s", f"{month:%Y-%m}")),
            (
                "meeting",
                quarter,
                words.env._(
                    "Meeting of quarter %(quarter)s %(year)s",
                    quarter=(quarter.month + 2) // 3,
                    year=quarter.year,
                ),
            ),
        )
        for kind, period, title in wanted:
            known = words.search_count(
                [
                    ("estate_id", "=", estate.id),
                    ("kind", "=", kind),
                    ("period", "=", period),
                ]
            )
            if known:
                continue
            made |= words.create(
                {
                    "name": title,
                    "kind": kind,
                    "estate_id": estate.id,
                    "period": period,
                    "date": today,
                    "content": words._brief_text(estate, month) if kind == "brief" else title,
                    "user_id": estate.manager_id.id,
                }
            )
        for letter in made.filtered("user_id"):
            letter.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.add(today, days=5),
                summary=letter.name,
                user_id=letter.user_id.id,
            )
        return made

    @api.model
    def _cron_prepare(self):
        """Prepare the month's brief and the quarter's meeting of every estate (B F8)."""
        today = local_today()
        self.env["ir.cron"]._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            lambda estate: self._prepare(estate, today),
            lambda estate, _error: _logger.exception("Brief of estate %s failed", estate.id),
        )
