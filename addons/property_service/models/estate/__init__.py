from . import (
    property_located_mixin,
    property_unit_type,
    property_estate,
    property_building,
    property_unit,
    property_meter,
    property_meter_swap,
    property_unit_meter,
    res_company,
    res_config_settings,
)
