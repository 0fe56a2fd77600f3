from . import property_register_complaint, property_register_inquiry, complaint_forms
