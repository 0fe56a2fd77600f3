import {
    Component,
    onWillStart,
    useExternalListener,
    useRef,
    useState,
    useSubEnv,
} from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { CashierCharges } from "./cashier_charges";
import { CashierDone } from "./cashier_done";
import { CashierHome } from "./cashier_home";
import { CashierPayment } from "./cashier_payment";
import { CashierSearch } from "./cashier_search";
import { CashierStore } from "./cashier_store";
import { CashierToday } from "./cashier_today";
import { printReceipt } from "./print_receipt";

const PRINTING = "property_service.cashier.printing";

/**
 * The counter where fees are paid (收费台): look up a home, choose what is paid, take the money,
 * hand over the receipt. Everything can be done from the keyboard.
 */
export class Cashier extends Component {
    static template = "property_service.Cashier";
    static components = {
        CashierCharges,
        CashierDone,
        CashierHome,
        CashierPayment,
        CashierSearch,
        CashierToday,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.root = useRef("root");
        this.cashier = useState(new CashierStore(this.orm));
        useSubEnv({ cashier: this.cashier });
        this.state = useState({ printing: browser.localStorage.getItem(PRINTING) !== "no" });
        useSetupAction({ getLocalState: () => this.cashier.snapshot() });
        useHotkey("control+enter", () => this.take(), { bypassEditableProtection: true });
        useHotkey("escape", () => this.focusSearch());
        useExternalListener(window, "beforeunload", (ev) => this.cashier.busy && ev.preventDefault());
        onWillStart(() => this.start());
    }

    async start() {
        await this.cashier.loadToday();
        const { active_model, active_id } = this.props.action.context || {};
        if (this.props.state) {
            await this.cashier.restore(this.props.state);
        } else if (active_model === "property.unit" && active_id) {
            await this.cashier.open(active_id);
        }
    }

    focusSearch() {
        const input = this.root.el.querySelector(".o_cashier_search input");
        input.focus();
        input.select();
    }

    async take() {
        const receipt = await this.cashier.take();
        if (receipt) {
            this.focusSearch();
            if (receipt.report && this.state.printing) {
                await this.print(receipt.id);
            }
        }
    }

    setPrinting(printing) {
        this.state.printing = printing;
        browser.localStorage.setItem(PRINTING, printing ? "yes" : "no");
    }

    async print(receiptId) {
        try {
            await printReceipt(this.action, receiptId);
        } catch {
            this.notification.add(
                _t("The receipt is taken, but could not be printed. Print it again."),
                { type: "warning" }
            );
        }
    }

    async void(receiptId) {
        const action = await this.orm.call("property.receipt", "action_void", [[receiptId]]);
        await this.action.doAction(
            { views: [[false, "form"]], ...action },
            { onClose: () => this.afterVoid() }
        );
    }

    async afterVoid() {
        await this.cashier.loadToday();
        if (this.cashier.home) {
            await this.cashier.refresh();
        }
    }

    openReceipt(receiptId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "property.receipt",
            res_id: receiptId,
            views: [[false, "form"]],
        });
    }

    openReceipts() {
        return this.openList("property.receipt", _t("My receipts of today"), [
            ["cashier_id", "=", user.userId],
            ["date", "=", this.cashier.today.date],
        ]);
    }

    openClosing() {
        return this.openList("property.day.closing", _t("Daily closing"), []);
    }

    openList(model, name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: model,
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

registry.category("actions").add("property_service.cashier", Cashier);
