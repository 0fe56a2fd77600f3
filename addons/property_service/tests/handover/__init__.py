from .test_handover_batch import *
from .test_handover_case import *
from .test_handover_notice import *
