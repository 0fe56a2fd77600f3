from . import (
    property_case_category,
    property_deadline_policy,
    property_deadline,
    property_case_mixin,
)
