from . import core, fee, people, ticket, patrol
