# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyGreeting(models.Model):
    """A greeting to one person on one occasion: made once, and only with consent (F1, A §9)."""

    _name = "property.greeting"
    _description = "Greeting to a customer"
    _inherit = ["property.workflow.mixin", "mail.thread"]
    _order = "date desc, estate_id, unit_id, id"
    _check_company_auto = True

    _workflow_moves = {"to_do": ("done", "skipped", "expired")}
    _workflow_stamps = {"done": ("done_by_id", "done_date")}

    occasion_id = fields.Many2one(
        "property.greeting.occasion", required=True, ondelete="restrict", index=True
    )
    estate_id = fields.Many2one("property.estate", required=True, index=True)
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    phone = fields.Char(related="partner_id.phone")
    phone_masked = fields.Char(related="partner_id.property_phone_masked")
    unit_id = fields.Many2one("property.unit", "Room", index="btree_not_null")
    date = fields.Date("Day", required=True, default=fields.Date.context_today, index=True)
    year = fields.Integer(
        "In year", compute="_compute_year", store=True, precompute=True, aggregator=None
    )
    user_id = fields.Many2one("res.users", "Greeted by", index="btree_not_null")
    way = fields.Selection(
        [
            ("wechat", "WeChat or app"),
            ("phone", "Phone"),
            ("face", "Face to face"),
            ("mail", "E-mail message"),
        ],
        "How greeted",
    )
    state = fields.Selection(
        [
            ("to_do", "To be greeted"),
            ("done", "Greeted"),
            ("skipped", "Left out"),
            ("expired", "Day passed"),
        ],
        required=True,
        default="to_do",
        index=True,
        group_expand=True,
    )
    done_by_id = fields.Many2one("res.users", "Done by", readonly=True, copy=False)
    done_date = fields.Datetime("Greeted on", readonly=True, copy=False)
    remark = fields.Char()

    _once = models.UniqueIndex(
        "(occasion_id, partner_id, year)", "This person is greeted on that occasion already."
    )

    @api.depends("date")
    def _compute_year(self):
        for greeting in self:
            greeting.year = greeting.date.year if greeting.date else 0

    @api.depends("occasion_id.name", "partner_id.name")
    def _compute_display_name(self):
        for greeting in self:
            greeting.display_name = (
                f"{greeting.occasion_id.name or ''} {greeting.partner_id.name or ''}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Plan greetings.

        :raises UserError: for who has not agreed to be greeted
        """
        greetings = super().create(vals_list)
        greetings._check_consent()
        return greetings

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id"} & vals.keys():
            self._check_consent()
        return result

    def _check_consent(self):
        for greeting in self:
            if not greeting.partner_id._agrees_to_greetings():
                raise UserError(
                    self.env._(
                        "%s has not agreed to greetings: ask first, and note it on the contact.",
                        greeting.partner_id.name,
                    )
                )

    def _with_consent(self):
        """Return the greetings whose person still agrees; the others are left out."""
        agreed = self.filtered(lambda row: row.partner_id._agrees_to_greetings())
        (self - agreed).filtered(lambda row: row.state == "to_do")._move_to("skipped")
        return agreed

    def _send(self):
        """Send the greeting by its template, once; without an address it stays with the steward."""
        self.ensure_one()
        template = self.occasion_id.template_id
        if not template or not self.partner_id.email or self.state != "to_do":
            return False
        if not self._with_consent():
            return False
        self._move_to("done", way="mail")
        lang = self.partner_id.lang or self.estate_id._print_lang()
        template.sudo().with_context(lang=lang).send_mail(self.id)
        return True

    def _tell_stewards(self):
        """Give each steward one to-do for the greetings of the day."""
        waiting = self.filtered(lambda row: row.state == "to_do" and row.user_id)
        for (estate, user), rows in waiting.grouped(
            lambda row: (row.estate_id, row.user_id)
        ).items():
            words = self.with_context(lang=estate.sudo()._print_lang())
            estate.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=rows[0].date,
                summary=words.env._(
                    "%(occasion)s: %(count)s customers to greet today",
                    occasion=rows[0].occasion_id.with_context(lang=words.env.lang).name,
                    count=len(rows),
                ),
                user_id=user.id,
            )

    def action_done(self):
        """Note that the customers were greeted.

        :raises UserError: if one of them withdrew the consent meanwhile
        """
        self._check_consent()
        for greeting in self:
            greeting._move_to("done", way=greeting.way or "wechat")
        return True

    def action_send(self):
        """Send greetings by e-mail that are still to be made.

        :raises UserError: where there is no address or no text
        """
        for greeting in self:
            greeting._check_consent()
            if not greeting._send():
                raise UserError(
                    self.env._(
                        "“%s”: there is no text, or no e-mail address of the customer.",
                        greeting.display_name,
                    )
                )
        return True

    def action_skip(self):
        """Leave greetings out."""
        self._move_to("skipped")
        return True
