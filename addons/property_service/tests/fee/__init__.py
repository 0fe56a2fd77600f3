from . import test_bill_run, test_cashier, test_cashier_tour
