from . import handover_forms, property_register_handover
from . import keys_forms, property_register_keys, property_register_moving
from . import (
    property_register_listing,
    property_register_trusteeship,
    property_register_vacant,
    vacant_forms,
)
