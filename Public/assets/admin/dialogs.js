// Dialogs of the pages of studies: what something will do, said first; and one value that is asked for.

import { element } from "./elements.js";
import { onSubmit } from "./forms.js";

function show(dialog) {
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
}

/** Says, as a list, what something will do. Gives true when the person agrees; with `cannot`, nobody can.
 *  @param {{title: string, text: string[], button: string, danger?: boolean, cannot?: boolean}} question */
export function foresee({ title, text, button, danger = false, cannot = false }) {
    return new Promise((resolve) => {
        const dialog = element("dialog", { class: "agree", "aria-labelledby": "foresee-title" }, [
            element("form", { method: "dialog" }, [
                element("h2", { id: "foresee-title" }, title),
                element("ul", { class: "effects" }, text.map((sentence) => element("li", {}, sentence))),
                element("p", { class: "buttons" }, [
                    element("button", { class: "quiet", value: "" }, cannot ? "Back" : "Cancel"),
                    cannot ? null : element("button", { class: danger ? "danger" : "primary", value: "yes" }, button),
                ]),
            ]),
        ]);
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
        show(dialog);
    });
}

/** Asks for a value, and uses it while the dialog is open, so that what is wrong with it can be mended there. Gives the value,
 *  or null. */
export function askFor({ title, text, label, hint, value = "", button, maximum = 63, use }) {
    return new Promise((resolve) => {
        const input = element("input", { type: "text", id: "asked", name: "asked", value, required: true, maxlength: maximum, autocapitalize: "none", spellcheck: "false", "aria-describedby": "asked-hint" });
        const cancel = element("button", { type: "button", class: "quiet" }, "Cancel");
        const form = element("form", { method: "post" }, [
            element("h2", { id: "asked-title" }, title), element("p", {}, text),
            element("p", { class: "field" }, [element("label", { for: "asked" }, label), input, element("span", { class: "hint", id: "asked-hint" }, hint)]),
            element("p", { class: "error", role: "alert" }),
            element("p", { class: "buttons" }, [cancel, element("button", { class: "primary" }, button)]),
        ]);
        const dialog = element("dialog", { class: "agree", "aria-labelledby": "asked-title" }, [form]);
        let given = null;
        cancel.addEventListener("click", () => dialog.close());
        dialog.addEventListener("close", () => resolve(given));
        onSubmit(form, async ({ asked }) => {
            await use(asked.trim());
            given = asked.trim();
            dialog.close();
        });
        show(dialog);
        input.select();
    });
}
