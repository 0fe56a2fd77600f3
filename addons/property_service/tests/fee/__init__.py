from . import (
    test_bill_concurrency,
    test_bill_exceptions,
    test_bill_part_month,
    test_bill_run,
    test_cashier,
    test_collection_rate,
    test_fee_forms,
    test_fee_registers,
)
