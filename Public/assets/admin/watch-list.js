// The rows of what is under way. A row belongs to its group or person for as long as that is there: only what has changed in
// it is written anew, so that the focus, a selection and the place on the page survive, and hundreds of rows cost little.

import { filled } from "./elements.js";
import { parameter } from "./server.js";
import { clock, owed, phases, risk, short, stages, textsToReview } from "./watch-words.js";

const body = document.getElementById("rows");
const frame = body.closest("[data-frame]");
const empty = document.getElementById("rows-empty");
const rows = new Map();         // by id: { element, parts, texts, row }
let pointed = -Infinity;        // when the pointer was last moved over the list
let open = "";                  // the id of what lies beside the list

body.addEventListener("pointermove", () => { pointed = performance.now(); });
body.addEventListener("pointerleave", () => { pointed = -Infinity; });

/** What a row is called. */
export const nameOf = ({ group, id }) => group ? `Group ${group}` : short(id);

const kinds = {
    all: () => true, look: ({ risk }) => risk.level !== "calm", groups: ({ group }) => Boolean(group),
    lobby: ({ phase }) => phase === "lobby", others: ({ group, phase }) => !group && phase !== "lobby",
};

function make(row, choose) {
    const made = filled("row", { risk: undefined });
    const parts = Object.fromEntries([...made.querySelectorAll("[data-field]")].map((part) => [part.dataset.field, part]));
    const entry = { element: made, parts, texts: {}, row };
    parts.who.addEventListener("click", () => choose(entry.row));
    return entry;
}

function write(entry, name, text, shown = text) {
    if (entry.texts[name] === text) return;
    entry.texts[name] = text;
    entry.parts[name].replaceChildren(shown);
}

function waits({ members, group, generations, phase }) {
    const people = members.filter(({ presence, owes }) => presence === "present" && owes);
    if (group && phase === "drafting" && generations) {
        const { waiting, running, made, failed } = generations;
        return [running && `${running} being made`, waiting && `${waiting} in line`, made && `${made} made`, failed && `${failed} failed`].filter(Boolean).join(", ");
    }
    if (!group) return phase === "lobby" ? "others for a group" : members[0].isIdle ? "them (idle)" : "them";
    return people.map(({ seat, owes, isIdle }) => `seat ${seat}: ${owed[owes]}${isIdle ? " (idle)" : ""}`).join(", ") || "nobody";
}

function update(entry, row) {
    entry.row = row;
    const { level } = row.risk;
    if (entry.texts.risk !== level) {
        entry.texts.risk = level;
        entry.parts.risk.replaceChildren(risk(row.risk));
    }
    const gone = row.members.filter(({ presence }) => presence === "left").length;
    write(entry, "who", `${nameOf(row)}${row.synthetic ? " (simulated)" : ""}`);
    write(entry, "where", row.group ? `Round ${row.round} of ${row.rounds}: ${phases[row.phase].toLowerCase()}${gone ? `, ${gone} gone` : ""}` : stages[row.phase]);
    if (row.textsToReview) write(entry, "waits", `texts: ${row.textsToReview}`, textsToReview(parameter("study"), row.textsToReview));
    else write(entry, "waits", waits(row));
    write(entry, "why", level === "calm" ? "" : row.risk.reasons.join(" "));
}

/** Puts the rows into this order. The one with the focus stays where it is in the document, and others go around it: what is
 *  moved loses the focus. */
function order(entries) {
    const held = entries.find(({ element }) => element.contains(document.activeElement))?.element;
    let next = body.firstElementChild;
    for (const { element } of entries) {
        if (element === held) {
            // What is between here and there comes later.
            while (next && next !== held) {
                const later = next.nextElementSibling;
                next.remove();
                next = later;
            }
        }
        if (element === next) next = next.nextElementSibling;
        else body.insertBefore(element, next);
    }
}

/** Shows the rows of `kind`; `choose(row)` opens one. */
export function show(list, kind, choose) {
    const wanted = list.filter(kinds[kind]);
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, { element }] of rows) {
        if (ids.has(id)) continue;
        element.remove();
        rows.delete(id);
    }
    for (const row of wanted) {
        if (!rows.has(row.id)) rows.set(row.id, make(row, choose));
        update(rows.get(row.id), row);
    }
    let entries = wanted.map(({ id }) => rows.get(id));
    // What somebody points at does not go away from under the pointer; what is new comes last meanwhile.
    if (performance.now() - pointed < 3000) {
        const place = new Map([...body.children].map((element, index) => [element, index]));
        entries = entries.toSorted((one, other) => (place.get(one.element) ?? Infinity) - (place.get(other.element) ?? Infinity) || 0);
    }
    order(entries);
    frame.hidden = wanted.length === 0;
    empty.hidden = wanted.length > 0;
    mark(open);
}

/** Marks the row of what lies beside the list. */
export function mark(id) {
    if (open !== id) rows.get(open)?.element.classList.remove("open");
    open = id;
    rows.get(id)?.element.classList.add("open");
}

/** The row that has the focus, or had it before the panel was opened. */
export const focusOn = (id) => rows.get(id)?.parts.who.focus();

/** Writes how long there is, once a second; `now` by the server's clock. */
export function tick(now) {
    for (const entry of rows.values()) {
        const { deadline } = entry.row;
        write(entry, "left", deadline ? clock((Date.parse(deadline) - now) / 1000) : "–");
    }
}
