// Watching a study run: what is under way, kept up to date by events, and by looking every few seconds.

import { count, element, fill, filled, list, number, time } from "./elements.js";
import { agree, onSubmit } from "./forms.js";
import { page, say } from "./frame.js";
import { get, part } from "./server.js";
import { focusOn, mark, nameOf, show, tick } from "./watch-list.js";
import { messageList } from "./watch-messages.js";
import { close, open, opened, refresh, use } from "./watch-panel.js";
import { clock, ends, flags, short, stages, textsToReview } from "./watch-words.js";

const one = (id) => document.getElementById(id);
const context = { snapshot: null, ahead: 0, look, hasConditions: () => hasConditions, openPerson, openGroup, openStatements };
let showMessages = null;
let hasConditions = false;
let onlyGroup = null;
let generations = [];
let isLive = false;

// What is under way -------------------------------------------------------------------------------------------------

let isLooking = false, isStale = false, lookedAt = 0;

/** Asks how things are, and shows it: one question at a time, and not more than one a second. */
async function look() {
    isStale = true;
    if (isLooking) return;
    isLooking = true;
    try {
        while (isStale) {
            isStale = false;
            lookedAt = performance.now();
            draw(await get(`studies/${part(context.study)}/watch`));
            say();
        }
    } catch (error) {
        say(error);
    } finally {
        isLooking = false;
    }
}

function soon() {
    clearTimeout(soon.timer);
    soon.timer = setTimeout(async () => {
        await look();
        await refresh();
        await Promise.all([drawMessages(), one("generations-part").open && drawGenerations()]).catch(say);
    }, Math.max(0, 1000 - (performance.now() - lookedAt)));
}

function draw(snapshot) {
    const start = performance.now();
    context.snapshot = snapshot;
    context.ahead = Date.parse(snapshot.now) - Date.now();
    one("as-of").textContent = `As of ${new Date(snapshot.now).toLocaleTimeString()}`;
    drawCounts(snapshot);
    drawQueue(snapshot.queue);
    drawFaults(snapshot);
    show(snapshot.rows, one("show").value, openRow);
    tick(Date.parse(snapshot.now));
    const levels = Object.groupBy(snapshot.rows, ({ risk }) => risk.level);
    announce("alarm", [
        levels.stuck && `${number(levels.stuck.length)} stuck`, levels.urgent && `${number(levels.urgent.length)} urgent`,
        levels.attention && `${number(levels.attention.length)} to look at`,
    ].filter(Boolean).join(", ") || (snapshot.rows.length > 0 ? "All on time" : ""));
    const { unanswered, textsToReview: texts } = snapshot;
    one("texts").hidden = !texts;
    if (one("texts").dataset.count !== String(texts)) {
        one("texts").dataset.count = texts;
        one("texts").replaceChildren(textsToReview(context.study, texts));
    }
    document.title = `${unanswered ? `(${unanswered}) ` : ""}Watch ${context.study} – Concord`;
    one("messages-count").textContent = unanswered ? `${number(unanswered)} to answer` : "none to answer";
    performance.measure("watch", { start });
}

/** Live regions speak of changes only. */
function announce(id, text) {
    if (one(id).textContent !== text) one(id).textContent = text;
}

function drawCounts({ counts }) {
    const sum = (...wanted) => counts.filter(({ stage }) => wanted.includes(stage)).reduce((all, { people }) => all + people, 0);
    const dropped = counts.filter(({ stage, endReason }) => stage === "ended" && endReason === "timed-out").reduce((all, { people }) => all + people, 0);
    const figures = [
        ["Before the lobby", sum("entry", "instructions", "comprehension")], ["In the lobby", sum("lobby")], ["In groups", sum("group")],
        ["Exit survey and debriefing", sum("exit", "debriefing")], ["Finished", sum("done")], ["Ended early", sum("ended")], ["Of these dropped out", dropped],
    ];
    const place = one("counts");
    if (place.children.length === 0) place.append(...figures.map(([name]) => filled("figure", { name })));
    figures.forEach(([, people], index) => fill(place.children[index], { people: number(people) }));
    list("ends", counts.filter(({ endReason }) => endReason).map(({ stage, endReason, people, synthetic }) => element("li", {},
        `${ends[endReason]}: ${number(people)}${synthetic ? ` (${number(synthetic)} simulated)` : ""}${stage === "debriefing" ? ", being debriefed" : ""}`)));
}

function drawQueue({ waiting, running, waitingInAll, runningInAll, oldestAt, tokensPerSecond, secondsPerDraft, workers }) {
    const others = waitingInAll + runningInAll - waiting - running;
    one("queue").textContent = [
        `Statements: ${number(running)} being made, ${number(waiting)} in line${others ? `, besides ${number(others)} of other studies` : ""}.`,
        workers > 0 ? `${count(workers, "worker")} at it.` : "",
        tokensPerSecond ? `Of late ${number(tokensPerSecond)} tokens a second, ${number(secondsPerDraft, 1)} s for one.` : "",
        oldestAt ? `The first in line waits ${clock((Date.now() + context.ahead - Date.parse(oldestAt)) / 1000)}.` : "",
    ].filter(Boolean).join(" ");
}

function drawFaults({ faults, flags: raised }) {
    one("faults-count").textContent = number(faults.length);
    const said = JSON.stringify([faults, raised]);
    if (drawFaults.said === said) return;
    drawFaults.said = said;
    list("faults", faults.map(({ at, text, times, group, round, generation }) => {
        const where = generation && element("button", { type: "button", class: "link" }, `Group ${group}, round ${round}`);
        where?.addEventListener("click", () => open("generation", generation));
        return element("li", {}, [time(at), " ", where, ` ${text}${times > 1 ? ` (${number(times)} times)` : ""}`]);
    }));
    list("flags", raised.map(({ flag, times, people }) => element("li", {}, `${flags[flag]}: ${count(times, "time")}, ${count(people, "person", "people")}`)));
}

// Opening -----------------------------------------------------------------------------------------------------------

let openedFrom = "";

function openRow(row) {
    openedFrom = row.id;
    mark(row.id);
    return open(row.group ? "group" : "person", row.id);
}

function openPerson(id) {
    return open("person", id);
}

function openGroup(id) {
    mark(id);
    return open("group", id);
}

function shut() {
    close();
    mark("");
    focusOn(openedFrom);
}

async function find({ id }) {
    if (!id.trim()) return;
    const { people } = await get(`studies/${part(context.study)}/people?find=${part(id.trim())}`);
    one("found").replaceChildren(...people.map((person) => {
        const button = element("button", { type: "button", class: "link" }, person.group ? `Group ${person.group}, seat ${person.seat}` : short(person.id));
        button.addEventListener("click", () => openPerson(person.id));
        return element("li", {}, [
            button, element("span", {}, person.endReason ? ends[person.endReason] : stages[person.stage]),
            person.platformID && element("span", { class: "hint" }, person.platformID),
        ]);
    }));
    if (people.length === 0) throw Object.assign(new Error("Nobody in this study has that id. Check that it is whole, and of this study."), { status: 404 });
    if (people.length === 1) await openPerson(people[0].id);
}

// Messages and statements -------------------------------------------------------------------------------------------

/** By their seat, while their group is under way; else by their id. */
function nameOfAuthor({ participant, person }) {
    const row = context.snapshot.rows.find(({ group, members }) => group && members.some(({ id }) => id === participant));
    if (row) return `Group ${row.group}, seat ${row.members.find(({ id }) => id === participant).seat}`;
    return person.toLowerCase() === participant.toLowerCase() ? short(participant) : person;
}

async function drawMessages() {
    if (!showMessages || !one("messages-part").open) return;
    const { messages } = await get(`studies/${part(context.study)}/messages`);
    showMessages(messages);
    one("messages-empty").hidden = messages.length > 0;
}

function address(before) {
    const query = new URLSearchParams({
        ...(hasConditions && { conditions: "shown" }), ...(onlyGroup && { group: onlyGroup }), ...(one("failed").checked && { failed: true }),
        ...(before && { before }),
    });
    return `studies/${part(context.study)}/generations?${query}`;
}

/** The newest statements; `more` adds those before them. */
async function drawGenerations(more = false) {
    const found = (await get(address(more ? generations.at(-1)?.id : null))).generations;
    // What somebody has asked for besides stays, as it was.
    const newest = new Set(found.map(({ id }) => id));
    const kept = more ? generations : generations.filter(({ id }) => !newest.has(id)).slice(0, Math.max(0, generations.length - found.length));
    generations = more ? [...kept, ...found] : [...found, ...(found.length === 50 ? kept : [])];
    one("older").hidden = found.length < 50;
    const said = JSON.stringify(generations);
    if (drawGenerations.said === said) return;
    drawGenerations.said = said;
    const focused = document.activeElement?.dataset?.generation;
    list("generations", generations.map((made) => {
        const row = filled("generation", {
            at: time(made.createdAt), state: made.state === "running" ? `being made, ${Math.round(made.progress * 100)} %` : made.state === "queued" ? "in line" : made.state,
            took: made.seconds ? `${number(made.seconds, 1)} s` : "–",
            what: made.error ?? (made.shown ? `${made.shown.condition}: ${made.shown.statements[0] ?? ""}` : ""),
        });
        const who = row.querySelector("button");
        who.textContent = `${made.group}, ${made.round}`;
        who.dataset.generation = made.id;
        who.addEventListener("click", () => open("generation", made.id));
        return row;
    }));
    if (focused) document.querySelector(`[data-generation="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function openStatements(group) {
    onlyGroup = group;
    one("only-group").hidden = !group;
    if (group) one("only-group").firstElementChild.textContent = `Only of group ${group}.`;
    generations = [];
    one("generations-part").open = true;
    await drawGenerations().catch(say);
    if (group && !matchMedia("(min-width: 64em)").matches) shut();
    if (group) one("generations-part").scrollIntoView({ block: "start" });
}

async function switchConditions() {
    if (!hasConditions && !await agree({
        title: "Show conditions?", button: "Show conditions",
        text: ["Whoever knows the conditions while a study runs may, without meaning to, talk differently to participants.", "That you look at them is kept in the log."],
    })) return;
    hasConditions = !hasConditions;
    one("conditions").setAttribute("aria-pressed", String(hasConditions));
    one("conditions").textContent = hasConditions ? "Hide conditions" : "Show conditions";
    await Promise.all([drawGenerations(), refresh()]).catch(say);
}

// Start -------------------------------------------------------------------------------------------------------------

function watch() {
    const events = new EventSource(`/api/admin/studies/${part(context.study)}/watch/events`);
    events.addEventListener("open", () => live(true));
    events.addEventListener("change", soon);
    events.addEventListener("error", () => {
        live(false);
        if (events.readyState === EventSource.CLOSED) setTimeout(watch, 5000);
    });
    addEventListener("pagehide", () => events.close(), { once: true });
}

function live(is) {
    isLive = is;
    announce("live", is ? "Live" : "Looking every few seconds");
}

page(async ({ user, study }) => {
    Object.assign(context, { user, study });
    use(context);
    // The first look says what is wrong, if anything is.
    draw(await get(`studies/${part(study)}/watch`));
    one("messages-part").hidden = user.role !== "admin";
    if (user.role !== "admin") one("find-hint").textContent = "By the participant's id or its beginning, or a seat such as 12.3.";
    if (user.role === "admin") {
        showMessages = messageList(one("messages"), study, { after: async () => { await look(); await drawMessages(); }, open: openPerson, nameOf: nameOfAuthor });
        one("messages-part").open = context.snapshot.unanswered > 0;
        await drawMessages();
    }
    onSubmit(one("find"), find);
    one("close").addEventListener("click", shut);
    addEventListener("keydown", (event) => {
        if (event.key === "Escape" && opened() && !document.querySelector("dialog[open]")) shut();
    });
    one("show").addEventListener("change", () => draw(context.snapshot));
    one("messages-part").addEventListener("toggle", () => drawMessages().catch(say));
    one("generations-part").addEventListener("toggle", () => one("generations-part").open && drawGenerations().catch(say));
    one("conditions").addEventListener("click", switchConditions);
    one("failed").addEventListener("change", () => { generations = []; drawGenerations().catch(say); });
    one("only-group").querySelector("button").addEventListener("click", () => openStatements(null));
    one("older").addEventListener("click", () => drawGenerations(true).catch(say));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
    setInterval(() => tick(Date.now() + context.ahead), 1000);
    // Who is idle changes by itself, and an event may be lost.
    setInterval(() => { if (!document.hidden && performance.now() - lookedAt > (isLive ? 10000 : 2500)) soon(); }, 1000);
    live(false);
    watch();
});
