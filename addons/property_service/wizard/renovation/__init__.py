from . import (
    property_register_print,
    property_register_print_site,
    property_renovation_refund,
)
