from . import test_keys, test_living_forms, test_moving
