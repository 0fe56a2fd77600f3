from . import property_receipt_void
