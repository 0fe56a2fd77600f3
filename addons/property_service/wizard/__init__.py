from . import core, estate, fee, people
