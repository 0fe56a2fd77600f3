from . import (
    test_archive,
    test_identity,
    test_lease_reminder,
    test_occupancy,
    test_people_forms,
    test_portal,
    test_register_issue,
    test_register_print,
    test_registers,
)
