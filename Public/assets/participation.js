// Where this person is in the study, and how answers reach the server.
//
// The server's State is the only truth: this module fetches it, puts the page of its step (../participant/<step>.html)
// into <main>, and lets words.js fill it. The document stays the same from the consent to the code, so that nothing
// depends on the network but what is sent and fetched. Forms say with attributes what they are:
//
//   <form data-answer="stance" data-about="round">
//                                    sent to /api/participation/stance with its fields and the round's number
//                                    (data-about="statement": the statement's id)
//   <fieldset name="affirming" data-scale="agreement">   gets the seven points of that scale
//   <fieldset data-missing="…">      the key of the sentence shown when nothing in it is chosen
//   <button data-opens="help">       opens ../participant/drawers/help.html over the page
//   data-countdown="presence.askedUntil"   how long there is until then, to the second

import { attend, call, entitle, hasSound } from "./attention.js";
import consent from "./consent.js";
import { draftName, forgetDrafts } from "./drafts.js";
import end from "./end.js";
import opinion from "./opinion.js";
import rating from "./rating.js";
import { base, reach, say } from "./server.js";
import waiting from "./waiting.js";
import { clock, fill, language, load, make, preferred, problem, setText, speak, t, valueAt } from "./words.js";

const steps = { survey: "questions", comprehension: "questions", opinion, rating, waiting, lobby: waiting, done: end, ended: end, debriefing: end };
const main = document.querySelector("main");
const drawer = document.getElementById("drawer");
const one = (selector) => document.querySelector(selector);

let state = null;
let page = null;                // what the script of the present step has to say: { update, draft, close }
let panel = null;               // the same of an open drawer
let ahead = 0;                  // how far the server's clock is ahead of this device's, in milliseconds

// The State ---------------------------------------------------------------------------------------------------------

let acknowledged = 0;           // answers so far: a State asked for before one of them may be older than it
let isAsking = false;
let isStale = false;

export async function refresh() {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    while (isStale) {
        isStale = false;
        const before = acknowledged;
        const reply = await reach("/api/participation");
        if (acknowledged !== before) isStale = true;
        else if (reply.ok) await apply(reply.value);
        else await stop(reply);
    }
    isAsking = false;
}

let turn = Promise.resolve();

/** Goes to where `next`, a State, is: the present page filled anew, or that of another step. One after another. */
export function apply(next) {
    turn = turn.catch(() => {}).then(() => move(next));
    return turn;
}

async function move(next) {
    ahead = Date.parse(next.now) - Date.now();
    if (next.version === state?.version) return;
    const before = state;
    await speak(next.study.language);
    const isNew = occasion(next) !== occasion(before);
    if (next.step !== before?.step || next.survey?.kind !== before.survey?.kind) await enter(next);
    state = next;
    forgetDrafts(draftName(state));
    showFrame();
    fill(document.body, state);
    if (isNew) for (const form of main.querySelectorAll("form")) settle(form);
    page?.update?.(state);
    panel?.update?.(state);
    const { others, waiting, round, statement } = state;
    const people = others ?? waiting;
    for (const element of main.querySelectorAll(".others")) setText(element, people ? t(`waiting.${people.for}-count`, people) : "");
    warn();
    say("nudge", state.nudgedAt && "notice.nudge");
    const wait = ["lobby", "waiting"];
    const isCalled = before && (state.nudgedAt > (before.nudgedAt ?? "")
        || wait.includes(before.step) && (!wait.includes(state.step) || (state.presence && !before.presence)));
    const step = state.step === "debriefing" || wait.includes(state.step) || isOver() ? null : state.survey?.kind ?? state.step;
    attend(step && { step, round: round?.number, statement: statement?.id });
    main.ariaBusy = "false";
    if (isNew) arrive();
    if (isCalled) call();
}

/** Something new is on the page: from its beginning. */
function arrive() {
    entitle([heading()?.textContent, state?.study.title].filter(Boolean).join(" – "));
    scrollTo(0, 0);
    if (!drawer.open) focus(heading());
}

function heading() {
    return main.querySelector("h1:not([hidden], [hidden] *)");
}

function focus(heading) {
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
}

function isOver() {
    return state.step === "done" || state.step === "ended";
}

/** Puts the page of a step into the document. */
async function enter(next) {
    const html = await load(`participant/${next.step === "ended" ? "done" : next.step}.html`);
    const script = await run(steps[next.step]);
    page?.draft?.close();
    page?.close?.();
    show(html, next.step);
    page = script?.(main, next);
}

/** A script by its name, which not everybody needs; others are here already. */
async function run(script) {
    if (typeof script !== "string") return script;
    await load(`assets/${script}.js`);      // tried again until it is there
    return (await import(`./${script}.js`)).default;
}

/** Puts a page into <main>: its elements, never its scripts. */
export function show(html, step) {
    main.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    document.body.dataset.step = step;
    for (const group of main.querySelectorAll("[data-scale]")) {
        group.append(make("div", { className: "scale" }, ...[1, 2, 3, 4, 5, 6, 7].map((value) => {
            const words = make("span");
            words.dataset.words = `${group.dataset.scale}.${value}`;
            return make("label", {}, make("input", { type: "radio", name: group.name, value, required: true }), `${value} `, words);
        })));
    }
    addAlerts(main);
    main.querySelectorAll("form[data-answer]").forEach(prepare);
}

/** Gives every form, and every group in it, a place for what is wrong: before the button, and under the legend. */
function addAlerts(root) {
    for (const box of root.querySelectorAll("form:not([method]), fieldset")) {
        const error = make("p", { className: "error" });
        error.setAttribute("role", "alert");
        if (box.tagName === "FORM") box.querySelector(":scope > button").before(error);
        else box.querySelector("legend").after(error);
    }
}

/** What makes two States ask for different answers. */
function occasion(state) {
    const presence = state?.presence && (state.presence.isIdle ? "idle" : "asked");
    return state && [state.step, state.round?.number, state.statement?.id, presence, state.comprehension?.number].join(" ");
}

async function stop(reply) {
    if (!language) await speak(preferred());
    const isAbsent = reply.status === 401;
    state = null;
    main.replaceChildren(
        make("h1", { textContent: t(isAbsent ? "frame.absent" : "frame.broken") }),
        make("p", { textContent: isAbsent ? t("frame.absent-text") : problem(reply) }));
    attend(null);
    showFrame();
    main.ariaBusy = "false";
    arrive();
}

function watch() {
    const events = new EventSource(base + "/api/participation/events");
    events.addEventListener("change", refresh);
    events.addEventListener("error", () => {
        if (events.readyState === EventSource.CLOSED) setTimeout(watch, 5000);
    });
    addEventListener("pagehide", () => events.close(), { once: true });
}

/** This browser takes part: from here on the page follows the State. */
export async function follow(next) {
    history.replaceState(null, "", base + "/participant/");
    await (next ? apply(next) : refresh());
    watch();
    setInterval(() => { if (state?.waiting) refresh(); }, 20000);
}

// The frame ---------------------------------------------------------------------------------------------------------

const place = ["stance", "opinion", "rating"];

function showFrame() {
    const isDone = state && (state.step === "debriefing" || isOver());
    one("header").hidden = !state;
    one("footer").hidden = !state;
    for (const button of document.querySelectorAll("[data-opens=leave], [data-opens=device], #sound, header [data-opens=instructions]")) {
        button.hidden = isDone || (button.dataset.opens === "instructions" && state?.step === "instructions");
    }
    one(".trail").hidden = !state?.round;
    const at = state?.waiting?.for === "opinions" ? 1 : state?.waiting || state?.survey ? 2 : place.indexOf(state?.step);
    for (const [index, item] of document.querySelectorAll(".trail li").entries()) {
        item.className = index < at ? "over" : "";
        if (index === at) item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
    }
    main.className = state?.step === "rating" ? "wide" : "";
    if (state) offer(state.study.languages, choose);
    const help = one("header [data-opens=help]");
    help.dataset.words = state?.messages?.some(({ isNew }) => isNew) ? "frame.answered" : "frame.help";
    help.classList.toggle("new", help.dataset.words === "frame.answered");
    if (help.classList.contains("new")) setText(one("#spoken"), t("frame.answered"));
    one("#sound").ariaPressed = hasSound();
}

async function choose(code) {
    const reply = await reach("/api/participation/language", { language: code });
    if (reply.ok) apply(reply.value);
}

/** Lets the person choose among `languages`; then `use(code)`. */
export function offer(languages, use) {
    const box = one("#language");
    const list = box.querySelector("select");
    box.hidden = languages.length < 2;
    list.onchange = () => use(list.value);
    list.replaceChildren(...languages.map((value) => make("option", {
        value, lang: value, selected: value === language, textContent: new Intl.DisplayNames(value, { type: "language" }).of(value),
    })));
}

/** In the last minutes says how long there is; in the last two, aloud, at most once per half minute. */
function warn() {
    const left = state?.deadline ? Date.parse(state.deadline) - Date.now() - ahead : null;
    one("#time").hidden = left === null || state.step === "lobby";
    if (!one("#time").hidden) {
        const time = clock(state.deadline), n = Math.max(1, Math.round(left / 60000));
        setText(one("#left"), state.waiting ? t("time.latest", { time }) : left > 120000 ? t("time.left", { n, time }) : "");
        const seconds = Math.ceil(left / 30000) * 30;
        const after = t(state.round ? "time.group" : state.survey?.kind === "exit" ? "time.exit" : "time.before");
        setText(one("#warning"), state.waiting || seconds > 120 ? "" : seconds <= 0 ? t("time.up")
            : `${seconds > 30 ? t("time.warning", { n: seconds > 60 ? 2 : 1 }) : t("time.half")} ${after}`);
        one("#more").hidden = !state.extension || left > 300000;
        if (state.extension) setText(one("#more"), t("time.more", { n: state.extension.minutes }));
    }
    for (const element of document.querySelectorAll("[data-countdown]")) {
        const until = state && valueAt(element.dataset.countdown, state);
        setText(element, until ? t("time.seconds", { n: Math.max(0, Math.round((Date.parse(until) - Date.now() - ahead) / 1000)) }) : "");
    }
}

async function takeMoreTime() {
    const reply = await reach("/api/participation/extension", { number: state.extension.number });
    if (!reply.ok) return refresh();
    await apply(reply.value);
    setText(one("#spoken"), t("time.given", { time: clock(state.deadline) }));
    focus(heading());
}

/** Opens a drawer over the page, which loses nothing by it. */
async function open(name) {
    const html = await load(`participant/drawers/${name}.html`);
    const drawers = await run("drawers");
    if (drawer.open || !state) return;
    drawer.firstElementChild.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    addAlerts(drawer);
    fill(drawer, state);
    panel = drawers[name]?.(drawer, state);
    panel?.update?.(state);
    drawer.showModal();
    focus(drawer.querySelector("h2"));
}

export function closeDrawer() {
    drawer.close();
}

// Answers -----------------------------------------------------------------------------------------------------------

/** Makes `form` ready for a new answer. */
function settle(form) {
    if (form.dataset.answer && !page?.draft) form.reset();
    release(form);
    for (const error of form.querySelectorAll("[role=alert]")) setText(error, "");
}

export function release(form) {
    form.ariaBusy = "false";
    for (const text of form.querySelectorAll("textarea")) text.readOnly = false;
}

/** The answer in `form`: radio buttons are numbers, hidden fields JSON. */
function content(form) {
    const answer = {};
    if (form.dataset.about === "round") answer.round = state.round.number;
    if (form.dataset.about === "statement") answer.statement = state.statement.id;
    for (const field of form.elements) {
        if (!field.name || field.tagName === "FIELDSET" || (field.type === "radio" && !field.checked)) continue;
        answer[field.name] = field.type === "radio" ? Number(field.value)
            : field.type === "hidden" ? JSON.parse(field.value) : field.value;
    }
    return answer;
}

/** Whether every group of `form` has a choice; says which has none, and puts the focus there. */
export function isComplete(form) {
    const groups = [...form.querySelectorAll("fieldset")];
    const missing = groups.filter((group) => group.querySelector(":invalid"));
    for (const group of groups) {
        setText(group.querySelector("[role=alert]"), missing.includes(group) ? t(group.dataset.missing) : "");
    }
    missing[0]?.querySelector("input").focus({ preventScroll: true });
    missing[0]?.scrollIntoView({ block: "nearest" });
    return missing.length === 0;
}

/** Sends `answer` to `path` until it is acknowledged; then `accept(reply)`. While it is under way the form holds still, so
 *  that what was sent is what the person sees. A refusal is shown in the form. */
export async function submit(form, path, answer, accept) {
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    for (const text of form.querySelectorAll("textarea")) text.readOnly = true;
    const error = form.querySelector(":scope > [role=alert]");
    setText(error, "");
    const reply = await reach(path, answer);
    acknowledged += 1;
    if (reply.ok) return accept(reply);
    if (reply.status === 401 && state) return stop(reply);
    release(form);
    setText(error, problem(reply));
    error.scrollIntoView({ block: "nearest" });
    if (reply.status === 409 && state) refresh();        // answered already, perhaps in another tab
}

/** Sends an answer to the present step. */
export function send(form, name, answer) {
    submit(form, `/api/participation/${name}`, answer, (reply) => {
        release(form);
        apply(reply.value);
    });
}

function prepare(form) {
    form.noValidate = true;     // the page's own sentences say what is missing
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (state && form.ariaBusy !== "true" && isComplete(form)) send(form, form.dataset.answer, content(form));
    });
    form.addEventListener("click", (event) => {
        if (form.ariaBusy === "true" && event.target.type === "radio") event.preventDefault();
    });
    form.addEventListener("change", (event) => {
        const alert = event.target.closest("fieldset")?.querySelector("[role=alert]");
        if (alert) setText(alert, "");
    });
}

// A digit chooses a point of the scale that has the focus, or of the first one without a choice when the heading has it;
// then the next scale has the focus, and Enter sends.
function choosePoint(event) {
    if (!/^[1-7]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const groups = [...main.querySelectorAll("fieldset[data-scale]")];
    const { activeElement } = document;
    const group = activeElement.tagName === "H1" ? groups.find((one) => one.querySelector(":invalid"))
        : activeElement.type === "radio" && activeElement.closest("fieldset[data-scale]");
    if (!group || drawer.open) return;
    event.preventDefault();
    group.querySelector(`[value="${event.key}"]`).click();
    const next = groups[groups.indexOf(group) + 1] ?? group;
    (next.querySelector(":checked") ?? next.querySelector("input")).focus();
}

// Start -------------------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-opens]");
    if (button && state) open(button.dataset.opens);
});
document.addEventListener("keydown", choosePoint);
drawer.addEventListener("close", () => { panel = null; });
one("#more").addEventListener("click", takeMoreTime);
one("#sound").addEventListener("click", () => {
    one("#sound").ariaPressed = hasSound(!hasSound());
    call();
});
document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state) refresh(); else page?.draft?.push();
});
addEventListener("pagehide", () => page?.draft?.push());
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
setInterval(warn, 1000);

speak(preferred());
if (location.pathname.startsWith(base + "/join/")) consent(); else follow();
