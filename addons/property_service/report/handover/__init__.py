from . import (
    property_register_listing,
    property_register_trusteeship,
    property_register_vacant,
    vacant_forms,
)
