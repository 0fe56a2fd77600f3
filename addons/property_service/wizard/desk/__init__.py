from . import property_venue_refund, property_register_print_venue
