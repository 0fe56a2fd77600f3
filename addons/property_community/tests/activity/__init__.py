from . import test_activity_plan
