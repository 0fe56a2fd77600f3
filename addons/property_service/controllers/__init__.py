from . import patrol, portal, property_register, report
