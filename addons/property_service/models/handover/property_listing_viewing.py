# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .property_listing import SHOWN


class PropertyListingViewing(models.Model):
    """A home on offer shown to a visitor, always accompanied (带看, handbook A §43)."""

    _name = "property.listing.viewing"
    _description = "Viewing of a home"
    _inherit = ["property.workflow.mixin", "property.signature.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _workflow_moves = {"planned": ("done", "cancelled")}
    _workflow_stamps = {"done": ("done_by_id", "done_date")}
    _signature_locks = {"visitor": ("listing_id", "seeker_id", "date", "user_id")}

    listing_id = fields.Many2one(
        "property.listing", "Offer", required=True, ondelete="restrict", index=True
    )
    unit_id = fields.Many2one(related="listing_id.unit_id", store=True, index=True)
    estate_id = fields.Many2one(related="listing_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="listing_id.company_id", store=True, index=True)
    seeker_id = fields.Many2one(
        "property.listing.seeker", index="btree_not_null", ondelete="restrict"
    )
    visitor = fields.Char(
        compute="_compute_visitor", store=True, readonly=False, precompute=True, required=True
    )
    visitor_id_last = fields.Char("Last 4 of the ID", size=4)
    phone = fields.Char(compute="_compute_visitor", store=True, readonly=False, precompute=True)
    date = fields.Datetime(
        "Time of the viewing", required=True, default=fields.Datetime.now, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Accompanied by",
        required=True,
        default=lambda self: self.env.user,
        index=True,
    )
    key_note = fields.Char("Key no.", help="Number of the key or envelope that is lent for it.")
    key_out = fields.Datetime("Key taken at")
    key_back = fields.Datetime("Key back at")
    opinion = fields.Text("Opinion of the visitor")
    state = fields.Selection(
        [("planned", "Viewing planned"), ("done", "Shown"), ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        index=True,
        tracking=True,
        copy=False,
    )
    done_by_id = fields.Many2one("res.users", "Noted by", readonly=True, copy=False)
    done_date = fields.Datetime("Noted on", readonly=True, copy=False)

    @api.depends("unit_id.full_name", "visitor")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(
                part for part in (row.unit_id.full_name, row.visitor) if part
            )

    @api.depends("seeker_id")
    def _compute_visitor(self):
        for row in self:
            if row.seeker_id:
                row.visitor = row.seeker_id.partner_id.name
                row.phone = row.seeker_id.phone

    @api.constrains("key_out", "key_back")
    def _check_key(self):
        for row in self:
            if row.key_out and row.key_back and row.key_back < row.key_out:
                raise UserError(self.env._("A key comes back after it was taken."))

    @api.model
    def _signature_labels(self):
        return {"visitor": self.env._("Visitor")}

    def _signature_partner(self, role):
        return self.seeker_id.partner_id

    def action_done(self):
        """The home was shown; keys that were lent are back.

        :raises UserError: if the home is not on offer, or a key is missing
        """
        for row in self:
            if row.listing_id.state not in (*SHOWN, "reserved"):
                raise UserError(self.env._("“%s” is not on offer.", row.listing_id.display_name))
            if row.key_out and not row.key_back:
                raise UserError(
                    self.env._(
                        "%(unit)s: key %(key)s is not back yet.",
                        unit=row.unit_id.full_name,
                        key=row.key_note or "",
                    )
                )
        self._move_to("done")
        for row in self:
            if row.listing_id.state == "published":
                row.listing_id._move_to("viewing")
            row.seeker_id._viewed()
        return True

    def action_cancel(self):
        """The viewing does not take place."""
        self._move_to("cancelled")
        return True
