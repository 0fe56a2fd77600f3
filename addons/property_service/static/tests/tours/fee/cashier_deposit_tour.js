import { registry } from "@web/core/registry";

/**
 * A cashier takes a renovation deposit with the month's fee, and keeps what is over for one item.
 */
registry.category("web_tour.tours").add("property_cashier_deposit_tour", {
    steps: () => [
        {
            trigger: ".o_cashier_search input:focus",
            run: "edit 1-1-101",
        },
        {
            trigger: ".o_cashier_suggestion.active",
        },
        {
            trigger: ".o_cashier_search input",
            run: "press Enter",
        },
        {
            content: "A deposit is no debt: it waits to be chosen",
            trigger: ".o_cashier_sum strong:contains(337.33)",
        },
        {
            trigger: ".o_cashier_month[data-month='deposits'] input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_cashier_sum strong:contains(2,337.33)",
        },
        {
            content: "Too little for all of it: the deposit is taken in full or not at all",
            trigger: "input[name=received]",
            run: "edit 1000",
        },
        {
            trigger: ".o_cashier_hint:contains(2,000.00)",
        },
        {
            trigger: "input[name=received]",
            run: "edit 2400",
        },
        {
            content: "What is over is kept for one item",
            trigger: ".o_cashier_advance select[name=prepaid_item]",
            run: "selectByIndex 1",
        },
        {
            trigger: ".o_cashier_method[data-method=wechat]",
            run: "click",
        },
        {
            trigger: ".o_cashier_confirm:not(.o_cashier_blocked)",
            run: "click",
        },
        {
            trigger: ".o_cashier_done:contains(2,400.00):contains(2,000.00):contains(62.67)",
        },
    ],
});
