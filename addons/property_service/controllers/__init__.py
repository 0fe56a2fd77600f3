from . import gate, patrol, portal, portal_notice, portal_repair, property_register, report, verify
