from . import test_activity_callback
from . import test_activity_event
from . import test_activity_money
from . import test_activity_plan
from . import test_activity_portal
from . import test_activity_screens
from . import test_activity_signup
