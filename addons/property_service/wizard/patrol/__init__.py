from . import property_patrol_reason, property_callback_call, property_register_print
