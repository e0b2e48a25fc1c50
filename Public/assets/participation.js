// Where this person is in the study, and how answers reach the server. Every page of a step loads this module.
//
// The server's State is the only truth: this module fetches it, puts its texts where the page asks for them, and goes
// to the page of the present step when that is another one. A page asks with attributes:
//
//   <body data-step="stance">             the step this page is for; a page without it is left alone
//   data-text="question.text"             the element's text
//   data-paragraphs="instructions"        one <p> per entry
//   data-show="waiting.for=opinions"      shown only if so (without "=…": only if there is a value)
//   data-href="completion.address"        a link, shown only if there is an https address
//   data-time="deadline"                  a time of day
//   data-deadline                         a warning, two minutes before the group goes on without this person
//   data-countdown="presence.askedUntil"  how long there is until then, to the second
//   data-hide="isErased"                  shown only if there is no value
//   data-progress="waiting.progress"      the value of a <progress>, and the words of a data-percent element
//   <form data-answer="stance" data-about="round">
//                                         sent to /api/participation/stance with its fields and the round's number
//                                         (data-about="statement": the statement's id)
//   <fieldset data-missing="…">           the sentence shown when nothing in it is chosen
//   <button data-opens="instructions">    opens the <dialog> of that id
//
// All text is set as text, never as HTML.

const unreachable = "The study cannot be reached just now. Trying again …";
const unsent = "Your answer has not arrived yet. It is kept here and sent again until it does: please leave this page open.";

const step = document.body.dataset.step;
const listeners = [];
let state = null;

/** Calls `listener(state)` whenever the State has changed, after the page has been filled. */
export function onState(listener) {
    listeners.push(listener);
    if (state) listener(state);
}

// Requests ----------------------------------------------------------------------------------------------------------

const troubles = new Map();     // what is being tried again → the sentence that says so

function say(trouble, sentence) {
    if (sentence) troubles.set(trouble, sentence); else troubles.delete(trouble);
    const sentences = [...troubles.values()];
    setText(document.getElementById("notice"), sentences.find((one) => one === unsent) ?? sentences[0] ?? "");
}

function pause(milliseconds) {
    return new Promise((resolve) => {
        setTimeout(resolve, milliseconds);
        addEventListener("online", resolve, { once: true });
    });
}

/** GETs `path`, or POSTs `body` to it: the same request again and again, saying so, until the server has answered
 *  with anything but "try again" (5xx, 429). Gives `{ status, ok, value }`, `value` being the JSON of the reply. */
export async function reach(path, body, sentence = body ? unsent : unreachable) {
    const trouble = Symbol();
    const options = { cache: "no-store", headers: { Accept: "application/json" } };
    if (body) {
        options.method = "POST";
        options.headers["Content-Type"] = "application/json";
        options.body = JSON.stringify(body);
    }
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
        try {
            const response = await fetch(path, { ...options, signal: AbortSignal.timeout(30000) });
            if (response.status < 500 && response.status !== 429) {
                const isJSON = /json/.test(response.headers.get("Content-Type"));
                const value = isJSON ? await response.json() : null;
                say(trouble, "");
                return { status: response.status, ok: response.ok, value };
            }
        } catch { /* the network is away: as if the server had said "try again" */ }
        say(trouble, sentence);
        await pause(wait * (0.75 + Math.random() / 2));
    }
}

// The State ---------------------------------------------------------------------------------------------------------

let acknowledged = 0;           // answers so far: a State asked for before one of them may be older than it
let isAsking = false;
let isStale = false;

async function refresh() {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    while (isStale) {
        isStale = false;
        const before = acknowledged;
        const reply = await reach("/api/participation");
        if (acknowledged !== before) isStale = true;
        else if (reply.ok) apply(reply.value);
        else stop(reply);
    }
    isAsking = false;
}

/** Goes to where `next`, a State, is: this page, filled anew, or that of another step. */
export function apply(next) {
    if (next.step !== "opinion") forgetDrafts();
    if (next.step !== step) return goTo(next);
    ahead = Date.parse(next.now) - Date.now();
    if (next.version === state?.version) return;
    const isNew = occasion(next) !== occasion(state);
    state = next;
    fill(document, state);
    if (isNew) for (const form of document.forms) settle(form);
    warn();
    for (const listener of listeners) listener(state);
    const heading = document.querySelector("h1:not([hidden], [hidden] *)");
    document.title = [heading?.textContent, state.study?.title].filter(Boolean).join(" – ");
    document.querySelector("main").ariaBusy = "false";
    if (isNew) {
        scrollTo(0, 0);
        heading?.focus({ preventScroll: true });
    }
}

/** Goes to the page of the State's step, in place of this one: Back never leads to a step that is over. */
export function goTo(state) {
    location.replace(`/participant/${encodeURIComponent(state.step)}.html`);
}

/** What makes two States ask for different answers. */
function occasion(state) {
    const presence = state?.presence && (state.presence.isIdle ? "idle" : "asked");
    return state && [state.step, state.round?.number, state.statement?.id, presence, state.comprehension?.number].join(" ");
}

function stop(reply) {
    const main = document.querySelector("main");
    const heading = document.createElement("h1");
    heading.textContent = reply.status === 401 ? "This browser is not in a study" : "This does not work at present";
    const sentence = document.createElement("p");
    sentence.textContent = reply.status === 401
        ? "To begin, or to go on where you were, open the link that you were invited with, in the browser you began with."
        : reply.value?.detail ?? "Please try again later.";
    main.replaceChildren(heading, sentence);
    for (const part of document.querySelectorAll("header > :not(#notice)")) part.hidden = true;
    main.ariaBusy = "false";
}

function watch() {
    const events = new EventSource("/api/participation/events");
    events.addEventListener("change", refresh);
    events.addEventListener("error", () => {
        if (events.readyState === EventSource.CLOSED) setTimeout(watch, 5000);
    });
    addEventListener("pagehide", () => events.close(), { once: true });
}

// Deadlines ---------------------------------------------------------------------------------------------------------

let ahead = 0;                  // how far the server's clock is ahead of this device's, in milliseconds

/** Says, in the last two minutes, how long there is to answer. Spoken at most once per half minute. */
function warn() {
    const left = state?.deadline ? Date.parse(state.deadline) - Date.now() - ahead : Infinity;
    for (const element of document.querySelectorAll("[data-deadline]")) {
        element.hidden = left > 120000;
        const seconds = Math.max(0, Math.ceil(left / 30000) * 30);
        const time = seconds > 60 ? "2 minutes" : seconds > 30 ? "1 minute" : "30 seconds";
        setText(element, element.hidden ? "" : seconds === 0
            ? "Your time is up."
            : `Less than ${time} left. After that the group goes on without this answer.`);
    }
    for (const element of document.querySelectorAll("[data-countdown]")) {
        const until = state && valueAt(element.dataset.countdown, state);
        const seconds = until ? Math.max(0, Math.round((Date.parse(until) - Date.now() - ahead) / 1000)) : 0;
        setText(element, seconds === 1 ? "1 second" : `${seconds} seconds`);
    }
}

// Filling the page --------------------------------------------------------------------------------------------------

function valueAt(path, state) {
    return path.split(".").reduce((value, key) => value?.[key], state) ?? null;
}

function setText(element, text) {
    if (element && element.textContent !== text) element.textContent = text;    // live regions speak only of changes
}

/** Puts the texts of `state` where the elements under `root` ask for them. */
export function fill(root, state) {
    for (const element of root.querySelectorAll("[data-text]")) {
        setText(element, String(valueAt(element.dataset.text, state) ?? ""));
    }
    for (const element of root.querySelectorAll("[data-paragraphs]")) {
        element.replaceChildren(...(valueAt(element.dataset.paragraphs, state) ?? []).map((text) => {
            const paragraph = document.createElement("p");
            paragraph.textContent = text;
            return paragraph;
        }));
    }
    for (const element of root.querySelectorAll("[data-show]")) {
        const [path, wanted] = element.dataset.show.split("=");
        const value = valueAt(path, state);
        element.hidden = wanted === undefined ? value === null : String(value) !== wanted;
    }
    for (const element of root.querySelectorAll("[data-hide]")) {
        element.hidden = valueAt(element.dataset.hide, state) !== null;
    }
    for (const element of root.querySelectorAll("[data-href]")) {
        const address = valueAt(element.dataset.href, state);
        element.hidden = !address?.startsWith("https://");
        if (!element.hidden) element.href = address;
    }
    for (const element of root.querySelectorAll("[data-time]")) {
        const time = valueAt(element.dataset.time, state);
        setText(element, time === null ? "" : new Date(time).toLocaleTimeString(
            document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }));
    }
    for (const element of root.querySelectorAll("[data-progress]")) {
        const value = valueAt(element.dataset.progress, state);
        if (value === null) element.removeAttribute("value"); else element.value = value;
    }
    for (const element of root.querySelectorAll("[data-percent]")) {
        const value = valueAt(element.dataset.percent, state);
        setText(element, value === null ? "" : value.toLocaleString(document.documentElement.lang, { style: "percent" }));
    }
}

// Answers -----------------------------------------------------------------------------------------------------------

/** Makes `form` ready for a new answer. */
function settle(form) {
    if (form.method === "dialog") return;
    form.reset();
    release(form);
    for (const error of form.querySelectorAll("[role=alert]")) setText(error, "");
}

function release(form) {
    form.ariaBusy = "false";
    for (const text of form.querySelectorAll("textarea")) text.readOnly = false;
}

/** The answer in `form`: radio buttons are numbers, hidden fields JSON. */
function content(form) {
    const answer = {};
    if (form.dataset.about === "round") answer.round = state.round.number;
    if (form.dataset.about === "statement") answer.statement = state.statement.id;
    for (const field of form.elements) {
        if (!field.name || (field.type === "radio" && !field.checked)) continue;
        answer[field.name] = field.type === "radio" ? Number(field.value)
            : field.type === "hidden" ? JSON.parse(field.value) : field.value;
    }
    return answer;
}

function isComplete(form) {
    const missing = [...form.querySelectorAll("fieldset")].filter((group) => group.querySelector(":invalid"));
    for (const group of form.querySelectorAll("fieldset")) {
        setText(group.querySelector("[role=alert]"), missing.includes(group) ? group.dataset.missing : "");
    }
    missing[0]?.querySelector("input").focus({ preventScroll: true });
    missing[0]?.scrollIntoView({ block: "nearest" });
    return missing.length === 0;
}

/** Sends what `form` holds to `path` until it is acknowledged; then `accept(reply)`. While it is under way the form
 *  holds still, so that what was sent is what the person sees. A refusal is shown next to the form. */
export async function submit(form, path, answer, accept) {
    form.ariaBusy = "true";
    for (const text of form.querySelectorAll("textarea")) text.readOnly = true;
    const error = form.querySelector(":scope > [role=alert]");
    setText(error, "");
    const reply = await reach(path, answer);
    acknowledged += 1;
    if (reply.ok) return accept(reply);
    if (reply.status === 401 && step) return stop(reply);
    release(form);
    setText(error, reply.value?.detail ?? "That did not work. Please reload this page.");
    error.scrollIntoView({ block: "nearest" });
    if (reply.status === 409 && step) refresh();        // answered already, perhaps in another tab
}

function prepare(form) {
    form.noValidate = true;     // the page's own sentences say what is missing
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (form.ariaBusy === "true" || !state || !isComplete(form)) return;
        submit(form, `/api/participation/${form.dataset.answer}`, content(form), (reply) => apply(reply.value));
    });
    form.addEventListener("click", (event) => {
        if (form.ariaBusy === "true" && event.target.type === "radio") event.preventDefault();
    });
    form.addEventListener("change", (event) => {
        setText(event.target.closest("fieldset")?.querySelector("[role=alert]"), "");
    });
}

// Drafts: words typed but not yet acknowledged, on this device only -----------------------------------------------------

const draft = "concord.draft.";

/** The words kept under `name`, if any. */
export function readDraft(name) {
    try { return localStorage.getItem(draft + name); } catch { return null; }
}

/** Keeps `text` under `name`; says whether this browser could. */
export function keepDraft(name, text) {
    try { localStorage.setItem(draft + name, text); return true; } catch { return false; }
}

/** Clears every draft: they were acknowledged, or another person begins on this device. */
export function forgetDrafts() {
    try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(draft)) localStorage.removeItem(key);
    } catch { /* no storage, no drafts */ }
}

// Start -------------------------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-opens]")) {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}

if (step) {
    document.querySelectorAll("form[data-answer]").forEach(prepare);
    addEventListener("pageshow", (event) => { if (event.persisted) { refresh(); watch(); } });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
    setInterval(warn, 1000);
    setInterval(() => { if (state?.waiting) refresh(); }, 20000);
    refresh();
    watch();
}
