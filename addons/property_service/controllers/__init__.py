from . import portal, portal_repair, property_register, report
