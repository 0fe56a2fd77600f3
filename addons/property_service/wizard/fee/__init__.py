from . import (
    property_meter_entry,
    property_meter_reread,
    property_notice_print,
    property_reading_confirm,
    property_receipt_void,
    property_register_meter,
    property_register_print,
)
