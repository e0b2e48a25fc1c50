// Who changed what.

import { element, filled, list, time } from "./elements.js";
import { page, say } from "./frame.js";
import { get, parameter } from "./server.js";
import { actions } from "./log-words.js";

const form = document.getElementById("filter");
const older = document.getElementById("older");
let entries = [];

/** An id or a digest by its beginning, with the whole of it on hovering; other texts as they are. */
const brief = (text) => /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text)
    ? element("span", { title: text.toLowerCase() }, text.slice(0, 8).toLowerCase()) : text;

function who({ user, via }) {
    if (!user) return { server: "the server", token: "a script that recruits" }[via] ?? "command line";
    return via === "token" ? `${user} (by a token)` : user;
}

async function more() {
    const wanted = entries, asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    if (entries.length > 0) asked.set("before", entries.at(-1).id);
    const found = await get(`audit?${asked}`);
    // Something else may have been asked for meanwhile.
    if (wanted !== entries) return;
    entries.push(...found.entries);
    older.hidden = found.entries.length < 100;
    list("entries", entries.map((entry) => filled("entry", {
        at: time(entry.at), user: who(entry), action: actions[entry.action] ?? entry.action, study: entry.study ?? "",
        subject: brief(entry.subject ?? ""),
        details: element("span", {}, Object.entries(entry.details).flatMap(([key, value], index) => [index ? ", " : "", `${key}: `, brief(value)])),
    })));
}

/** Fills a choice, and chooses what the page's address says. */
function choices(name, options) {
    form.elements[name].append(...options.map(([value, text]) => element("option", { value }, text)));
    if (options.some(([value]) => value === parameter(name))) form.elements[name].value = parameter(name);
}

page(async () => {
    const [{ studies }, { users }] = await Promise.all([get("studies"), get("users")]);
    choices("study", studies.map(({ name }) => [name, name]));
    choices("user", users.map(({ name }) => [name, name]));
    choices("action", Object.entries(actions).sort(([, one], [, other]) => one.localeCompare(other)));
    form.addEventListener("change", () => { entries = []; more().catch(say); });
    form.addEventListener("submit", (event) => event.preventDefault());
    older.addEventListener("click", () => more().catch(say));
    await more();
});
