from . import (
    property_workflow_mixin,
    property_numbered_mixin,
    property_approval,
    property_approval_mixin,
    property_authority,
    property_parameter,
    ir_cron,
    property_signature,
    property_signature_mixin,
    property_verify_mixin,
    res_groups,
    res_users,
)
