from . import property_register
