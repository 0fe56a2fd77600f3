from . import test_complaint, test_inquiry, test_emergency, test_notice, test_case_forms
