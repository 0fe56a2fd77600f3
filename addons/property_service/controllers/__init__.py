from . import portal, portal_notice, property_register, report
