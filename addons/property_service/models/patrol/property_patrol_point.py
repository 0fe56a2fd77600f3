# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import uuid

from reportlab.graphics import renderSVG
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models

from .property_patrol_item import SUBJECTS


class PropertyPatrolPoint(models.Model):
    """A place to be looked at, with the code that hangs there (handbook B §E1)."""

    _name = "property.patrol.point"
    _description = "Patrol point"
    _order = "estate_id, sequence, building_id, floor, id"
    _check_company_auto = True

    name = fields.Char(required=True)
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
    building_id = fields.Many2one(
        "property.building",
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_building_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    unit_id = fields.Many2one("property.unit", "Room", ondelete="restrict", index="btree_not_null")
    floor = fields.Char()
    subject = fields.Selection(SUBJECTS, "What is looked at", index=True)
    item_ids = fields.Many2many(
        "property.patrol.item",
        string="Check items",
        compute="_compute_item_ids",
        store=True,
        readonly=False,
        help="Empty: the items of the type of patrol.",
    )
    route_ids = fields.Many2many("property.patrol.route", string="Routes")
    sequence = fields.Integer(default=10)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid.uuid4().hex,
        groups="property_service.group_supervisor",
    )
    url = fields.Char("Address of the code", compute="_compute_url", compute_sudo=True)
    active = fields.Boolean(default=True)

    _token_unique = models.UniqueIndex("(token)", "This code hangs at another point.")

    @api.depends("building_id", "unit_id")
    def _compute_estate_id(self):
        for point in self:
            place = point.unit_id or point.building_id
            if place:
                point.estate_id = place.estate_id

    @api.depends("unit_id")
    def _compute_building_id(self):
        for point in self:
            if point.unit_id:
                point.building_id = point.unit_id.building_id

    @api.depends("subject")
    def _compute_item_ids(self):
        items = self.env["property.patrol.item"].search(
            [("subject", "in", [point.subject for point in self if point.subject])]
        )
        for point in self:
            if point.subject:
                point.item_ids = items.filtered_domain([("subject", "=", point.subject)])

    @api.depends("token")
    def _compute_url(self):
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for point in self:
            point.url = f"{base}/property/patrol/point/{point.token}"

    def _code_image(self):
        """Return the code that is scanned, as the source of an image."""
        self.ensure_one()
        drawing = createBarcodeDrawing("QR", value=self.url, width=220, height=220)
        image = renderSVG.drawToString(drawing)
        return f"data:image/svg+xml;base64,{base64.b64encode(image.encode()).decode()}"

    def action_new_code(self):
        """Give the points new codes: those that were copied or photographed count no more."""
        for point in self:
            point.token = uuid.uuid4().hex
