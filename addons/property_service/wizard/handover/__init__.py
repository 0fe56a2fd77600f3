from . import property_register_print_handover
from . import property_register_print_keys
from . import property_trusteeship_dialogs, property_vacant_rain, property_register_print_vacant
