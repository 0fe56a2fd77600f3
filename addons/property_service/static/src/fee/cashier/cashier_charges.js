import { Component, useState } from "@odoo/owl";

import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { AmountInput } from "./amount_input";
import { DEPOSITS } from "./cashier_store";
import { formatCents, formatMoney } from "./money";

/**
 * The open charges by month: which are paid now, and how much of each.
 */
export class CashierCharges extends Component {
    static template = "property_service.CashierCharges";
    static components = { AmountInput };
    static props = {};

    setup() {
        this.cashier = useState(this.env.cashier);
        this.formatCents = formatCents;
    }

    money(cents) {
        return formatMoney(cents, this.cashier.currencyId);
    }

    date(text) {
        return text && formatDate(deserializeDate(text));
    }

    monthName(group) {
        if (group.month === DEPOSITS) {
            return _t("Deposits");
        }
        return deserializeDate(group.month).toLocaleString({ year: "numeric", month: "long" });
    }

    get count() {
        return _t("%(selected)s of %(all)s selected", {
            selected: this.cashier.selected.filter((line) => !line.late_for).length,
            all: this.cashier.lines.filter((line) => !line.late_for).length,
        });
    }

    /** What the month's charges get of the money received. */
    monthShare(group) {
        const { shares } = this.cashier;
        return group.lines.reduce((sum, line) => sum + (shares.get(line.id) || 0), 0);
    }

    /** What a line's field shows: as typed while it cannot be read, else what it gets. */
    payNow(line, shares) {
        if (!line.selected) {
            return null;
        }
        return Number.isNaN(line.typed) ? NaN : shares.get(line.id) || 0;
    }

    get lateSelected() {
        return this.cashier.lines.some((line) => line.late_for && line.selected);
    }

    /** Adds the late charges on the selected charges to what is paid, or takes them off. */
    onLate() {
        const add = !this.lateSelected;
        const paid = new Set(this.cashier.selected.map((line) => line.id));
        for (const line of this.cashier.lines) {
            if (line.late_for) {
                this.cashier.selectLine(line, add && paid.has(line.late_for));
            }
        }
    }

    onMonth(group) {
        for (const line of group.lines) {
            // late charges are added on purpose only
            if (!line.late_for || group.all) {
                this.cashier.selectLine(line, !group.all);
            }
        }
    }
}
