import { formatCurrency } from "@web/core/currency";
import { formatFloat } from "@web/core/utils/numbers";
import { parseFloat } from "@web/views/fields/parsers";

/*
 * The screen counts in whole fen: sums of yuan with decimals would drift by a fen.
 */

/** @param {number} yuan as the server sends it */
export function toCents(yuan) {
    return Math.round(yuan * 100);
}

/** @param {number} cents */
export function toYuan(cents) {
    return cents / 100;
}

/** @param {number} cents */
export function formatCents(cents) {
    return formatFloat(cents / 100, { digits: [16, 2] });
}

/**
 * @param {number} cents
 * @param {number} currencyId
 */
export function formatMoney(cents, currencyId) {
    return formatCurrency(cents / 100, currencyId, { digits: [16, 2] });
}

/**
 * Reads a typed amount, also one typed with a Chinese input method (３４２。５).
 *
 * @param {string} text
 * @returns {number|null} fen; null for an empty text; NaN for anything that is no amount
 */
export function parseCents(text) {
    const plain = text.normalize("NFKC").replace(/。/g, ".").replace(/[\s¥元]/g, "");
    if (!plain) {
        return null;
    }
    let yuan;
    try {
        yuan = parseFloat(plain);
    } catch {
        return NaN;
    }
    const cents = Math.round(yuan * 100);
    const exact = Math.abs(yuan * 100 - cents) < 1e-6;
    return exact && cents >= 0 && Number.isSafeInteger(cents) ? cents : NaN;
}
