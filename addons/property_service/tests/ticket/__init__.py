from . import test_complaint, test_inquiry, test_emergency, test_notice
