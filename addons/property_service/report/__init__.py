from . import core, fee, people
