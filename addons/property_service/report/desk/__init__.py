from . import gate_pass_form, property_register_venue, venue_form
