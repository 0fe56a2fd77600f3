const CAPITALS = "零壹贰叁肆伍陆柒捌玖";
const SMALL_UNITS = ["", "拾", "佰", "仟"];
const LARGE_UNITS = ["", "万", "亿", "万亿"];

/**
 * Returns an amount in the capitals of a receipt, by the same rules as `chinese_amount()` of
 * tools/money.py; a test compares the two.
 *
 * @param {number} cents a whole number of fen, not negative
 * @returns {string} e.g. 叁佰肆拾贰元叁角叁分 for 34233
 */
export function chineseAmount(cents) {
    const yuan = Math.floor(cents / 100);
    const jiao = Math.floor(cents / 10) % 10;
    const fen = cents % 10;
    let text = yuan || !cents ? `${integer(yuan)}元` : "";
    if (!jiao && !fen) {
        return `${text}整`;
    }
    if (jiao) {
        text += `${CAPITALS[jiao]}角`;
    } else if (yuan) {
        text += "零";
    }
    return fen ? `${text}${CAPITALS[fen]}分` : text;
}

function integer(number) {
    if (!number) {
        return "零";
    }
    let text = "";
    let pendingZero = false;
    const digits = String(number);
    for (const [position, character] of [...digits].entries()) {
        const place = digits.length - 1 - position;
        const digit = Number(character);
        if (digit) {
            text += (pendingZero ? "零" : "") + CAPITALS[digit] + SMALL_UNITS[place % 4];
        }
        pendingZero = !digit;
        // a group of four closes with its unit unless it is empty: 1,0000,0001 has no 万
        if (place % 4 === 0 && Math.floor(number / 10 ** place) % 10 ** 4) {
            text += groupUnit(place / 4, number);
        }
    }
    return text;
}

function groupUnit(group, number) {
    if (group === 3) {
        // 万亿: the 亿 belongs to the group below where that one is not empty
        return Math.floor(number / 10 ** 8) % 10 ** 4 ? "万" : "万亿";
    }
    return LARGE_UNITS[group];
}
