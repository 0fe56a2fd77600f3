from . import property_approval_refuse
