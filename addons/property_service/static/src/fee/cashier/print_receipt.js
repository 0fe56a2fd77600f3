import { browser } from "@web/core/browser/browser";

const REPORT = "property_service.action_report_receipt";
// How long the browser's print preview may need its document.
const KEPT = 10 * 60 * 1000;

/**
 * Sends the receipt to the printer: the browser's print dialog opens at once, without a
 * download. Browsers that show no PDF download it.
 *
 * @param {Object} action the action service
 * @param {number} receiptId
 */
export async function printReceipt(action, receiptId) {
    const context = {
        active_id: receiptId,
        active_ids: [receiptId],
        active_model: "property.receipt",
    };
    const report = await action.loadAction(REPORT, context);
    const inPlace = report.report_type === "qweb-pdf" && browser.navigator.pdfViewerEnabled;
    if (!inPlace || !(await printPdf(`/report/pdf/${report.report_name}/${receiptId}`))) {
        await action.doAction(REPORT, { additionalContext: context });
    }
}

/**
 * @param {string} url
 * @returns {Promise<boolean>} whether it was a PDF that could be printed
 */
async function printPdf(url) {
    const response = await browser.fetch(url);
    const blob = await response.blob();
    if (!response.ok || blob.type !== "application/pdf") {
        return false;
    }
    const source = URL.createObjectURL(blob);
    const frame = document.createElement("iframe");
    frame.className = "o_property_print_frame";
    const remove = () => {
        frame.remove();
        URL.revokeObjectURL(source);
    };
    browser.setTimeout(remove, KEPT);
    return new Promise((resolve) => {
        frame.addEventListener("load", () => {
            const { activeElement } = document;
            try {
                frame.contentWindow.print();
                activeElement?.focus(); // the next customer's room may be half typed
                resolve(true);
            } catch {
                remove();
                resolve(false); // the viewer does not let itself be printed from here
            }
        });
        frame.src = source;
        document.body.append(frame);
    });
}
