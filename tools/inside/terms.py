"""Whose a term is, where Odoo names another addon: see `owner`."""

import re

from inside import settings

_SELECTION = re.compile(r"^(model:ir\.model\.fields\.selection,name:)?\w+\.selection__(.+?)__")


def owner(env, module, place):
    """Return the addon whose file of translations has to have the term of a place.

    A selection that a model takes over from a mixin is named after the mixin's addon, where it
    would be loaded before the model is there: it belongs to the addon of the model. One that an
    addon adds to a model of another stays with the one that adds it.

    :param str module: the addon Odoo counts the term to
    :param str place: XML id of the record, or a ``#:`` reference of a .po file that names it
    """
    found = _SELECTION.match(place)
    if not found:
        return module
    for name, model in env.registry.items():
        if name.replace(".", "_") == found.group(2):
            later = settings.manifests().get(model._original_module, {})
            return model._original_module if module in later.get("depends", ()) else module
    return module
