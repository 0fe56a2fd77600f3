from . import test_callback, test_finding, test_patrol, test_patrol_forms
