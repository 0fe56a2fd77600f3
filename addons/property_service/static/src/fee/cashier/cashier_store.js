import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { uuid } from "@web/core/utils/strings";

import { allocate, wanted } from "./allocation";
import { formatMoney, toCents, toYuan } from "./money";

// Where deposits stand among the months: after all of them.
export const DEPOSITS = "deposits";
// More lines than these start with their months closed.
const MOST_OPEN_LINES = 18;

function blankPayment() {
    return {
        // one key per payment: however often it is sent, the server takes the money once
        requestKey: uuid() + uuid(),
        journalId: null,
        received: null, // fen; null: just what is selected
        tendered: null, // fen; null: just what is received
        externalRef: "",
        payerName: "",
        memo: "",
        prepaidItemId: null, // the only item the money in advance may pay
    };
}

/**
 * What the cashier's screen shows and what was typed into it. All amounts are in fen.
 */
export class CashierStore {
    constructor(orm) {
        this.orm = orm;
        this.home = null;
        this.lines = [];
        this.closedMonths = {};
        this.receipts = [];
        this.journals = [];
        this.items = [];
        this.currencyId = user.activeCompany.currency_id;
        this.dayClosed = false;
        this.canPrint = false;
        this.payment = blankPayment();
        this.today = null;
        this.taken = null; // the receipt just made
        this.error = "";
        this.stale = false; // whether loading the charges again may help
        this.busy = false;
        this.tried = false; // whether taking the money was tried too early
    }

    // loading ---------------------------------------------------------------------------------

    async call(method, ...args) {
        return this.orm.call("property.cashier", method, args);
    }

    async loadToday() {
        this.today = await this.call("cashier_today");
    }

    /**
     * Shows a home, for a new payment.
     *
     * @param {number} unitId
     */
    async open(unitId) {
        const data = await this.call("cashier_load", unitId);
        this.taken = null;
        this.error = "";
        this.stale = false;
        this.tried = false;
        this.payment = blankPayment();
        this.lines = [];
        this.show(data);
        this.closedMonths = {};
        if (this.lines.length > MOST_OPEN_LINES) {
            for (const group of this.months) {
                this.closedMonths[group.month] = true;
            }
        }
    }

    /**
     * Loads the home again, and keeps what was selected and typed.
     */
    async refresh() {
        const data = await this.call("cashier_load", this.home.unit_id);
        this.error = "";
        this.stale = false;
        this.show(data);
    }

    show(data) {
        const known = new Map(this.lines.map((line) => [line.id, line]));
        this.home = data.home;
        // Late charges are made into charges only when they are paid.
        const late = data.late || [];
        this.lines = [...data.charges, ...late].map((charge) => {
            const before = known.get(charge.id);
            return {
                ...charge,
                amount: toCents(charge.amount),
                paid: toCents(charge.paid),
                due: toCents(charge.due),
                selected: before
                    ? before.selected
                    : !charge.other_payer && (!charge.late_for || data.late_proposed),
                typed: before ? before.typed : null,
            };
        });
        // A deposit is no debt: it is taken when the payer says so, and in full.
        for (const deposit of data.deposits) {
            const id = `deposit-${deposit.id}`;
            const before = known.get(id);
            this.lines.push({
                ...deposit,
                id,
                depositId: deposit.id,
                whole: true,
                month: DEPOSITS,
                period: "",
                note: [deposit.number, deposit.note].filter(Boolean).join(" "),
                date_due: deposit.date,
                amount: toCents(deposit.amount),
                paid: 0,
                due: toCents(deposit.amount),
                selected: before ? before.selected : false,
                typed: null,
            });
        }
        this.items = data.items;
        this.receipts = data.receipts;
        this.journals = data.journals;
        this.currencyId = data.currency_id;
        this.dayClosed = data.closed;
        this.canPrint = data.report;
    }

    /**
     * What is needed to show the screen again after another one was looked at.
     */
    snapshot() {
        return {
            unitId: this.home && this.home.unit_id,
            lines: this.lines.map(({ id, selected, typed }) => ({ id, selected, typed })),
            closedMonths: { ...this.closedMonths },
            payment: { ...this.payment },
            taken: this.taken,
        };
    }

    async restore(snapshot) {
        this.taken = snapshot.taken;
        if (snapshot.unitId) {
            this.home = { unit_id: snapshot.unitId };
            this.lines = snapshot.lines;
            this.closedMonths = snapshot.closedMonths;
            this.payment = snapshot.payment;
            await this.refresh();
        }
    }

    // selecting -------------------------------------------------------------------------------

    get months() {
        const groups = new Map();
        for (const line of this.lines) {
            if (!groups.has(line.month)) {
                groups.set(line.month, []);
            }
            groups.get(line.month).push(line);
        }
        return [...groups]
            .sort(([one], [other]) => one.localeCompare(other))
            .map(([month, lines]) => ({
                month,
                lines,
                closed: Boolean(this.closedMonths[month]),
                overdue: lines.some((line) => line.overdue),
                due: lines.reduce((sum, line) => sum + (line.late_for ? 0 : line.due), 0),
                all: lines.every((line) => line.selected || line.late_for),
                some: lines.some((line) => line.selected),
            }));
    }

    /** What has grown on the open charges because they are late; nothing of it is charged yet. */
    get late() {
        return this.lines.reduce((sum, line) => sum + (line.late_for ? line.due : 0), 0);
    }

    get selected() {
        return this.lines.filter((line) => line.selected);
    }

    /**
     * @param {(line: Object) => boolean} wantedLine
     */
    select(wantedLine) {
        for (const line of this.lines) {
            this.selectLine(line, wantedLine(line));
        }
    }

    selectLine(line, selected) {
        if (line.selected !== selected) {
            line.selected = selected;
            line.typed = null;
        }
    }

    /**
     * @param {Object} line
     * @param {number|null} cents what was typed as the amount to pay now
     */
    typeLine(line, cents) {
        if (line.whole) {
            line.selected = Boolean(cents);
            return;
        }
        line.selected = cents !== 0;
        line.typed = cents === 0 ? null : cents;
    }

    toggleMonth(month) {
        this.closedMonths[month] = !this.closedMonths[month];
    }

    // figures ---------------------------------------------------------------------------------

    /** What is selected, with the amounts that were typed. */
    get sum() {
        return this.selected.reduce((sum, line) => sum + wanted(line), 0);
    }

    /** What is received and booked. */
    get amount() {
        return this.payment.received === null ? this.sum : this.payment.received;
    }

    /** What each charge gets of it. */
    get shares() {
        return allocate(this.lines, this.amount || 0);
    }

    get covered() {
        return [...this.shares.values()].reduce((sum, share) => sum + share, 0);
    }

    get advance() {
        return Math.max(0, this.amount - this.covered);
    }

    get leftOpen() {
        return Math.max(0, this.sum - this.covered);
    }

    get journal() {
        return this.journals.find((journal) => journal.id === this.payment.journalId);
    }

    get isCash() {
        return this.journal?.method === "cash";
    }

    /** Negative: so much is missing. Null: nothing to give back or nothing known about it. */
    get change() {
        const { tendered } = this.payment;
        return this.isCash && tendered !== null ? tendered - this.amount : null;
    }

    /**
     * Why the money cannot be taken yet, or "".
     */
    get obstacle() {
        if (this.dayClosed) {
            return _t("Today's takings of this estate are closed: take the money on another day.");
        }
        const { received, tendered } = this.payment;
        const unreadable = this.selected.some((line) => Number.isNaN(line.typed));
        if (unreadable || Number.isNaN(received) || (this.isCash && Number.isNaN(tendered))) {
            return _t("Enter amounts in figures with at most two decimals.");
        }
        const excess = this.selected.find((line) => wanted(line) > line.due);
        if (excess) {
            return _t("More is entered for “%(item)s” than is due.", { item: excess.item });
        }
        const short = this.selected.find((line) => line.whole && !this.shares.has(line.id));
        if (short) {
            return _t("“%(item)s” is taken in full: %(amount)s more than what else is selected.", {
                item: short.item,
                amount: formatMoney(short.due, this.currencyId),
            });
        }
        if (!this.amount) {
            return _t("Select charges or enter an amount.");
        }
        if (!this.journals.length) {
            return _t("No way of paying is set up: ask the accountant to set it on the journals.");
        }
        if (!this.journal) {
            return _t("Choose how it is paid.");
        }
        if (this.change < 0) {
            return _t("%(amount)s of the cash is missing.", {
                amount: formatMoney(-this.change, this.currencyId),
            });
        }
        return "";
    }

    // taking money ----------------------------------------------------------------------------

    /**
     * Takes the money. What goes wrong is shown in place, and nothing typed is lost.
     *
     * @returns {Promise<Object|null>} the receipt
     */
    async take() {
        if (this.busy || !this.home) {
            return null;
        }
        this.tried = Boolean(this.obstacle);
        if (this.tried) {
            return null;
        }
        this.busy = true;
        this.error = "";
        this.stale = false;
        const { payment, isCash } = this;
        const cash = isCash && payment.tendered !== null;
        const tendered = cash ? payment.tendered : null;
        const change = cash ? this.change : null;
        try {
            const receipt = await this.call("cashier_take", {
                request_key: payment.requestKey,
                unit_id: this.home.unit_id,
                journal_id: payment.journalId,
                amount: toYuan(this.amount),
                lines: [...this.shares].map(([id, share]) => ({
                    ...this.target(id),
                    amount: toYuan(share),
                })),
                prepaid_item_id: this.advance ? payment.prepaidItemId : null,
                payer_name: payment.payerName,
                external_ref: isCash ? "" : payment.externalRef,
                memo: payment.memo,
            });
            this.today = receipt.today;
            this.taken = { ...receipt, tendered, change, unitId: this.home.unit_id };
            this.clear();
            return this.taken;
        } catch (error) {
            this.explain(error);
            return null;
        } finally {
            this.busy = false;
        }
    }

    /** What a share is paid on: a charge, the late charge on one, or a deposit. */
    target(id) {
        const { depositId, late_for } = this.lines.find((line) => line.id === id);
        if (late_for) {
            return { late_for };
        }
        return depositId ? { deposit_id: depositId } : { charge_id: id };
    }

    clear() {
        this.home = null;
        this.lines = [];
        this.receipts = [];
        this.payment = blankPayment();
    }

    explain(error) {
        if (!(error instanceof RPCError)) {
            this.error = _t(
                "The server cannot be reached. Try again in a moment: the money is taken only once."
            );
            return;
        }
        this.stale = true;
        this.error = error.data?.message || error.message;
        if (!error.exceptionName?.startsWith("odoo.exceptions.")) {
            throw error; // a fault of the program: let it be reported as any other
        }
    }
}
