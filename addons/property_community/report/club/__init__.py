from . import property_register_activist, property_register_publicity, publicity_page
