from . import (
    property_case_category,
    property_deadline_policy,
    property_deadline,
    property_case_mixin,
)
from . import (
    property_case_step_mixin,
    property_case_category_complaint,
    property_parameter_complaint,
    property_authority_complaint,
    property_complaint,
    property_complaint_reply,
    property_complaint_matter,
    property_complaint_summary,
    property_answer,
    property_inquiry,
    property_special_task,
    property_emergency_plan,
    property_emergency,
    property_notice,
    property_reception,
)
