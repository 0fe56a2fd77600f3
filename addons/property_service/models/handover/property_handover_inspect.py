# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyHandover(models.Model):
    """Desk 4: services, inspection, refusal (handbook A §11, §13, §15)."""

    _inherit = "property.handover"

    service_ids = fields.One2many("property.proxy.service", "handover_id", "Proxy services")
    no_services = fields.Boolean("No services wanted")
    inspection_ids = fields.One2many("property.house.inspection", "handover_id", "Inspections")
    inspection_id = fields.Many2one(
        "property.house.inspection",
        "House inspection",
        compute="_compute_inspection_id",
        store=True,
        index="btree_not_null",
    )
    inspection_state = fields.Selection(
        related="inspection_id.state", string="Result of inspection"
    )
    defect_ids = fields.One2many("property.house.defect", "handover_id", "Defects")
    defect_count = fields.Integer("Number of defects", compute="_compute_defect_count")
    open_defect_count = fields.Integer("Defects still open", compute="_compute_defect_count")
    developer_told_date = fields.Datetime("Developer informed on", readonly=True, copy=False)
    second_date = fields.Date("Second date offered", tracking=True)

    @api.depends("inspection_ids")
    def _compute_inspection_id(self):
        for case in self:
            case.inspection_id = case.inspection_ids.sorted("id")[-1:]

    @api.depends("defect_ids.state")
    def _compute_defect_count(self):
        for case in self:
            case.defect_count = len(case.defect_ids)
            case.open_defect_count = len(
                case.defect_ids.filtered(lambda row: row.state != "closed")
            )

    def _inspection_signed(self):
        """Return whether the owner has signed the form of an inspection that took place."""
        return any(inspection._is_signed("owner") for inspection in self.inspection_ids)

    def action_no_services(self):
        """Note that the owner wants no service done for him."""
        self.filtered(lambda case: not case.service_ids).write({"no_services": True})
        return True

    def action_register_services(self):
        """Go on when the services wanted are registered, or “none” is noted.

        :raises UserError: if neither
        """
        for case in self:
            if not case.service_ids and not case.no_services:
                raise UserError(
                    self.env._(
                        "“%(case)s”: register the services the owner asks for, or tick that he "
                        "wants none.",
                        case=case.display_name,
                    )
                )
        self._move_to("services_registered")
        return True

    def action_inspect(self):
        """Go to the home with the owner: the inspection is laid out.

        :return: the action that shows it, for a single case
        """
        self._move_to("inspecting")
        new = self.filtered(lambda case: not case.inspection_ids)
        self.env["property.house.inspection"].create(
            [
                {
                    "handover_id": case.id,
                    "unit_id": case.unit_id.id,
                    "partner_id": case.partner_id.id,
                }
                for case in new
            ]
        )
        new.inspection_ids.action_begin()
        return self.action_open_inspection() if len(self) == 1 else True

    def action_open_inspection(self):
        """Open the inspection of the home."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "property.house.inspection",
            "res_id": self.inspection_id.id,
            "views": [(False, "form")],
        }

    def action_open_defects(self):
        """Open the defects of the home."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Defects of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.house.defect",
            "view_mode": "list,kanban,form",
            "domain": [("handover_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_not_inspected(self, reason):
        """Note that the owner does not inspect now: a second date is offered (handbook A §11)."""
        reason = self._need_reason(reason)
        for case in self:
            if not case.second_date:
                raise UserError(
                    self.env._(
                        "“%(case)s”: offer a second date and enter it.", case=case.display_name
                    )
                )
            case.message_post(
                body=self.env._(
                    "The owner does not inspect now: %(reason)s Second date: %(date)s.",
                    reason=reason,
                    date=case.second_date,
                )
            )

    # refusal -------------------------------------------------------------------------------------

    def action_refuse(self, reason):
        """Note that the owner refuses the home; the developer is informed in writing today.

        Until it is resolved the fee stays with the developer (handbook A §13).
        """
        self._refuse(self._need_reason(reason))

    def _refuse(self, reason):
        for case in self:
            if not case.defect_ids and not reason:
                raise UserError(self.env._("State the reason."))
            case._move_to("refused", refuse_reason=reason)
            case.message_post(body=self.env._("Refused: %(reason)s", reason=reason))
            for user in case._deadline_users("manager"):
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(case),
                    summary=self.env._(
                        "Home refused: send the written report to the developer today"
                    ),
                    user_id=user.id,
                )

    def action_developer_told(self):
        """Note that the written report went to the developer, and file a copy of it."""
        for case in self:
            if case.state != "refused":
                raise UserError(self.env._("“%(case)s” was not refused.", case=case.display_name))
        self.sudo().write({"developer_told_date": fields.Datetime.now()})
        self.env["property.deadline"]._of(self, ["report"])._finish()
        for case in self:
            self.env["property.archive.document"]._file_record(
                case, "archive_type_15", "property_service.action_report_handover_letter"
            )
        return True

    def action_resume(self):
        """Inspect a refused home again: what it was refused for is resolved.

        :raises UserError: if the developer was never informed
        """
        for case in self:
            if not case.developer_told_date:
                raise UserError(
                    self.env._(
                        "“%(case)s”: the written report has to go to the developer first, on the "
                        "day of the refusal.",
                        case=case.display_name,
                    )
                )
        self._move_to("inspecting")
        for inspection in self.inspection_id:
            inspection._void_signatures(self.env._("Inspected again after the refusal."))
            if inspection.state == "failed":
                inspection._move_to("reinspection")
                inspection.sudo().write({"round": inspection.round + 1, "opinion": False})
        return True
