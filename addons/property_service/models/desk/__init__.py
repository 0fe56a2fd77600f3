from . import (
    property_gate_pass,
    property_gate_week,
    property_material_entry,
    property_renovation_desk,
)
