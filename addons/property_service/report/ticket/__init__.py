from . import property_repair_report, property_register_repair, repair_forms
