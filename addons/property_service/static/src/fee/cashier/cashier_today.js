import { Component, useState } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { formatMoney, toCents } from "./money";

/**
 * What the cashier has taken today, by way of paying.
 */
export class CashierToday extends Component {
    static template = "property_service.CashierToday";
    static props = { onReceipts: Function, onClosing: Function };

    setup() {
        this.cashier = useState(this.env.cashier);
    }

    get today() {
        return this.cashier.today;
    }

    get count() {
        return this.today.count === 1
            ? _t("1 receipt")
            : _t("%(count)s receipts", { count: this.today.count });
    }

    money(yuan) {
        return formatMoney(toCents(yuan), this.cashier.currencyId);
    }
}
