# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CLASSES = [
    ("unsold", "Home not handed over"),
    ("vacant", "Vacant or resale home"),
    ("custody", "In custody for the owner"),
    ("repair", "Left for a repair"),
    ("common", "Common part"),
    ("plant", "Equipment room"),
]
KINDS = [
    ("entrance", "Entrance door"),
    ("unit_door", "Door of the entrance hall"),
    ("letter_box", "Letter box"),
    ("meter_box", "Meter box"),
    ("storage", "Storage room"),
    ("remote", "Remote control"),
    ("other", "Other key"),
]


class PropertyKey(models.Model):
    """A key or set of equal keys in the cabinet, with its code (handbook A §20).

    The label bears the code, never the room. Where it is now follows from its steps: loans,
    handover to the owner, loss.
    """

    _name = "property.key"
    _description = "Key"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "estate_id, code, id"
    _rec_name = "code"
    _check_company_auto = True

    _workflow_moves = {
        "in_store": ("issued", "handed_to_owner", "lost", "destroyed"),
        "issued": ("in_store", "lost", "handed_to_owner"),
        "lost": ("in_store", "lock_changed", "destroyed"),
        "lock_changed": (),
        "handed_to_owner": ("in_store", "lost"),
    }
    _workflow_stamps = {"handed_to_owner": ("handed_by_id", "handed_date")}

    code = fields.Char("Key no.", required=True, index=True, tracking=True)
    key_class = fields.Selection(
        CLASSES, "Class of key", required=True, default="unsold", index=True
    )
    kind = fields.Selection(KINDS, "Kind of key", required=True, default="entrance")
    quantity = fields.Integer("Number of keys", required=True, default=1, tracking=True)
    estate_id = fields.Many2one(
        "property.estate",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_estate_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    unit_id = fields.Many2one(
        "property.unit",
        "Room",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('estate_id', '=?', estate_id)]",
    )
    place = fields.Char("Where it fits", help="Common part or equipment room.")
    position = fields.Char("Position in the cabinet", tracking=True)
    state = fields.Selection(
        [
            ("in_store", "In the cabinet"),
            ("issued", "Lent out"),
            ("handed_to_owner", "Given to the owner"),
            ("lost", "Lost"),
            ("lock_changed", "Lock changed"),
            ("destroyed", "Destroyed"),
        ],
        "Where it is",
        required=True,
        default="in_store",
        tracking=True,
        index=True,
    )
    handed_by_id = fields.Many2one("res.users", "Given by", readonly=True)
    handed_date = fields.Datetime("Given on", readonly=True)
    remark = fields.Char()

    _code_unique = models.UniqueIndex(
        "(estate_id, code)", "The cabinet of this estate has a key of this number already."
    )
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A set has at least one key.")

    @api.depends("unit_id")
    def _compute_estate_id(self):
        for key in self:
            if key.unit_id:
                key.estate_id = key.unit_id.estate_id

    @api.model
    def _stock_of(self, unit):
        """Return the keys of `unit` that lie in the cabinet."""
        return self.search([("unit_id", "=", unit.id), ("state", "=", "in_store")])

    def _hand_to_owner(self):
        """Give keys to the owner for good; whoever calls keeps the signature.

        :raises UserError: naming a key that is lent out or lost
        """
        for key in self:
            if key.state != "in_store":
                raise UserError(
                    self.env._(
                        "Key %(key)s of %(unit)s is not in the cabinet: %(state)s.",
                        key=key.code,
                        unit=key.unit_id.full_name,
                        state=key._state_label(key.state),
                    )
                )
        self._move_to("handed_to_owner")
