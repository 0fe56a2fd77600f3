from .test_handover_batch import *
from .test_handover_case import *
from .test_handover_notice import *
from . import test_keys, test_living_forms, test_moving
from . import test_listing, test_trusteeship, test_vacant
