from . import (
    property_meter_entry,
    property_meter_reread,
    property_reading_confirm,
    property_register_meter,
    property_adjustment_area,
    property_contract_end,
    property_deposit_forfeit,
    property_notice_print,
    property_prepayment_set_off,
    property_receipt_void,
    property_register_print,
    property_register_print_deposit,
)
