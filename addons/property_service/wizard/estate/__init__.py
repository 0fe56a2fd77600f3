from . import property_building_grid, property_unit_state_change
