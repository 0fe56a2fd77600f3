# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

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

    def _check_property_period(self, date, journal):
        """Refuse a day whose books are locked.

        The ledger would silently take another day for it, and the form would show one day and
        the books another.

        :param date date: accounting date of what is to be posted
        :param journal: `account.journal` it is posted in
        :raises UserError: if a lock date of the company covers the day
        """
        self.ensure_one()
        locks = self.sudo()._get_violated_lock_dates(date, True, journal.sudo())
        if locks:
            raise UserError(
                self.env._(
                    "The books are locked up to %(lock)s: %(date)s cannot be posted any more, "
                    "choose a later date.",
                    lock=format_date(self.env, locks[-1][0]),
                    date=format_date(self.env, date),
                )
            )
