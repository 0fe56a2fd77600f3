# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

#: states of a repair in which it is work of its technician
WORKING = ("dispatched", "on_the_way", "on_site", "quoted", "on_hold")


class PropertyTechnician(models.Model):
    """What an employee can repair, and where: the dispatcher's list (handbook B A2).

    Kept beside `hr.employee`, so that the engineering supervisor can maintain it without rights
    on personnel files.
    """

    _name = "property.technician"
    _description = "Technician"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    employee_id = fields.Many2one(
        "hr.employee", required=True, ondelete="cascade", index=True, check_company=True
    )
    name = fields.Char(related="employee_id.name", related_sudo=True)
    user_id = fields.Many2one(
        "res.users", compute="_compute_user_id", compute_sudo=True, store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    estate_ids = fields.Many2many(
        "property.estate",
        "property_technician_estate_rel",
        string="Estates",
        check_company=True,
        help="Empty: every estate of the company.",
    )
    category_ids = fields.Many2many(
        "property.case.category",
        "property_technician_category_rel",
        string="Skills",
        domain="[('kind', '=', 'repair')]",
        help="Empty: everything.",
    )
    on_duty = fields.Boolean(default=True, help="Proposed for new orders.")
    open_count = fields.Integer("Open orders", compute="_compute_open_count")
    active = fields.Boolean(default=True)

    _employee_unique = models.UniqueIndex("(employee_id)", "This employee is a technician already.")

    @api.depends("employee_id.user_id")
    def _compute_user_id(self):
        for technician in self:
            technician.user_id = technician.employee_id.user_id

    @api.depends("employee_id.name")
    def _compute_display_name(self):
        for technician in self:
            technician.display_name = technician.sudo().employee_id.name

    def _compute_open_count(self):
        counts = dict(
            self.env["property.repair"]
            .sudo()
            ._read_group(
                [("technician_id", "in", self.employee_id.ids), ("state", "in", WORKING)],
                ["technician_id"],
                ["__count"],
            )
        )
        for technician in self:
            technician.open_count = counts.get(technician.employee_id, 0)

    @api.model
    def _propose(self, repair):
        """Return the technicians for `repair`: with the skill, for the estate, least load first.

        :param repair: `property.repair` record
        :return: records; without anybody of that skill everybody of the estate
        """
        estate = repair.estate_id
        domain = (
            Domain("company_id", "=", estate.company_id.id)
            & Domain("on_duty", "=", True)
            & (Domain("estate_ids", "=", False) | Domain("estate_ids", "in", estate.ids))
            & Domain("employee_id", "not in", repair._technicians_barred().ids)
        )
        skills = Domain("category_ids", "=", False) | Domain(
            "category_ids", "in", repair.category_id._and_parents().ids
        )
        found = self.search(domain & skills) or self.search(domain)
        return found.sorted(lambda row: (row.open_count, row.sequence, row.id))
