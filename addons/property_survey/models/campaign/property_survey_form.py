# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from markupsafe import Markup
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import chart
from .property_survey_campaign import RUNNING

WAYS = [
    ("steward", "By the steward"),
    ("portal", "Portal link"),
    ("qr", "QR code"),
    ("paper", "Paper in the letter box"),
]
#: what the steps note: nobody types it in
_FACTS = {
    *("campaign_id", "unit_id", "partner_id", "sequence", "repeated", "access_token"),
    *("sent_date", "returned_date", "return_way", "collector_id", "reminder_count"),
    "invalid_reason",
}
RETURNED = ("returned_valid", "returned_invalid")


class PropertySurveyForm(models.Model):
    """The form of one household: handed out how, by whom, signed for, back when (form F5-3).

    In an anonymous campaign that is all there is: the answer bears no trace of the form.
    """

    _name = "property.survey.form"
    _description = "Survey form of a household"
    _inherit = ["property.workflow.mixin", "property.case.step.mixin"]
    _order = "campaign_id desc, sequence, id"
    _check_company_auto = True
    _rec_name = "number"

    _workflow_moves = {
        "to_send": ("sent", "refused"),
        "sent": ("returned_valid", "returned_invalid", "not_returned", "refused"),
        "returned_valid": ("returned_invalid",),
        "returned_invalid": ("returned_valid",),
    }
    _case_steps = {"invalid": "_mark_invalid"}

    campaign_id = fields.Many2one(
        "property.survey.campaign", required=True, ondelete="cascade", index=True, readonly=True
    )
    estate_id = fields.Many2one(
        related="campaign_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="campaign_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer("No.", readonly=True, aggregator=None)
    number = fields.Char("Form no.", compute="_compute_number", store=True, precompute=True)
    unit_id = fields.Many2one(
        "property.unit", "Room", required=True, ondelete="restrict", index=True, readonly=True
    )
    building_id = fields.Many2one(
        related="unit_id.building_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="restrict", index=True, readonly=True
    )
    repeated = fields.Boolean("Asked before this year", readonly=True)
    way = fields.Selection(WAYS, "Way of handing out", default="steward", required=True)
    distributor_id = fields.Many2one("res.users", index="btree_not_null")
    sent_date = fields.Date("Handed out on", readonly=True)
    signed_for = fields.Char("Receipt signed by")
    returned_date = fields.Date("Returned on", readonly=True)
    return_way = fields.Selection(
        [("online", "Online"), ("paper", "On paper"), ("phone", "By phone")],
        "Returned",
        readonly=True,
    )
    collector_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    reminder_count = fields.Integer("Reminders", readonly=True, aggregator=None)
    invalid_reason = fields.Char("Why invalid", readonly=True)
    remark = fields.Char()
    access_token = fields.Char(
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: uuid.uuid4().hex,
        groups="property_service.group_staff",
        exportable=False,
    )
    access_url = fields.Char("Address of the form", compute="_compute_access_url", exportable=False)
    state = fields.Selection(
        [
            ("to_send", "To be handed out"),
            ("sent", "Handed out"),
            ("returned_valid", "Returned, valid"),
            ("returned_invalid", "Returned, invalid"),
            ("not_returned", "Not returned"),
            ("refused", "Refused"),
        ],
        required=True,
        default="to_send",
        index=True,
        group_expand=True,
    )

    _household_once = models.UniqueIndex(
        "(campaign_id, unit_id)", "This household has a form of the campaign already."
    )

    @api.depends("campaign_id.number", "sequence")
    def _compute_number(self):
        for form in self:
            form.number = f"{form.campaign_id.number or ''}-{form.sequence:04d}"

    @api.depends("access_token")
    def _compute_access_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for form in self.sudo():
            form.access_url = f"{base}/property/survey/{form.access_token}"

    @api.model_create_multi
    def create(self, vals_list):
        """Number the forms of a campaign in the order they are made."""
        last = dict(
            self._read_group(
                [("campaign_id", "in", [vals.get("campaign_id") for vals in vals_list])],
                ["campaign_id"],
                ["sequence:max"],
            )
        )
        numbers = {campaign.id: number or 0 for campaign, number in last.items()}
        for vals in vals_list:
            key = vals.get("campaign_id")
            numbers[key] = numbers.get(key, 0) + 1
            vals.setdefault("sequence", numbers[key])
        return super().create(vals_list)

    def write(self, vals):
        """Let only the steps note what happened to a form."""
        if _FACTS & vals.keys() and not self.env.su and not self._moving():
            raise UserError(
                self.env._("What happened to a form is noted by its buttons: %s.", self[:1].number)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_to_send(self):
        if not self._moving() and any(form.state != "to_send" for form in self):
            raise UserError(self.env._("A form that was handed out is kept."))

    def _check_running(self, states=RUNNING):
        for campaign in self.campaign_id:
            if campaign.state not in states:
                raise UserError(
                    self.env._(
                        "“%(name)s” is “%(state)s”: its forms neither go out nor come in.",
                        name=campaign.name,
                        state=campaign._state_label(campaign.state),
                    )
                )

    def action_send(self):
        """State that the forms were handed out; who gets a link is sent it.

        :raises UserError: where the campaign is not handing out
        """
        self._check_running()
        today = self.campaign_id[:1]._today()
        self._move_to("sent", sent_date=today)
        for distributor, forms in self.grouped("distributor_id").items():
            if not distributor:
                forms.write({"distributor_id": self.env.uid})
        self.filtered(lambda form: form.way == "portal")._mail_link(reminder=False)

    def action_return(self):
        """State that the paper forms came back today, to be keyed in."""
        self._returned("paper")

    def action_return_phone(self):
        """State that the household gave its answers by phone.

        :raises UserError: beyond the share of the setting `survey_phone_ratio`
        """
        self._check_phone_share(len(self))
        self._returned("phone")

    def _returned(self, way):
        self._check_running((*RUNNING, "verify"))
        late = self.filtered(lambda form: form.campaign_id.date_return < form.campaign_id._today())
        if late:
            raise UserError(
                self.env._(
                    "The time to answer “%(name)s” ended on %(day)s.",
                    name=late.campaign_id[:1].name,
                    day=late.campaign_id[:1].date_return,
                )
            )
        for form in self:
            if form.campaign_id._has_answered(form):
                raise UserError(
                    self.env._("Form %(number)s has come back already.", number=form.number)
                )
        self._move_to(
            "returned_valid",
            returned_date=self.campaign_id[:1]._today(),
            return_way=way,
            collector_id=self.env.uid,
        )

    def _check_phone_share(self, more):
        for campaign in self.campaign_id:
            share = campaign.estate_id._parameter("survey_phone_ratio")
            forms = campaign.form_ids.filtered(lambda form: form.state != "to_send")
            used = len(forms.filtered(lambda form: form.return_way == "phone"))
            if used + more > share * len(forms) / 100:
                raise UserError(
                    self.env._(
                        "At most %(share)s %% of the forms of “%(name)s” may be filled in by "
                        "phone: %(used)s of %(all)s are already.",
                        share=f"{share:g}",
                        name=campaign.name,
                        used=used,
                        all=len(forms),
                    )
                )

    def action_refuse(self):
        """State that the household does not take part."""
        self._check_running()
        self._move_to("refused")

    def action_invalid(self):
        """Ask why an answer is invalid."""
        return self._ask("invalid", self.env._("Why is the answer invalid?"))

    def _mark_invalid(self, reason):
        """Put a returned form aside: contradictory, or filled in by staff (handbook B F4, F5)."""
        self._check_role("supervisor", self.env._("An answer is put aside"))
        self._check_running((*RUNNING, "verify"))
        if self.campaign_id.anonymous:
            raise UserError(
                self.env._("The answers of an anonymous campaign cannot be told apart.")
            )
        self._move_to("returned_invalid", invalid_reason=reason)

    def _answered(self, way):
        """Note that the answer of the household has come in; called for answers with a name."""
        for form in self.sudo():
            if form.state == "sent":
                form._move_to(
                    "returned_valid", returned_date=form.campaign_id._today(), return_way=way
                )

    def _mail_link(self, reminder):
        """Send the link of the form to the households that have an e-mail address."""
        mails = []
        for form in self.sudo().filtered("partner_id.email"):
            lang = form.estate_id._print_lang()
            env = self.with_context(lang=lang).env
            campaign = form.campaign_id.with_context(lang=lang)
            text = (
                env._("We have not received your answer yet. Please answer by %(day)s:")
                if reminder
                else env._("We would like to hear your opinion. Please answer by %(day)s:")
            )
            body = Markup("<p>%s</p><p><a href='%s'>%s</a></p>") % (
                text % {"day": campaign.date_return},
                form.access_url,
                form.access_url,
            )
            mails.append(
                {
                    "subject": campaign.name,
                    "body_html": body,
                    "email_to": form.partner_id.email_formatted,
                    "auto_delete": True,
                }
            )
        self.env["mail.mail"].sudo().create(mails)

    def action_open_answer(self):
        """Open the household's page of the survey, as its QR code does."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.access_url, "target": "new"}

    def _qr(self, size=90):
        """Return the QR code of the household's page as the source of an image."""
        self.ensure_one()
        drawing = createBarcodeDrawing("QR", value=self.access_url, width=size, height=size)
        image = drawing.asString("svg")
        return chart.data_uri(image if isinstance(image, str) else image.decode())
