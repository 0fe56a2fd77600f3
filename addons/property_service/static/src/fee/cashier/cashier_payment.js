import { Component, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";

import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { AmountInput } from "./amount_input";
import { chineseAmount } from "./chinese_amount";
import { formatCents, formatMoney } from "./money";

const ICONS = {
    cash: "fa-money",
    wechat: "fa-weixin",
    alipay: "o_cashier_alipay",
    pos: "fa-credit-card",
    transfer: "fa-university",
};
const KEYS = 9; // keys 1 to 9 choose a way of paying

/**
 * How much is received, and how.
 */
export class CashierPayment extends Component {
    static template = "property_service.CashierPayment";
    static components = { AmountInput };
    static props = {
        onTake: Function,
        onReload: Function,
        printing: Boolean,
        onPrinting: Function,
    };

    setup() {
        this.cashier = useState(this.env.cashier);
        this.ui = useService("ui");
        this.root = useRef("root");
        this.state = useState({ chosen: 0 });
        for (let key = 1; key <= KEYS; key++) {
            const choose = () => this.choose(this.cashier.journals[key - 1]);
            const isAvailable = () => key <= this.cashier.journals.length;
            useHotkey(`${key}`, choose, { isAvailable });
            useHotkey(`alt+${key}`, choose, { isAvailable, bypassEditableProtection: true });
        }
        useExternalListener(window, "keydown", (ev) => this.onKeypad(ev));
        // From a new home on, the keys of the ways of paying work at once.
        useEffect(
            () => this.focus(this.cashier.sum ? ".o_cashier_method" : "[name=received]"),
            () => [this.cashier.payment.requestKey]
        );
        // Chosen, the way of paying leads to the field that comes next.
        useEffect(
            (chosen) => {
                if (chosen) {
                    this.focus(this.cashier.isCash ? "[name=tendered]" : "[name=external_ref]");
                }
            },
            () => [this.state.chosen]
        );
    }

    focus(selector) {
        this.root.el?.querySelector(selector)?.focus();
    }

    money(cents) {
        return formatMoney(cents || 0, this.cashier.currencyId);
    }

    icon(journal) {
        return ICONS[journal.method];
    }

    /** What is wrong: the server's answer, or what is missing once taking was tried. */
    get alert() {
        const { error, tried, obstacle } = this.cashier;
        return error || (tried && obstacle) || "";
    }

    get sumText() {
        return formatCents(this.cashier.sum || 0);
    }

    get capitals() {
        return chineseAmount(this.cashier.amount || 0);
    }

    /** What the amount received does that the cashier should know. */
    get effect() {
        const { advance, leftOpen, amount } = this.cashier;
        if (advance && advance === amount) {
            return _t("All paid in advance");
        }
        if (advance) {
            return _t("%(amount)s paid in advance", { amount: this.money(advance) });
        }
        if (leftOpen > 0) {
            return _t("%(amount)s stays open", { amount: this.money(leftOpen) });
        }
        return "";
    }

    get tenderedText() {
        return formatCents(this.cashier.amount || 0);
    }

    get payerHint() {
        return this.cashier.home.payer;
    }

    choose(journal) {
        if (journal) {
            this.cashier.payment.journalId = journal.id;
            this.state.chosen++;
        }
    }

    /** The keypad, which the hotkeys leave alone. */
    onKeypad(ev) {
        const match = /^Numpad([1-9])$/.exec(ev.code);
        const typing = ev.target.closest?.("input:not([type=checkbox]), textarea");
        if (match && !typing && !ev.altKey && this.ui.activeElement === document) {
            this.choose(this.cashier.journals[match[1] - 1]);
        }
    }

    /** Keeps what is paid in advance for one item; "": for whatever falls due. */
    keepFor(itemId) {
        this.cashier.payment.prepaidItemId = Number(itemId) || null;
    }

    onEnter(ev) {
        if (ev.key === "Enter" && !ev.isComposing && !ev.ctrlKey) {
            ev.preventDefault();
            this.focusConfirm();
        }
    }

    focusConfirm() {
        this.focus(".o_cashier_confirm");
    }

    /** Books all that was handed over: too much is paid in advance, too little a part payment. */
    receiveTendered() {
        this.cashier.payment.received = this.cashier.payment.tendered;
    }
}
