from . import core, estate, fee, people, ticket, patrol
