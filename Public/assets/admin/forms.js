// Forms, questions before something is done, and long work that is being waited for.

import { element } from "./elements.js";
import { get, isAway, remove } from "./server.js";

/** Calls `send(values)` when the form is submitted, once at a time: its buttons are shown to be unavailable meanwhile. What goes
 *  wrong is said in its <p class="error">. */
export function onSubmit(form, send) {
    const fault = form.querySelector(".error") ?? form.appendChild(element("p", { class: "error", role: "alert" }));
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (form.getAttribute("aria-busy")) return;
        setBusy(form, true);
        fault.textContent = "";
        try {
            await send(Object.fromEntries(new FormData(form)), event.submitter);
        } catch (error) {
            fault.textContent = error.message;
            if (!("status" in error)) console.error(error);
        } finally {
            setBusy(form, false);
        }
    });
}

/** Its buttons keep the focus, which those that are `disabled` would lose. */
function setBusy(form, isBusy) {
    form.ariaBusy = isBusy ? "true" : null;
    for (const button of form.querySelectorAll("button:not([type=button])")) button.ariaDisabled = isBusy ? "true" : null;
}

/** Asks before something is done. Gives true when the person agrees, or, with `reason`, what they wrote.
 *  @param {{title: string, text: string | string[], button: string, danger?: boolean, reason?: string}} question */
export function agree({ title, text, button, danger = false, reason }) {
    return new Promise((resolve) => {
        const why = reason && element("input", { type: "text", id: "agree-reason", maxlength: 500, required: true });
        const dialog = element("dialog", { class: "agree", "aria-labelledby": "agree-title" }, [
            element("form", { method: "dialog" }, [
                element("h2", { id: "agree-title" }, title),
                ...[text].flat().map((sentence) => element("p", {}, sentence)),
                ...(why ? [element("label", { for: "agree-reason" }, reason), why] : []),
                element("p", { class: "buttons" }, [
                    element("button", { class: "quiet", value: "", formnovalidate: true }, "Cancel"),
                    element("button", { class: danger ? "danger" : "primary", value: "yes" }, button),
                ]),
            ]),
        ]);
        dialog.addEventListener("close", () => {
            dialog.remove();
            resolve(dialog.returnValue === "yes" && (why ? why.value.trim() || false : true));
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}

/** Shows how far a job is inside `place` until it is over, with a button to stop it. Gives the finished job; throws what it
 *  failed with. */
export async function follow(id, place) {
    const bar = element("progress", { max: 1, "aria-label": "Progress" });
    const note = element("p", { class: "hint", role: "status" });
    const stop = element("button", { type: "button", class: "quiet" }, "Stop");
    place.replaceChildren(bar, note, stop);
    stop.addEventListener("click", async () => {
        stop.disabled = true;
        await remove(`jobs/${id}`).catch(() => { stop.disabled = false; });
    });
    try {
        for (;;) {
            const job = await get(`jobs/${id}`).catch((error) => {
                if (!isAway(error)) throw error;
                return null;    // the work goes on
            });
            if (job) {
                if (job.total) bar.value = job.done / job.total; else bar.removeAttribute("value");
                const share = job.total ? `${job.done.toLocaleString()} of ${job.total.toLocaleString()}` : "";
                note.textContent = job.state === "waiting" ? "Waiting for its turn …" : [job.note, share].filter(Boolean).join(", ");
                if (job.state === "finished") return { ...job, result: JSON.parse(job.result) };
                if (job.state === "failed") throw new Error(job.error);
                if (job.state === "cancelled") throw new Error("This was stopped.");
            }
            await new Promise((resolve) => setTimeout(resolve, 700));
        }
    } finally {
        place.replaceChildren();
    }
}

/** The text of a file that a person has chosen. Throws when it is too large. */
export async function textOf(file, megabytes = 16) {
    if (file.size > megabytes * 1024 * 1024) throw new Error(`This file is larger than ${megabytes} MB.`);
    return await file.text();
}

/** Lines of a table as CSV. Numbers stay as they are; a text that a spreadsheet would take for a formula gets an apostrophe
 *  before it. */
export function csv(lines) {
    const cell = (value) => {
        if (value === null || value === undefined) return "";
        const text = typeof value === "string" && /^[=+@\t\r-]/.test(value) ? `'${value}` : String(value);
        return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
    };
    return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

/** Lets the person save `text` as a file. */
export function save(name, text, type = "text/csv") {
    const address = URL.createObjectURL(new Blob([text], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
}
