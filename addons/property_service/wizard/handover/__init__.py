from . import (
    property_register_print_handover,
    property_register_print_keys,
    property_trusteeship_dialogs,
    property_vacant_rain,
    property_register_print_vacant,
)
