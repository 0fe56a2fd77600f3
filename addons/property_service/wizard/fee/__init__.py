from . import (
    property_dunning_notice_print,
    property_dunning_pause,
    property_notice_print,
    property_parking_lease_end,
    property_receipt_void,
    property_register_print,
)
