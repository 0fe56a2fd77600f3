from . import (
    property_unit_type,
    property_estate,
    property_building,
    property_unit,
    res_company,
    res_config_settings,
)
