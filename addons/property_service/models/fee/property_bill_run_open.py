# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PropertyBillRun(models.Model):
    """Where the smart buttons of a bill run lead."""

    _inherit = "property.bill.run"

    def _open(self, title, model, domain, modes="list,form", **context):
        return {
            "type": "ir.actions.act_window",
            "name": f"{title} {self.name}",
            "res_model": model,
            "view_mode": modes,
            "domain": domain,
            "context": {"create": False, **context},
        }

    def action_open_charges(self):
        """Open the charges of the run."""
        self.ensure_one()
        return self._open(
            self.env._("Charges"),
            "property.charge",
            [("run_id", "=", self.id)],
            "list,pivot,graph,form",
        )

    def action_open_matrix(self):
        """Open the run's amounts by building and item (handbook B H2-2)."""
        self.ensure_one()
        return self._open(
            self.env._("By building"),
            "property.charge",
            [("run_id", "=", self.id), ("cancelled", "=", False)],
            "pivot,list,form",
        )

    def action_open_units(self):
        """Open the homes that get a bill."""
        self.ensure_one()
        units = self.env["property.charge"]._read_group(
            [("run_id", "=", self.id), ("cancelled", "=", False)],
            [],
            ["billed_unit_id:array_agg"],
        )[0][0]
        return self._open(
            self.env._("Units"),
            "property.unit",
            [("id", "in", sorted(set(units or [])))],
        )

    def action_open_exceptions(self):
        """Open what could not be charged or posted."""
        self.ensure_one()
        return self._open(
            self.env._("Exceptions"), "property.bill.exception", [("run_id", "=", self.id)]
        )

    def action_open_invoices(self):
        """Open the invoices of the run and the credit notes that reversed them."""
        self.ensure_one()
        action = self._open(
            self.env._("Invoices"),
            "account.move",
            [
                "|",
                ("property_run_id", "=", self.id),
                ("reversed_entry_id.property_run_id", "=", self.id),
            ],
            default_move_type="out_invoice",
        )
        action["views"] = [
            (self.env.ref("account.view_out_invoice_tree").id, "list"),
            (False, "form"),
        ]
        return action
