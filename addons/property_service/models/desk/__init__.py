from . import (
    property_gate_pass,
    property_gate_week,
    property_material_entry,
    property_renovation_desk,
    property_parameter_desk,
    property_venue,
    property_venue_booking,
    property_venue_money,
    property_venue_use,
    property_charge_venue,
    res_company_venue,
)
