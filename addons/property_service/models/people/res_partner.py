# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import identity
from ...tools.value import ValueProblem
from .property_identity import ID_TYPES

#: what households tell about themselves is for those who work for them, not for all staff
READER = "property_service.group_reader"


class ResPartner(models.Model):
    """Owners and users of units: what the registration form asks for (handbook A §2)."""

    _inherit = "res.partner"

    property_occupancy_ids = fields.One2many("property.occupancy", "partner_id", "Units held")
    property_unit_count = fields.Integer(
        "Number of units",
        compute="_compute_property_units",
        groups=READER,
    )
    property_unit_names = fields.Char("Units", compute="_compute_property_units", groups=READER)
    property_phone_masked = fields.Char(
        "Phone (masked)",
        compute="_compute_property_phone_masked",
        help="Lists show phone numbers masked; the whole number is on the contact.",
    )
    property_id_type = fields.Selection(ID_TYPES, "ID type", default="resident_id")
    property_id_number = fields.Char(
        "ID number",
        compute="_compute_property_id_number",
        inverse="_inverse_property_id_number",
        groups=READER,
        help="Shown masked. Type the full number to replace it.",
    )
    property_gender = fields.Selection(
        [("male", "Male"), ("female", "Female")], "Gender", groups=READER
    )
    property_birthday = fields.Date("Date of birth", groups="property_service.group_staff")
    property_native_place = fields.Char("Native place or nationality", groups=READER)
    property_employer = fields.Char("Employer", groups=READER)
    property_occupation = fields.Char("Occupation", groups=READER)
    property_home_phone = fields.Char("Home phone", groups=READER)
    property_wechat = fields.Char("WeChat", groups=READER)
    property_legal_person = fields.Char("Legal representative", groups=READER)
    property_emergency_name = fields.Char("Emergency contact", groups=READER)
    property_emergency_relation = fields.Char("Relation to the emergency contact", groups=READER)
    property_emergency_phone = fields.Char("Phone of the emergency contact", groups=READER)
    property_preferred_contact = fields.Selection(
        [("phone", "Phone"), ("sms", "SMS"), ("wechat", "WeChat"), ("email", "E-mail")],
        "Preferred contact",
        groups=READER,
    )
    property_vehicles = fields.Char("Vehicles", groups=READER, help="Plate and model of each car.")
    property_pets = fields.Char("Pets", groups=READER, help="Kind and licence number.")
    property_special_care = fields.Char(
        "Special care",
        groups="property_service.group_staff",
        help="Elderly alone, disability, illness: only with the person's consent.",
    )
    property_consent_date = fields.Date("Consent to data use on", groups=READER)
    property_data_state = fields.Selection(
        [
            ("draft", "To be completed"),
            ("verified", "Original ID seen"),
            ("refused", "Refuses further data"),
        ],
        "Registration",
        default="draft",
    )

    @api.depends("property_occupancy_ids.unit_id", "property_occupancy_ids.current")
    def _compute_property_units(self):
        held = dict(
            self.env["property.occupancy"]._read_group(
                [("partner_id", "in", self.ids), ("current", "=", True)],
                ["partner_id"],
                ["unit_id:recordset"],
            )
        )
        nothing = self.env["property.unit"]
        for partner in self:
            units = held.get(partner._origin, nothing)
            partner.property_unit_count = len(units)
            partner.property_unit_names = "、".join(units.mapped("full_name"))

    @api.depends("phone")
    def _compute_property_phone_masked(self):
        for partner in self:
            partner.property_phone_masked = identity.mask_phone(partner.phone)

    @api.depends("property_id_type")
    def _compute_property_id_number(self):
        numbers = {
            record.partner_id.id: record.number
            for record in self.env["property.identity"]
            .sudo()
            .search([("partner_id", "in", self.ids)])
        }
        for partner in self:
            number = numbers.get(partner.id or partner._origin.id)
            partner.property_id_number = identity.mask_id(number) if number else False

    def _inverse_property_id_number(self):
        numbers = {}
        for partner in self:
            try:
                typed = identity.clean_id(partner.property_id_number or "")
            except ValueProblem as error:
                raise ValidationError(
                    self.env._(
                        "What was typed for %(person)s is no ID number.", person=partner.name
                    )
                ) from error
            if "*" in typed:
                continue  # the mask came back unchanged
            numbers[partner] = (partner.property_id_type or "resident_id", typed)
        self.env["property.identity"]._set(numbers)
        self.invalidate_recordset(["property_id_number"])

    @api.constrains("property_id_type")
    def _check_property_id_type(self):
        kept = self.env["property.identity"].sudo().search([("partner_id", "in", self.ids)])
        for record in kept.filtered(lambda rec: rec.id_type != rec.partner_id.property_id_type):
            if record.partner_id.property_id_type:
                record.id_type = record.partner_id.property_id_type
            else:
                raise ValidationError(
                    self.env._(
                        "State which kind of ID %(person)s has.", person=record.partner_id.name
                    )
                )

    def action_reveal_id_number(self):
        """Open the dialog that asks for the reason and shows the full ID number."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show ID number"),
            "res_model": "property.identity.reveal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def action_open_property_units(self):
        """Open the units the person holds or has held."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Units of %(person)s", person=self.name),
            "res_model": "property.occupancy",
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.id)],
        }
