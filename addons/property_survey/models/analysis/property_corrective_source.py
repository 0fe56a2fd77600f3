# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PropertyCorrectiveSource(models.AbstractModel):
    """What a corrective action may come from: complaints, violations, notices (handbook B F7)."""

    _name = "property.corrective.source"
    _description = "Source of corrective actions"

    corrective_ids = fields.One2many(
        "property.corrective.action",
        "res_id",
        "Corrective actions",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    corrective_count = fields.Integer("Corrective actions open", compute="_compute_corrective")

    @api.depends("corrective_ids.state")
    def _compute_corrective(self):
        for record in self:
            rows = record._corrective_owner().corrective_ids
            record.corrective_count = len(rows.filtered(lambda row: row.state != "dismissed"))

    def _corrective_owner(self):
        """Hook: the record whose cause it is, e.g. the matter of a complaint."""
        return self

    def _corrective_facts(self):
        """Hook: return subject, facts, trigger and kind of cause of the action to open."""
        return {"name": self.display_name, "fact": self.display_name, "source": "other"}

    def _corrective_values(self):
        actions = self.env["property.corrective.action"]
        return {
            **actions._source_values(self),
            "estate_id": self.estate_id.id,
            **self._corrective_facts(),
        }

    def action_corrective(self):
        """Open the corrective action of the record; a new one where it has none."""
        self.ensure_one()
        owner = self._corrective_owner()
        actions = owner.corrective_ids.filtered(lambda row: row.state != "dismissed")
        if not actions:
            actions = self.env["property.corrective.action"].create(owner._corrective_values())
        window = {
            "type": "ir.actions.act_window",
            "name": self.env._("Corrective actions"),
            "res_model": "property.corrective.action",
        }
        if len(actions) > 1:
            return {**window, "view_mode": "list,form", "domain": [("id", "in", actions.ids)]}
        return {**window, "view_mode": "form", "res_id": actions.id}


class PropertyComplaint(models.Model):
    _name = "property.complaint"
    _inherit = ["property.complaint", "property.corrective.source"]

    def _corrective_owner(self):
        return self.matter_id or self

    def _corrective_facts(self):
        """Of a confidential complaint only the number is passed on, as with callbacks."""
        return {
            "name": self.category_id.name or self.number,
            "fact": self._callback_subject(),
            "source": "complaint",
            "category_id": self.category_id.id,
            "department_id": self.category_id.sudo().department_id.id,
        }

    def _has_corrective_action(self):
        rows = self.sudo()._corrective_owner().corrective_ids
        return super()._has_corrective_action() or bool(
            rows.filtered(lambda row: row.state not in ("proposed", "dismissed"))
        )


class PropertyComplaintMatter(models.Model):
    _name = "property.complaint.matter"
    _inherit = ["property.complaint.matter", "property.corrective.source"]

    def _corrective_facts(self):
        return {
            "name": self.name,
            "fact": self.env._(
                "%(count)s complaints about “%(matter)s”",
                count=self.complaint_count,
                matter=self.name,
            ),
            "source": "complaint",
            "category_id": self.category_id.id,
            "department_id": self.category_id.sudo().department_id.id,
        }


class PropertyRenovationViolation(models.Model):
    _name = "property.renovation.violation"
    _inherit = ["property.renovation.violation", "property.corrective.source"]

    def _corrective_facts(self):
        return {
            "name": self.type_id.name,
            "fact": self.description,
            "source": "violation",
            "violation_type_id": self.type_id.id,
        }


class PropertyRectification(models.Model):
    _name = "property.rectification"
    _inherit = ["property.rectification", "property.corrective.source"]

    def _corrective_facts(self):
        return {
            "name": self.display_name,
            "fact": self.description,
            "source": "check",
            "cause": self.cause,
            "department_id": self.department_id.id,
        }
