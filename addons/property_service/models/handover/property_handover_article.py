# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyHandoverArticleType(models.Model):
    """A paper every owner gets at the handover (handbook A §10, §14)."""

    _name = "property.handover.article.type"
    _description = "Paper handed out"
    _order = "sequence, id"

    name = fields.Char("Paper", required=True, translate=True)
    sequence = fields.Integer(default=10)
    quantity = fields.Integer("Copies", default=1, required=True)
    of_developer = fields.Boolean("From the developer", help="The two books (两书).")
    estate_id = fields.Many2one("property.estate", "Only on this estate", index=True)
    active = fields.Boolean(default=True)


class PropertyHandoverArticle(models.Model):
    """A paper handed to the owner of one home (form 入伙资料签收表, handbook A §14)."""

    _name = "property.handover.article"
    _description = "Paper for an owner"
    _order = "handover_id, sequence, id"
    _check_company_auto = True

    handover_id = fields.Many2one(
        "property.handover", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="handover_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="handover_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        "property.handover.article.type", "Paper handed out", ondelete="restrict", readonly=True
    )
    name = fields.Char("Paper", compute="_compute_name", inverse="_inverse_name")
    text = fields.Char("Name of our own", help="Where it is not one of the usual ones.")
    quantity = fields.Integer("Copies", default=1, required=True)
    received = fields.Boolean(default=True)
    shortage_note = fields.Char("Why not, promised for")

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "At least one copy is given.")

    @api.depends("text", "type_id.name")
    def _compute_name(self):
        """Name it as the list does, in the language of who reads it."""
        for row in self:
            row.name = row.text or row.type_id.name

    def _inverse_name(self):
        for row in self:
            if row.name != row.type_id.name:
                row.text = row.name

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        articles.handover_id._check_unsigned(["article_ids"])
        return articles

    def write(self, vals):
        self.handover_id._check_unsigned(["article_ids"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsigned(self):
        self.handover_id._check_unsigned(["article_ids"])


class PropertyHandover(models.Model):
    """Desk 3: agreements are signed, papers handed out against a receipt (handbook A §11, §14)."""

    _inherit = "property.handover"

    _signature_locks = {
        "papers": ("article_ids",),
        "keys": ("key_ids", "card_numbers", "card_count"),
    }

    article_ids = fields.One2many("property.handover.article", "handover_id", "Papers handed out")
    covenant_refused = fields.Boolean(
        "Covenant not signed", compute="_compute_covenant_refused", compute_sudo=True
    )

    @api.model
    def _agreements(self):
        """Return the roles under which the agreements of §11 are signed."""
        return ("covenant", "renovation", "fee", "fire")

    @api.model
    def _signature_labels(self):
        return {
            "registration": self.env._("Owner, registration form"),
            "covenant": self.env._("Owner, interim covenant"),
            "renovation": self.env._("Owner, renovation agreement"),
            "fee": self.env._("Owner, fee agreement"),
            "fire": self.env._("Owner, fire-safety letter"),
            "papers": self.env._("Owner, receipt of papers"),
            "papers_issuer": self.env._("Who handed out the papers"),
            "keys": self.env._("Owner, receipt of keys"),
            "keys_issuer": self.env._("Who handed out the keys"),
            "route": self.env._("Owner, route sheet"),
        }

    def _signature_partner(self, role):
        if role.endswith("_issuer"):
            return self.env.user.partner_id
        return self.partner_id

    @api.depends("signature_ids.way", "signature_ids.role", "signature_ids.void_reason")
    def _compute_covenant_refused(self):
        for case in self:
            rows = case._valid_signatures("covenant")
            case.covenant_refused = "refused" in rows.mapped("way")

    def _before_signature(self, role):
        super()._before_signature(role)
        for case in self:
            if case.state in ("checked_in", "docs_incomplete"):
                raise UserError(
                    self.env._(
                        "“%(case)s”: nothing is signed before the papers are verified.",
                        case=case.display_name,
                    )
                )

    def _sign(self, role, name, image=None, way="drawn", partner=None, note=None, witnesses=None):
        """Put a signature; only the covenant may be refused, for it binds anyway (§11)."""
        if way == "refused" and role != "covenant":
            raise UserError(
                self.env._(
                    "Only the covenant binds without a signature; who refuses another paper does "
                    "not get what it is for."
                )
            )
        return super()._sign(
            role, name, image=image, way=way, partner=partner, note=note, witnesses=witnesses
        )

    def action_sign_agreements(self):
        """Note that covenant and agreements were signed on the paper forms."""
        self._sign_on_paper(("registration", *self._agreements()))
        return True

    def action_signed(self):
        """Go on when covenant and agreements are signed.

        :raises UserError: naming who has not signed what
        """
        self._need_signatures(("registration", *self._agreements()))
        self._move_to("signed")
        return True

    def _make_articles(self):
        """List the papers every owner gets."""
        kinds = self.env["property.handover.article.type"].search([("active", "=", True)])
        self.env["property.handover.article"].create(
            [
                {
                    "handover_id": case.id,
                    "sequence": kind.sequence,
                    "type_id": kind.id,
                    "quantity": kind.quantity,
                }
                for case in self
                for kind in kinds
                if not kind.estate_id or kind.estate_id == case.estate_id
            ]
        )

    def action_sign_papers(self):
        """Note that the receipt of papers was signed on the form, by giver and receiver."""
        self._sign_on_paper(("papers", "papers_issuer"))
        return True

    def action_issue_papers(self):
        """Hand out the papers; the owner has signed for them.

        :raises UserError: without both signatures, or without a word on what is short
        """
        for case in self:
            short = case.article_ids.filtered(
                lambda row: not row.received and not row.shortage_note
            )
            if short:
                raise UserError(
                    self.env._(
                        "“%(case)s”: say why %(papers)s is not handed out, and by when it will be.",
                        case=case.display_name,
                        papers="、".join(short.mapped("name")),
                    )
                )
        self._need_signatures(("papers", "papers_issuer"))
        self._move_to("papers_issued")
        return True
