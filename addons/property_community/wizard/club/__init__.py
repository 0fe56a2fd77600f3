from . import property_register_print_club
