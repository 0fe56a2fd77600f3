from . import property_notice_print, property_receipt_void, property_register_print
