from .test_handover_batch import *
