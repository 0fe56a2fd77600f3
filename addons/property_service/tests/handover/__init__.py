from . import test_listing, test_trusteeship, test_vacant
