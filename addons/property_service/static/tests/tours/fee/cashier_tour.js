import { registry } from "@web/core/registry";

/**
 * A cashier serves a home that owes two months: takes one of them in cash, by mouse, then a part
 * of the other by WeChat Pay, by keyboard.
 */
registry.category("web_tour.tours").add("property_cashier_tour", {
    steps: () => [
        {
            content: "The search box has the focus: type the room",
            trigger: ".o_cashier_search input:focus",
            run: "edit 1-1-204",
        },
        {
            trigger: ".o_cashier_suggestion.active:contains(王建国):contains(138****7783)",
        },
        {
            content: "Enter picks the first home",
            trigger: ".o_cashier_search input",
            run: "press Enter",
        },
        {
            trigger: ".o_cashier_room:contains(1栋-1单元-204)",
        },
        {
            trigger: ".o_cashier_owed:contains(684.66)",
        },
        {
            content: "Everything is selected; choose one month only",
            trigger: ".o_cashier_select_none",
            run: "click",
        },
        {
            trigger: ".o_cashier_sum strong:contains(0.00)",
        },
        {
            trigger: ".o_cashier_month[data-month='2026-10-01'] input[type=checkbox]",
            run: "click",
        },
        {
            trigger: ".o_cashier_sum strong:contains(342.33)",
        },
        {
            trigger: ".o_cashier_payment .o_cashier_capitals:contains(叁佰肆拾贰元叁角叁分)",
        },
        {
            content: "Too early: it says what is missing",
            trigger: ".o_cashier_confirm",
            run: "click",
        },
        {
            trigger: ".o_cashier_error",
        },
        {
            trigger: ".o_cashier_method[data-method=cash]",
            run: "click",
        },
        {
            content: "Four hundred in cash",
            trigger: "input[name=tendered]:focus",
            run: "edit 400",
        },
        {
            trigger: ".o_cashier_change:contains(57.67)",
        },
        {
            trigger: ".o_cashier_confirm:not(.o_cashier_blocked)",
            run: "click",
        },
        {
            content: "The receipt's number and the change are shown, the next customer can come",
            trigger: ".o_cashier_done .o_cashier_number:contains(SJ-LG-)",
        },
        {
            trigger: ".o_cashier_give:contains(57.67)",
        },
        {
            trigger: ".o_cashier_today_count:contains(1 receipt)",
        },
        {
            trigger: ".o_cashier_today_method:contains(Cash):contains(342.33)",
        },
        {
            trigger: ".o_cashier_search input:focus",
            run: "edit 王建国",
        },
        {
            trigger: ".o_cashier_search input",
            run: "press Enter",
        },
        {
            content: "The paid month is gone; one of its receipts can be voided, yesterday's cannot",
            trigger: ".o_cashier_owed:contains(342.33)",
        },
        {
            trigger: ".o_cashier_receipt:contains(342.33):has(.o_cashier_void)",
        },
        {
            trigger: ".o_cashier_receipt:contains(11.00):not(:has(.o_cashier_void))",
        },
        {
            content: "200 yuan go to the oldest charge first",
            trigger: "input[name=received]",
            run: "edit 200",
        },
        {
            trigger: ".o_cashier_effect:contains(142.33 stays open)",
        },
        {
            content: "Out of a field, a digit chooses the way of paying",
            trigger: ".o_cashier_room",
            run: "click",
        },
        {
            trigger: ".o_cashier_room",
            run: "press 2",
        },
        {
            trigger: ".o_cashier_method.btn-primary[data-method=wechat]",
        },
        {
            trigger: "input[name=external_ref]:focus",
            run: "edit 4200001234202611",
        },
        {
            trigger: "input[name=payer_name]",
            run: "edit 王太太",
        },
        {
            trigger: "input[name=payer_name]",
            run: "press Control+Enter",
        },
        {
            trigger: ".o_cashier_done:contains(王太太):contains(200.00):contains(WeChat Pay)",
        },
        {
            trigger: ".o_cashier_today_amount:contains(542.33)",
        },
    ],
});
