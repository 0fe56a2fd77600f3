# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

KINDS = [
    ("water", "Water"),
    ("electricity", "Electricity"),
    ("gas", "Gas"),
    ("heat", "Heating"),
    ("other", "Other supply"),
]
USES = [
    ("unit", "Billed to a unit"),
    ("common", "Common parts"),
    ("total", "Supplier's main meter"),
]
#: a dial that stops above this part of its range and goes on below the rest has run over
_ROLL_HIGH, _ROLL_LOW = 0.9, 0.1


class PropertyMeter(models.Model):
    """A meter of a unit, of common parts, or the one the supplier charges by (handbook B H3).

    One record is one place a meter hangs at: when the device is exchanged (换表) the record stays,
    the exchange is kept as a `property.meter.swap` and the number on it changes.
    """

    _name = "property.meter"
    _description = "Meter"
    _inherit = ["mail.thread"]
    _order = "estate_id, kind, building_id, unit_id, number, id"
    _check_company_auto = True
    _rec_names_search = ["number", "unit_id.full_name", "unit_id.search_key"]

    number = fields.Char("Meter no.", required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="water", index=True)
    use = fields.Selection(USES, required=True, default="unit", index=True, tracking=True)
    unit_id = fields.Many2one(
        "property.unit", ondelete="restrict", index="btree_not_null", check_company=True
    )
    building_id = fields.Many2one(
        "property.building",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
        help="Empty for a meter of the whole estate.",
    )
    entrance = fields.Char(compute="_compute_place", store=True, readonly=False, precompute=True)
    estate_id = fields.Many2one(
        "property.estate",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    group_id = fields.Many2one(
        "property.meter.group",
        "Balance group",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id), ('kind', '=', kind)]",
        help="Meters that are balanced together: what the main meter shows against what the "
        "meters behind it show.",
    )
    location = fields.Char("Where it hangs")
    multiplier = fields.Float(
        default=1.0, digits=(16, 4), tracking=True, help="Usage is the reading times this number."
    )
    opening = fields.Float(
        "Opening reading",
        digits=(16, 4),
        tracking=True,
        help="Reading when the meter was taken over: the base of the first usage.",
    )
    opening_usage = fields.Float(
        "Used before in that year",
        digits=(16, 4),
        help="What the household had used in the calendar year before the meter was taken over; it "
        "counts for stepped prices.",
    )
    digits = fields.Integer(
        "Digits before the point",
        help="With them a dial that starts again from zero is recognised; 0: it never does.",
    )
    date_installed = fields.Date("Installed on", tracking=True)
    date_removed = fields.Date("Removed on", tracking=True)
    active = fields.Boolean(default=True)
    remark = fields.Char()
    swap_ids = fields.One2many("property.meter.swap", "meter_id", "Exchanges")
    swap_count = fields.Integer(compute="_compute_swap_count")

    _number_unique = models.UniqueIndex(
        "(estate_id, kind, number) WHERE active IS TRUE",
        "The estate has a meter of this kind and number already.",
    )
    _multiplier_positive = models.Constraint(
        "CHECK (multiplier > 0)", "The multiplier of a meter is above zero."
    )
    _opening_positive = models.Constraint(
        "CHECK (opening >= 0 AND opening_usage >= 0 AND digits >= 0)",
        "A reading cannot be below zero.",
    )
    _use_place = models.Constraint(
        "CHECK ((use = 'unit') = (unit_id IS NOT NULL))",
        "A meter that is billed belongs to a unit; one of common parts or of the supplier does not.",
    )

    @api.depends("unit_id.building_id", "unit_id.entrance", "building_id.estate_id")
    def _compute_place(self):
        for meter in self:
            if meter.unit_id:
                meter.building_id = meter.unit_id.building_id
                meter.entrance = meter.unit_id.entrance
            else:
                meter.building_id = meter.building_id
                meter.entrance = meter.entrance
            if meter.building_id:
                meter.estate_id = meter.building_id.estate_id
            else:
                meter.estate_id = meter.estate_id

    @api.depends("number", "unit_id.full_name", "location", "building_id.name", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for meter in self:
            place = meter.unit_id.full_name or meter.location or meter.building_id.name
            parts = (place, kinds.get(meter.kind), meter.number)
            meter.display_name = " ".join(part for part in parts if part)

    def _compute_swap_count(self):
        counts = dict(
            self.env["property.meter.swap"]._read_group(
                [("meter_id", "in", self.ids)], ["meter_id"], ["__count"]
            )
        )
        for meter in self:
            meter.swap_count = counts.get(meter, 0)

    @api.onchange("use")
    def _onchange_use(self):
        if self.use != "unit":
            self.unit_id = False

    @api.constrains("group_id", "estate_id", "kind")
    def _check_group(self):
        for meter in self.filtered("group_id"):
            group = meter.group_id
            if group.estate_id != meter.estate_id or group.kind != meter.kind:
                raise ValidationError(
                    self.env._(
                        "“%(group)s” balances other meters than %(meter)s: estate and kind have to "
                        "be the same.",
                        group=group.name,
                        meter=meter.display_name,
                    )
                )

    @api.constrains("date_installed", "date_removed")
    def _check_dates(self):
        for meter in self:
            if (
                meter.date_installed
                and meter.date_removed
                and meter.date_removed < meter.date_installed
            ):
                raise ValidationError(
                    self.env._(
                        "%(meter)s cannot be removed before it is installed.",
                        meter=meter.display_name,
                    )
                )

    @api.model
    def _domain_on(self, first, last):
        """Return the domain of the meters that hang at their place between two days."""
        return Domain(
            [
                "|",
                ("date_installed", "=", False),
                ("date_installed", "<=", last),
                "|",
                ("date_removed", "=", False),
                ("date_removed", ">=", first),
            ]
        )

    @api.model
    def _rolled_over_at(self, digits, start, current):
        """Return whether a dial of `digits` has gone through zero between the two readings."""
        if not digits or current >= start:
            return False
        size = 10**digits
        return start >= size * _ROLL_HIGH and current <= size * _ROLL_LOW

    def action_swap(self):
        """Open the dialog that enters the exchange of the device."""
        self.ensure_one()
        if not self.active or self.date_removed:
            raise UserError(self.env._("%(meter)s was removed already.", meter=self.display_name))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exchange the meter"),
            "res_model": "property.meter.swap",
            "view_mode": "form",
            "target": "new",
            "context": {"default_meter_id": self.id},
        }

    def action_open_swaps(self):
        """Open the exchanges of the meter."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exchanges of %(meter)s", meter=self.display_name),
            "res_model": "property.meter.swap",
            "view_mode": "list,form",
            "domain": [("meter_id", "=", self.id)],
            "context": {"create": False},
        }


class PropertyMeterGroup(models.Model):
    """Meters balanced together: a main meter, those behind it, and the common parts."""

    _name = "property.meter.group"
    _description = "Balance group of meters"
    _order = "estate_id, kind, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    estate_id = fields.Many2one(
        "property.estate", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(KINDS, required=True, default="water")
    building_id = fields.Many2one(
        "property.building",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        domain="[('estate_id', '=', estate_id)]",
        help="The units that share; empty: those of the whole estate.",
    )
    entrance = fields.Char(help="Only the units of this entrance; empty: of the whole building.")
    meter_ids = fields.One2many("property.meter", "group_id", "Meters")
    meter_count = fields.Integer("Meters behind it", compute="_compute_meter_count")
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(estate_id, kind, name)", "There is a group of this name already."
    )

    def _compute_meter_count(self):
        counts = dict(
            self.env["property.meter"]._read_group(
                [("group_id", "in", self.ids)], ["group_id"], ["__count"]
            )
        )
        for group in self:
            group.meter_count = counts.get(group, 0)

    def action_add_meters(self):
        """Put every meter of the group's kind and place that has no group yet into it."""
        for group in self:
            domain = [
                ("estate_id", "=", group.estate_id.id),
                ("kind", "=", group.kind),
                ("group_id", "=", False),
            ]
            if group.building_id:
                domain.append(("building_id", "=", group.building_id.id))
            if group.entrance:
                domain.append(("entrance", "=", group.entrance))
            self.env["property.meter"].search(domain).group_id = group
        return True

    def action_open_meters(self):
        """Open the meters of the group."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "property.meter",
            "view_mode": "list,form",
            "domain": [("group_id", "=", self.id)],
            "context": {
                "default_group_id": self.id,
                "default_kind": self.kind,
                "default_estate_id": self.estate_id.id,
            },
        }
