from . import portal, property_register, report
