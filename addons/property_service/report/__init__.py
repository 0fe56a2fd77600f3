from . import core, fee, people, ticket, patrol, handover, renovation, desk
