from .test_deadline_engine import *
from .test_intake import *
from .test_repair import *
from .test_repair_forms import *
from .test_repair_portal import *
from .test_repair_sets import *
from . import test_complaint, test_inquiry, test_emergency, test_notice, test_case_forms
from . import test_on_call, test_repair_month, test_service_forms, test_service_money
