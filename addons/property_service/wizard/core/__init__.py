from . import (
    property_approval_refuse,
    property_register_import,
    property_register_import_line,
    property_register_print,
    property_sign,
)
