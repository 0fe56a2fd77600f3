from . import core, desk, fee, handover, people, renovation, ticket, patrol
