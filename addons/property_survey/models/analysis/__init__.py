from . import (
    property_corrective_action,
    property_corrective_proposal,
    property_corrective_recurrence,
    property_corrective_source,
    property_deadline_policy,
    property_survey_analysis,
    property_survey_campaign_analysis,
    property_survey_cause,
)
