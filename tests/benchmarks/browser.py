# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the web client asks the server for when a user opens a menu or a record."""

import json
from itertools import groupby

from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval, time

#: rows of a list, cards of a kanban column, and how far the client counts
LIST_ROWS, CARDS, COUNTED = 80, 20, 10_001


class Browser:
    """A user's browser: the calls of Odoo's web client, made in this process."""

    def __init__(self, env, user):
        self.env = env(user=user.id, context={"lang": user.lang, "tz": user.tz, "uid": user.id})
        self.user = user

    def home(self):
        """Return the action the suite's app opens with, by what its menu is there for."""
        menus = self.env["ir.ui.menu"].load_web_menus(False)
        menu = menus[self.env.ref("property_service.menu_root").id]
        action = self.env[menu["actionModel"]].browse(menu["actionID"]).run()
        return self.env[action["type"]].browse(action["id"])

    def log_in(self):
        """Load the menus, then the home screen."""
        return self.open(self.home())

    def open(self, action):
        """Open an action: its views and what the first of them shows.

        :return: what was read
        """
        action = action.sudo()
        if action._name == "ir.actions.client":
            return self._open_client(action)
        context = self._evaluated(action.context) or {}
        model = self.env[action.res_model].with_context(**context)
        chosen = {view.view_mode: view.view_id.id for view in action.view_ids}
        modes = action.view_mode.split(",")
        views = [(chosen.get(mode, False), mode) for mode in modes]
        if action.view_id and not chosen:
            views[0] = (action.view_id.id, modes[0])
        views.append((action.search_view_id.id, "search"))
        got = model.get_views(
            views, {"toolbar": True, "action_id": action.id, "load_filters": True}
        )["views"]
        search = etree.fromstring(got["search"]["arch"])
        domain = Domain(self._evaluated(action.domain) or []) & self._preset(search, context)
        arch = etree.fromstring(got[modes[0]]["arch"])
        self._panel(model, search, domain)
        group = arch.get("default_group_by")
        if arch.tag == "kanban" and group:
            return self._kanban(model, arch, domain, group)
        if arch.tag in ("graph", "pivot"):
            return self._figures(model, arch, domain)
        return self.rows(model, arch, domain, LIST_ROWS if arch.tag == "list" else 40)

    def open_record(self, record, view=False):
        """Open the form of a record."""
        record = record.with_env(self.env)
        got = record.get_views([(view, "form"), (False, "search")], {"toolbar": True})
        arch = etree.fromstring(got["views"]["form"]["arch"])
        return record.web_read(self.specification(record, arch))

    def rows(self, model, arch, domain, limit, order=None):
        """Read the rows of a list or the cards of a kanban."""
        return model.web_search_read(
            list(domain),
            self.specification(model, arch),
            limit=limit,
            order=order or arch.get("default_order"),
            count_limit=COUNTED,
        )

    def _kanban(self, model, arch, domain, group):
        sums = [
            f"{bar.get('sum_field')}:sum"
            for bar in arch.iter("progressbar")
            if bar.get("sum_field")
        ]
        found = model.web_read_group(
            list(domain),
            [group],
            sums,
            auto_unfold=True,
            unfold_read_specification=self.specification(model, arch),
            unfold_read_default_limit=CARDS,
        )
        for bar in arch.iter("progressbar"):
            model.read_progress_bar(
                list(domain),
                group,
                {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))},
            )
        return found

    def _figures(self, model, arch, domain):
        groups, measures = [], []
        for node in arch.iter("field"):
            name, field = node.get("name"), model._fields[node.get("name")]
            if node.get("invisible") in ("1", "True"):
                continue
            if node.get("type") == "measure":
                measures.append(f"{name}:{field.aggregator or 'sum'}")
            else:
                date = field.type in ("date", "datetime")
                groups.append(f"{name}:{node.get('interval') or 'month'}" if date else name)
        return model.formatted_read_group(list(domain), groups, measures or ["__count"])

    def _panel(self, model, search, domain):
        for node in search.iterfind("searchpanel/field"):
            several = node.get("select") == "multi"
            ask = (
                model.search_panel_select_multi_range
                if several
                else (model.search_panel_select_range)
            )
            ask(node.get("name"), search_domain=list(domain), enable_counters=True)

    def _open_client(self, action):
        if action.tag != "property_service.cashier":
            raise NotImplementedError(action.tag)
        return self.env["property.cashier"].cashier_today()

    def _evaluated(self, text):
        if not text:
            return None
        return safe_eval(
            text,
            {
                "uid": self.user.id,
                "allowed_company_ids": self.user.company_ids.ids,
                "active_id": False,
                "active_ids": [],
                "context_today": lambda: fields.Date.context_today(self.env.user),
                "datetime": safe_datetime,
                "current_date": fields.Date.to_string(fields.Date.today()),
                "time": time,
            },
        )

    def _preset(self, search, context):
        """Return the domain of the filters an action switches on.

        Filters that stand together are alternatives, as in the search bar.
        """
        domain = Domain.TRUE
        nodes = [node for node in search.iterchildren() if isinstance(node.tag, str)]
        for is_filter, group in groupby(nodes, lambda node: node.tag == "filter"):
            if not is_filter:
                continue
            chosen = [node for node in group if context.get(f"search_default_{node.get('name')}")]
            texts = [node.get("domain") for node in chosen if node.get("domain")]
            texts = [text for text in texts if text != "[]"]
            if texts:
                domain &= Domain.OR(Domain(self._evaluated(text)) for text in texts)
            for node in chosen:
                if node.get("date"):
                    today = fields.Date.context_today(self.env.user)
                    domain &= Domain(node.get("date"), ">=", today.replace(day=1))
        return domain

    def specification(self, model, arch):
        """Return what a view reads: its fields, those of its x2many lists too."""
        wanted = {}
        for node in arch.iter("field"):
            if any(parent.tag in ("field", "groupby") for parent in node.iterancestors()):
                continue
            inner = wanted.setdefault(node.get("name"), {})
            comodel = model._fields[node.get("name")].comodel_name
            for view in node.iterchildren("list", "kanban", "form"):
                inner.setdefault("fields", {}).update(self.specification(model.env[comodel], view))
        for name, inner in wanted.items():
            if model._fields[name].type == "many2one" and not inner.get("fields"):
                inner["fields"] = {"display_name": {}}
        return wanted
