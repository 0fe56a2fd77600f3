# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools import identity
from ...tools.value import ValueProblem

TRADES = [
    ("general", "Labourer"),
    ("lead", "Foreman"),
    ("mason", "Mason and tiler"),
    ("carpenter", "Carpenter"),
    ("painter", "Painter"),
    ("plumber", "Plumber"),
    ("electrician", "Electrician (trade)"),
    ("welder", "Welder"),
    ("gas", "Gas fitter"),
    ("other", "Other trade"),
]
#: trades nobody works in without a certificate (handbook A §31)
SPECIAL_TRADES = ("electrician", "welder", "gas")


class PropertyRenovationWorker(models.Model):
    """A worker of a site (form 装修人员登记表, handbook A §31).

    The ID number is kept where all ID numbers are, tied to a contact: it shows masked here, and a
    person known by his number is recognised on the next site.
    """

    _name = "property.renovation.worker"
    _description = "Worker of a site"
    _inherit = ["property.file.mixin"]
    _order = "renovation_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    renovation_id = fields.Many2one(
        "property.renovation", required=True, ondelete="restrict", index=True, check_company=True
    )
    unit_id = fields.Many2one(
        related="renovation_id.unit_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="renovation_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="renovation_id.company_id", store=True, index=True, precompute=True
    )
    contractor_id = fields.Many2one(related="renovation_id.contractor_id")
    name = fields.Char("Name of the worker", required=True)
    partner_id = fields.Many2one(
        "res.partner", "Person", required=True, readonly=True, ondelete="restrict", index=True
    )
    id_number = fields.Char(
        "ID number",
        compute="_compute_id_number",
        inverse="_inverse_id_number",
        help="Shown masked. Type the full number to replace it.",
    )
    id_checked = fields.Boolean(
        "Original ID seen", help="The original was compared with the person and the number."
    )
    gender = fields.Selection([("male", "Male"), ("female", "Female")])
    age = fields.Integer(compute="_compute_age", compute_sudo=True)
    native_place = fields.Char("Native place or nationality")
    phone = fields.Char()
    trade = fields.Selection(TRADES, required=True, default="general")
    special = fields.Boolean("Needs a certificate", compute="_compute_special")
    certificate_number = fields.Char("Certificate no.")
    certificate_date_end = fields.Date("Certificate valid until")
    certificate_ids = fields.Many2many(
        "ir.attachment", string="Copy of the certificate", bypass_search_access=True, copy=False
    )
    photo = fields.Image("Photo of the worker", max_width=600, max_height=600, copy=False)
    pass_ids = fields.One2many("property.renovation.pass", "worker_id", "Passes", readonly=True)
    pass_id = fields.Many2one(
        "property.renovation.pass", "Pass in force", compute="_compute_pass_id"
    )
    overnight = fields.Boolean("Stays overnight", compute="_compute_overnight")
    note = fields.Char("Remark on the worker")

    _once = models.UniqueIndex(
        "(renovation_id, partner_id)", "This person is registered for the site already."
    )

    @api.depends("trade")
    def _compute_special(self):
        for worker in self:
            worker.special = worker.trade in SPECIAL_TRADES

    @api.depends("partner_id")
    def _compute_id_number(self):
        for worker in self:
            worker.id_number = worker.partner_id.sudo().property_id_number

    def _inverse_id_number(self):
        for worker in self:
            number = worker._cleaned(worker.id_number)
            if "*" in number:
                continue
            known = self.env["property.identity"]._partners_of([number]).get(number)
            if number and known and known != worker.partner_id:
                raise UserError(worker._taken(known))
            worker.partner_id.sudo().property_id_number = number

    @api.model
    def _cleaned(self, number):
        try:
            return identity.clean_id(number or "")
        except ValueProblem as problem:
            raise ValidationError(
                self.env._("“%(number)s” is no ID number.", number=number)
            ) from problem

    def _taken(self, person):
        """Return the message for an ID number that is somebody else's."""
        return self.env._(
            "This ID number belongs to %(person)s. Compare it with the card; if the card is "
            "false, call the police station.",
            person=person.sudo().name,
        )

    def _compute_age(self):
        today = fields.Date.context_today(self)
        numbers = {
            row.partner_id: row.number
            for row in self.env["property.identity"].search(
                [("partner_id", "in", self.partner_id.ids), ("id_type", "=", "resident_id")]
            )
        }
        for worker in self:
            birth = identity.birth_date(numbers.get(worker.partner_id) or "")
            worker.age = relativedelta(today, birth).years if birth else 0

    @api.depends("pass_ids.state")
    def _compute_pass_id(self):
        for worker in self:
            worker.pass_id = worker.pass_ids.filtered(lambda row: row._is_out())[:1]

    def _compute_overnight(self):
        staying = (
            self.env["property.renovation.stay"]
            .search([("worker_id", "in", self.ids), ("state", "in", ("approved", "valid"))])
            .worker_id
        )
        for worker in self:
            worker.overnight = worker in staying

    @api.depends("name", "trade")
    def _compute_display_name(self):
        trades = dict(self._fields["trade"]._description_selection(self.env))
        for worker in self:
            worker.display_name = f"{worker.name or ''} ({trades.get(worker.trade, '')})"

    @api.model_create_multi
    def create(self, vals_list):
        """Register workers; who is known by his ID number is the contact there is already.

        :raises UserError: where the number belongs to somebody of another name
        """
        people = self.env["res.partner"].sudo()
        for vals in vals_list:
            number = self._cleaned(vals.pop("id_number", None))
            vals.pop("partner_id", None)
            known = people.browse()
            if number:
                known = self.env["property.identity"]._partners_of([number]).get(number, known)
            known = known.sudo()
            if known and known.name != vals.get("name"):
                raise UserError(self._taken(known))
            person = known or people.create(
                {
                    "name": vals.get("name"),
                    "phone": vals.get("phone"),
                    "company_id": False,
                }
            )
            if number and not known:
                person.property_id_number = number
            vals["partner_id"] = person.id
            if number and not vals.get("gender"):
                vals["gender"] = identity.gender(number)
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_without_pass(self):
        if kept := self.filtered("pass_ids"):
            raise UserError(
                self.env._(
                    "%(worker)s has had a pass: he stays in the register.", worker=kept[0].name
                )
            )

    def _check_certificate(self, date=None):
        """Refuse workers of a special trade without a certificate that holds on `date`.

        :raises UserError: naming the worker and what is missing
        """
        date = date or fields.Date.context_today(self)
        trades = dict(self._fields["trade"]._description_selection(self.env))
        for worker in self.filtered("special"):
            if not worker.certificate_number:
                raise UserError(
                    self.env._(
                        "%(worker)s works as “%(trade)s”: enter the number of his certificate, "
                        "without it he gets no pass.",
                        worker=worker.name,
                        trade=trades[worker.trade],
                    )
                )
            if worker.certificate_date_end and worker.certificate_date_end < date:
                raise UserError(
                    self.env._(
                        "The certificate of %(worker)s has expired on %(date)s.",
                        worker=worker.name,
                        date=worker.certificate_date_end,
                    )
                )

    def _check_registered(self):
        """Refuse workers whose identity nobody has checked.

        :raises UserError: naming the worker
        """
        for worker in self:
            if not worker.id_number or not worker.id_checked:
                raise UserError(
                    self.env._(
                        "%(worker)s: enter the ID number and tick that the original was seen.",
                        worker=worker.name,
                    )
                )

    def action_apply_pass(self):
        """Apply for a long pass of each worker who has none, and show the passes.

        :raises UserError: as of the pass
        """
        passes = self.env["property.renovation.pass"]
        for worker in self.filtered(
            lambda row: not row.pass_ids.filtered(lambda card: card._is_pending())
        ):
            passes |= passes.create({"worker_id": worker.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Temporary passes"),
            "res_model": "property.renovation.pass",
            "view_mode": "list,form",
            "domain": [("worker_id", "in", self.ids)],
        }
