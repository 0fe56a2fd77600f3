from . import property_form, property_register, report_register
