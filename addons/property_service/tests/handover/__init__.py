from . import test_keys, test_moving
