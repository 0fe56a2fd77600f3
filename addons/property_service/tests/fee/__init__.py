from . import (
    test_bill_concurrency,
    test_bill_exceptions,
    test_bill_part_month,
    test_bill_run,
    test_cashier,
    test_cashier_tour,
    test_collection_rate,
)
