// Acting on a study: each thing is asked about first, and done once however often it is sent.

import { uuid } from "../server.js";
import { element } from "./elements.js";
import { agree } from "./forms.js";
import { tell } from "./frame.js";
import { insist, post } from "./server.js";

/** Asks `question`, and sends `body` to `path` if the person agrees: again with the same key while the network is away, so that
 *  it is done once. Gives whether it was sent. Throws what the server refuses it for. */
export async function act(question, path, body = {}) {
    const reason = await agree(question);
    if (!reason) return false;
    const key = uuid();
    const { says } = await insist(() => post(path, { key, ...(typeof reason === "string" && { reason }), ...body }));
    tell(says);
    return true;
}

/** A button that acts; `after()` comes once it is done, `fault(error)` when it is refused. The question and the body may be
 *  functions, which are asked when it is pressed. */
export function deed(title, question, path, body, { after, fault, danger = false }) {
    const button = element("button", { type: "button", class: danger ? "danger" : "quiet" }, title);
    button.addEventListener("click", async () => {
        if (button.getAttribute("aria-busy")) return;
        button.setAttribute("aria-busy", "true");
        fault();
        try {
            const now = (value) => typeof value === "function" ? value() : value;
            if (await act({ button: title, danger, ...now(question) }, path, now(body))) await after();
        } catch (error) {
            fault(error);
            await after();
        } finally {
            button.removeAttribute("aria-busy");
        }
    });
    return button;
}
