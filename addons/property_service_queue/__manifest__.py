# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Property Service on Several Servers",
    "summary": "Bill runs split by building into jobs that any Odoo server of the site takes",
    "version": "19.0.1.0.0",
    "category": "Services/Property",
    "author": "Property Service Suite developers",
    "license": "LGPL-3",
    "depends": ["property_service", "queue_job"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "security/property_bill_part_security.xml",
        "data/fee/queue_job_data.xml",
        "views/fee/property_bill_part_views.xml",
        "views/fee/property_bill_run_views.xml",
    ],
}
