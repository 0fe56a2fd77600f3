from . import keys_forms, property_register_keys, property_register_moving
