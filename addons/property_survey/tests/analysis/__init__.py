from . import test_analysis, test_corrective_action
