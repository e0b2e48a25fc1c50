// Who changed what.

import { element, filled, list, time } from "./elements.js";
import { page, say } from "./frame.js";
import { get, parameter, part } from "./server.js";

const ways = { token: " (by a token)", page: "", "command-line": "", server: "" };
const select = document.getElementById("study");
const older = document.getElementById("older");
let entries = [];

async function more() {
    const last = entries.at(-1)?.id;
    const found = await get(`audit?${last ? `before=${last}&` : ""}${select.value ? `study=${part(select.value)}` : ""}`);
    entries.push(...found.entries);
    older.hidden = found.entries.length < 100;
    list("entries", entries.map((entry) => filled("entry", {
        at: time(entry.at), user: (entry.user ?? (entry.via === "server" ? "the server" : "command line")) + ways[entry.via], action: entry.action,
        study: entry.study ?? "", subject: entry.subject ?? "",
        details: Object.entries(entry.details).map(([key, value]) => `${key}: ${value}`).join(", "),
    })));
}

page(async () => {
    const { studies } = await get("studies");
    select.append(...studies.map(({ name }) => element("option", { value: name }, name)));
    select.value = studies.some(({ name }) => name === parameter("study")) ? parameter("study") : "";
    select.addEventListener("change", () => { entries = []; more().catch(say); });
    older.addEventListener("click", () => more().catch(say));
    await more();
});
