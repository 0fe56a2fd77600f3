from . import test_analysis, test_corrective_action, test_corrective_source
