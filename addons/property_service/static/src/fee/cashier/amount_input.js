import { Component, useEffect, useRef } from "@odoo/owl";

import { formatCents, parseCents } from "./money";

/**
 * A field for an amount of money. It shows `value` nicely, but leaves alone what is being typed.
 */
export class AmountInput extends Component {
    static template = "property_service.AmountInput";
    static props = {
        value: { type: [Number, { value: null }] },
        onChange: Function,
        onEnter: { type: Function, optional: true },
        placeholder: { type: String, optional: true },
        label: { type: String, optional: true },
        invalid: { type: Boolean, optional: true },
        className: { type: String, optional: true },
        name: { type: String, optional: true },
    };

    setup() {
        this.input = useRef("input");
        useEffect(
            (value) => {
                if (document.activeElement !== this.input.el) {
                    this.write(value);
                }
            },
            () => [this.props.value]
        );
    }

    write(cents) {
        if (!Number.isNaN(cents)) {
            this.input.el.value = cents === null ? "" : formatCents(cents);
        }
    }

    get classes() {
        const invalid = this.props.invalid || Number.isNaN(this.props.value);
        return `${this.props.className || ""} ${invalid ? "is-invalid" : ""}`;
    }

    onInput(ev) {
        if (!ev.isComposing) {
            this.props.onChange(parseCents(ev.target.value));
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && !ev.isComposing && !ev.ctrlKey && this.props.onEnter) {
            ev.preventDefault();
            this.props.onEnter();
        }
    }
}
