from . import (
    test_lease_reminder,
    test_people_forms,
    test_register_issue,
    test_register_print,
    test_registers,
)
