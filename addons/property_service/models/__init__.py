from . import core, estate, people, fee
