from . import (
    test_bill_concurrency,
    test_bill_exceptions,
    test_bill_part_month,
    test_bill_run,
    test_charge_age,
    test_day_closing,
    test_fee_access,
    test_fee_price,
    test_incoming,
    test_ledger,
    test_receipt,
)
