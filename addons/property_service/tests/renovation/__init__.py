from . import test_renovation
