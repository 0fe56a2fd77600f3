from . import (
    property_identity_reveal,
    property_occupancy_end,
    property_unit_let,
    property_unit_let_end,
    property_unit_payer,
    property_unit_transfer,
    property_register_print,
)
