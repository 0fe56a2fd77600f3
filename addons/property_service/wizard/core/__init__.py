from . import property_approval_refuse, property_register_print
