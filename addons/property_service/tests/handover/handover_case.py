# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import Command

from ..common import PropertyCase


class HandoverCase(PropertyCase):
    """A building whose homes are sold and wait to be handed over, and a batch for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.developer = cls.env["res.partner"].create({"name": "Developer", "is_company": True})
        cls.estate.developer_id = cls.developer
        cls.estate.manager_id = cls.users["manager"]
        cls.new_building = cls.env["property.building"].create(
            {"name": "9栋", "estate_id": cls.estate.id}
        )
        cls.management = cls._make_item()
        cls._make_price(cls.management, 3.0)
        cls.card_item = cls._make_item("CARDFEE", "Access card", periodic=False, basis="quantity")

    @classmethod
    def _make_homes(cls, count, meters=True, keys=True):
        """Return sold homes with a pending owner each, and their meters and keys, made in sets."""
        units = cls.env["property.unit"].create(
            [
                {
                    "building_id": cls.new_building.id,
                    "entrance": "1单元",
                    "floor": number // 4 + 1,
                    "number": f"{number // 4 + 1}{number % 4 + 1:02d}",
                    "type_id": cls.type_home.id,
                    "gross_area": 100.0,
                    "state": "unsold",
                }
                for number in range(count)
            ]
        )
        owners = cls.env["res.partner"].create(
            [{"name": f"Buyer {unit.number}", "phone": "13800000000"} for unit in units]
        )
        cls.env["property.occupancy"].create(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": owner.id,
                    "role": "owner",
                    "state": "pending",
                    "date_start": date(2026, 1, 1),
                }
                for unit, owner in zip(units, owners, strict=True)
            ]
        )
        if meters:
            cls.env["property.meter"].create(
                [
                    {"number": f"{kind[0].upper()}{unit.number}", "kind": kind, "unit_id": unit.id}
                    for unit in units
                    for kind in ("water", "electricity")
                ]
            )
        if keys:
            cls.env["property.key"].create(
                [{"code": f"K{unit.number}", "unit_id": unit.id, "quantity": 5} for unit in units]
            )
        return units

    @classmethod
    def _make_batch(cls, units=None, ready=True, **values):
        batch = cls.env["property.handover.batch"].create(
            {
                "name": "9栋集中入伙",
                "estate_id": cls.estate.id,
                "building_ids": [Command.set(cls.new_building.ids)],
                "date_start": date(2026, 11, 20),
                "date_end": date(2026, 11, 30),
                "slot_capacity": 20,
                "desk_ids": [
                    Command.create({"name": "Desk 1", "reception": True}),
                    Command.create({"name": "Desk 2"}),
                ],
                "fee_ids": [
                    Command.create(
                        {"name": "Property fee in advance", "mode": "prepay", "months": 3}
                    ),
                    Command.create(
                        {
                            "name": "Access cards",
                            "mode": "quantity",
                            "item_id": cls.card_item.id,
                            "price": 20.0,
                            "free_quantity": 2,
                            "quantity": 3,
                        }
                    ),
                ],
                **values,
            }
        )
        if ready:
            batch.check_ids.write({"done": True})
            batch.action_ready()
        return batch

    @classmethod
    def _check_in(cls, unit, user=None, **values):
        """Return the case of a routine handover of `unit` just checked in."""
        owner = cls.env["property.handover"]._owners_of(unit).get(unit)
        model = cls.env["property.handover"]
        if user:
            model = model.with_user(user)
        return model.create({"unit_id": unit.id, "partner_id": owner[:1].id, **values})

    @classmethod
    def _pay(cls, cases):
        """Take the handover fees of cases in one go."""
        values = []
        for case in cases:
            lines = case.line_ids.filtered("charge_id")
            values.append(
                {
                    "unit_id": case.unit_id.id,
                    "partner_id": case.partner_id.id,
                    "journal_id": cls._journal().id,
                    "amount": case.amount_open,
                    "line_ids": [
                        Command.create({"charge_id": line.charge_id.id, "amount": line.amount_open})
                        for line in lines
                        if line.amount_open
                    ],
                }
            )
        cls.env.cr.execute("SET LOCAL enable_seqscan = off")
        receipts = cls.env["property.receipt"]._take(values[:10])
        # Nothing here is ever committed, so PostgreSQL would plan as if the tables were empty.
        cls.env.flush_all()
        cls.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment"
        )
        receipts |= cls.env["property.receipt"]._take(values[10:])
        cases.invalidate_recordset()
        cases.line_ids.invalidate_recordset()
        return receipts

    @classmethod
    def _to_inspection(cls, cases):
        """Drive cases that are checked in to the inspection at the home."""
        cases.action_papers_seen()
        cases.action_verify()
        if cases.filtered("amount_open"):
            cls._pay(cases.filtered("amount_open"))
        cases.action_fees_paid()
        cases.action_sign_agreements()
        cases.action_signed()
        cases.action_sign_papers()
        cases.action_issue_papers()
        cases.action_no_services()
        cases.action_register_services()
        cases.action_inspect()
        return cases.inspection_ids

    @classmethod
    def _conclude(cls, inspections, opinion="accept"):
        """Read the meters, find the rest in order, let everybody sign and conclude."""
        meters = inspections.handover_id.meter_ids
        meters.filtered(lambda row: row.state == "listed").write({"value": 10.0})
        inspections.action_rest_ok()
        inspections.write({"opinion": opinion})
        inspections.action_sign_all()
        inspections.action_conclude()

    @classmethod
    def _to_filed(cls, cases):
        """Hand out the keys of accepted homes and file the cases."""
        cases.action_sign_keys()
        cases.action_hand_keys()
        cases.action_file()
