from . import (
    people_forms,
    property_register_archive,
    property_register_handin,
    property_register_owners,
    property_register_tenancy,
    property_register_title,
)
