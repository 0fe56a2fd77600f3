from . import property_survey_entry, property_survey_extend
