from .test_relation_committee import *
from .test_relation_greeting import *
from .test_relation_plan import *
from .test_relation_satisfaction import *
from .test_relation_screens import *
from .test_relation_talk import *
from .test_relation_visit import *
