# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from .renovation_case import RenovationCase


@tagged("post_install", "-at_install")
class TestRenovationLinks(RenovationCase):
    """Keys lent to the contractor and exit slips belong to the dossier (handbook A §20, §34)."""

    def _lend(self, dossier, unit=None):
        unit = unit or dossier.unit_id
        key = self.env["property.key"].create(
            {"code": f"K{unit.number}", "unit_id": unit.id, "estate_id": self.estate.id}
        )
        return self.env["property.key.loan"].create(
            {
                "key_ids": [Command.set(key.ids)],
                "borrower_kind": "contractor",
                "partner_id": self.lead.id,
                "permit_id": dossier.permit_id.id,
                "purpose": "renovation",
                "identity_checked": True,
            }
        )

    def _hand_out(self, loan):
        loan.with_user(self.users["supervisor"]).action_approve()
        for role in ("borrower", "issuer"):
            loan._sign(role, "Lead", way="paper")

    @freeze_time("2026-03-01 02:00:00")
    def test_keys_until_the_permit_ends(self):
        dossier = self._working()
        loan = self._lend(dossier)
        self.assertEqual(loan.permit_reference, dossier.permit_id.number)
        self.assertEqual(loan.permit_until, dossier.permit_id.date_end)
        self._hand_out(loan)
        self.assertEqual(dossier.key_loan_count, 1)
        with self.assertRefused("still has keys"):
            dossier._check_refundable()
        loan.write({"condition": "good", "returned_quantity": loan.quantity})
        for role in ("returner", "receiver"):
            loan._sign(role, "Lead", way="paper")
        self.assertEqual(dossier.key_loan_count, 0)
        dossier._check_refundable()

    @freeze_time("2026-03-01 02:00:00")
    def test_permit_of_another_home(self):
        dossier = self._working()
        loan = self._lend(dossier, self._make_unit("777"))
        with self.assertRaisesRegex(UserError, dossier.permit_id.number):
            loan.with_user(self.users["supervisor"]).action_approve()

    @freeze_time("2026-03-01 02:00:00")
    def test_exit_slips_of_the_site(self):
        dossier = self._working()
        values = {"unit_id": dossier.unit_id.id, "line_ids": [Command.create({"name": "Saw"})]}
        slip = self.env["property.gate.pass"].create({**values, "reason": "site"})
        self.assertEqual(slip.renovation_id, dossier)
        self.assertEqual(dossier.gate_pass_count, 1)
        self.assertFalse(self.env["property.gate.pass"].create(values).renovation_id)
        self.assertEqual(
            self.env["property.gate.pass"].search(dossier.action_open_gate_passes()["domain"]),
            slip,
        )
