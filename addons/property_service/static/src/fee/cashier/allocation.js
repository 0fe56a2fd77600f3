/**
 * Spreads money over the selected charges: first over those whose amount the cashier typed (the
 * payer names what he pays), then over the others, oldest due first.
 *
 * @param {{ id: number|string, due: number, selected: boolean, typed: number|null,
 *  whole: boolean|undefined }[]} lines charges in the order money goes to them, then deposits;
 *  amounts in fen
 * @param {number} money fen
 * @returns {Map<number|string, number>} fen by line; lines that get nothing are left out
 */
export function allocate(lines, money) {
    const shares = new Map();
    const selected = lines.filter((line) => line.selected);
    for (const line of [
        ...selected.filter((line) => line.typed !== null),
        ...selected.filter((line) => line.typed === null),
    ]) {
        const share = Math.min(wanted(line), line.due, money);
        // a deposit is taken in full or not at all
        if (share > 0 && (!line.whole || share === line.due)) {
            shares.set(line.id, share);
            money -= share;
        }
    }
    return shares;
}

/**
 * Returns what shall be paid of a charge now, in fen; NaN where what was typed is no amount.
 */
export function wanted(line) {
    return line.typed === null ? line.due : line.typed;
}
