from . import property_notice_print, property_receipt_void
