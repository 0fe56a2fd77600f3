from . import property_register, report_register
