from . import property_repair_report, property_register_repair, repair_forms
from . import property_register_complaint, property_register_inquiry, complaint_forms
from . import service_forms
