from . import (
    property_identity,
    res_partner,
    property_occupancy,
    property_occupancy_lease,
    property_unit,
    property_archive,
    property_customer_class,
    property_register_issue,
)
