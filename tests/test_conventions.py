"""Rules that hold for every model and every file of the suite, whoever writes the next one."""

import ast
import inspect
import re
import subprocess
from pathlib import Path

import polib
from inside import access, settings, terms

from odoo.tests import TransactionCase, tagged
from odoo.tools import sql
from odoo.tools.translate import TranslationModuleReader

LANGUAGE = "zh_CN"

# Models that need no record rule, each with its reason.
WITHOUT_RECORD_RULE = {
    "property.case.category": "what cases are about, shared by all companies",
    "property.archive.type": "kinds of papers, shared by all companies",
    "property.customer.class": "classes, shared by all companies; who is in which is not",
    "property.hold.reason": "why a case stands still, shared by all companies",
    "property.parameter": "the handbooks' numbers and their defaults; own values have rules",
    "property.unit.type": "types of units, shared by all companies",
}

# What Odoo 19 or this suite has a newer way for: suffixes, pattern, what to write instead.
FORBIDDEN = (
    (".py", r"\b_sql_constraints\b", "models.Constraint or models.UniqueIndex"),
    (".py", r"\bgroups_id\b", "group_ids"),
    (".py", r"\bnumbercall\b", "nothing: crons run until they are archived"),
    (".py", r"""type=["']json["']""", "type='jsonrpc'"),
    (".py", r"\bread_group\(", "_read_group or formatted_read_group"),
    (".py", r"\bname_get\b", "_compute_display_name"),
    (".py", r"\bcheck_access_r(ights|ule)\b", "check_access"),
    (".py", r"\._(cr|context|uid)\b", "self.env.cr, .context, .uid"),
    (".py", r"\bauto_join\b", "bypass_search_access"),
    (".py", r"\bgroup_operator\b", "aggregator"),
    (".py", r"\btoggle_active\b", "action_archive and action_unarchive"),
    (".py", r"\b(detailed_type|uom_po_id)\b", "type and is_storable, uom_ids"),
    (".py", r"\buom\.category\b", "relative_uom_id"),
    (".py", r"\bodoo\.(orm|osv)\b", "odoo.api, odoo.fields, odoo.models"),
    (".py", r"\bget_module_resource\b", "odoo.tools.file_path"),
    (".py", r"\bhours=8\b|'8 hours'|(timezone|ZoneInfo)\([\"']Asia", "tools/local_time.py"),
    (".xml", r"\bgroups_id\b", "group_ids"),
    (".xml", r"\bnumbercall\b", "nothing: crons run until they are archived"),
    (".xml", r"\battrs=", "invisible=, readonly=, required="),
    (".xml", r"<tree\b", "<list>"),
    (".xml", r"\bkanban-box\b", 't-name="card"'),
    (".xml", r"\boe_chatter\b", "<chatter/>"),
    (".xml", r"\bt-(esc|raw)\b", "t-out"),
    (".xml", r"<t[dh]\b[^>]*\bt-out=", "a t in the cell: without a value, the cell is left out"),
    (".xml", r"\btoggle_active\b", "action_archive and action_unarchive"),
)
# Methods of every model: an override calls them, and passes on what they return.
CRUD = {
    *("create", "write", "unlink", "copy", "copy_data", "default_get", "fields_get", "read"),
    *("_read_group", "_get_view", "name_search", "_search"),
}
# Methods of some models of Odoo; a model of ours may have its own.
RETURNING = CRUD | {"_post", "action_post"}
RPC_PARAMETERS = {"ids", "context"}  # names that calls from outside use themselves

FOREIGN = (
    (r"(?<![\w./~])/(work|home|root|Users)/\w", "a path of one machine"),
    (r"https?://[\w.-]*(debian|pypi|pythonhosted|npmjs)[\w.-]*", "the host of a package archive"),
)


def files_of_addons(*suffixes):
    """Source files of our addons."""
    for path in sorted(settings.ADDONS.rglob("*")):
        if path.suffix in suffixes and path.is_file():
            yield path


def grep(path, pattern):
    """Places in the file that match, as ``path:line: text``."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(pattern, line):
            yield f"{path.relative_to(settings.ROOT)}:{number}: {line.strip()}"


def methods_of_models(tree):
    """Methods of the classes that are Odoo models."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).startswith("models.") for base in node.bases
        ):
            yield from (part for part in node.body if isinstance(part, ast.FunctionDef))


def in_declared_index(model, field):
    """Whether an index that the model declares has the field (with others) as its key."""
    definitions = [
        declared.get_definition(model.pool).partition("WHERE")[0]
        for declared in model._table_objects.values()
    ]
    return any(re.search(rf"\b{field.name}\b", definition) for definition in definitions)


class ConventionCase(TransactionCase):
    """What the tests below share."""

    def setUp(self):
        super().setUp()
        self.models = access.our_models(self.env)
        self.assertTrue(self.models, "no model of ours is installed")

    def assert_none(self, found, text):
        """Fail with the list of what was found."""
        found = sorted(found)
        self.assertFalse(found, "\n".join([f"{text} ({len(found)}):", *found[:60]]))


@tagged("post_install", "-at_install")
class TestModels(ConventionCase):
    """Access, constraints, indexes and documentation of every model."""

    def test_every_model_has_access_rights(self):
        rows = self.env["ir.model.access"].search([("active", "=", True)])
        known = set(rows.mapped("model_id.model"))
        self.assert_none(set(self.models) - known, "models without ir.model.access")

    def test_every_model_has_a_record_rule(self):
        rules = self.env["ir.rule"].search([("active", "=", True)])
        known = set(rules.mapped("model_id.model")) | set(WITHOUT_RECORD_RULE)
        self.assert_none(set(self.models) - known, "models without a record rule")

    def test_dialogs_are_ones_own(self):
        """Odoo 19 shows everybody's transient records to everybody with access to the model."""
        own = {
            rule.model_id.model
            for rule in self.env["ir.rule"].search([("groups", "=", False)])
            if "'create_uid', '=', user.id" in (rule.domain_force or "")
        }
        dialogs = {name for name in self.models if self.env[name]._transient}
        self.assert_none(dialogs - own, "dialogs without a rule on create_uid")

    def test_exemptions_are_needed(self):
        rules = self.env["ir.rule"].search([("active", "=", True)])
        unknown = set(WITHOUT_RECORD_RULE) - set(self.models)
        needless = set(WITHOUT_RECORD_RULE) & set(rules.mapped("model_id.model"))
        self.assert_none(unknown | needless, "exemptions that exempt nothing")

    def test_declared_constraints_and_indexes_exist(self):
        """Odoo only logs a constraint that it cannot create and goes on without."""
        missing, seen = [], 0
        for name, model in self.env.items():
            if model._abstract or not model._auto:
                continue
            for declared in model._table_objects.values():
                if not (declared._module or "").startswith("property_"):
                    continue
                seen += 1
                full_name = declared.full_name(model)
                if not declared.get_definition(self.env.registry):
                    continue
                if sql.constraint_definition(self.cr, model._table, full_name):
                    continue
                if not sql.index_definition(self.cr, full_name)[0]:
                    missing.append(f"{name}: {full_name}")
        self.assert_none(missing, f"not in the database, of {seen} declared")

    def test_one2many_inverses_are_indexed(self):
        found = []
        for model in self.env.values():
            for field in model._fields.values():
                if field.type != "one2many" or not field.inverse_name:
                    continue
                comodel = self.env[field.comodel_name]
                inverse = comodel._fields[field.inverse_name].base_field
                ours = any(module.startswith("property_") for module in inverse._modules)
                stored = inverse.store and inverse.column_type and comodel._auto
                if not ours or not stored or comodel._transient:
                    continue
                if not inverse.index and not in_declared_index(comodel, inverse):
                    found.append(f"{inverse} (inverse of {field})")
        self.assert_none(found, "fields that need index=")

    def test_public_methods_are_documented_and_callable_by_rpc(self):
        """A method without underscore can be called from outside, so it must say what it does."""
        undocumented, misnamed = set(), set()
        for model in self.env.registry.values():
            for cls in model.__mro__:
                for name, function in vars(cls).items():
                    if name.startswith("_") or not inspect.isfunction(function):
                        continue
                    if not function.__module__.startswith("odoo.addons.property_"):
                        continue
                    where = f"{function.__module__}.{function.__qualname__}"
                    if not any(
                        vars(parent)[name].__doc__
                        for parent in model.__mro__
                        if name in vars(parent)
                    ):
                        undocumented.add(where)
                    if RPC_PARAMETERS & set(inspect.signature(function).parameters):
                        misnamed.add(where)
        self.assert_none(undocumented, "public methods without a docstring")
        self.assert_none(misnamed, "public methods with a parameter called ids or context")

    def test_models_and_fields_are_described(self):
        """A model's description is what a user reads in messages, so its name is not enough."""
        found = [name for name in self.models if self.env[name]._description in (None, "", name)]
        self.assert_none(found, "models without _description")

    def test_access_matrix(self):
        """Rights are promised in a file that a reviewer reads, not only in rows that load."""
        hint = "review and write it with: tools/access_matrix.py --write"
        self.assertTrue(access.MATRIX.exists(), f"tests/{access.MATRIX.name} is missing; {hint}")
        others = access.elsewhere()
        promised = {row for row in access.stored() if row[0] not in others}
        actual = set(access.matrix(self.env))
        found = [f"promised, not so: {','.join(row)}" for row in promised - actual]
        found += [f"so, not promised: {','.join(row)}" for row in actual - promised]
        self.assert_none(found, f"rights differ from tests/{access.MATRIX.name}; {hint}")


@tagged("post_install", "-at_install")
class TestTranslation(ConventionCase):
    """Everything a user reads has its Chinese."""

    def test_chinese_is_complete(self):
        ours = {module: [] for module in settings.suite()}
        for module in ours:
            # one by one: a model that two of them extend is a term of both
            rows = TranslationModuleReader(self.cr, modules=[module], lang=LANGUAGE)._to_translate
            for row in rows:
                if row[0] == module:
                    ours[terms.owner(self.env, module, str(row[3]))].append(row)
        for module, rows in ours.items():
            with self.subTest(module=module):
                self.check_module(module, rows)

    def check_module(self, module, rows):
        """Compare the module's terms with its .po file and with what Odoo loaded from it."""
        path = settings.ADDONS / module / "i18n" / f"{LANGUAGE}.po"
        self.assertTrue(path.exists(), f"{path.relative_to(settings.ROOT)} is missing")
        entries = [entry for entry in polib.pofile(str(path)) if not entry.obsolete]
        fuzzy = [entry.msgid for entry in entries if entry.fuzzy]
        chinese = {entry.msgid: entry.msgstr for entry in entries if entry.msgstr}
        used = {row[1] for row in rows}
        self.assert_none(fuzzy, "translations marked as uncertain")
        self.assert_none(used - set(chinese), f"terms of {module} without Chinese")
        self.assert_none({entry.msgid for entry in entries} - used, "terms no longer in use")
        # A term can be in the file and yet not reach the user, when its #: line names
        # another place than the one it is used in.
        unloaded = {
            f"{name} {res_id}: {source}"
            for _module, source, name, res_id, kind, _comments, _record, value in rows
            if kind != "code" and chinese[source] != source and (not value or value == source)
        }
        self.assert_none(unloaded, "translated in the file, but not where it is used")


@tagged("post_install", "-at_install")
class TestFiles(ConventionCase):
    """Rules for the sources themselves."""

    def test_no_outdated_idioms(self):
        found = []
        for suffix, pattern, instead in FORBIDDEN:
            for path in files_of_addons(suffix):
                found += [f"{place}  -> {instead}" for place in grep(path, pattern)]
        self.assert_none(found, "outdated idioms")

    def test_overrides_of_crud_methods(self):
        """They call what they override, and return what it returned."""
        found = []
        for path in files_of_addons(".py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for method in methods_of_models(tree):
                if method.name not in RETURNING:
                    continue
                place = f"{path.relative_to(settings.ROOT)}:{method.lineno}: {method.name}"
                parts = list(ast.walk(method))
                names = {part.id for part in parts if isinstance(part, ast.Name)}
                if "super" not in names:
                    found += [f"{place} does not call super()"] if method.name in CRUD else []
                elif not any(isinstance(part, ast.Return) and part.value for part in parts):
                    found.append(f"{place} returns nothing")
        self.assert_none(found, "overrides")

    def test_manifests(self):
        found = []
        for name, manifest in settings.manifests().items():
            folder = settings.ADDONS / name
            if manifest.get("license") != "LGPL-3":
                found.append(f"{name}: the licence is LGPL-3")
            if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest.get("version", "")):
                found.append(f"{name}: the version looks like 19.0.1.0.0")
            for key in ("name", "summary", "author", "category", "depends"):
                if not manifest.get(key):
                    found.append(f"{name}: no {key}")
            listed = [*manifest.get("data", []), *manifest.get("demo", [])]
            found += [
                f"{name}: {path} is not there" for path in listed if not (folder / path).exists()
            ]
            found += [
                f"{name}: {path} is listed twice" for path in {*listed} if listed.count(path) > 1
            ]
        self.assert_none(found, "manifests")

    def test_every_test_is_known_to_odoo(self):
        """Odoo's own runner only sees tests that tests/__init__.py imports."""
        found = []
        for path in files_of_addons(".py"):
            if not path.name.startswith("test_") or "tests" not in path.parts:
                continue
            tree = ast.parse((path.parent / "__init__.py").read_text(encoding="utf-8"))
            imported = {
                alias.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom)
                for alias in node.names
            } | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            if path.stem not in imported:
                found.append(str(path.relative_to(settings.ROOT)))
        self.assert_none(found, "tests that their __init__.py does not import")

    def test_nothing_of_one_machine(self):
        found = []
        for path in tracked_files():
            try:
                path.read_text(encoding="utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue
            for pattern, what in FOREIGN:
                found += [f"{place}  ({what})" for place in grep(path, pattern)]
        self.assert_none(found, "traces of one machine")


def tracked_files():
    """Files under version control; all files of the source folders where there is no git."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=settings.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return [settings.ROOT / name for name in done.stdout.split("\0") if name]
    folders = [settings.ROOT / name for name in ("addons", "tests", "tools", ".ci")]
    found = [path for folder in folders for path in folder.rglob("*")]
    return [path for path in (*found, *Path(settings.ROOT).iterdir()) if path.is_file()]
