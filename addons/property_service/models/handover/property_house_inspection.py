# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .property_house_item import SEVERITIES

OPINIONS = [
    ("accept", "Accepts the home"),
    ("rectify", "Accepts after the defects are repaired"),
    ("refuse", "Does not accept the home"),
]


class PropertyHouseInspection(models.Model):
    """Inspecting a home with its owner, item by item (房屋质量验收登记表, handbook A §13).

    What is not in order becomes a defect with its deadline; the same inspection goes on as
    re-inspection until the owner signs.
    """

    _name = "property.house.inspection"
    _description = "House inspection"
    _inherit = [
        "property.procedure.mixin",
        "property.signature.mixin",
        "property.handover.mixin",
    ]
    _order = "id desc"
    _rec_name = "number"
    _check_company_auto = True

    _number_form = "YF"
    _workflow_moves = {
        "planned": ("in_progress",),
        "in_progress": ("passed", "passed_with_defects", "failed"),
        "passed": ("closed",),
        "passed_with_defects": ("reinspection", "closed"),
        "failed": ("reinspection",),
        "reinspection": ("passed", "passed_with_defects", "failed"),
    }
    _workflow_stamps = {
        "in_progress": ("begun_by_id", "begun_date"),
        "passed": ("concluded_by_id", "concluded_date"),
        "passed_with_defects": ("concluded_by_id", "concluded_date"),
        "failed": ("concluded_by_id", "concluded_date"),
        "closed": ("closed_by_id", "closed_date"),
    }
    _case_end = ("closed",)
    _signature_locks = {"owner": ("check_ids", "opinion", "opinion_text", "date", "inspector_id")}

    handover_id = fields.Many2one(
        "property.handover", "Handover case", required=True, ondelete="restrict", index=True
    )
    batch_id = fields.Many2one(related="handover_id.batch_id", store=True, index=True)
    unit_id = fields.Many2one(required=True)
    partner_id = fields.Many2one(string="Owner")
    layout = fields.Char(related="unit_id.layout")
    round = fields.Integer("No. of the inspection", default=1, readonly=True)
    date = fields.Date("Inspected on", default=fields.Date.context_today, required=True)
    appointment = fields.Datetime("Agreed with the owner for", tracking=True)
    inspector_id = fields.Many2one("res.users", default=lambda self: self.env.user, tracking=True)
    state = fields.Selection(
        [
            ("planned", "Inspection planned"),
            ("in_progress", "In progress"),
            ("passed", "Passed"),
            ("passed_with_defects", "Passed with defects left"),
            ("failed", "Failed, to be rectified"),
            ("reinspection", "Re-inspection"),
            ("closed", "Concluded"),
        ],
        required=True,
        default="planned",
        readonly=True,
        tracking=True,
        index=True,
        group_expand=True,
        copy=False,
    )
    check_ids = fields.One2many("property.house.check", "inspection_id", "Inspection list")
    defect_ids = fields.One2many("property.house.defect", "inspection_id", "Defects")
    meter_ids = fields.One2many(
        "property.handover.meter", related="handover_id.meter_ids", readonly=False
    )
    check_count = fields.Integer("Items", compute="_compute_counts")
    checked_count = fields.Integer("Items looked at", compute="_compute_counts")
    defect_count = fields.Integer("Number of defects", compute="_compute_counts")
    open_count = fields.Integer("Defects still open", compute="_compute_counts")
    opinion = fields.Selection(OPINIONS, "Opinion of the owner", tracking=True)
    opinion_text = fields.Text("Remarks of the owner")
    begun_by_id = fields.Many2one("res.users", "Begun by", readonly=True)
    begun_date = fields.Datetime("Begun on", readonly=True)
    concluded_by_id = fields.Many2one("res.users", "Result noted by", readonly=True)
    concluded_date = fields.Datetime("Result noted on", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Concluded by", readonly=True)
    closed_date = fields.Datetime("Concluded on", readonly=True)

    @api.depends("check_ids.result", "defect_ids.state")
    def _compute_counts(self):
        for inspection in self:
            checks, defects = inspection.check_ids, inspection.defect_ids
            inspection.check_count = len(checks)
            inspection.checked_count = len(checks.filtered("result"))
            inspection.defect_count = len(defects)
            inspection.open_count = len(defects.filtered(lambda row: row.state != "closed"))

    @api.depends("number", "unit_id.full_name")
    def _compute_display_name(self):
        for inspection in self:
            parts = (inspection.unit_id.full_name, inspection.number)
            inspection.display_name = " ".join(part for part in parts if part)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("round", None)
        return super().create(vals_list)

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Owner"),
            "inspector": self.env._("Inspector"),
            "reinspection": self.env._("Owner, re-inspection"),
        }

    def _signature_partner(self, role):
        if role == "inspector":
            return self.inspector_id.partner_id
        return self.partner_id

    def _before_signature(self, role):
        super()._before_signature(role)
        for inspection in self:
            if inspection.state == "planned":
                raise UserError(
                    self.env._(
                        "“%(inspection)s” has not begun: nobody signs an empty form.",
                        inspection=inspection.display_name,
                    )
                )
            if not inspection.opinion and role == "owner":
                raise UserError(
                    self.env._(
                        "“%(inspection)s”: enter the opinion of the owner before he signs.",
                        inspection=inspection.display_name,
                    )
                )

    # the inspection ------------------------------------------------------------------------------

    def action_begin(self):
        """Begin at the home: the list of items is laid out, the meters are listed."""
        self._move_to("in_progress")
        self._make_checks()
        self.handover_id._make_meters()
        return True

    def _make_checks(self):
        items = self.env["property.house.item"].search([("active", "=", True)])
        self.env["property.house.check"].create(
            [
                {
                    "inspection_id": inspection.id,
                    "item_id": item.id,
                    "sequence": item.sequence,
                }
                for inspection in self.filtered(lambda row: not row.check_ids)
                for item in items
                if not item.estate_id or item.estate_id == inspection.estate_id
            ]
        )

    def action_rest_ok(self):
        """Mark everything that was not marked yet as in order."""
        self._check_unsigned(["check_ids"])
        self.check_ids.filtered(lambda row: not row.result).write({"result": "ok"})
        return True

    def action_sign_all(self):
        """Note that owner and inspector have signed the paper form."""
        self._sign_on_paper(("owner", "inspector"))
        return True

    def action_conclude(self):
        """Note the result: passed, passed with defects or failed; the case goes on with it.

        :raises UserError: while items, meters or signatures are missing
        """
        for inspection in self:
            if rest := inspection.check_count - inspection.checked_count:
                raise UserError(
                    self.env._(
                        "“%(inspection)s”: %(count)s items were not looked at.",
                        inspection=inspection.display_name,
                        count=rest,
                    )
                )
            if not inspection.opinion:
                raise UserError(
                    self.env._(
                        "“%(inspection)s”: enter the opinion of the owner.",
                        inspection=inspection.display_name,
                    )
                )
            if inspection.opinion == "accept" and inspection.defect_ids.filtered(
                lambda row: row.severity == "leak" and row.state != "closed"
            ):
                inspection.message_post(
                    body=self.env._("Accepted with a leak or structural defect left.")
                )
            if inspection.opinion == "rectify" and not inspection.open_count:
                raise UserError(
                    self.env._(
                        "“%(inspection)s”: the owner accepts after repairs, but no defect is "
                        "noted.",
                        inspection=inspection.display_name,
                    )
                )
        self._need_signatures(("owner", "inspector"))
        self.handover_id._check_meters()
        for result, group in self.grouped(lambda row: row._result()).items():
            group._move_to(result)
        for opinion, group in self.grouped("opinion").items():
            cases = group.handover_id.filtered(lambda case: case.state == "inspecting")
            if opinion == "accept":
                cases._move_to("accepted")
            elif opinion == "rectify":
                cases._move_to("rectifying")
        for inspection in self.filtered(lambda row: row.opinion == "refuse"):
            inspection.handover_id._refuse(
                inspection.opinion_text or self.env._("Refused at the inspection.")
            )
        self.filtered(lambda row: row.state == "passed")._move_to("closed")
        self.defect_ids.filtered(lambda row: row.state == "found").action_order()
        return True

    def _result(self):
        if self.opinion == "refuse":
            return "failed"
        if self.opinion == "rectify":
            return "failed"
        return "passed_with_defects" if self.open_count else "passed"

    def action_reinspect(self):
        """Begin a re-inspection: the owner was appointed, all repairs were checked by us.

        :raises UserError: while defects are being repaired
        """
        for inspection in self:
            waiting = inspection.defect_ids.filtered(
                lambda row: row.state in ("found", "ordered", "repairing", "failed")
            )
            if waiting:
                raise UserError(
                    self.env._(
                        "“%(inspection)s”: not repaired or not checked by us yet: %(defects)s.",
                        inspection=inspection.display_name,
                        defects="、".join(waiting[:5].mapped("name")),
                    )
                )
            inspection._move_to("reinspection")
            inspection.sudo().write({"round": inspection.round + 1})
        return True

    def action_reinspected(self):
        """Note that the owner has signed the re-inspection and accepts the home.

        :raises UserError: while a defect is open or the owner has not signed
        """
        for inspection in self:
            if inspection.open_count:
                raise UserError(
                    self.env._(
                        "“%(inspection)s”: %(count)s defects are still open. A defect leaves the "
                        "list by the owner's signature or the manager's reasoned closure.",
                        inspection=inspection.display_name,
                        count=inspection.open_count,
                    )
                )
        self._need_signatures(("reinspection",))
        self._move_to("passed")
        self._move_to("closed")
        self.handover_id.filtered(lambda case: case.state == "rectifying")._move_to("accepted")
        return True

    def action_reinspection_failed(self):
        """Note that the re-inspection failed: the defects that did not pass are repaired again."""
        self._move_to("failed")
        self._void_signatures(self.env._("Re-inspection failed."), ["reinspection"])
        return True

    def action_open_defects(self):
        """Open the defects found."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Defects of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.house.defect",
            "view_mode": "list,kanban,form",
            "domain": [("inspection_id", "=", self.id)],
            "context": {"create": False},
        }

    def _settle(self):
        """Conclude inspections whose last defect was closed after the owner had accepted."""
        done = self.filtered(lambda row: row.state == "passed_with_defects" and not row.open_count)
        done._move_to("closed")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("An inspection is kept."))


class PropertyHouseCheck(models.Model):
    """One item of an inspection: in order, or a defect with description and photo."""

    _name = "property.house.check"
    _description = "Item inspected"
    _order = "inspection_id, sequence, id"
    _check_company_auto = True

    inspection_id = fields.Many2one(
        "property.house.inspection", required=True, ondelete="cascade", index=True
    )
    estate_id = fields.Many2one(
        related="inspection_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="inspection_id.estate_id.company_id", store=True, index=True, precompute=True
    )
    item_id = fields.Many2one("property.house.item", required=True, ondelete="restrict", index=True)
    sequence = fields.Integer(default=10)
    place = fields.Selection(related="item_id.place", store=True)
    name = fields.Char(related="item_id.name")
    standard = fields.Char(related="item_id.standard")
    result = fields.Selection([("ok", "√ In order"), ("bad", "× Defect"), ("none", "Not there")])
    defect_ids = fields.One2many("property.house.defect", "check_id", "Defects")
    defect_text = fields.Char("Defects noted", compute="_compute_defect_text")

    @api.depends("defect_ids.name")
    def _compute_defect_text(self):
        for check in self:
            check.defect_text = "；".join(check.defect_ids.mapped("name"))

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks.inspection_id._check_unsigned(["check_ids"])
        return checks

    def write(self, vals):
        self.inspection_id._check_unsigned(["check_ids"])
        if vals.get("result") in ("ok", "none"):
            for check in self:
                if check.defect_ids.filtered(lambda row: row.state != "closed"):
                    raise UserError(
                        self.env._(
                            "“%(item)s” has a defect on the list: it goes by the owner's signature.",
                            item=check.name,
                        )
                    )
        return super().write(vals)

    def action_ok(self):
        """Mark items as in order."""
        self.write({"result": "ok"})
        return True

    def action_absent(self):
        """Mark items as not there."""
        self.write({"result": "none"})
        return True

    def action_defect(self):
        """Open the dialog that notes a defect of the item, with photos."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Defect: %(item)s", item=self.name),
            "res_model": "property.house.defect.add",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_check_id": self.id},
        }

    def _defect(self, description, severity=None, photos=None, responsible=None):
        """Note a defect of the item.

        :param str description: what is wrong
        :param str severity: minor, medium or leak; None: as the item says
        :param photos: `ir.attachment` records
        :param responsible: `res.partner`; None: the developer
        :return: the `property.house.defect`
        """
        self.ensure_one()
        inspection = self.inspection_id
        inspection._check_unsigned(["check_ids"])
        defect = self.env["property.house.defect"].create(
            {
                "inspection_id": inspection.id,
                "handover_id": inspection.handover_id.id,
                "unit_id": inspection.unit_id.id,
                "partner_id": inspection.partner_id.id,
                "check_id": self.id,
                "place": self.place,
                "name": description,
                "severity": severity or self.item_id.severity or "minor",
                "category_id": self.item_id.category_id.id,
                "photo_ids": [Command.set(photos.ids)] if photos else False,
                "responsible_id": (responsible or inspection.estate_id.sudo().developer_id).id,
            }
        )
        self.write({"result": "bad"})
        return defect


class PropertyHouseDefectAdd(models.TransientModel):
    """Notes a defect at the home, on the phone: what, how bad, photos."""

    _name = "property.house.defect.add"
    _description = "Noting a defect"

    check_id = fields.Many2one("property.house.check", required=True, ondelete="cascade")
    description = fields.Text("What is wrong", required=True)
    severity = fields.Selection(
        SEVERITIES, compute="_compute_severity", store=True, readonly=False, precompute=True
    )
    photo_ids = fields.Many2many("ir.attachment", string="Photos of the defect")

    @api.depends("check_id")
    def _compute_severity(self):
        for dialog in self:
            dialog.severity = dialog.check_id.item_id.severity or "minor"

    def action_note(self):
        """Note the defect and go back to the list."""
        self.ensure_one()
        self.check_id.check_access("write")
        self.check_id._defect(self.description, self.severity, self.photo_ids)
        return {"type": "ir.actions.act_window_close"}
