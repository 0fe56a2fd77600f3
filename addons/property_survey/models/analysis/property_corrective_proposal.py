# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: complaints that say nothing of our work, or that are taken back
_VOID = ("withdrawn", "invalid")


class PropertyCorrectiveAction(models.Model):
    """Proposals by the rules of handbook B F7 and C4: what comes again and again has a cause.

    Proposed are: complaints of one kind that come as often as setting `corrective_repeats` says
    within `complaint_repeat_days`; major and hot ones; violations of one kind found as often as
    `finding_repeat_count` within `finding_repeat_days` (handbook A §18, §37); notices that were
    marked. A supervisor opens the proposal or states why it is not needed.
    """

    _inherit = "property.corrective.action"

    category_id = fields.Many2one(
        "property.case.category",
        "Kind of complaint",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('kind', '=', 'complaint')]",
    )
    violation_type_id = fields.Many2one(
        "property.renovation.violation.type",
        "Kind of violation",
        index="btree_not_null",
        ondelete="restrict",
    )
    dismissed_date = fields.Datetime("Found not needed on", readonly=True, copy=False)
    dismiss_reason = fields.Char("Why it is not needed", readonly=True, copy=False)

    @api.model
    def _cron_corrective(self):
        """Propose what the rules ask for in each estate; look whether closed causes came back."""
        crons = self.env["ir.cron"]
        done = crons._property_each(
            self.env["property.estate"].search([("active", "=", True)]),
            self._propose_for,
            lambda estate, _error: _logger.exception("Proposals of estate %s failed", estate.id),
        )
        if done:
            crons._property_each(
                self.search([("state", "=", "closed"), ("recurrence", "=", False)]),
                lambda action: action._check_recurrence(),
                lambda action, _error: _logger.exception("Recurrence of %s failed", action.id),
                lock=True,
            )

    @api.model
    def _propose_for(self, estate):
        """Propose what the rules ask for in an estate and nobody has proposed yet.

        :return: the proposals
        """
        actions = self.sudo().with_context(lang=estate._print_lang())
        made = actions.browse()
        # a hot matter first: what is proposed for it need not be proposed for its kind again
        for rule in ("_single_sources", "_kinds_of_complaints", "_kinds_of_violations"):
            for source, values in getattr(actions, rule)(estate):
                vals = {**source._corrective_values(), "state": "proposed", **values}
                # nobody has it yet, least of all who runs the rules
                made |= actions.create({**vals, "user_id": False})
        for action in made:
            action._tell("supervisor", action.env._("Proposed corrective action: %s", action.name))
        return made

    def _kinds_of_complaints(self, estate):
        """Return (last complaint, values) of each kind of complaint that comes too often."""
        days = estate._parameter("complaint_repeat_days")
        often = estate._parameter("corrective_repeats")
        since = fields.Datetime.now() - timedelta(days=days)
        rows = self.env["property.complaint"]._read_group(
            [
                ("estate_id", "=", estate.id),
                ("received_date", ">=", since),
                ("state", "not in", _VOID),
                ("category_id", "!=", False),
            ],
            ["category_id"],
            ["__count", "id:max"],
            having=[("__count", ">=", often)],
        )
        known = self._known_kinds(estate, "category_id", since)
        return [
            (
                self.env["property.complaint"].browse(last),
                {
                    "fact": self.env._(
                        "%(count)s complaints of the kind “%(kind)s” in %(days)s days",
                        count=count,
                        kind=category.name,
                        days=days,
                    )
                },
            )
            for category, count, last in rows
            if category not in known
        ]

    def _kinds_of_violations(self, estate):
        """Return (last violation, values) of each kind of violation found too often."""
        days = estate._parameter("finding_repeat_days")
        often = estate._parameter("finding_repeat_count")
        since = fields.Datetime.now() - timedelta(days=days)
        rows = self.env["property.renovation.violation"]._read_group(
            [("estate_id", "=", estate.id), ("found_date", ">=", since)],
            ["type_id"],
            ["__count", "id:max"],
            having=[("__count", ">=", often)],
        )
        known = self._known_kinds(estate, "violation_type_id", since)
        return [
            (
                self.env["property.renovation.violation"].browse(last),
                {
                    "fact": self.env._(
                        "%(count)s violations of the kind “%(kind)s” in %(days)s days",
                        count=count,
                        kind=kind.name,
                        days=days,
                    )
                },
            )
            for kind, count, last in rows
            if kind not in known
        ]

    def _known_kinds(self, estate, field, since):
        """Return the kinds that are dealt with: open, closed and still watched, lately dismissed."""
        return self.search(
            [
                ("estate_id", "=", estate.id),
                (field, "!=", False),
                "|",
                "&",
                ("state", "!=", "dismissed"),
                "|",
                ("state", "!=", "closed"),
                ("recurrence", "=", False),
                "&",
                ("state", "=", "dismissed"),
                ("dismissed_date", ">=", since),
            ]
        )[field]

    def _single_sources(self, estate):
        """Return (source, values) of what needs an action by itself and has none."""
        complaints = self.env["property.complaint"].search(
            [
                ("estate_id", "=", estate.id),
                ("state", "not in", ("closed", *_VOID)),
                "|",
                "|",
                ("level", "in", ("major", "hot")),
                ("is_hot", "=", True),
                ("is_repeat", "=", True),
            ]
        )
        needy = complaints.filtered(lambda case: case._needs_corrective_action())
        notices = self.env["property.rectification"].search(
            [
                ("estate_id", "=", estate.id),
                ("corrective", "=", True),
                ("state", "not in", ("cancelled", "closed")),
            ]
        )
        owners = dict.fromkeys(case._corrective_owner() for case in needy)
        owners.update(dict.fromkeys(notices))
        return [(owner, {}) for owner in owners if not owner.corrective_ids]

    def action_open(self):
        """Open a proposed action: the time to find the cause begins."""
        self._check_role("supervisor", self.env._("Corrective actions are opened by a supervisor."))
        self._move_to("opened")

    def action_dismiss(self, reason=None):
        """State why a proposed action is not needed.

        :raises UserError: without a reason
        """
        self._check_role("supervisor", self.env._("Proposals are judged by a supervisor."))
        if not reason:
            raise UserError(self.env._("State why no corrective action is needed."))
        self._move_to("dismissed", dismiss_reason=reason)
