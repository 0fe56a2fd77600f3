# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# The proof that a state is moved by a method of ours. An object's identity cannot come in by
# RPC, whatever context a caller sends, so nobody can forge it.
_MOVE = object()


class PropertyWorkflowMixin(models.AbstractModel):
    """Moves of state, declared once and enforced in ``write()``.

    A model with a ``state`` field inherits this, declares `_workflow_moves` (state -> states it
    may go to) and `_workflow_stamps` (state -> the user field and the time field stamped on
    arrival), and changes state by `_move_to()` only. A plain ``write({'state': …})``, from
    whatever side, is refused: rule 3 of the design.
    """

    _name = "property.workflow.mixin"
    _description = "Workflow"
    _inherit = ["property.file.mixin"]

    #: state -> tuple of states that may follow
    _workflow_moves = {}
    #: state -> (field of the user, field of the time); either may be None
    _workflow_stamps = {}
    #: states a new record may have; None: only the field's default
    _workflow_initial = None

    def _workflow_stamp_fields(self):
        return {name for pair in self._workflow_stamps.values() for name in pair if name}

    def _state_label(self, state):
        """Return the label of `state` in the user's language."""
        return dict(self._fields["state"]._description_selection(self.env)).get(state, state)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._moving():
            initial = self._workflow_initial
            if initial is None:
                initial = (self.default_get(["state"]).get("state"),)
            for vals in vals_list:
                if "state" in vals and vals["state"] not in initial:
                    raise UserError(
                        self.env._(
                            "A new %(document)s cannot start as “%(state)s”: create it and use "
                            "its buttons.",
                            document=self._description,
                            state=self._state_label(vals["state"]),
                        )
                    )
                for name in self._workflow_stamp_fields() & vals.keys():
                    vals.pop(name)
        return super().create(vals_list)

    def write(self, vals):
        # Odoo's merging of contacts or accounts writes to what it found, be it nothing
        if self and not self._moving():
            guarded = ({"state"} | self._workflow_stamp_fields()) & vals.keys()
            if "state" in guarded and all(rec.state == vals["state"] for rec in self):
                guarded.discard("state")
            if guarded:
                raise UserError(
                    self.env._(
                        "The state of “%(record)s” and the stamps of its steps are kept by the "
                        "system: use the buttons of the %(document)s.",
                        record=self[:1].display_name,
                        document=self._description,
                    )
                )
        return super().write(vals)

    def _move_to(self, state, **vals):
        """Move the records to `state`, stamp who and when, and write `vals` with it.

        :param str state: the state to reach
        :param vals: further values, written in the same statement
        :raises UserError: if the declared moves do not lead there from a record's state
        """
        for record in self:
            if state not in self._workflow_moves.get(record.state, ()):
                raise UserError(
                    self.env._(
                        "“%(record)s” is “%(current)s” and cannot become “%(target)s”.",
                        record=record.display_name,
                        current=record._state_label(record.state),
                        target=record._state_label(state),
                    )
                )
        user_field, time_field = self._workflow_stamps.get(state, (None, None))
        vals["state"] = state
        if user_field:
            vals[user_field] = self.env.uid
        if time_field:
            vals[time_field] = fields.Datetime.now()
        return self._with_move().write(vals)

    def _moving(self):
        """Return whether a move of ours is going on, which no caller from outside can pretend."""
        return self.env.context.get("property_workflow_move") is _MOVE

    def _with_move(self):
        """Return the records in an environment that may write state and stamps."""
        return self.with_context(property_workflow_move=_MOVE)

    def _without_move(self):
        """Return the records in an environment that may not (for values handed outside)."""
        return self.with_context(property_workflow_move=None)

    # who may -------------------------------------------------------------------------------------

    def _check_in_group(self, groups, message):
        """Refuse users who are in none of `groups`.

        :param groups: end of the XML id of a group of ours, e.g. ``supervisor``, or several
        :param str message: why, a sentence in the user's language
        :raises AccessError: with `message`
        """
        if self.env.su:
            return
        names = (groups,) if isinstance(groups, str) else groups
        if not any(self.env.user.has_group(f"property_service.group_{name}") for name in names):
            raise AccessError(message)

    def _check_role(self, name, what):
        """Refuse users below role `name`, saying who may.

        :param str name: as in `_check_in_group()`
        :param str what: what is refused, in words
        :raises AccessError: if the user is not of the group
        """
        group = self.env.ref(f"property_service.group_{name}").sudo()
        self._check_in_group(
            name,
            self.env._("%(what)s: this is up to “%(group)s”.", what=what, group=group.name),
        )
