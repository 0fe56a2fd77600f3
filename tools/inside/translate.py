"""Export the addons' terms and keep their Chinese; see tools/translate.py."""

import argparse
import io
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import polib

import odoo.init  # noqa: F401
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.translate import trans_export

from inside import databases, settings, terms

LANGUAGE = "zh_CN"
WIDTH = 78
METADATA = {
    "Project-Id-Version": "Odoo Server 19.0",
    "Report-Msgid-Bugs-To": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
# Left out of the template, where there is no language yet.
METADATA_OF_LANGUAGE = {"Language": LANGUAGE, "Plural-Forms": "nplurals=1; plural=0;"}


def main(words):
    """Export or merge, then tell what is left to do."""
    options = arguments(words)
    if options.command == "export":
        export()
    else:
        merge(options.files, overwrite=options.overwrite)
    left = [entry for module in modules() for entry in untranslated(module)]
    if options.untranslated:
        rest = file()
        rest.extend(left)
        rest.save(str(options.untranslated))
    for entry in left:
        print(entry.msgid)
    print(f"{len(left)} terms without Chinese", file=sys.stderr)


def arguments(words):
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="tools/translate.py")
    parser.add_argument("--untranslated", type=Path, metavar="FILE.po")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("export")
    merging = commands.add_parser("merge")
    merging.add_argument("--overwrite", action="store_true")
    merging.add_argument("files", nargs="+", type=Path, metavar="FILE.po")
    return parser.parse_args(words)


def modules():
    """Our addons that have something to translate."""
    return settings.suite()


def path_of(module, name):
    """Path of a translation file."""
    return settings.ADDONS / module / "i18n" / name


def file(**metadata):
    """An empty file with our header, which holds no date: it would differ every time."""
    po = polib.POFile(wrapwidth=WIDTH)
    po.metadata = METADATA | metadata
    return po


def export():
    """Read the terms from the test database, write the templates, update the translations."""
    with databases.locked():
        databases.ensure_installed(databases.TEMPLATE)
    words = ["--database", databases.TEMPLATE, "--no-http", "--log-level", "warn"]
    config.parse_config(words, setup_logging=True)
    with Registry(databases.TEMPLATE).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        exported = {module: {} for module in modules()}
        for module in modules():
            buffer = io.BytesIO()
            trans_export(False, [module], buffer, "po", env)
            for entry in polib.pofile(buffer.getvalue().decode()):
                share(env, module, entry, exported)
        for module, entries in exported.items():
            update(module, entries.values())


def share(env, module, entry, exported):
    """Give an exported entry to the addons its places belong to; see `terms.owner`."""
    places = defaultdict(list)
    for place in entry.occurrences:
        places[terms.owner(env, module, place[0])].append(place)
    for name, found in places.items():
        comment = entry.comment.replace(f"module: {module}", f"module: {name}")
        mine = exported[name].setdefault(
            entry.msgid, polib.POEntry(msgid=entry.msgid, comment=comment)
        )
        mine.occurrences += [place for place in found if place not in mine.occurrences]
        if len(comment) > len(mine.comment):  # it says that code uses the term, too
            mine.comment = comment


def update(module, exported):
    """Write the template and the Chinese file with exactly the terms that were exported."""
    path = path_of(module, f"{LANGUAGE}.po")
    known = read(path)
    template, chinese = file(), file(**METADATA_OF_LANGUAGE)
    for entry in sorted(exported, key=lambda entry: entry.msgid):
        template.append(entry)
        chinese.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    path.parent.mkdir(exist_ok=True)
    template.save(str(path_of(module, f"{module}.pot")))
    chinese.save(str(path))


def read(path):
    """What a file translates with certainty."""
    if not path.exists():
        return {}
    entries = polib.pofile(str(path))
    return {
        entry.msgid: entry.msgstr
        for entry in entries
        if entry.msgstr and not entry.obsolete and not entry.fuzzy
    }


def merge(paths, *, overwrite):
    """Take translations over from other files, those named first before the later ones."""
    offered = {}
    for path in reversed(paths):
        if not path.exists():
            raise SystemExit(f"{path} is not there")
        offered |= read(path)
    for module in modules():
        path = path_of(module, f"{LANGUAGE}.po")
        chinese = polib.pofile(str(path), wrapwidth=WIDTH)
        for entry in chinese:
            if entry.msgid in offered and (overwrite or not entry.msgstr):
                entry.msgstr = offered[entry.msgid]
        chinese.save(str(path))


def untranslated(module):
    """Entries of the Chinese file that have no translation."""
    path = path_of(module, f"{LANGUAGE}.po")
    return [entry for entry in polib.pofile(str(path)) if not entry.msgstr]


if __name__ == "__main__":
    main(sys.argv[1:])
