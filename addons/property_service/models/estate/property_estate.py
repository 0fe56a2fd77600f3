# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyEstate(models.Model):
    """An estate under management (小区/项目), with its side in the ledger.

    Handbook A §1. Every estate has an analytic account, so its profit and loss comes from the
    standard reports, and a sales journal, so its bills are numbered and posted without waiting
    for another estate's.
    """

    _name = "property.estate"
    _description = "Estate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True, tracking=True, help="Short code in the numbers of forms, e.g. CH."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    address = fields.Char("Location")
    service_center = fields.Char("Service centre", help="As it signs letters and notices.")
    phone = fields.Char("Service phone")
    complaint_phone = fields.Char("Complaint phone")
    payment_note = fields.Text(
        "Ways to pay", help="Printed on payment notices: counter hours, account to transfer to."
    )
    developer_id = fields.Many2one(
        "res.partner",
        help="Pays for units not sold or not handed over (handbook B H0.6); leave it empty and "
        "such units are listed as exceptions of the bill run.",
    )
    manager_id = fields.Many2one("res.users", index="btree_not_null", tracking=True)
    user_ids = fields.Many2many(
        "res.users",
        "property_estate_user_rel",
        "estate_id",
        "user_id",
        "Staff",
        help="Users who work for this estate and see its records.",
        default=lambda self: self.env.user,
    )
    building_ids = fields.One2many("property.building", "estate_id", "Buildings")
    building_count = fields.Integer(compute="_compute_counts")
    unit_count = fields.Integer(compute="_compute_counts")
    total_area = fields.Float("Gross area (m²)", compute="_compute_counts", digits=(16, 2))
    analytic_account_id = fields.Many2one(
        "account.analytic.account", copy=False, check_company=True, index="btree_not_null"
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Sales journal",
        domain="[('type', '=', 'sale'), ('company_id', '=', company_id)]",
        copy=False,
        check_company=True,
    )

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "There is an estate with this code already."
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name)", "There is an estate with this name already."
    )

    def _compute_counts(self):
        buildings = dict(
            self.env["property.building"]._read_group(
                [("estate_id", "in", self.ids)], ["estate_id"], ["__count"]
            )
        )
        units = {
            estate: (count, area)
            for estate, count, area in self.env["property.unit"]._read_group(
                [("estate_id", "in", self.ids)], ["estate_id"], ["__count", "gross_area:sum"]
            )
        }
        for estate in self:
            estate.building_count = buildings.get(estate, 0)
            estate.unit_count, estate.total_area = units.get(estate, (0, 0.0))

    @api.model_create_multi
    def create(self, vals_list):
        estates = super().create(vals_list)
        estates._prepare_ledger()
        return estates

    def write(self, vals):
        if "company_id" in vals:
            moved = self.filtered(lambda estate: estate.company_id.id != vals["company_id"])
            if moved.building_ids:
                raise UserError(
                    self.env._(
                        "“%(estate)s” has buildings and bills in its company: it cannot be moved "
                        "to another one.",
                        estate=moved[0].name,
                    )
                )
        result = super().write(vals)
        if "name" in vals:
            for estate in self.sudo():
                estate.analytic_account_id.name = estate.name
        return result

    def _prepare_ledger(self):
        """Give every estate its analytic account and sales journal where they are missing."""
        plan = self.env.ref("property_service.analytic_plan_estate")
        for estate in self.sudo():
            company = estate.company_id
            company._prepare_property_ledger()
            if not estate.analytic_account_id:
                estate.analytic_account_id = estate.env["account.analytic.account"].create(
                    {"name": estate.name, "plan_id": plan.id, "company_id": company.id}
                )
            if not estate.journal_id and company.chart_template:
                estate.journal_id = estate._create_journal()

    def _create_journal(self):
        journals = self.env["account.journal"].with_company(self.company_id).sudo()
        taken = set(
            journals.with_context(active_test=False)
            .search([("company_id", "=", self.company_id.id)])
            .mapped("code")
        )
        stem = "".join(char for char in self.code if char.isascii() and char.isalnum()).upper()
        code = next(
            candidate
            for candidate in [stem[:5], *(f"F{number:04d}" for number in range(1, 9999))]
            if candidate and candidate not in taken
        )
        return journals.create(
            {
                "name": self.env._("Property fees %(estate)s", estate=self.name),
                "code": code,
                "type": "sale",
                "company_id": self.company_id.id,
                "default_account_id": self.company_id.income_account_id.id,
                "show_on_dashboard": True,
            }
        )

    def _parameter(self, key):
        """Return the value of setting `key` in force for this estate."""
        self.ensure_one()
        return self.env["property.parameter"]._get(key, estate=self)

    def _print_lang(self):
        """Return the language of printed forms: Chinese wherever it is installed."""
        return self.env["res.lang"]._get_code("zh_CN") or self.env.user.lang

    def action_open_buildings(self):
        """Open the buildings of the estate."""
        self.ensure_one()
        return self._open("property.building", self.env._("Buildings"))

    def action_open_units(self):
        """Open the units of the estate."""
        self.ensure_one()
        return self._open("property.unit", self.env._("Units"))

    def action_open_ledger(self):
        """Open the journal items that carry the estate's analytic account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items of %(estate)s", estate=self.name),
            "res_model": "account.move.line",
            "view_mode": "list,pivot,graph,form",
            "domain": [
                ("analytic_distribution", "in", [self.analytic_account_id.id]),
                ("parent_state", "=", "posted"),
            ],
        }

    def _open(self, model, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,kanban,form" if model == "property.unit" else "list,form",
            "domain": [("estate_id", "=", self.id)],
            "context": {"default_estate_id": self.id},
        }
