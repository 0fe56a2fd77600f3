from . import property_activity_advance
from . import property_activity_rate
from . import property_activity_stop
from . import property_register_print
