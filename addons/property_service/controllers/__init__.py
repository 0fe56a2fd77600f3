from . import portal, portal_repair, property_register, report
from . import portal, portal_notice, property_register, report
