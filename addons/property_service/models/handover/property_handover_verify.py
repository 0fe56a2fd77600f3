# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class PropertyHandover(models.Model):
    """Desk 1: only to the entitled person (资料验证, handbook A §12)."""

    _inherit = "property.handover"

    agent_id = fields.Many2one("res.partner", ondelete="restrict", tracking=True)
    agent_name = fields.Char("Name of the agent", tracking=True)
    agent_phone = fields.Char("Phone of the agent")
    agent_receives = fields.Boolean("May receive the house")
    agent_signs = fields.Boolean("May sign the covenant")
    agent_keys = fields.Boolean("May receive the keys")
    agent_until = fields.Date("Authorisation valid until")
    co_owners_absent = fields.Boolean(
        "Co-owners are absent",
        compute="_compute_co_owners_absent",
        store=True,
        readonly=False,
        help="One of several owners comes alone: authorisation and ID copies of the others.",
    )
    abroad = fields.Boolean("Owner abroad", help="Foreign, Hong Kong, Macau, Taiwan: notarised.")
    mortgaged = fields.Boolean("Bought with a mortgage")
    name_changed = fields.Boolean(
        "Name differs from the contract", help="Proof of the police or the civil registry."
    )
    supplement_date = fields.Date("Papers to be brought by", readonly=True, copy=False)
    verify_result = fields.Selection(
        [
            ("complete", "All there"),
            ("verified", "Verified"),
            ("incomplete", "Papers missing"),
            ("supplement", "To be brought later"),
            ("doubtful", "Doubtful"),
            ("false", "False papers"),
        ],
        "Result of the check",
        compute="_compute_verify_result",
        store=True,
        tracking=True,
    )
    doubt_reason = fields.Char("What is doubtful", readonly=True, copy=False)
    doubt_cleared_by_id = fields.Many2one(
        "res.users", "Cleared by", readonly=True, copy=False, help="After asking the developer."
    )
    doubt_note = fields.Char("What the developer confirmed")

    @api.depends("unit_id", "partner_id")
    def _compute_co_owners_absent(self):
        for case in self:
            case.co_owners_absent = len(case.partner_ids) > 1

    @api.depends("state", "paper_ids.missing", "paper_ids.finding", "doubt_reason")
    def _compute_verify_result(self):
        for case in self:
            findings = set(case.paper_ids.mapped("finding"))
            if "false" in findings:
                case.verify_result = "false"
            elif "doubtful" in findings or (case.doubt_reason and not case.doubt_cleared_by_id):
                case.verify_result = "doubtful"
            elif case.state == "docs_incomplete":
                case.verify_result = "supplement"
            elif case.state != "checked_in":
                case.verify_result = "verified"
            else:
                case.verify_result = "incomplete" if case.papers_missing else "complete"

    def _paper_conditions(self):
        """Return who comes and what is special: each asks for papers of its own."""
        conditions = {"self" if self.way == "self" else self.way}
        if self.way == "company":
            conditions.add("agent")
        if self.abroad and self.way == "agent":
            conditions.add("abroad")
        if self.co_owners_absent:
            conditions.add("co_owner")
        if self.mortgaged:
            conditions.add("mortgage")
        if self.name_changed:
            conditions.add("name")
        return conditions

    def _check_papers_open(self):
        for case in self:
            if case.state not in ("checked_in", "docs_incomplete"):
                raise UserError(
                    self.env._(
                        "The papers of “%(case)s” are verified and stay as they were seen.",
                        case=case.display_name,
                    )
                )

    def action_papers_seen(self):
        """Tick all papers of the list at once: originals checked, copies kept."""
        self._check_papers_open()
        lines = self.paper_ids.filtered(
            lambda line: line.missing and line.finding == "ok" and not line.valid_until
        )
        lines.write({"original_seen": True, "copy_kept": True})
        return True

    def action_verify(self):
        """Let the case pass the check of its papers (handbook A §12).

        Missing papers take it to “incomplete” with a day until which they are to be brought; the
        clerk prints the list of what is missing. Doubtful ones wait for the developer, false ones
        stop the case.

        :raises UserError: for false or doubtful papers, or an agent without authority
        """
        complete = self.browse()
        for case in self:
            case._check_not_false()
            case._check_agent()
            if case.papers_missing:
                days = case.estate_id._parameter("handover_supplement_days")
                case._move_to(
                    "docs_incomplete",
                    supplement_date=fields.Date.add(fields.Date.context_today(case), days=days),
                )
                case.message_post(
                    body=case.env._("Papers are missing: %(papers)s.", papers=case.papers_missing)
                )
            else:
                complete |= case
        if complete:
            complete._move_to("docs_verified")
            complete._make_lines()
        return True

    def _check_not_false(self):
        self.ensure_one()
        if self.verify_result == "false":
            names = "、".join(
                self.paper_ids.filtered(lambda line: line.finding == "false").mapped("name")
            )
            for user in self._deadline_users("manager"):
                self.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("False papers at a handover: decide, inform the police"),
                    user_id=user.id,
                )
            raise UserError(
                self.env._(
                    "“%(case)s”: false papers (%(papers)s). Stop here, keep calm, report to the "
                    "manager and the police.",
                    case=self.display_name,
                    papers=names,
                )
            )
        if self.verify_result == "doubtful":
            raise UserError(
                self.env._(
                    "“%(case)s”: papers are doubtful. Ask the developer to confirm; a supervisor "
                    "clears the doubt.",
                    case=self.display_name,
                )
            )

    def _check_agent(self):
        """Refuse an agent whose authorisation does not cover what he is to do.

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        if self.way == "self":
            return
        if not self.agent_name:
            raise UserError(
                self.env._(
                    "“%(case)s”: enter the name of the agent or handler.", case=self.display_name
                )
            )
        missing = [
            label
            for allowed, label in (
                (self.agent_receives, self.env._("receive the house")),
                (self.agent_signs, self.env._("sign the covenant")),
                (self.agent_keys, self.env._("receive the keys")),
            )
            if not allowed
        ]
        if missing:
            raise UserError(
                self.env._(
                    "“%(case)s”: the authorisation of %(agent)s does not say that he may "
                    "%(missing)s. It is not valid for that.",
                    case=self.display_name,
                    agent=self.agent_name,
                    missing="、".join(missing),
                )
            )
        if self.agent_until and self.agent_until < fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "“%(case)s”: the authorisation of %(agent)s ran out on %(date)s.",
                    case=self.display_name,
                    agent=self.agent_name,
                    date=self.agent_until,
                )
            )

    def action_check_in(self):
        """Go back to checking in: the missing papers were brought."""
        self._move_to("checked_in", supplement_date=False)
        return True

    def action_doubtful(self, reason):
        """Note a doubt about who comes or what is shown: the developer is asked to confirm."""
        self._check_papers_open()
        self.sudo().write({"doubt_reason": self._need_reason(reason), "doubt_cleared_by_id": False})
        for case in self:
            for user in case._deadline_users("supervisor"):
                case.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("Doubtful papers at a handover: ask the developer"),
                    user_id=user.id,
                )

    def action_clear_doubt(self):
        """Clear a doubt after the developer confirmed, as a supervisor.

        :raises AccessError: below the supervisor
        :raises UserError: without what the developer confirmed
        """
        self._check_in_group("supervisor", self.env._("Only a supervisor clears a doubt."))
        for case in self:
            if not case.doubt_note:
                raise UserError(self.env._("Write down who confirmed what."))
            case.sudo().write({"doubt_cleared_by_id": self.env.uid})
            case.sudo().paper_ids.filtered(lambda line: line.finding == "doubtful").write(
                {"finding": "ok"}
            )
        return True
