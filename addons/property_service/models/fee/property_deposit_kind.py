# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: codes of the kinds every company starts with, in order
_DEFAULTS = ("DECO", "DECO_FIRM", "PASS", "KEY", "CARD", "VENUE", "MOVE")


class PropertyDepositKind(models.Model):
    """A kind of deposit, with the liability account it is kept on (handbook B H6, H1 DEP_*)."""

    _name = "property.deposit.kind"
    _description = "Kind of deposit"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        "account.account",
        "Liability account",
        check_company=True,
        domain="[('account_type', '=', 'liability_current')]",
        help="Kept for this kind of deposit only. Empty: an account is made.",
    )
    amount = fields.Monetary("Usual amount")
    allowed = fields.Boolean(
        default=True, help="Some cities forbid a deposit: then it cannot be asked for."
    )
    legal_basis = fields.Char("Basis of the deposit", translate=True)
    deposit_count = fields.Integer("Number of deposits", compute="_compute_held")
    held = fields.Monetary(compute="_compute_held")

    _code_unique = models.UniqueIndex(
        "(company_id, code)", "There is a kind of deposit with this code already."
    )
    _account_unique = models.UniqueIndex(
        "(account_id) WHERE account_id IS NOT NULL",
        "This account belongs to another kind of deposit: each kind has its own.",
    )

    def _compute_held(self):
        counts = dict(
            self.env["property.deposit"]._read_group(
                [("kind_id", "in", self.ids), ("state", "not in", ("due", "cancelled", "closed"))],
                ["kind_id"],
                ["__count"],
            )
        )
        balances = dict(
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", self.sudo().account_id.ids),
                    ("parent_state", "=", "posted"),
                ],
                ["account_id"],
                ["balance:sum"],
            )
        )
        for kind in self:
            kind.deposit_count = counts.get(kind, 0)
            kind.held = -balances.get(kind.sudo().account_id, 0.0) or 0.0

    @api.model
    def _default_names(self):
        """Return {code: name} of the kinds every company starts with."""
        return {
            "DECO": self.env._("Renovation deposit (owner)"),
            "DECO_FIRM": self.env._("Renovation deposit (contractor)"),
            "PASS": self.env._("Temporary pass deposit"),
            "KEY": self.env._("Key deposit"),
            "CARD": self.env._("Access card deposit"),
            "VENUE": self.env._("Venue deposit"),
            "MOVE": self.env._("Moving deposit"),
        }

    @api.model
    def _make_defaults(self, company):
        """Make the kinds a company starts with; those it has, or has archived, are left alone."""
        kinds = self.sudo().with_context(active_test=False)
        known = set(kinds.search([("company_id", "=", company.id)]).mapped("code"))
        names = self._default_names()
        made = self.sudo().create(
            [
                {"code": code, "name": names[code], "company_id": company.id, "sequence": number}
                for number, code in enumerate(_DEFAULTS, 1)
                if code not in known
            ]
        )
        for lang, _name in self.env["res.lang"].get_installed():
            names = self.with_context(lang=lang)._default_names()
            for kind in made.with_context(lang=lang):
                kind.name = kind.account_id.name = names[kind.code]
        return made

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        for kind in kinds.filtered(lambda kind: not kind.account_id).sudo():
            kind.account_id = kind.company_id._property_deposit_account(kind.name)
        return kinds

    def write(self, vals):
        if "account_id" in vals and self.env["property.deposit"].sudo().search_count(
            [("kind_id", "in", self.ids), ("state", "not in", ("due", "cancelled"))], limit=1
        ):
            raise UserError(
                self.env._("Deposits of this kind are in the books: its account stays as it is.")
            )
        return super().write(vals)

    @api.model
    def _by_code(self, company, code):
        """Return the company's kind of deposit with `code`.

        :raises UserError: if there is none
        """
        kind = self.search([("company_id", "=", company.id), ("code", "=", code)], limit=1)
        if not kind:
            raise UserError(
                self.env._(
                    "“%(company)s” has no kind of deposit “%(code)s”: make one, or take it out of "
                    "the archive.",
                    company=company.name,
                    code=code,
                )
            )
        return kind

    def action_open_deposits(self):
        """Open the deposits of the kind."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "property.deposit",
            "view_mode": "list,form",
            "domain": [("kind_id", "=", self.id)],
        }
