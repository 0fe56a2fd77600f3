# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields

from ..common import PropertyCase


class ComplaintCase(PropertyCase):
    """Homes, departments with heads, and short ways to a complaint in some state."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls._make_unit("101")
        cls.owner = cls.home.owner_id
        cls.estate.manager_id = cls.users["manager"]
        cls.estate.user_ids |= cls.env["res.users"].union(*cls.users.values())
        cls.engineering = cls.env.ref("property_service.department_engineering")
        cls.agent = cls._make_employee("staff")
        cls.lead = cls._make_employee("technician")
        cls.engineering.manager_id = cls.lead

    @classmethod
    def _make_employee(cls, role):
        user = cls.users[role]
        return cls.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": cls.company.id}
        )

    @classmethod
    def _category(cls, code):
        return cls.env.ref(f"property_service.complaint_category_{code}")

    def _complain(self, unit=None, user=None, category="mep", **values):
        """Return a complaint taken by `user` (a role)."""
        unit = unit or self.home
        model = self.env["property.complaint"]
        if user:
            model = model.with_user(self.users[user])
        return model.create(
            {
                "unit_id": unit.id,
                "partner_id": unit.owner_id.id,
                "category_id": self._category(category).id,
                "description": "The lift is noisy at night",
                **values,
            }
        )

    def _clock(self, case, step):
        return self.env["property.deadline"].search(
            [("res_model", "=", case._name), ("res_id", "=", case.id), ("step", "=", step)],
            order="id desc",
            limit=1,
        )

    def _check_deadlines(self):
        with self.enter_registry_test_mode():
            self.env.ref("property_service.ir_cron_deadline").method_direct_trigger()

    def _to_investigating(self, case, level="minor"):
        """Assess, pass on and sign."""
        case = case.with_user(self.users["supervisor"])
        case.write({"validity": "valid", "level": level})
        case.action_assess()
        case.action_transfer()
        case.with_user(self.users["technician"]).action_receive()
        return case

    def _to_replied(self, case, level="minor", accepted="yes", **values):
        """Propose, approve where needed, and reply."""
        case = self._to_investigating(case, level)
        case.write({"cause": "Worn bearing", "proposal": "New bearing on Friday", **values})
        case.action_propose()
        self._approve_all(case)
        case._reply("final", "phone", "New bearing on Friday", accepted)
        return case

    def _approve_all(self, case):
        for role in ("manager", "administrator", "administrator"):
            approval = case.sudo().approval_ids.filtered(lambda row: row.state == "pending")
            if approval and approval.with_user(self.users[role]).can_decide:
                approval.with_user(self.users[role]).action_approve()
        case.invalidate_recordset()

    @staticmethod
    def _at(text):
        """Return a UTC datetime of a text."""
        return fields.Datetime.to_datetime(text)
