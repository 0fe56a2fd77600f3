from . import property_register_print_handover
from . import property_register_print_keys
