from . import property_register_print, property_renovation_refund
