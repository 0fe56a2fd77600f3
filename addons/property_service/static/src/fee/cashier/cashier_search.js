import { Component, useRef, useState } from "@odoo/owl";

import { KeepLast } from "@web/core/utils/concurrency";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { formatMoney, toCents } from "./money";

const DELAY = 180;

/**
 * The box a payer is looked up in, with suggestions while typing. Enter picks the first one, also
 * before it is shown.
 */
export class CashierSearch extends Component {
    static template = "property_service.CashierSearch";
    static props = {
        onPick: Function,
        currencyId: Number,
    };

    setup() {
        this.orm = useService("orm");
        this.input = useAutofocus({ refName: "search" });
        this.list = useRef("list");
        this.last = new KeepLast();
        this.state = useState({ text: "", found: [], foundFor: "", active: 0, open: false });
        this.searchSoon = useDebounced(() => this.search(), DELAY);
    }

    focus() {
        this.input.el?.focus();
        this.input.el?.select();
    }

    get text() {
        return this.state.text.trim();
    }

    get manyEstates() {
        return new Set(this.state.found.map((row) => row.estate)).size > 1;
    }

    owed(row) {
        return formatMoney(toCents(row.owed), this.props.currencyId);
    }

    people(row) {
        const names = [row.owners, row.payer !== row.owners ? row.payer : ""];
        return names.filter(Boolean).join(" · ");
    }

    async search() {
        const text = this.text;
        if (!text) {
            this.state.found = [];
            this.state.foundFor = "";
            return;
        }
        const found = await this.last.add(
            this.orm.silent.call("property.cashier", "cashier_search", [text])
        );
        Object.assign(this.state, { found, foundFor: text, active: 0, open: true });
    }

    onInput(ev) {
        this.state.text = ev.target.value;
        if (!ev.isComposing) {
            this.searchSoon();
        }
    }

    async onKeydown(ev) {
        if (ev.isComposing) {
            return; // the key belongs to the input method
        }
        const { found, active } = this.state;
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.state.active = Math.max(0, Math.min(found.length - 1, active + step));
            this.list.el?.children[this.state.active]?.scrollIntoView({ block: "nearest" });
        } else if (ev.key === "Enter" && !ev.ctrlKey) {
            ev.preventDefault();
            if (this.state.foundFor !== this.text) {
                this.searchSoon.cancel();
                await this.search();
            }
            this.pick(this.state.found[this.state.active]);
        } else if (ev.key === "Escape" && this.state.open) {
            ev.stopPropagation();
            this.state.open = false;
        }
    }

    pick(row) {
        if (row) {
            Object.assign(this.state, { text: "", found: [], foundFor: "", open: false });
            this.props.onPick(row.unit_id);
        }
    }
}
