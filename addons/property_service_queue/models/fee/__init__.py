from . import property_bill_part, property_bill_run
