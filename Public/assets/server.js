// Requests: sent again until the server has answered, and said so meanwhile.

import { setText, t } from "./words.js";

/** What stands before all addresses of this page: nothing, but for a seat in a preview. */
export const base = location.pathname.match(/^\/preview(\/[^/]+){2}/)?.[0] ?? "";

const troubles = new Map();     // what is being tried again → the key of the sentence that says so

/** Says, while `trouble` lasts, the sentence of `key`; without one it is over. */
export function say(trouble, key) {
    if (key) troubles.set(trouble, key); else troubles.delete(trouble);
    const keys = [...troubles.values()];
    setText(document.getElementById("notice"), t(keys.find((one) => one === "notice.unsent") ?? keys[0]));
}

function pause(milliseconds) {
    return new Promise((resolve) => {
        setTimeout(resolve, milliseconds);
        addEventListener("online", resolve, { once: true });
    });
}

/** One try: `{ status, ok, value }`, `value` being the JSON of the reply. Throws when the network is away. */
export async function ask(path, body, options = {}) {
    const headers = { Accept: "application/json", ...options.headers };
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(base + path, {
        cache: "no-store", signal: AbortSignal.timeout(30000), ...options, headers,
        ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    const isJSON = /json/.test(response.headers.get("Content-Type"));
    return { status: response.status, ok: response.ok, value: isJSON ? await response.json() : null };
}

/** GETs `path`, or POSTs `body` to it: the same request again and again, until the server has answered with anything but
 *  "try again". Unless it is `quiet`, the page says so meanwhile. */
export async function reach(path, body, { quiet, ...options } = {}) {
    const trouble = Symbol();
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
        let isRestarting = false;
        try {
            const reply = await ask(path, body, options);
            if (reply.status < 500 && (reply.status !== 429 || reply.value?.code)) {
                say(trouble);
                return reply;
            }
            isRestarting = reply.status === 503;
        } catch { /* the network is away: as if the server had said "try again" */ }
        if (!quiet) say(trouble, body ? "notice.unsent" : isRestarting ? "notice.restarting" : "notice.unreachable");
        await pause(wait * (0.75 + Math.random() / 2));
    }
}

/** A random UUID, also where the page is not served over https. */
export function uuid() {
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4}).(.{3})(.{4})(.{12})/, "$1-$2-4$3-$4-$5");
}
