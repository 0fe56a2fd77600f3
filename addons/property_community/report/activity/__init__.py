from . import activity_forms
from . import property_register_activity_plan
