from . import (
    handover_forms,
    property_register_handover,
    keys_forms,
    property_register_keys,
    property_register_moving,
    property_register_listing,
    property_register_trusteeship,
    property_register_vacant,
    vacant_forms,
)
