import { Component, useState } from "@odoo/owl";

import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatFloat } from "@web/core/utils/numbers";
import { formatMoney, toCents } from "./money";

/**
 * Whose money it is: the home, its people, what it owes and its last receipts.
 */
export class CashierHome extends Component {
    static template = "property_service.CashierHome";
    static props = { onPrint: Function, onVoid: Function, onOpen: Function };

    setup() {
        this.cashier = useState(this.env.cashier);
        this.action = useService("action");
        this.orm = useService("orm");
    }

    async onSetOff() {
        const action = await this.orm.call("property.unit", "action_set_off", [
            [this.home.unit_id],
        ]);
        await this.action.doAction(
            { views: [[false, "form"]], ...action },
            { onClose: () => this.cashier.home && this.cashier.refresh() }
        );
    }

    get home() {
        return this.cashier.home;
    }

    get facts() {
        const { estate, type, area, state } = this.home;
        const size = area ? `${formatFloat(area, { digits: [16, 2] })} m²` : "";
        return [estate, type, size, state].filter(Boolean).join(" · ");
    }

    get dueText() {
        const date = this.date(this.home.oldest_due);
        return this.overdue ? _t("overdue since %(date)s", { date }) : _t("due on %(date)s", { date });
    }

    get overdue() {
        return this.cashier.lines.some((line) => line.overdue);
    }

    money(yuan) {
        return formatMoney(toCents(yuan), this.cashier.currencyId);
    }

    date(text) {
        return text && formatDate(deserializeDate(text));
    }
}
