# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.local_time import ZONE_NAME
from .property_dunning import CLOSED, REASONS
from .property_dunning_stage import CHANNELS

#: Handbook B §9.6, results of a contact
RESULTS = [
    ("paid", "Paid"),
    ("promise", "Promised (date)"),
    ("refused", "Refuses to pay (reason)"),
    ("no_answer", "Not answered"),
    ("invalid", "Number not in use"),
    ("absent", "Not at home, note left"),
    ("unsigned", "Refuses to sign"),
    ("dispute", "Disputed, to be checked"),
    ("to_tenant", "Passed on to the tenant"),
    ("legal", "Passed on to the lawyer"),
]
METHODS = [
    ("signed", "Signed for"),
    ("registered", "Registered or express mail"),
    ("photo", "Left at the door, with photo"),
]
#: contacts that are papers: printed first, proven by their delivery
PAPERS = ("notice", "committee", "lawyer", "suit")
#: contacts that disturb a person, and so keep the quiet hours
_DISTURBING = ("phone", "visit", "sms", "wechat", "notice")


class PropertyDunningContact(models.Model):
    """One contact with a debtor: what was said, promised and left behind (form H9-3)."""

    _name = "property.dunning.contact"
    _description = "Dunning contact"
    _inherit = ["property.numbered.mixin", "property.file.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _number_form = "CT"

    dunning_id = fields.Many2one(
        "property.dunning",
        "Case",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    unit_id = fields.Many2one(related="dunning_id.unit_id", store=True, index=True)
    building_id = fields.Many2one(related="dunning_id.building_id", store=True, index=True)
    estate_id = fields.Many2one(related="dunning_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="dunning_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="dunning_id.partner_id", store=True, index=True)
    stage_id = fields.Many2one(
        "property.dunning.stage",
        "Dunning step",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_stage",
        store=True,
        readonly=False,
        precompute=True,
    )
    channel = fields.Selection(
        CHANNELS,
        "Way of contact",
        required=True,
        compute="_compute_channel",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users", "By", required=True, default=lambda self: self.env.user, index=True
    )
    second_user_id = fields.Many2one("res.users", "And by", help="Visits are made by two persons.")
    recipient_ids = fields.Many2many(
        "res.partner",
        "property_dunning_contact_recipient_rel",
        "contact_id",
        "partner_id",
        "Addressed to",
        help="A tenant and the owner who answers with him.",
    )
    met = fields.Char("Spoke to")
    content = fields.Text("What was said")
    result = fields.Selection(RESULTS, index=True)
    arrears_reason = fields.Selection(REASONS, "Reason of the arrears")
    promise_date = fields.Date("Promised to pay on")
    promise_amount = fields.Monetary("Promised amount")
    next_step = fields.Char("What next")
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "property_dunning_contact_attachment_rel",
        "contact_id",
        "attachment_id",
        help="Recording, screenshot, photo, signed statement.",
    )
    signed = fields.Boolean("Signed by the debtor", help="A statement of what is owed.")
    delivery = fields.Selection(
        [
            ("none", "Not a paper"),
            ("pending", "Not yet delivered"),
            ("delivered", "Delivered"),
            ("failed", "Could not be delivered"),
        ],
        compute="_compute_delivery",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    delivery_method = fields.Selection(METHODS, "Way of delivery")
    delivery_date = fields.Date("Delivered on")
    signer = fields.Char("Signed for by")
    tracking_number = fields.Char("Mail no.")
    deadline = fields.Date("Pay by", compute="_compute_deadline", store=True)
    proven = fields.Boolean(
        compute="_compute_proven", store=True, help="There is proof that it reached the debtor."
    )
    quiet_hours = fields.Boolean("In quiet hours", readonly=True)
    amount_fee = fields.Monetary("Property fee", readonly=True)
    amount_parking = fields.Monetary("Parking fee", readonly=True)
    amount_service = fields.Monetary("Paid services", readonly=True)
    amount_other = fields.Monetary("Other", readonly=True)
    amount = fields.Monetary("Demanded", readonly=True)
    amount_late = fields.Monetary("Late charge to date", readonly=True)
    month_from = fields.Date("First month owed", readonly=True)
    month_to = fields.Date("Last month owed", readonly=True)

    _number_unique = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "There is a notice with this number already."
    )

    @api.depends("dunning_id", "channel", "date", "number")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for contact in self:
            day = contact.date and fields.Datetime.context_timestamp(contact, contact.date)
            contact.display_name = " ".join(
                part
                for part in (
                    contact.number or labels.get(contact.channel),
                    contact.unit_id.full_name,
                    day and f"{day:%Y-%m-%d}",
                )
                if part
            )

    @api.depends("dunning_id")
    def _compute_stage(self):
        for contact in self:
            contact.stage_id = contact.stage_id or contact.dunning_id.stage_id

    @api.depends("stage_id")
    def _compute_channel(self):
        for contact in self:
            contact.channel = contact.stage_id.channel

    @api.depends("channel")
    def _compute_delivery(self):
        for contact in self:
            if contact.channel not in PAPERS:
                contact.delivery = "none"
            elif contact.delivery in ("none", False):
                contact.delivery = "pending"

    @api.depends("delivery", "delivery_date", "stage_id", "channel")
    def _compute_deadline(self):
        for contact in self:
            term = contact.stage_id._term(contact.estate_id) if contact.stage_id else 0
            contact.deadline = (
                contact.delivery == "delivered"
                and term
                and contact.delivery_date
                and contact.delivery_date + timedelta(days=term)
            )

    @api.depends("delivery", "channel", "signed", "evidence_ids")
    def _compute_proven(self):
        for contact in self:
            if contact.channel in PAPERS:
                contact.proven = contact.delivery == "delivered"
            else:
                contact.proven = bool(contact.signed or contact.evidence_ids)

    def _day(self):
        """Return the local day of the contact."""
        self.ensure_one()
        return self._local().date()

    def _local(self):
        zone = self.with_context(tz=self.env.context.get("tz") or self.env.user.tz or ZONE_NAME)
        return fields.Datetime.context_timestamp(zone, self.date)

    # rules ---------------------------------------------------------------------------------------

    @api.onchange("date", "channel")
    def _onchange_quiet(self):
        if self.date and self._in_quiet_hours():
            return {"warning": {"title": self.env._("Quiet hours"), "message": self._quiet_text()}}
        return None

    def _in_quiet_hours(self):
        """Return whether the contact disturbs somebody at night (handbook B H9)."""
        self.ensure_one()
        if self.channel not in _DISTURBING or (self.channel == "notice" and not self.met):
            return False
        parameters = self.env["property.parameter"]
        hour = self._local().hour
        return hour >= parameters._get(
            "dunning_quiet_from", self.estate_id
        ) or hour < parameters._get("dunning_quiet_to", self.estate_id)

    def _quiet_text(self):
        parameters = self.env["property.parameter"]
        return self.env._(
            "Between %(first)s:00 and %(last)s:00 nobody is called or visited about debts: that "
            "would be harassment.",
            first=parameters._get("dunning_quiet_from", self.estate_id),
            last=f"{parameters._get('dunning_quiet_to', self.estate_id):02d}",
        )

    @api.constrains("date", "channel")
    def _check_quiet_hours(self):
        for contact in self:
            quiet = contact._in_quiet_hours()
            refuse = self.env["property.parameter"]._get("dunning_quiet", contact.estate_id)
            if quiet and refuse == "refuse":
                raise ValidationError(contact._quiet_text())
            if contact.quiet_hours != quiet:
                contact.quiet_hours = quiet

    @api.constrains("date")
    def _check_date(self):
        for contact in self:
            if contact.date > fields.Datetime.now() + timedelta(minutes=5):
                raise ValidationError(self.env._("A contact is entered once it has taken place."))

    @api.constrains("channel", "user_id", "second_user_id")
    def _check_two_persons(self):
        for contact in self.filtered(lambda row: row.channel == "visit"):
            if not contact.second_user_id or contact.second_user_id == contact.user_id:
                raise ValidationError(
                    self.env._("Visits about debts are made by two persons: name the second one.")
                )

    @api.constrains("result", "promise_date", "promise_amount", "content")
    def _check_promise(self):
        for contact in self:
            if contact.result == "promise":
                if not contact.promise_date or contact.promise_date < contact._day():
                    raise ValidationError(
                        self.env._("Enter the day by which payment was promised.")
                    )
                if contact.currency_id.compare_amounts(contact.promise_amount, 0) <= 0:
                    raise ValidationError(self.env._("Enter the amount that was promised."))
            if contact.result == "refused" and not (contact.content or contact.arrears_reason):
                raise ValidationError(self.env._("Enter why payment is refused."))

    @api.onchange("result")
    def _onchange_result(self):
        if self.result == "promise" and not self.promise_amount:
            self.promise_amount = self.dunning_id.amount

    # creating ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        contacts = super().create(vals_list)
        for contact in contacts:
            contact._check_case()
            if not contact.recipient_ids:
                contact.recipient_ids = contact.dunning_id.recipient_ids
            if contact.channel in PAPERS and not contact.amount:
                contact.write(contact.dunning_id._demand_figures())
        contacts.filtered(lambda row: row.channel in PAPERS).sudo()._assign_number()
        contacts._tell_case()
        contacts.filtered("proven")._note_demand()
        return contacts

    def _check_case(self):
        """Refuse contacts about cases that are closed, frozen or rest, and steps to come."""
        case = self.dunning_id
        if case.state in (*CLOSED, "disputed", "paused"):
            raise UserError(
                self.env._(
                    "%(case)s is “%(state)s”: the debtor is not dunned.",
                    case=case.display_name,
                    state=case._state_label(case.state),
                )
            )
        if self.stage_id.sequence > case.stage_id.sequence:
            raise UserError(
                self.env._(
                    "%(case)s is at “%(now)s”: take it to “%(step)s” first.",
                    case=case.display_name,
                    now=case.stage_id.name,
                    step=self.stage_id.name,
                )
            )

    def _tell_case(self):
        """Note what a contact brought on its case: promise, reason, next step."""
        for contact in self.sorted("date"):
            case = contact.dunning_id.sudo()
            vals = {"last_contact_id": contact.id}
            if contact.arrears_reason:
                vals["reason"] = contact.arrears_reason
            case.write(vals)
            if contact.result == "promise":
                promise = {
                    "promise_date": contact.promise_date,
                    "promise_amount": contact.promise_amount,
                }
                if case.state == "promised":
                    case.write(promise)
                else:
                    case._move_to("promised", **promise)
            case._plan()

    def write(self, vals):
        fixed = vals.keys() & {"dunning_id", "channel", "date", "stage_id", "user_id"}
        if fixed and not self.env.su and self.filtered("proven"):
            raise UserError(self.env._("A contact that is proven is evidence and stays as it is."))
        before = self.filtered("proven")
        result = super().write(vals)
        (self.filtered("proven") - before)._note_demand()
        if vals.keys() & {"result", "promise_date", "promise_amount", "arrears_reason"}:
            self._tell_case()
        elif vals.keys() & {"delivery", "delivery_date"}:
            self.dunning_id.sudo()._plan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self.filtered(lambda row: row.proven or row.number):
            raise UserError(self.env._("Contacts are evidence: they are not deleted."))

    def _note_demand(self):
        """Let the limitation of what was demanded begin anew (handbook B H0.13)."""
        for contact in self:
            case = contact.dunning_id.sudo()
            day = contact.delivery_date if contact.channel in PAPERS else contact._day()
            case._overdue_charges()._demanded(day or contact._day())
            case._refresh()

    # delivery ------------------------------------------------------------------------------------

    def action_delivered(self):
        """Confirm that a notice reached the debtor, with its proof.

        :raises UserError: if the proof is missing
        """
        for contact in self:
            contact.check_access("write")
            if contact.delivery != "pending":
                raise UserError(self.env._("Only a paper that is out can be delivered."))
            contact._check_proof()
            contact.write(
                {
                    "delivery": "delivered",
                    "delivery_date": contact.delivery_date or fields.Date.context_today(self),
                }
            )

    def _check_proof(self):
        self.ensure_one()
        if not self.delivery_method:
            raise UserError(self.env._("Say how the notice was delivered."))
        if self.delivery_method == "signed" and not self.signer:
            raise UserError(self.env._("Enter who signed for it."))
        if self.delivery_method == "registered" and not self.tracking_number:
            raise UserError(self.env._("Enter the number of the registered mail."))
        if self.delivery_method == "photo" and not self.evidence_ids:
            raise UserError(self.env._("Attach the photo."))
        day = self.delivery_date
        if day and (day > fields.Date.context_today(self) or day < self._day()):
            raise UserError(
                self.env._("A notice is delivered between the day it was made and today.")
            )

    def action_failed(self):
        """State that a notice could not be delivered: print it again."""
        for contact in self:
            contact.check_access("write")
            if contact.delivery != "pending":
                raise UserError(self.env._("Only a paper that is out can be delivered."))
            contact.delivery = "failed"


class PropertyDunning(models.Model):
    _inherit = "property.dunning"

    def _demand_figures(self):
        """Return the amounts a notice states: values of the fields of a contact, in yuan."""
        self.ensure_one()
        charges = self._overdue_charges()
        sums = dict.fromkeys(("amount_fee", "amount_parking", "amount_service", "amount_other"), 0)
        for charge in charges:
            item = charge.item_id
            if charge.unit_id.category == "parking":
                key = "amount_parking"
            elif charge.late_for_id or item.kind != "income":
                key = "amount_other"
            else:
                key = "amount_fee" if item.periodic else "amount_service"
            sums[key] += charge.amount_residual
        months = charges.mapped("month")
        round_ = self.currency_id.round
        return {
            **{key: round_(amount) for key, amount in sums.items()},
            "amount": round_(sum(sums.values())),
            "amount_late": self.env["property.late.charge"]._total(charges),
            "month_from": min(months) if months else False,
            "month_to": max(months) if months else False,
        }
