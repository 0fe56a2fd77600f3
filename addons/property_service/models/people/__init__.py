from . import (
    property_identity,
    res_partner,
    property_occupancy,
    property_occupancy_lease,
    property_unit,
    property_archive,
    property_archive_filing,
    property_paper_type,
    property_paper_line,
    property_paper_mixin,
    property_customer_class,
    property_register_issue,
)
