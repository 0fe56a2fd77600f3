from . import (
    test_handover_batch,
    test_handover_case,
    test_handover_notice,
    test_keys,
    test_listing,
    test_living_forms,
    test_moving,
    test_trusteeship,
    test_vacant,
)
