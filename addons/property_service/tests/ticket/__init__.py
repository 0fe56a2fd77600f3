from .test_repair import *
