from . import (
    property_register_renovation,
    renovation_forms,
    property_register_site,
    site_forms,
)
