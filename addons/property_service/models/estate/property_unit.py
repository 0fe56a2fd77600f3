# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools import room
from ...tools.value import ValueProblem

#: Handbook A §1, state machine "unit occupancy"; `business` is the seed's use status 经营.
STATES = [
    ("unsold", "Unsold"),
    ("sold_pending", "Sold, not handed over"),
    ("handed_over", "Handed over, not renovated"),
    ("renovating", "Under renovation"),
    ("occupied_owner", "Owner-occupied"),
    ("leased", "Leased"),
    ("vacant", "Vacant"),
    ("trusteeship", "In trusteeship"),
    ("business", "Own business"),
]
_LIVED = ("renovating", "occupied_owner", "leased", "vacant", "trusteeship", "business")


class PropertyUnit(models.Model):
    """Everything that can be owned, let, charged, patrolled or opened with a key.

    Homes, shops and offices as well as parking spaces and storage rooms; the latter two are tied
    by `main_unit_id` to the home they are billed with. Handbook A §1.
    """

    _name = "property.unit"
    _description = "Property unit"
    _inherit = ["property.workflow.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "building_id, entrance, floor, number, id"
    _check_company_auto = True
    _rec_names_search = ["full_name", "search_key"]

    _workflow_initial = tuple(state for state, _label in STATES)
    _workflow_moves = {
        "unsold": ("sold_pending", "handed_over", *_LIVED),
        "sold_pending": ("unsold", "handed_over", *_LIVED),
        "handed_over": _LIVED,
        **{state: tuple(other for other in _LIVED if other != state) for state in _LIVED},
        # back: the renovation was given up before its first day
        "renovating": ("handed_over", *(state for state in _LIVED if state != "renovating")),
    }
    _workflow_stamps = {}

    building_id = fields.Many2one(
        "property.building", required=True, ondelete="restrict", index=True, check_company=True
    )
    estate_id = fields.Many2one(
        related="building_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="building_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    entrance = fields.Char(default="", tracking=True)
    floor = fields.Integer()
    number = fields.Char("Unit no.", required=True, tracking=True)
    full_name = fields.Char(
        "Unit", compute="_compute_full_name", store=True, precompute=True, index=True
    )
    search_key = fields.Char(
        compute="_compute_full_name", store=True, precompute=True, index=True, exportable=False
    )
    type_id = fields.Many2one(
        "property.unit.type", required=True, ondelete="restrict", index=True, tracking=True
    )
    category = fields.Selection(related="type_id.category", store=True, precompute=True)
    state = fields.Selection(
        STATES,
        "Use status",
        required=True,
        default="handed_over",
        tracking=True,
        index=True,
        group_expand="_group_expand_state",
    )
    active = fields.Boolean(default=True)
    address = fields.Char("Full address")
    layout = fields.Char()
    orientation = fields.Char()
    purpose = fields.Char("Planned use")
    gross_area = fields.Float("Gross floor area (m²)", digits=(16, 2), tracking=True)
    inner_area = fields.Float("Inner area (m²)", digits=(16, 2), tracking=True)
    usable_area = fields.Float("Usable area (m²)", digits=(16, 2))
    shared_area = fields.Float("Shared area (m²)", digits=(16, 2))
    land_area = fields.Float("Apportioned land area (m²)", digits=(16, 2))
    facilities = fields.Char(
        "Attached facilities", help="Balcony, terrace, garden, air-conditioner position, flue …"
    )
    structure_note = fields.Text(
        "Structure notes", help="Bearing walls and what else may not be altered."
    )
    handover_date = fields.Date("Handed over on", tracking=True)
    fee_date_start = fields.Date(
        "Charged from",
        tracking=True,
        help="First day fees are charged for; by the date of handing over and the setting "
        "“part_month_mode” when it is empty.",
    )
    main_unit_id = fields.Many2one(
        "property.unit",
        "Billed with",
        domain="[('estate_id', '=', estate_id), ('main_unit_id', '=', False)]",
        check_company=True,
        index="btree_not_null",
        help="The home a parking space or storage room is billed with.",
    )
    side_unit_ids = fields.One2many("property.unit", "main_unit_id", "Parking and storage")
    merged_with_id = fields.Many2one(
        "property.unit",
        "Used together with",
        check_company=True,
        index="btree_not_null",
        help="A neighbouring unit the owner has joined; fees stay per title.",
    )
    plate = fields.Char("Car plate", index="btree_not_null")
    remark = fields.Char()

    _number_unique = models.UniqueIndex(
        "(building_id, COALESCE(entrance, ''), number)",
        "The building has a unit of this entrance and number already.",
    )
    _area_positive = models.Constraint(
        "CHECK (gross_area >= 0 AND inner_area >= 0)", "An area cannot be negative."
    )

    @api.model
    def _group_expand_state(self, states, _domain):
        """Show the columns of a kanban in the order of a unit's life, without the empty ones."""
        return [state for state, _label in STATES if state in states]

    @api.depends("building_id.name", "entrance", "number")
    def _compute_full_name(self):
        for unit in self:
            parts = (unit.building_id.name, unit.entrance, unit.number)
            unit.full_name = "-".join(part for part in parts if part)
            unit.search_key = "-".join(
                key
                for key in (
                    room.building_key(unit.building_id.name or ""),
                    room.entrance_key(unit.entrance or ""),
                    room.room_key(unit.number or ""),
                )
                if key
            )

    @api.depends("full_name")
    def _compute_display_name(self):
        for unit in self:
            unit.display_name = unit.full_name

    @api.model
    def _search_display_name(self, operator, value):
        """Also find a unit by any way of writing its room: ``2-1-204``, ``2栋1单元204室``."""
        domain = super()._search_display_name(operator, value)
        if operator not in ("ilike", "=") or not isinstance(value, str):
            return domain
        try:
            ref = room.split_room(value)
        except ValueProblem:
            return domain
        key = "-".join(part for part in ref if part)
        if ref.building and ref.entrance:
            return Domain.OR([domain, Domain("search_key", "=", key)])
        if ref.building:  # whoever writes no entrance means any of the building's
            any_entrance = f"{ref.building}-%-{ref.number}"
            return Domain.OR(
                [
                    domain,
                    Domain("search_key", "=", key),
                    Domain("search_key", "=like", any_entrance),
                ]
            )
        return Domain.OR([domain, Domain("search_key", "=like", f"%-{key}")])

    @api.constrains("gross_area", "inner_area", "usable_area", "category")
    def _check_areas(self):
        for unit in self:
            if unit.category in ("home", "shop", "office") and unit.gross_area <= 0:
                raise ValidationError(
                    self.env._(
                        "%(unit)s: a home, shop or office needs its gross floor area, because fees "
                        "depend on it.",
                        unit=unit.full_name,
                    )
                )
            if unit.gross_area and max(unit.inner_area, unit.usable_area) > unit.gross_area:
                raise ValidationError(
                    self.env._(
                        "%(unit)s: inner and usable area cannot exceed the gross floor area of "
                        "%(area)s m².",
                        unit=unit.full_name,
                        area=unit.gross_area,
                    )
                )

    @api.constrains("main_unit_id")
    def _check_main_unit(self):
        for unit in self.filtered("main_unit_id"):
            main = unit.main_unit_id
            if main.main_unit_id or main == unit or main.estate_id != unit.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s can only be billed with a home, shop or office of its own "
                        "estate, not with %(main)s.",
                        unit=unit.full_name,
                        main=main.full_name,
                    )
                )

    def write(self, vals):
        if "gross_area" in vals and not self.env.su:
            self._check_area_change(vals["gross_area"])
        return super().write(vals)

    def _check_area_change(self, area):
        """Refuse a new area to those below the manager: fees depend on it (handbook A §1)."""
        changed = self.filtered(lambda unit: unit.gross_area and unit.gross_area != area)
        if changed and not self.env.user.has_group("property_service.group_manager"):
            raise AccessError(
                self.env._(
                    "The area of %(unit)s decides its fees: ask the manager to change it.",
                    unit=changed[0].full_name,
                )
            )

    def _set_state(self, state, reason):
        """Move units to the use status `state`; called by processes, with the `reason`."""
        moving = self.filtered(lambda unit: unit.state != state)
        moving._move_to(state)
        for unit in moving:
            unit._message_log(body=reason)
        return moving

    def action_change_state(self):
        """Open the dialog that sets the use status by hand, with a reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change use status"),
            "res_model": "property.unit.state.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_unit_ids": self.ids},
        }
