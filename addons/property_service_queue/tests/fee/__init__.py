from . import test_bill_part
