from . import campaign_forms, property_register_survey
