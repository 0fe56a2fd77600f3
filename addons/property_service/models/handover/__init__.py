from . import property_key
