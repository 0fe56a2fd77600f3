from .test_relation_visit import *
