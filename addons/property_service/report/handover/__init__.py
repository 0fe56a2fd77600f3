from . import handover_forms, property_register_handover
from . import keys_forms, property_register_keys, property_register_moving
