from .test_complaint import *
