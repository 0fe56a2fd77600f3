from .test_deadline_engine import *
from .test_intake import *
from .test_repair import *
from .test_repair_forms import *
from .test_repair_portal import *
from .test_repair_sets import *
