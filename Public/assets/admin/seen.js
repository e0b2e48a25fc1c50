// A participant's page as they see it: their own frame and scripts, in which nothing can be done.
//
// Those scripts ask the server for a State and send answers, times and drafts. Here the State comes from the admin API, and
// nothing else leaves this frame; nothing is kept on this device, nothing makes a sound or takes the focus.

import { parameter, part } from "./server.js";

const state = `/api/admin/studies/${part(parameter("study"))}/people/${part(parameter("person"))}/page`;
const ask = window.fetch.bind(window);

window.fetch = (resource, options) => {
    const path = String(resource);
    if (path === "/api/participation") return ask(state, options);
    return path.startsWith("/api/") ? new Promise(() => {}) : ask(resource, options);
};

/** Events come from the page around this frame, which hears of every change in the study. */
window.EventSource = class extends EventTarget {
    constructor() {
        super();
        addEventListener("message", ({ origin }) => {
            if (origin === location.origin) this.dispatchEvent(new Event("change"));
        });
    }

    close() { /* there is nothing to close */ }
};

Storage.prototype.getItem = (name) => name === "concord.sound" ? "false" : null;
Storage.prototype.setItem = Storage.prototype.removeItem = () => {};
HTMLElement.prototype.focus = () => {};
Element.prototype.scrollIntoView = () => {};
history.replaceState = () => {};

const html = await (await ask("/participant/")).text();
const frame = new DOMParser().parseFromString(html, "text/html");
document.body.replaceChildren(...frame.body.querySelectorAll(":scope > :not(noscript)"));
document.body.inert = true;
await import("../participation.js");
