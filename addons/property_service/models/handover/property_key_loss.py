# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyKeyLoss(models.Model):
    """A lost key: told to the manager at once, lock changed, cost to the loser (handbook A §20).

    A key that was in custody and is missing is the company's own fault: the lock change is
    offered to the owner at the company's cost (§21).
    """

    _name = "property.key.loss"
    _description = "Loss of a key"
    _inherit = ["property.living.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "YS"
    _workflow_moves = {
        "reported": ("found", "lock_changed"),
        "lock_changed": ("closed",),
    }
    _workflow_stamps = {
        "lock_changed": ("changed_by_id", "changed_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _living_open = ("reported",)
    _living_facts = ("key_id", "loan_id")

    key_id = fields.Many2one(
        "property.key", required=True, ondelete="restrict", index=True, check_company=True
    )
    loan_id = fields.Many2one("property.key.loan", ondelete="restrict", index="btree_not_null")
    state = fields.Selection(
        [
            ("reported", "Reported to the manager"),
            ("found", "Found again"),
            ("lock_changed", "Lock changed"),
            ("closed", "Loss settled"),
        ],
        required=True,
        default="reported",
        tracking=True,
        index=True,
    )
    lost_date = fields.Date("Lost on", required=True, default=fields.Date.context_today)
    loser_name = fields.Char("Lost by")
    story = fields.Text("How it was lost")
    company_pays = fields.Boolean(
        "At the company's cost",
        tracking=True,
        help="The company itself lost a key it kept for an owner.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary("Cost of the lock change", tracking=True)
    partner_id = fields.Many2one(string="Pays for it")
    charge_id = fields.Many2one(
        "property.charge", readonly=True, copy=False, index="btree_not_null"
    )
    claim_note = fields.Char(
        "How the cost is claimed",
        help="For somebody without a home here: the contract or paper by which he pays.",
    )
    changed_by_id = fields.Many2one("res.users", "Lock change noted by", readonly=True, copy=False)
    changed_date = fields.Datetime("Lock changed on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Settled by", readonly=True, copy=False)
    closed_date = fields.Datetime("Settled on", readonly=True, copy=False)

    _open_once = models.UniqueIndex(
        "(key_id) WHERE state = 'reported'", "The loss of this key is reported already."
    )

    @api.depends("unit_id", "key_id.estate_id")
    def _compute_place(self):
        super()._compute_place()
        for loss in self.filtered(lambda row: not row.unit_id):
            loss.estate_id = loss.key_id.estate_id

    @api.model
    def _report(self, key, loan=None, company_pays=None):
        """Note that `key` is lost, tell the manager and supervisor, and return the document.

        :param loan: `property.key.loan` during which it was lost
        :param bool company_pays: None: where it was in custody or left for a repair
        """
        if key.state not in ("lost",):
            key._move_to("lost")
        if company_pays is None:
            company_pays = key.key_class in ("custody", "repair")
        loss = self.create(
            {
                "key_id": key.id,
                "unit_id": key.unit_id.id,
                "loan_id": loan.id if loan else False,
                "loser_name": loan.borrower_name if loan else False,
                "partner_id": loan.partner_id.id if loan else False,
                "company_pays": company_pays,
            }
        )
        note = self.env._("Change the lock at once, then settle who pays.")
        summary = self.env._(
            "Key %(key)s of %(place)s is lost", key=key.code, place=key.location_name
        )
        loss._tell("manager", summary, note)
        loss._tell("supervisor", summary, note)
        return loss

    def action_found(self):
        """The key was found before the lock was changed."""
        self.check_access("write")
        self._move_to("found")
        self.key_id.filtered(lambda key: key.state == "lost")._move_to("in_store")
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_lock_changed(self):
        """State that the lock was changed; the old keys open nothing any more."""
        self.check_access("write")
        self._move_to("lock_changed")
        self.key_id.filtered(lambda key: key.state == "lost")._move_to("lock_changed")
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_settle(self):
        """Charge the cost to whoever lost the key, and close.

        :raises UserError: if it is not said who pays, or how one without a home pays
        """
        self.check_access("write")
        for loss in self:
            if not loss.company_pays and loss.cost:
                if loss.unit_id and loss.partner_id:
                    loss._charge_loser()
                elif not (loss.claim_note or "").strip():
                    raise UserError(
                        self.env._(
                            "%(loss)s: name who pays for the lock, or by which paper the cost is "
                            "claimed from him.",
                            loss=loss.display_name,
                        )
                    )
            loss._move_to("closed")

    def _charge_loser(self):
        item = self.company_id._property_credential_item()
        self.charge_id = self.env["property.charge"]._charge(
            [
                {
                    "unit_id": self.unit_id.id,
                    "item_id": item.id,
                    "partner_id": self.partner_id.id,
                    "amount": self.cost,
                    "origin_key": f"key.loss,{self.id}",
                    "note": self.env._("Lock change, key %(key)s", key=self.key_id.code),
                }
            ]
        )
