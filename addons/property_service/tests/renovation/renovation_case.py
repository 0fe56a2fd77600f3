# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from contextlib import contextmanager
from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..fee.deposit_case import DepositCase

#: a picture of one dot, as a signature
DOT = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    b"gg=="
)


class RenovationCase(DepositCase):
    """A home of 100 m² that is renovated, and the way of its dossier in shortcuts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls._make_unit("301", 100.0, state="handed_over")
        cls.party = cls.home.owner_id
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        cls.lead = cls.env["res.partner"].create({"name": "Lead", "phone": "13800001111"})
        cls.users["equipment"] = new_test_user(
            cls.env,
            "test_equipment",
            groups="property_service.group_equipment",
            company_id=cls.company.id,
            tz="Asia/Shanghai",
            property_estate_ids=[Command.set(cls.estate.ids)],
        )

    @contextmanager
    def assertRefused(self, pattern):
        """Expect a refusal whose message holds `pattern`; rolled back, as a request would be."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), pattern)

    def _flag(self, code):
        return self.env.ref(f"property_service.renovation_flag_{code}")

    def _photo(self):
        return self.env["ir.attachment"].create({"name": "photo.png", "datas": DOT})

    def _document(self):
        return self.env["ir.attachment"].create(
            {"name": "approval.txt", "datas": base64.b64encode(b"approved")}
        )

    def _declare(self, flags=(), unit=None, **values):
        """Return a draft of 30 days of work from 2026-03-01."""
        unit = unit or self.home
        items = [{"name": "Floor", "place": "Living room"}]
        if flags:
            items.append(
                {
                    "name": "Wall",
                    "flag_ids": [Command.set([self._flag(code).id for code in flags])],
                }
            )
        return self.env["property.renovation"].create(
            {
                "unit_id": unit.id,
                "contractor_id": self.firm.id,
                "lead_id": self.lead.id,
                "worker_count": 4,
                "worker_ids": [Command.create({"name": "Worker"})],
                "date_start_plan": date(2026, 3, 1),
                "date_end_plan": date(2026, 3, 30),
                "item_ids": [Command.create(item) for item in items],
                "user_id": self.users["steward"].id,
                **values,
            }
        )

    def _sign(self, document, *roles):
        for role in roles:
            document._sign(role, f"Signer {role}", way="paper")

    def _papers(self, dossier):
        dossier.paper_ids.write({"original_seen": True})

    def _submitted(self, **values):
        dossier = self._declare(**values)
        self._sign(dossier, *dossier._roles("owner", "contractor"))
        dossier.action_submit()
        return dossier

    def _in_review(self, **values):
        dossier = self._submitted(**values)
        dossier.action_precheck()
        self._papers(dossier)
        self._sign(dossier, *dossier._roles("notice_owner", "notice_contractor"))
        dossier.write({"use_kind": "own", "intention": "Lives there with his family"})
        dossier.action_complete()
        return dossier

    def _review(self, dossier, user, conform=True):
        """Have one step of the pending approval approved by `user`."""
        if conform:
            dossier.check_ids.filtered(lambda row: not row.outcome).write({"outcome": "ok"})
        approval = dossier.approval_ids.filtered(lambda row: row.state == "pending")
        approval.with_user(self.users[user]).action_approve()

    def _approved(self, **values):
        dossier = self._in_review(**values)
        self._review(dossier, "equipment")
        self._review(dossier, "manager")
        return dossier

    def _agreed(self, **values):
        dossier = self._approved(**values)
        self._sign(
            dossier, *dossier._roles("agreement_owner", "agreement_contractor"), "agreement_company"
        )
        dossier.action_agreement()
        return dossier

    def _pay_all(self, dossier, extension=None):
        """Have the cashier take what is due, as one receipt per payer."""
        rows = dossier._money_open(extension)
        for payer, group in rows.grouped("payer_id").items():
            self.env["property.receipt"].with_user(self.users["cashier"])._take(
                [
                    {
                        "unit_id": dossier.unit_id.id,
                        "partner_id": payer.id,
                        "journal_id": self._journal().id,
                        "amount": sum(group.mapped("amount")),
                        "line_ids": [
                            Command.create(
                                {"deposit_id": row.deposit_id.id, "amount": row.amount}
                                if row.deposit_id
                                else {"charge_id": row.charge_id.id, "amount": row.amount}
                            )
                            for row in group
                        ],
                    }
                ]
            )

    def _paid(self, **values):
        dossier = self._agreed(**values)
        self._pay_all(dossier)
        return dossier

    def _permitted(self, **values):
        dossier = self._paid(**values)
        dossier.action_issue_permit()
        return dossier

    def _start(self, dossier):
        dossier.action_notice_posted()
        dossier.write(
            {
                "drain_test": "ok",
                "waterproof_test": "dry",
                "condition_photo_ids": [Command.set(self._photo().ids)],
            }
        )
        self._sign(dossier, "condition_owner", "condition_company")
        dossier.action_start()
        return dossier

    def _working(self, **values):
        return self._start(self._permitted(**values))

    def _first_passed(self, dossier):
        self._sign(dossier, *dossier._roles("finish_owner", "finish_contractor"))
        dossier.action_apply_acceptance()
        dossier.first_check_ids.write({"outcome": "ok"})
        dossier.debris_removed = True
        dossier.action_first_pass()
        return dossier

    def _second_passed(self, dossier, leak="dry"):
        dossier.action_prepare_second()
        dossier.second_check_ids.write({"outcome": "ok"})
        dossier.leak_check = leak
        dossier.action_second_pass()
        return dossier

    def _refund_dialog(self, dossier):
        action = dossier.action_refund()
        return self.env["property.renovation.refund"].with_context(**action["context"]).create({})

    def _settle_refunds(self, dossier):
        """Check, approve and pay every refund that was applied for."""
        for deposit in dossier.money_ids.deposit_id:
            for refund in deposit.refund_ids.filtered(lambda row: row.state == "applied"):
                refund.with_user(self.users["supervisor"]).action_check()
                self._decide(refund)
                if refund.state == "approved":
                    self._pay(refund)
