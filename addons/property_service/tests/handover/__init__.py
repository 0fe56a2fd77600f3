from . import test_keys
