import { Component, useState } from "@odoo/owl";

import { formatMoney, toCents } from "./money";

/**
 * The receipt just made, until the next home is looked up.
 */
export class CashierDone extends Component {
    static template = "property_service.CashierDone";
    static props = { onPrint: Function, onVoid: Function, onOpen: Function, onReturn: Function };

    setup() {
        this.cashier = useState(this.env.cashier);
    }

    get receipt() {
        return this.cashier.taken;
    }

    yuan(amount) {
        return this.money(toCents(amount));
    }

    money(cents) {
        return formatMoney(cents, this.cashier.currencyId);
    }
}
