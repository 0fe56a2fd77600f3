# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.property_service.tools.local_time import local_today

STAFF = "property_service.group_staff"


class ResPartner(models.Model):
    """What a customer agreed to be greeted for, and his contacts (handbook B F1–F3, A §9)."""

    _inherit = "res.partner"

    property_greeting_consent = fields.Boolean(
        "Agrees to greetings",
        groups=STAFF,
        help="Birthday and festival greetings are sent only to who agreed to them.",
    )
    property_greeting_consent_date = fields.Date(
        "Agreed to greetings on", readonly=True, copy=False, groups=STAFF
    )
    property_greeting_withdrawn_date = fields.Date(
        "Greetings refused since", readonly=True, copy=False, groups=STAFF
    )
    property_visit_count = fields.Integer(
        "Customer visits", compute="_compute_property_relation", groups=STAFF
    )
    property_communication_count = fields.Integer(
        "Communications", compute="_compute_property_relation", groups=STAFF
    )

    def _compute_property_relation(self):
        for name, model in (
            ("property_visit_count", "property.visit"),
            ("property_communication_count", "property.communication"),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
                )
            )
            for partner in self:
                partner[name] = counts.get(partner._origin, 0)

    @api.model
    def _greeting_stamps(self, vals):
        """Return the dates that go with a consent given or withdrawn."""
        today = local_today()
        if vals["property_greeting_consent"]:
            return {
                "property_greeting_consent_date": today,
                "property_greeting_withdrawn_date": False,
            }
        return {"property_greeting_withdrawn_date": today}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("property_greeting_consent"):
                vals.update(self._greeting_stamps(vals))
        return super().create(vals_list)

    def write(self, vals):
        if "property_greeting_consent" in vals:
            wanted = bool(vals["property_greeting_consent"])
            changed = self.filtered(lambda row: row.sudo().property_greeting_consent != wanted)
            if changed != self:
                super(ResPartner, self - changed).write(
                    {
                        name: value
                        for name, value in vals.items()
                        if name != "property_greeting_consent"
                    }
                )
            return super(ResPartner, changed).write({**vals, **self._greeting_stamps(vals)})
        return super().write(vals)

    def _agrees_to_greetings(self):
        """Return those of the people who agreed to be greeted, and did not withdraw it."""
        return self.filtered(
            lambda row: (
                row.sudo().property_greeting_consent and row.sudo().property_greeting_consent_date
            )
        )

    def action_open_property_visits(self):
        """Open the visits to the customer."""
        return self._open_relation("property.visit", self.env._("Customer visits"))

    def action_open_property_communications(self):
        """Open what was talked about with the customer."""
        return self._open_relation("property.communication", self.env._("Communications"))

    def _open_relation(self, model, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }
