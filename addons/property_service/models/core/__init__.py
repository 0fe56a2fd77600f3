from . import (
    property_workflow_mixin,
    property_numbered_mixin,
    property_approval,
    property_approval_mixin,
    property_authority,
    property_parameter,
    ir_cron,
    res_groups,
    res_users,
)
