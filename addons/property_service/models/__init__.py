from . import core, estate, people, fee, ticket, patrol, handover, renovation, desk
