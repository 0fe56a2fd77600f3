from . import (
    property_identity_reveal,
    property_unit_transfer,
    property_unit_let,
    property_unit_let_end,
    property_register_print,
)
