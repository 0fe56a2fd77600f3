from . import analysis_forms, property_register_survey_report
