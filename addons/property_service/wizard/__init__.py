from . import core, desk, estate, fee, handover, people, renovation, ticket, patrol
