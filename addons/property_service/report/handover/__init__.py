from . import handover_forms, property_register_handover
