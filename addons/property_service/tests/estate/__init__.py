from . import test_meter, test_unit
