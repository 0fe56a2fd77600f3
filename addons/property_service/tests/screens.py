# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a browser asks the server for when a user opens the screens of an addon's menus."""

import json

from lxml import etree

from odoo import fields
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval, time

from .common import PropertyCase


class ScreensCase(PropertyCase):
    """Opens the screens of the menus of one addon of the suite as users of every role do."""

    #: the addon whose menus are opened
    addon = "property_service"

    def check_every_menu_opens(self):
        """Open every menu as everybody who sees it, and use its search view."""
        for role, user in self.users.items():
            actions = self._actions(user)
            self.assertTrue(actions, role)
            for action in actions:
                with self.subTest(role=role, action=action.name, model=action.res_model):
                    self._open(action, user)

    def empty_screens(self):
        """Return the models whose screens show nothing to an administrator."""
        user = self.users["administrator"]
        return {
            action.res_model
            for action in self._actions(user)
            if not action.res_model.startswith("res.config") and not self._open(action, user)
        }

    def _menus_of_addon(self):
        """Return the ids of the addon's menus."""
        data = self.env["ir.model.data"].search_fetch(
            [("model", "=", "ir.ui.menu"), ("module", "=", self.addon)], ["res_id"]
        )
        return set(data.mapped("res_id"))

    def _actions(self, user):
        """Return the window actions of our menus that `user` sees, parents included."""
        menus = self.env["ir.ui.menu"]
        visible = menus.with_user(user)._visible_menu_ids()
        root = self.env.ref("property_service.menu_root")
        of_addon = self._menus_of_addon()
        ours = [
            menu
            for menu in menus.browse(visible)
            if menu.id in of_addon
            and menu.parent_path.startswith(root.parent_path)
            and {int(parent) for parent in menu.parent_path.split("/") if parent} <= visible
        ]
        actions = [menu.action for menu in ours if menu.action]
        return [action for action in actions if action._name == "ir.actions.act_window"]

    def _evaluated(self, text, user):
        """Return what the web client makes of an action's domain or context."""
        if not text:
            return None
        return safe_eval(
            text,
            {
                "uid": user.id,
                "allowed_company_ids": user.company_ids.ids,
                "active_id": False,
                "active_ids": [],
                "context_today": lambda: fields.Date.context_today(self.env.user),
                "datetime": safe_datetime,
                "current_date": fields.Date.to_string(fields.Date.today()),
                "time": time,
            },
        )

    def _model(self, action, user):
        context = self._evaluated(action.context, user) or {}
        return self.env[action.res_model].with_user(user).with_context(**context)

    def _specification(self, arch):
        """Return what a view of `arch` reads: its fields, those of its x2many lists too."""
        wanted = {}
        for node in arch.iter("field"):
            if any(parent.tag in ("field", "groupby") for parent in node.iterancestors()):
                continue
            inner = wanted.setdefault(node.get("name"), {})
            for view in node.iterchildren("list", "kanban", "form"):
                inner.setdefault("fields", {}).update(self._specification(view))
        return wanted

    def _complete(self, model, specification):
        """Add the name of what relational fields point at, as the web client does."""
        for name, inner in specification.items():
            field = model._fields[name]
            if inner.get("fields"):
                self._complete(self.env[field.comodel_name], inner["fields"])
            elif field.type == "many2one":
                inner["fields"] = {"display_name": {}}
        return specification

    def _open(self, action, user):
        """Open an action as `user`: its views, what they read, every filter and grouping.

        :return: how many records there were to look at
        """
        model = self._model(action, user)
        domain = self._evaluated(action.domain, user) or []
        chosen = {view.view_mode: view.view_id.id for view in action.view_ids}
        views = [(chosen.get(mode, False), mode) for mode in action.view_mode.split(",")]
        views = [(action.view_id.id, views[0][1]), *views[1:]] if action.view_id else views
        views.append((action.search_view_id.id, "search"))
        got = model.get_views(views, {"toolbar": True, "action_id": action.id})["views"]
        if model._transient:
            model.new({})
            return 1
        count = 0
        for kind in ("list", "kanban", "form"):
            if kind not in got:
                continue
            specification = self._complete(
                model, self._specification(etree.fromstring(got[kind]["arch"]))
            )
            count = model.web_search_read(domain, specification, limit=5)["length"]
            self._read_bars(model, domain, etree.fromstring(got[kind]["arch"]))
            if kind == "form" and got[kind]["id"]:
                model.search(domain, limit=1).web_read(specification)
        self._use_search(model, domain, etree.fromstring(got["search"]["arch"]), user)
        return count

    def _read_bars(self, model, domain, arch):
        """Ask for the bars above the columns of a kanban, as the browser does."""
        for bar in arch.iter("progressbar"):
            model.read_progress_bar(
                domain,
                arch.get("default_group_by") or "create_uid",
                {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))},
            )

    def _use_search(self, model, domain, arch, user):
        """Try every field, filter and grouping of a search view."""
        for node in arch.iter("field"):
            text = node.get("filter_domain")
            if text:
                model.search_count(domain + safe_eval(text, {"self": "1-1-101", "uid": user.id}))
            else:
                model.search_count([*domain, (node.get("name"), "ilike", "x")])
        for node in arch.iter("filter"):
            if text := node.get("domain"):
                model.search_count(domain + (self._evaluated(text, user) or []))
            if node.get("date"):
                model.search_count([*domain, (node.get("date"), ">=", "2026-01-01")])
            grouping = (self._evaluated(node.get("context"), user) or {}).get("group_by")
            if grouping:
                model.formatted_read_group(domain, [grouping], ["__count"])
