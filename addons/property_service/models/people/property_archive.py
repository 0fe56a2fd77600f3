# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..estate.property_unit_type import CATEGORIES


class PropertyArchiveType(models.Model):
    """A kind of paper that belongs into a household's file (handbook A §6)."""

    _name = "property.archive.type"
    _description = "Kind of archive paper"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    required = fields.Boolean(help="Its lack is shown in the file's directory.")
    category = fields.Selection(
        CATEGORIES, help="Only for units of this category; empty for homes, shops and offices."
    )
    leased_only = fields.Boolean("Only where let")
    active = fields.Boolean(default=True)

    def _applies_to(self, unit):
        """Return whether the paper belongs into the file of `unit`."""
        self.ensure_one()
        if self.category:
            fits = unit.category == self.category
        else:
            fits = unit.category in ("home", "shop", "office")
        return (
            fits
            and unit.state not in ("unsold", "sold_pending")
            and (not self.leased_only or unit.state == "leased")
        )


class PropertyArchiveDocument(models.Model):
    """A paper of a household's file (一户一档): a line of its directory (handbook A §6)."""

    _name = "property.archive.document"
    _description = "Archive paper"
    _inherit = ["property.located.mixin", "property.workflow.mixin"]
    _order = "unit_id, sequence, date, id"

    _workflow_initial = ("required", "received", "filed")
    _workflow_moves = {
        "required": ("received",),
        "received": ("checked", "superseded"),
        "checked": ("filed", "superseded"),
        "filed": ("lent", "superseded", "destroyed"),
        "lent": ("filed",),
        "superseded": ("destroyed",),
    }
    _workflow_stamps = {
        "received": ("received_by_id", "received_date"),
        "filed": ("filed_by_id", "filed_date"),
    }

    name = fields.Char("Document name", compute="_compute_name", store=True, readonly=False)
    type_id = fields.Many2one(
        "property.archive.type", required=True, ondelete="restrict", index=True
    )
    sequence = fields.Integer(related="type_id.sequence", store=True)
    partner_id = fields.Many2one("res.partner", "Of", index="btree_not_null")
    date = fields.Date(default=fields.Date.context_today)
    copy_kind = fields.Selection(
        [("original", "Original"), ("copy", "Copy")], "Original or copy", default="original"
    )
    pages = fields.Integer(default=1)
    file = fields.Binary(attachment=True)
    filename = fields.Char()
    state = fields.Selection(
        [
            ("required", "Required"),
            ("received", "Received"),
            ("checked", "Checked"),
            ("filed", "Filed"),
            ("lent", "Lent"),
            ("superseded", "Superseded"),
            ("destroyed", "Destroyed"),
        ],
        required=True,
        default="received",
        index=True,
        group_expand=True,
    )
    received_by_id = fields.Many2one("res.users", "Received by", readonly=True)
    received_date = fields.Datetime("Received on", readonly=True)
    filed_by_id = fields.Many2one("res.users", "Filed by", readonly=True)
    filed_date = fields.Datetime("Filed on", readonly=True)
    remark = fields.Char()

    @api.depends("type_id")
    def _compute_name(self):
        for document in self:
            document.name = document.name or document.type_id.name

    def action_receive(self):
        """Mark papers as received."""
        self._move_to("received")

    def action_check(self):
        """Mark papers as checked for completeness."""
        self._move_to("checked")

    def action_file(self):
        """Put papers into the file; returns a lent one too."""
        self._move_to("filed")

    def action_lend(self):
        """Mark papers as lent."""
        self._move_to("lent")

    def action_supersede(self):
        """Mark papers as replaced by newer ones."""
        self._move_to("superseded")

    def action_destroy(self):
        """Mark papers as destroyed after their retention.

        :raises AccessError: below the manager, who answers for the archive (handbook A §6)
        """
        if not (self.env.su or self.env.user.has_group("property_service.group_manager")):
            raise AccessError(self.env._("Only the manager may have papers of a file destroyed."))
        self._move_to("destroyed")
