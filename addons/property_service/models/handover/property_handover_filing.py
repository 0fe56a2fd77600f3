# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools import money
from ..people.property_occupancy import OWNER_ROLES

#: (type of the archive, form); handbook A §6, §11
FILING = [
    ("archive_type_01", "action_report_handover_notice"),
    ("archive_type_02", "action_report_handover_papers"),
    ("archive_type_03", "action_report_handover_route"),
    ("archive_type_04", None),
    ("archive_type_05", None),
    ("archive_type_06", "action_report_handover_charges"),
    ("archive_type_07", "action_report_house_inspection"),
    ("archive_type_08", None),
    ("archive_type_09", "action_report_handover_receipts"),
]


class PropertyHandover(models.Model):
    """Filing: six records, the owner's rights and duties begin, the file is complete (§11, §59)."""

    _inherit = "property.handover"

    record_ids = fields.Char("Records missing", compute="_compute_record_ids")
    spot_check_ids = fields.Many2many("property.handover.spot.check", string="Spot checks")

    def _records(self):
        """Return {label: whether it is there} of the six records of every handover (§11)."""
        self.ensure_one()
        settled = self.fee_state in ("paid", "refused", "none")
        return {
            self.env._("1 Owner's registration form"): self._is_signed("registration"),
            self.env._("2 Signed record of the inspection"): self._inspection_signed(),
            self.env._("3 Signed receipt of papers"): self._is_signed("papers"),
            self.env._("4 Signed receipt of keys"): self._is_signed("keys"),
            self.env._("5 Record of proxy services"): bool(self.service_ids) or self.no_services,
            self.env._("6 Record of handover charges"): bool(self.line_ids) and settled,
        }

    @api.depends(
        "state",
        "no_services",
        "service_ids",
        "line_ids",
        "signature_ids",
        "inspection_ids.signature_ids",
    )
    def _compute_record_ids(self):
        for case in self:
            missing = [label for label, there in case._records().items() if not there]
            case.record_ids = "、".join(missing)

    def action_file(self):
        """File cases: all six records are there (handbook A §11).

        The owner's relation takes effect, the home is handed over, fees start by the rule, the
        papers go into the household's file and the case into the pool of spot checks.

        :raises UserError: naming the records that are missing
        """
        for case in self:
            if missing := case.record_ids:
                raise UserError(
                    self.env._(
                        "“%(case)s” cannot be filed. Missing of the six records: %(records)s.",
                        case=case.display_name,
                        records=missing,
                    )
                )
        reason = self.env._("Handed over.")
        for date, cases in self.grouped("handover_date").items():
            self._take_effect(
                cases.unit_id,
                date,
                {case.unit_id.id: case.partner_id for case in cases},
                reason,
                {case.unit_id.id: case._free_months() for case in cases},
            )
        self.meter_ids._transfer()
        for start, cases in self.grouped(lambda case: case.unit_id.fee_date_start).items():
            cases.sudo().write({"fee_date_start": start})
        self._move_to("filed")
        notices = self.notice_id.sudo()
        notices.filtered(lambda row: row.state in ("attended", "overdue"))._move_to("done")
        self._file_papers()
        return True

    def _file_papers(self):
        """Put the lines of the filing list into the households' files (§6, §11)."""
        documents = self.env["property.archive.document"]
        for case in self:
            inspection = case.inspection_id
            for kind, report in FILING:
                record = {"archive_type_07": inspection, "archive_type_01": case.notice_id}.get(
                    kind, case
                )
                if not record:
                    record, report = case, None
                documents._file_record(
                    record,
                    kind,
                    report and f"property_service.{report}",
                    name=self.env.ref(f"property_service.{kind}").sudo().name,
                    partner=case.partner_id,
                )

    # fee start -----------------------------------------------------------------------------------

    def _fee_start_of(self, date):
        """Return the first day fees are charged for a home of this estate handed over on `date`."""
        return self._fee_start_rule(self.estate_id, date)

    @api.model
    def _fee_start_rule(self, estate, date):
        """Return the first day fees are charged for, by the setting ``handover_fee_start``.

        ``half``: handed over in the first half of a month, from its 15th; in the second half, from
        the next month. ``day``: from the day itself. ``next``: from the next month (handbook A §16).

        :param estate: `property.estate` record
        :param date date: day of the handover
        """
        rule = estate._parameter("handover_fee_start")
        middle = estate._parameter("handover_fee_middle_day")
        if rule == "day":
            return date
        if rule == "half" and date.day <= middle:
            return date.replace(day=middle)
        return money.add_months(money.month_start(date), 1)

    @api.model
    def _take_effect(self, units, date, owners, reason, free_months=None):
        """Let homes be handed over: state, days, and the owners' relation takes effect (§59).

        :param units: `property.unit` records
        :param date date: day of the handover
        :param dict owners: unit id -> `res.partner`
        :param str reason: noted on the homes
        :param dict free_months: unit id -> months the developer bears; none by default
        """
        free = free_months or {}
        # rights were checked with the document; what follows on the home is the system's
        units = units.sudo().filtered(lambda unit: not unit.handover_date)
        for (estate, months), group in units.grouped(
            lambda unit: (unit.estate_id, free.get(unit.id, 0))
        ).items():
            start = self._fee_start_rule(estate, date)
            group.write(
                {
                    "handover_date": date,
                    "fee_date_start": money.add_months(start, months) if months else start,
                }
            )
        waiting = units.filtered(lambda unit: unit.state in ("unsold", "sold_pending"))
        waiting._set_state("handed_over", reason)
        self._start_ownership(units, date, owners)

    @api.model
    def _start_ownership(self, units, date, owners):
        """Make the owners' rows effective from `date`; who has none gets one."""
        model = self.env["property.occupancy"].sudo().with_context(property_occupancy_batch=True)
        rows = model.search([("unit_id", "in", units.ids), ("role", "in", OWNER_ROLES)])
        held = rows.filtered(lambda row: row.state == "effective").unit_id
        pending = rows.filtered(lambda row: row.state == "pending")
        for unit, group in pending.grouped("unit_id").items():
            if unit not in held and not any(group.mapped("is_payer")):
                first = group.filtered(lambda row: row.role == "owner")[:1] or group[:1]
                first.is_payer = True
        pending.filtered(lambda row: row.date_start != date).date_start = date
        pending._move_to("effective")
        model.create(
            [
                {
                    "unit_id": unit.id,
                    "partner_id": owners[unit.id].id,
                    "role": "owner",
                    "date_start": date,
                    "is_payer": True,
                    "manner": "first",
                }
                for unit in units - held - pending.unit_id
                if owners.get(unit.id)
            ]
        )
        fresh = model.with_context(property_occupancy_batch=False).search(
            [("unit_id", "in", units.ids), ("role", "in", OWNER_ROLES)]
        )
        fresh._check_owned_days_have_payer()
