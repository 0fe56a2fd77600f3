# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, models
from odoo.exceptions import UserError


class PropertyTrusteeship(models.Model):
    """The agreement: both sign, the lower fee is approved, keys are taken (handbook A §42, §58)."""

    _inherit = "property.trusteeship"

    @api.model
    def _signature_labels(self):
        return {
            "owner": self.env._("Owner who entrusts the home"),
            "company": self.env._("For the company"),
            "handed_back": self.env._("Owner (home handed back)"),
        }

    def _signature_partner(self, role):
        if role == "company":
            return self.env.user.partner_id
        return self.agent_id or self.partner_id

    def _before_signature(self, role):
        if role == "handed_back":
            if self.state not in ("ended", "final_reading"):
                raise UserError(
                    self.env._("“%s” has not ended yet: nothing is handed back.", self.display_name)
                )
            return
        if self.state != "checked":
            raise UserError(
                self.env._("“%s” is signed when the home was checked on site.", self.display_name)
            )
        if role == "company" and not self.env.user.has_group("property_service.group_supervisor"):
            raise UserError(self.env._("A supervisor signs the agreement for the company."))
        self._need_papers()
        self._check_no_arrears()

    def _after_signature(self, signature):
        """Both have signed: file the agreement and ask for the lower fee."""
        if self.state == "checked" and self._is_signed("owner") and self._is_signed("company"):
            self._move_to("agreement_signed")
            self.env["property.archive.document"]._file_record(
                self,
                "archive_type_11",
                report="property_service.action_report_trusteeship",
            )
            self._ask_reduction(self.date_start, self.date_end, self.water_start, self.power_start)

    def _ask_reduction(self, first, last, water, power):
        """Ask for the reduction of the fee room that this agreement stands for.

        Its approval is the manager's consent to the agreement (handbook A §58). Who handles the
        application asks for it: whoever signs for the company may be one of those who decide.
        """
        self.ensure_one()
        waiver = (
            self.env["property.waiver"]
            .with_user(self.user_id or self.create_uid)
            .sudo()
            .create(
                {
                    "unit_id": self.unit_id.id,
                    "partner_id": self.partner_id.id,
                    "kind": "vacancy",
                    "way": "rate",
                    "rate": self.rate,
                    "date": self.date,
                    "date_start": first,
                    "date_end": last,
                    "vacant_since": self.vacant_since,
                    "water_start": water,
                    "power_start": power,
                    "reason": self.env._("House trusteeship %(number)s", number=self.number),
                    "findings": self.findings,
                    "trusteeship_id": self.id,
                }
            )
        )
        waiver.action_verify()
        waiver.action_submit()
        return waiver

    def _waiver_granted(self):
        """The lower fee is approved: the agreement is in force."""
        for row in self.filtered(lambda row: row.state == "agreement_signed"):
            row._move_to("in_force")
            row.write({"water_last": row.water_start, "power_last": row.power_start})
            row.unit_id._set_state(
                "trusteeship",
                self.env._("House trusteeship %(number)s", number=row.number),
            )
            row._open_custody()
            row.estate_id._make_vacant_plans(("entrusted",))
            self.env["property.patrol.plan"]._unit_moved(row.unit_id)

    def _waiver_refused(self, reason):
        """The lower fee was not approved: the agreement goes back to be talked over."""
        for row in self.filtered(lambda row: row.state == "renewed"):
            row.message_post(body=self.env._("Not approved: %(reason)s", reason=reason or ""))
        for row in self.filtered(lambda row: row.state == "agreement_signed"):
            row._void_signatures(
                self.env._("Not approved: %(reason)s", reason=reason or ""), ("owner", "company")
            )
            row._move_to("checked")
            row.message_post(body=self.env._("Not approved: %(reason)s", reason=reason or ""))

    def _open_custody(self):
        """Prepare the custody of the keys that were left (handbook A §59), for its signatures."""
        self.ensure_one()
        custody = self.env["property.key.custody"].sudo()
        if self.scope != "inside" or custody.search_count(
            [
                ("unit_id", "=", self.unit_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("state", "not in", ("withdrawn", "ended", "cancelled")),
            ],
            limit=1,
        ):
            return
        custody.create(
            {
                "unit_id": self.unit_id.id,
                "partner_id": self.partner_id.id,
                "date_start": self.date_start,
                "date_end": self.date_end,
                "purposes": self.env._(
                    "House trusteeship %(number)s: %(keys)s",
                    number=self.number,
                    keys=self.keys_left,
                ),
                "user_id": self.user_id.id,
                "key_line_ids": [Command.create({})],
            }
        )

    def action_open_waivers(self):
        """Open the fee reductions of the agreement."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fee reductions of %(number)s", number=self.number),
            "res_model": "property.waiver",
            "view_mode": "list,form",
            "domain": [("trusteeship_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_open_custody(self):
        """Open the key custody of the home."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Key custody of %(unit)s", unit=self.unit_id.full_name),
            "res_model": "property.key.custody",
            "view_mode": "list,form",
            "domain": [("unit_id", "=", self.unit_id.id)],
            "context": {
                "default_unit_id": self.unit_id.id,
                "default_partner_id": self.partner_id.id,
            },
        }
