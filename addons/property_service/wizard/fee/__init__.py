from . import (
    property_adjustment_area,
    property_contract_end,
    property_deposit_forfeit,
    property_notice_print,
    property_prepayment_set_off,
    property_receipt_void,
    property_register_print,
    property_register_print_deposit,
)
