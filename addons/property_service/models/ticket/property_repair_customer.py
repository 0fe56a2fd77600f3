# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: what the portal's three faces are worth on Odoo's scale, and on ours
RATES = {5: "A", 3: "B", 1: "C"}


class PropertyRepair(models.Model):
    """What a resident may do by the portal: report, agree to the price, accept, rate.

    Portal users have no access rows: the controller looks up what is theirs and calls these
    methods with trusted records (handbook B scenario 21).
    """

    _inherit = "property.repair"

    portal_user_id = fields.Many2one(
        "res.users", "Reported by (portal)", readonly=True, copy=False, index="btree_not_null"
    )

    @api.model
    def _of_resident(self, user):
        """Return the repairs a resident may see, trusted.

        Those he reported or gets the bill for, in homes he holds today (handbook B scenario 21).
        """
        units = self._homes_of(user)
        return self.sudo().search(self._domain_resident(user, units), order="id desc", limit=200)

    @api.model
    def _homes_of(self, user):
        """Return the homes the user holds today as owner or tenant, trusted."""
        rows = self.env["property.occupancy"].sudo()
        today = fields.Date.context_today(rows)
        domain = rows._domain_on(today) & fields.Domain(
            [
                ("partner_id", "=", user.partner_id.id),
                ("role", "in", ("owner", "co_owner", "tenant")),
            ]
        )
        return rows.search(domain, order="unit_id").unit_id

    @api.model
    def _domain_resident(self, user, units):
        partner = user.partner_id
        return [
            ("unit_id", "in", units.ids),
            "|",
            ("partner_id", "=", partner.id),
            ("payer_id", "=", partner.id),
        ]

    @api.model
    def _report_by_resident(self, user, unit, description, category=None, place=None, photos=()):
        """Register what a resident reports by the portal.

        :param unit: `property.unit` he holds
        :param photos: iterable of (name, bytes)
        :return: the trusted `property.repair`, accepted
        :raises UserError: if the home is not his or nothing is written
        """
        if unit not in self._homes_of(user):
            raise UserError(self.env._("This home is not registered for you."))
        if not (description or "").strip():
            raise UserError(self.env._("Please write what is broken."))
        intake = (
            self.env["property.intake"]
            .sudo()
            .create(
                {
                    "kind": "repair",
                    "channel": "portal",
                    "unit_id": unit.id,
                    "partner_id": user.partner_id.id,
                    "contact_name": user.partner_id.name,
                    "place": place,
                    "category_id": category.id if category else False,
                    "description": description.strip(),
                    "user_id": False,
                }
            )
        )
        repair = intake._make_case()
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": self._name,
                        "res_id": repair.id,
                    }
                    for name, content in photos
                ]
            )
        )
        repair._with_move().write(
            {
                "portal_user_id": user.id,
                "photo_before_ids": [fields.Command.link(row.id) for row in attachments],
            }
        )
        return repair

    def _agree_by_resident(self, user):
        """The payer agrees to the quote by the portal."""
        self.ensure_one()
        if self.state != "quoted":
            raise UserError(self.env._("There is no quote to agree to."))
        self._agree(user.partner_id, "portal")

    def _refuse_by_resident(self, user, reason):
        """The payer refuses the quote by the portal."""
        self.ensure_one()
        if self.state != "quoted" or user.partner_id != self.payer_id:
            raise UserError(self.env._("There is no quote for you to refuse."))
        self._refuse_quote(reason or self.env._("Refused by the portal"))

    def _confirm_by_resident(self, user, rate, opinion=None):
        """The customer accepts the work by the portal and rates it.

        :param int rate: 5 satisfied, 3 fairly satisfied, 1 not satisfied
        """
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("There is no finished work to accept."))
        if rate not in RATES:
            raise UserError(self.env._("Choose how satisfied you are."))
        self._with_move().write({"satisfaction": RATES[rate], "customer_opinion": opinion or False})
        # rated first: who has said how it was need not be asked again
        self._rate(user.partner_id, rate, opinion)
        self._accept_work("portal")

    def _object_by_resident(self, user, reason):
        """The customer says by the portal that the work is not right."""
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("There is no finished work to object to."))
        if not (reason or "").strip():
            raise UserError(self.env._("Please write what is not right."))
        self._make_rework(reason.strip())

    def _rate(self, partner, rate, opinion=None):
        """Keep the customer's rating with Odoo's rating records."""
        token = self._rating_get_access_token(partner)
        self.rating_apply(rate, token=token, feedback=opinion or None)

    def _rating_get_partner(self):
        return self.partner_id

    def _rating_get_operator(self):
        return self.technician_user_id.partner_id
