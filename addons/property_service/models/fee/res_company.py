# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: way of paying -> (journal type, code of the journal made where there is none)
_JOURNALS = {
    "cash": ("cash", None),
    "transfer": ("bank", None),
    "wechat": ("bank", "WX"),
    "alipay": ("bank", "ZFB"),
    "pos": ("bank", "POS"),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    def _prepare_property_journals(self):
        """Give the company one journal per way of paying fees (handbook B H4).

        The company's own cash and bank journal are taken; WeChat, Alipay and card terminal get
        journals of their own, because each settles apart. Money is booked straight to the
        journal's account, so that a payment needs no second step to count as received.
        """
        super()._prepare_property_journals()
        journals = self.env["account.journal"].sudo()
        labels = dict(journals._fields["property_method"]._description_selection(self.env))
        for company in self.sudo():
            mine = journals.search([("company_id", "=", company.id)], order="sequence, id")
            if mine.filtered("property_method"):
                continue
            for sequence, (method, (kind, code)) in enumerate(_JOURNALS.items(), 20):
                journal = journals
                if not code:
                    journal = mine.filtered(lambda row, kind=kind: row.type == kind)[:1]
                if not journal:
                    journal = journals.create(
                        {
                            "name": labels[method],
                            "code": code or method[:5].upper(),
                            "type": kind,
                            "company_id": company.id,
                            "sequence": sequence,
                        }
                    )
                journal.property_method = method
                for line in journal.inbound_payment_method_line_ids:
                    line.payment_account_id = line.payment_account_id or journal.default_account_id
