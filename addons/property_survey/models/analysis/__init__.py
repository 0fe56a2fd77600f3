from . import (
    property_corrective_action,
    property_deadline_policy,
    property_survey_analysis,
    property_survey_campaign_analysis,
    property_survey_cause,
)
