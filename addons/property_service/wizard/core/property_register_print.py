# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...report.core.property_register import DATE_OPTIONS


class PropertyRegisterPrint(models.TransientModel):
    """Asks which register of which estate and day to print, shows it, prints or exports it.

    A room adds its registers by `selection_add`; the value is the model's name without
    ``property.register.``. Which options are asked for is up to the register
    (`_register_options`); a room's own option is a field of that name on this dialog.
    """

    _name = "property.register.print"
    _description = "Print a register"

    register = fields.Selection([], required=True)
    option_names = fields.Char("Options", compute="_compute_option_names")
    estate_ids = fields.Many2many(
        "property.estate", string="Estates", help="Empty: all the estates you work for."
    )
    building_ids = fields.Many2many(
        "property.building", string="Buildings", help="Empty: all buildings of the estates."
    )
    date = fields.Date("As of", compute="_compute_days", store=True, readonly=False)
    month = fields.Date(compute="_compute_days", store=True, readonly=False)
    date_from = fields.Date("From", compute="_compute_days", store=True, readonly=False)
    date_to = fields.Date("To", compute="_compute_days", store=True, readonly=False)
    preview = fields.Html(sanitize=False, readonly=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "estate_ids" in fields and not values.get("estate_ids"):
            estates = self.env["property.estate"].search([], limit=2)
            if len(estates) == 1:
                values["estate_ids"] = [Command.set(estates.ids)]
        return values

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Offer only the registers the user may print."""
        result = super().fields_get(allfields, attributes)
        if "selection" in result.get("register", {}):
            result["register"]["selection"] = [
                (value, label)
                for value, label in result["register"]["selection"]
                if self._register_of(value)._may_print()
            ]
        return result

    @api.model
    def _register_of(self, value):
        return self.env[f"property.register.{value}"]

    @api.depends("register")
    def _compute_option_names(self):
        for dialog in self:
            names = (
                dialog._register_of(dialog.register)._register_options if dialog.register else ()
            )
            # between commas, so that a view can look for one name
            dialog.option_names = f",{','.join(names)},"

    @api.depends("register")
    def _compute_days(self):
        for dialog in self:
            register = self.env["property.register"]
            if dialog.register:
                register = dialog._register_of(dialog.register)
            proposed = register._option_defaults()
            for name in DATE_OPTIONS:
                dialog[name] = proposed.get(name)

    @api.onchange("estate_ids")
    def _onchange_estate_ids(self):
        if self.estate_ids:
            self.building_ids = self.building_ids.filtered(
                lambda building: building.estate_id in self.estate_ids._origin
            )

    @api.onchange("register", "estate_ids", "building_ids", "date", "month", "date_from", "date_to")
    def _onchange_options(self):
        self.preview = False

    def _options(self):
        """Return the register's options as asked for: ids and days as strings.

        :raises UserError: if the period ends before it starts
        """
        self.ensure_one()
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it starts."))
        register = self._register_of(self.register)
        options = {}
        for name in register._register_options:
            value = self[name]
            kind = self._fields[name].type
            if kind == "many2many":
                value = value.ids
            elif kind == "many2one":
                value = value.id
            elif kind == "date":
                value = fields.Date.to_string(value)
            options[name] = value
        return register._clean_options(options)

    def action_preview(self):
        """Show the first rows in the dialog."""
        self.ensure_one()
        self.preview = self._register_of(self.register)._render_preview(self._options())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Print registers"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_print(self):
        """Print the register as PDF."""
        self.ensure_one()
        return self._register_of(self.register)._action_pdf(self._options())

    def action_export(self):
        """Download the register as a workbook."""
        self.ensure_one()
        return self._register_of(self.register)._action_xlsx(self._options())
