// People's own words: which of them others may read. The list follows what comes in; keys decide while a text has the focus.

import { element, fill, filled, number, time } from "./elements.js";
import { page, say, tell } from "./frame.js";
import { get, part, post } from "./server.js";

const kinds = {
    email: "an e-mail address", url: "a web address", handle: "a handle", phone: "a phone number", iban: "an account number",
    card: "a card number", id: "an id number", address: "an address", name: "a name", slur: "a slur", threat: "a threat",
    extremism: "a slogan", hostility: "hostile words about a group",
};
const rules = {
    always: "Nobody’s words are shown to others in this study before an admin has approved them",
    flagged: "What the screen marks is not shown to others in this study before an admin has approved it; everything else is shown",
    never: "Everything that people write may be shown to others in this study, marked or not, until an admin hides it",
};
const empties = {
    unread: "There is nothing to look at. Texts that are marked, or wait for you, appear here by themselves.",
    flagged: "The screen has marked nothing.", hidden: "Every text may be shown.", all: "Nobody has written anything yet.",
};

const places = document.getElementById("texts");
const hide = document.getElementById("hide");
const more = document.getElementById("more");
let study, user, shown = new Map(), skip = 0, wanted = 0;

const chosen = () => document.querySelector("[name=part]:checked").value;
const isAdmin = () => user.role === "admin";

/** The text with what was noticed marked. Places are in Unicode scalars, and may overlap: the earlier one is marked. */
function words({ text, findings }) {
    const scalars = Array.from(text);
    const pieces = [];
    let end = 0;
    for (const { kind, start, length } of findings) {
        if (start < end) continue;
        pieces.push(scalars.slice(end, start).join(""));
        pieces.push(element("mark", { title: kinds[kind] ?? kind }, scalars.slice(start, start + length).join("")));
        end = start + length;
    }
    pieces.push(scalars.slice(end).join(""));
    return element("span", {}, pieces);
}

function noticed({ text, findings }) {
    if (!findings.length) return null;
    const scalars = Array.from(text);
    const said = findings.map(({ kind, start, length }) => `${kinds[kind] ?? kind}: “${scalars.slice(start, start + length).join("")}”`);
    return `The screen marks ${said.join("; ")}.`;
}

function decided({ decisions }) {
    if (!decisions.length) return null;
    return element("span", {}, decisions.flatMap(({ decision, reason, by, at }, place) => [
        place ? ", then " : "", decision === "approve" ? "Approved" : "Hidden", ` by ${by ?? "the command line"} `, time(at), reason ? ` (${reason})` : "",
    ]).concat("."));
}

function draw(text) {
    const place = filled("text", {
        state: text.visible ? "May be shown" : "Not shown", waits: text.waitsUntil ? "" : null, when: time(text.submittedAt),
        round: `Round ${text.round}`, synthetic: text.synthetic ? "simulated" : null, question: text.question,
        words: text.text === undefined ? element("em", {}, "You read what others may read, and this is not shown.") : words(text),
        noticed: text.text === undefined ? null : noticed(text), decided: decided(text), actions: isAdmin() ? actions(text) : null,
    });
    place.dataset.id = text.id;
    if (text.waitsUntil) place.dataset.until = text.waitsUntil;
    place.setAttribute("aria-label", `Text, round ${text.round}, ${text.visible ? "may be shown" : "not shown"}`);
    place.tabIndex = isAdmin() ? 0 : -1;
    return place;
}

function actions(text) {
    const newest = text.decisions.at(-1)?.decision;
    const pieces = document.createDocumentFragment();
    if (newest !== "approve") {
        const button = element("button", { type: "button" }, "Approve");
        button.addEventListener("click", () => decide(text.id, "approve"));
        pieces.append(button);
    }
    if (newest !== "hide") {
        const button = element("button", { type: "button", class: "danger" }, "Hide …");
        button.addEventListener("click", () => askToHide(text.id));
        pieces.append(button);
    }
    return pieces;
}

const placeOf = (id) => places.querySelector(`[data-id="${id}"]`);

/** Shows a text: again, where it was, with the focus where it was; or after the place `last`, first of all without one. */
function put(text, last) {
    const before = placeOf(text.id);
    const place = draw(text);
    const hadFocus = before?.contains(document.activeElement);
    if (before) before.replaceWith(place); else if (last) last.after(place); else places.prepend(place);
    if (hadFocus) place.focus();
    shown.set(text.id, text);
    return place;
}

function drawCounts({ counts }) {
    for (const place of document.querySelectorAll("[data-count]")) place.textContent = number(counts[place.dataset.count]);
    document.title = `${counts.unread ? `(${counts.unread}) ` : ""}Texts – Concord`;
}

function drawRule({ mode, minutes, showsWords }) {
    const wait = mode === "never" ? "." : minutes > 0
        ? `. A round waits up to ${number(minutes, minutes % 1 ? 1 : 0)} ${minutes === 1 ? "minute" : "minutes"} for it, and goes on without what has not been approved by then.`
        : ". No round waits for it: review.minutes in the settings lets one.";
    fill(document, {
        rule: showsWords ? rules[mode] + wait
            : "This study shows people’s own words to nobody but the model. What they write is looked through all the same, and what you hide here is in no result, report or dump.",
    });
}

/** Fetches the list and shows what has changed, in the server's order. Texts that have the reader's attention stay where they
 *  are. */
async function load({ anew = false } = {}) {
    const asked = ++wanted;
    const kind = chosen();
    const found = await get(`studies/${part(study)}/texts?part=${kind}`);
    if (asked !== wanted) return;
    drawCounts(found);
    drawRule(found);
    if (anew) {
        places.replaceChildren();
        shown = new Map();
        skip = 0;
    }
    let last = null;
    for (const text of found.texts) {
        const before = shown.get(text.id), place = placeOf(text.id);
        if (before && JSON.stringify(before) === JSON.stringify(text)) {
            last = place;
            continue;
        }
        // Those that are waited for come first: with another deadline it has another place.
        const isRead = before && place.contains(document.activeElement);
        if (before && before.waitsUntil !== text.waitsUntil && !isRead) place.remove();
        const now = put(text, last);
        if (!isRead) last = now;
    }
    // What somebody else has decided leaves the list of those to look at, unless it is being read.
    if (kind === "unread" && found.texts.length < 100) {
        const open = new Set(found.texts.map(({ id }) => id));
        for (const place of [...places.children]) {
            if (!open.has(place.dataset.id) && !place.contains(document.activeElement)) {
                shown.delete(place.dataset.id);
                place.remove();
            }
        }
    }
    more.hidden = found.counts[kind] <= Math.max(100, places.children.length) || kind === "unread";
    drawEmpty();
}

function drawEmpty() {
    const empty = document.getElementById("texts-empty");
    empty.hidden = places.children.length > 0;
    empty.textContent = empties[chosen()];
    document.getElementById("keys").hidden = !isAdmin() || places.children.length === 0;
}

async function showMore() {
    skip += 100;
    const { texts } = await get(`studies/${part(study)}/texts?part=${chosen()}&skip=${skip}`);
    for (const text of texts) put(text, places.lastElementChild);
    more.hidden = texts.length < 100;
}

async function decide(id, decision, reason) {
    const place = placeOf(id);
    if (place.getAttribute("aria-busy")) return;
    place.setAttribute("aria-busy", "true");
    say();
    const next = place.nextElementSibling ?? place.previousElementSibling;
    const hadFocus = place.contains(document.activeElement) || document.activeElement === document.body;
    try {
        const text = await post(`studies/${part(study)}/texts/${part(id)}/decisions`, {
            decision, after: shown.get(id).decisions.at(-1)?.id ?? null, ...(reason && { reason }),
        });
        tell(decision === "approve" ? "Approved." : "Hidden.");
        if (chosen() === "unread") {
            shown.delete(id);
            place.remove();
            drawEmpty();
        } else {
            put(text);
        }
        if (hadFocus) (next ?? document.querySelector("[name=part]:checked")).focus();
        await load();
    } catch (error) {
        place.removeAttribute("aria-busy");
        say(error);
        await load().catch(() => {});
    }
}

function askToHide(id) {
    hide.dataset.id = id;
    hide.querySelector("form").reset();
    hide.showModal();
    document.getElementById("hide-reason").focus();
}

function onKey(event) {
    const place = event.target.closest?.(".text");
    if (!place || hide.open || event.ctrlKey || event.metaKey || event.altKey || !isAdmin()) return;
    const { id } = place.dataset, newest = shown.get(id)?.decisions.at(-1)?.decision;
    switch (event.key.toLowerCase()) {
        case "a": if (newest !== "approve") decide(id, "approve"); break;
        case "h": if (newest !== "hide") askToHide(id); break;
        case "j": (place.nextElementSibling ?? place).focus(); break;
        case "k": (place.previousElementSibling ?? place).focus(); break;
        default: return;
    }
    event.preventDefault();
}

function drawClocks() {
    for (const place of places.querySelectorAll("[data-until]")) {
        const seconds = Math.max(0, Math.round((new Date(place.dataset.until) - Date.now()) / 1000));
        const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
        fill(place, { waits: seconds ? `Its group waits, ${left} left` : "Its group has stopped waiting" });
    }
}

page(async (given) => {
    ({ study, user } = given);
    document.getElementById("choice").addEventListener("change", () => { say(); load({ anew: true }).catch(say); });
    more.addEventListener("click", () => showMore().catch(say));
    document.addEventListener("keydown", onKey);
    document.getElementById("hide-not").addEventListener("click", () => hide.close());
    hide.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        const reason = document.getElementById("hide-reason").value.trim();
        if (!reason) return;
        hide.close();
        decide(hide.dataset.id, "hide", reason);
    });
    await load({ anew: true });
    drawClocks();
    setInterval(drawClocks, 1000);
    setInterval(() => load().then(drawClocks, () => {}), 4000);
});
