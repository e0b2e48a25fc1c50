// What lies beside the list: a group, a person, or one making of statements. A part of it is written anew only when what it
// says has changed.

import { count, element, number, time } from "./elements.js";
import { get, part } from "./server.js";
import { deed } from "./watch-act.js";
import { nameOf } from "./watch-list.js";
import { messageList } from "./watch-messages.js";
import { ago, clock, ends, flags, owed, phases, risk, short, stages, textsToReview } from "./watch-words.js";

const panel = document.getElementById("panel");
const title = document.getElementById("panel-title");
const body = document.getElementById("panel-body");
const faultPlace = document.getElementById("panel-fault");
const steps = {
    consented: "Gave consent", instructed: "Read the instructions", lobby: "Came into the lobby", group: "Came into a group",
    stance: "Stance", opinion: "Opinion", extension: "Took more time", nudge: "Was reminded", away: "Let a deadline pass",
    left: "Left the group", debriefed: "Read the debriefing", ended: "Came to the end", erased: "Had their words deleted",
};

let here = null;                // { kind, id } of what is shown
let wanted = null;              // the same of what was asked for last
let parts = new Map();          // by name: { element, said }
let latest = null;              // the record of the person who is shown, as it was read last
let context = {};               // { study, user, snapshot, ahead, look, hear, openPerson, openGroup, openGeneration }

export const opened = () => here;

function fault(error) {
    faultPlace.textContent = error?.message ?? "";
    if (error && !("status" in error)) console.error(error);
}

/** Opens the panel on something else. */
function begin(kind, id, name) {
    const isNew = here?.kind !== kind || here?.id !== id;
    here = { kind, id };
    if (isNew) {
        parts = new Map();
        body.replaceChildren();
        fault();
    }
    panel.hidden = false;
    if (title.textContent !== name) title.textContent = name;
    if (isNew) {
        title.focus({ preventScroll: true });
        panel.scrollTop = 0;
        if (!matchMedia("(min-width: 64em)").matches) panel.scrollIntoView();
    }
}

export function close() {
    here = wanted = null;
    panel.hidden = true;
    body.replaceChildren();
    parts = new Map();
}

/** A part of the panel: `draw()` gives its elements, and is called when `says` has changed. */
function section(name, says, draw) {
    const said = JSON.stringify(says);
    let known = parts.get(name);
    if (!known) {
        known = { element: element("section", {}), said: null };
        parts.set(name, known);
        body.append(known.element);
    }
    if (known.said === said) return;
    known.said = said;
    known.element.replaceChildren(...[draw()].flat().filter(Boolean));
}

const facts = (entries) => element("dl", { class: "facts" }, entries.filter(([, value]) => value || value === 0)
    .flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
const left = (deadline) => deadline ? `${clock((Date.parse(deadline) - Date.now() - context.ahead) / 1000)} (until ${new Date(deadline).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })})` : null;
const since = (when) => ago((Date.now() + context.ahead - Date.parse(when)) / 1000);
const isAdmin = () => context.user.role === "admin";
/** What stands for words that are not there. */
const gone = () => isAdmin() ? "(deleted)" : "(deleted, or not to be shown)";

async function afterDeed() {
    await context.look();
    await refresh();
}

const minutes = () => {
    const field = element("input", { type: "number", id: "minutes", min: 1, max: 240, value: 5 });
    return { field, label: element("p", { class: "field" }, [element("label", { for: "minutes" }, "Minutes more"), field]) };
};

// A group -----------------------------------------------------------------------------------------------------------

function showGroup(row) {
    begin("group", row.id, nameOf(row));
    const path = `studies/${part(context.study)}/groups/${part(row.id)}`;
    const acts = { after: afterDeed, fault };
    section("state", [row.risk, row.round, row.phase, row.deadline, row.generations, row.textsToReview], () => [
        element("p", {}, [risk(row.risk), " ", row.risk.reasons.join(" ")]),
        facts([
            ["Where", `Round ${row.round} of ${row.rounds}: ${phases[row.phase].toLowerCase()}`], ["Began", time(row.enteredAt)],
            ["Deadline", row.deadline && time(row.deadline)],
            ["Statements", row.generations && `${row.generations.made} made, ${row.generations.running} being made, ${row.generations.waiting} in line, ${row.generations.failed} failed`],
            ["Waits for", row.textsToReview && textsToReview(context.study, row.textsToReview)],
            ["People", row.synthetic ? "simulated" : null],
        ]),
        element("p", { class: "buttons" }, [statementsOf(row)]),
    ]);
    if (isAdmin()) section("acts", [row.round, row.phase, row.deadline], () => {
        const more = minutes();
        const waited = () => (context.snapshot.rows.find(({ id }) => id === row.id) ?? row).members
            .filter(({ presence, owes }) => presence === "present" && owes).map(({ seat }) => `seat ${seat}`).join(", ") || "anybody";
        return [
            element("div", { class: "tools" }, [more.label, element("span", { class: "field" }, [deed("Give more time", {
                title: `More time for ${nameOf(row)}?`, text: "The deadline of the present phase is put off for everybody in the group.",
            }, `${path}/extend`, () => ({ minutes: Number(more.field.value), deadline: row.deadline }), acts)])]),
            element("p", { class: "buttons" }, [
                deed("Move on", () => ({
                    title: `Let ${nameOf(row)} move on?`,
                    text: ["It goes on at once, as if the deadline had passed.", row.phase === "drafting"
                        ? "Statements that are not made yet are not made in this round."
                        : row.phase === "review" ? "Texts that nobody has decided about are not shown."
                        : `It does not wait any longer for ${waited()}; they may come back with their next answer. If too few are left, the group ends.`],
                }), `${path}/move-on`, { round: row.round, phase: row.phase }, acts),
                deed("End the round", {
                    title: `End round ${row.round} of ${nameOf(row)}?`,
                    text: ["The round is over with what has come in by now, and the next begins; after the last one, what comes after the rounds.", "Nobody counts as having missed it."],
                }, `${path}/end-round`, { round: row.round }, acts),
                deed("Release the group", {
                    title: `Release ${nameOf(row)}?`,
                    text: "The group ends here. Whoever is there is thanked and gets the code for a group that ended early; what was answered is kept.",
                }, `${path}/release`, {}, { ...acts, danger: true }),
            ]),
        ];
    });
    section("members", row.members, () => [
        element("h3", {}, "Members"),
        element("ul", { class: "plain" }, row.members.map((member) => {
            const button = element("button", { type: "button", class: "link" }, `Seat ${member.seat}`);
            button.addEventListener("click", () => context.openPerson(member.id));
            return element("li", {}, [button, " ", describe(member)]);
        })),
    ]);
}

function statementsOf({ group }) {
    const button = element("button", { type: "button", class: "quiet" }, "Its statements");
    button.addEventListener("click", () => context.openStatements(group));
    return button;
}

function describe({ presence, owes, isIdle, isConnected, activeAt }) {
    if (presence === "left") return "has left";
    return [
        presence === "away" ? "away: let a deadline pass" : owes ? `to give: ${owed[owes]}` : "ready",
        isIdle ? `idle, last sign ${since(activeAt)}` : null, isConnected ? null : "page not open",
    ].filter(Boolean).join("; ");
}

// A person ----------------------------------------------------------------------------------------------------------

function showPerson(person) {
    latest = person;
    const name = person.group ? `Group ${person.group.number}, seat ${person.group.seat}` : short(person.id);
    begin("person", person.id, name);
    const path = `studies/${part(context.study)}/people/${part(person.id)}`;
    const acts = { after: afterDeed, fault };
    const where = person.endReason ? `${stages[person.stage]}: ${ends[person.endReason].toLowerCase()}` : stages[person.stage];
    section("who", [person.stage, person.endReason, person.deadline, person.group, person.owes, person.platform, person.isErased], () => [
        facts([
            ["Where", where], ["To give", person.owes && owed[person.owes]], ["Deadline", person.deadline && time(person.deadline)],
            ["Id", person.id.toLowerCase()], ["Id on the platform", person.platform?.participant], ["Submission", person.platform?.session],
            ["Study on the platform", person.platform?.study], ["Invitation", person.platform?.invitation?.toLowerCase()],
            ["Simulated", person.synthetic ? "yes" : null], ["Words", person.isErased ? "deleted at their wish" : null],
            ["Missed", person.group?.missedRounds ? count(person.group.missedRounds, "round") : null],
        ]),
        person.group?.state === "active" && toGroup(person.group),
    ]);
    section("erasure", person.erasure, () => person.erasure && erased(person.erasure));
    if (isAdmin()) section("acts", [person.can, person.deadline, person.stage], () => {
        const more = minutes();
        const { can } = person;
        return [
            can.extend && element("div", { class: "tools" }, [more.label, element("span", { class: "field" }, [deed("Give more time", {
                title: `More time for ${name}?`, text: "The deadline of their present step is put off.",
            }, `${path}/extend`, () => ({ minutes: Number(more.field.value), deadline: person.deadline }), acts)])]),
            element("p", { class: "buttons" }, [
                can.nudge && deed("Remind", {
                    title: `Remind ${name}?`, text: "Their page says “Your group is waiting for you”, with a sound if they have it on.",
                }, `${path}/nudge`, {}, acts),
                can.release && deed("Release from the lobby", {
                    title: `Release ${name} from the lobby?`, text: "Their wait ends here. They are thanked, and get the code for having waited.",
                }, `${path}/release`, {}, acts),
                can.remove && deed("Remove", {
                    title: `Remove ${name}?`, reason: "Why? It is kept in the log.",
                    text: "Their part ends, and they get a page that says so. Their group goes on if enough members are left. What they answered is kept.",
                }, `${path}/remove`, {}, { ...acts, danger: true }),
                can.erase && deed("Erase …", () => erasing(latest, name), `${path}/erase`, {}, { ...acts, danger: true }),
            ].filter(Boolean)),
        ];
    });
    section("connection", [person.connection.isConnected, person.connection.devices, person.connection.seenAt], () => [
        element("h3", {}, "Connection"),
        facts([
            ["Page", person.connection.isConnected ? "open" : "not open"], ["Seen", since(person.connection.seenAt)],
            ["Last sign of them", since(person.connection.activeAt)],
            ["Devices", `${number(person.connection.devices)}${person.connection.devices > 1 ? `, the last added ${since(person.connection.newestDeviceAt)}` : ""}`],
            ["Language", person.connection.language],
        ]),
    ]);
    if (isAdmin()) section("page", [person.id], () => [
        element("h3", {}, "Their page, as they see it"),
        element("p", { class: "hint" }, "Nothing can be done in it. That you look is kept in the log."),
        pageOf(person, name),
    ]);
    if (person.messages) {
        section("messages-title", [person.messages.length > 0], () => [
            element("h3", {}, "Messages"), person.messages.length === 0 && element("p", { class: "hint" }, "They have not written."),
            element("ul", { class: "messages", id: "their-messages" }),
        ]);
        const place = document.getElementById("their-messages");
        place.show ??= messageList(place, context.study, { after: afterDeed });
        place.show(person.messages);
    }
    section("answers", [person.rounds, person.surveys, person.comprehension], () => answers(person));
    section("flags", person.flags, () => person.flags.length > 0 && [
        element("h3", {}, "Flags"),
        element("ul", { class: "plain" }, person.flags.map((flag) => element("li", {}, `${flags[flag.flag]}: ${number(flag.value, 1)} (round ${flag.round})`))),
    ]);
    section("payments", person.payments, () => person.payments && [
        element("h3", {}, "Due to them"),
        person.payments.length === 0 ? element("p", { class: "hint" }, "Nothing so far.")
            : element("ul", { class: "plain" }, person.payments.map((due) => element("li", {}, `${due.amount} ${due.currency}, ${due.kind}: ${due.reason}`))),
    ]);
    section("times", person.events, () => [
        element("h3", {}, "Times"),
        element("ul", { class: "plain" }, person.events.map(({ at, event, round }) => element("li", {}, [
            element("time", { datetime: at, title: new Date(at).toLocaleString() }, new Date(at).toLocaleTimeString()),
            ` ${steps[event]}${round ? ` (round ${round})` : ""}`,
        ]))),
    ]);
}

/** What is asked before somebody is erased: everything that goes, as far as it is known before. */
function erasing({ stage, rounds, surveys, comprehension, messages }, name) {
    const rated = rounds.flatMap(({ ratings }) => ratings).filter(({ submittedAt }) => submittedAt).length;
    const given = [
        [rounds.filter(({ stance }) => stance).length, "stance"], [rounds.filter(({ opinion }) => opinion).length, "opinion"],
        [rated, "rating"], [surveys.length, "sent survey"], [comprehension.length, "try at the comprehension questions", "tries at the comprehension questions"],
        [messages.length, "message"],
    ].filter(([n]) => n > 0).map(([n, ...words]) => count(n, ...words));
    const isOver = stage === "done" || stage === "ended";
    return {
        title: `Delete what ${name} wrote and rated?`, button: "Erase", reason: "Why? It is kept in the log.",
        text: [
            given.length > 0 ? `This deletes ${new Intl.ListFormat("en").format(given)}.` : "They have not answered anything so far.",
            "It also deletes what they typed and did not send, how long they looked at things, what was known of them beforehand, how others rated their words, "
                + "the prompts that hold their words, the text of every statement and candidate that quotes them, and their ratings where they were imported from a dump.",
            isOver ? null : "Their part in the study ends. Their group goes on if enough members are left.",
            "What stays: that they took part, what is due to them, and how much was deleted. Backups, and dumps that somebody has fetched, still have it.",
            "This cannot be taken back.",
        ].filter(Boolean),
    };
}

/** What was deleted of somebody, and what cannot be. */
function erased({ stances, opinions, ratings, surveyResponses, statements, prompts, candidates, models }) {
    const counts = [
        ["Opinions", opinions], ["Stances", stances], ["Ratings", ratings], ["Sent surveys", surveyResponses],
        ["Statements emptied", statements], ["Prompts", prompts], ["Candidates emptied", candidates],
    ];
    return [
        element("h3", {}, "Deleted"), facts(counts.map(([name, value]) => [name, number(value)])),
        element("p", {}, models.length === 0 ? "No model had learnt from their ratings or words, as far as this database can tell."
            : `Models that had learnt from their ratings or words: ${models.join(", ")}. They cannot forget them; train them anew.`),
    ];
}

function toGroup({ id, number: group }) {
    const button = element("button", { type: "button", class: "quiet" }, `Open group ${group}`);
    button.addEventListener("click", () => context.openGroup(id));
    return element("p", { class: "buttons" }, button);
}

/** The frame with the person's page; as high as what is in it. */
function pageOf(person, name) {
    const frame = element("iframe", {
        title: `The page of ${name}, as they see it`, tabindex: 0,
        src: `/admin/seen?study=${part(context.study)}&person=${part(person.id)}`,
    });
    frame.addEventListener("load", () => {
        const inside = frame.contentDocument?.body;
        if (!inside) return;
        new ResizeObserver(() => { frame.style.height = `${Math.min(inside.scrollHeight + 16, 2000)}px`; }).observe(inside);
    });
    return frame;
}

/** The words of a draft, which is the participants' page's own JSON. */
function typed(draft) {
    try {
        return JSON.parse(draft).text;
    } catch {
        return draft;
    }
}

function answers({ rounds, surveys, comprehension }) {
    const said = (value) => [value].flat().join(", ");
    return [
        element("h3", {}, "Answers"),
        rounds.length === 0 && surveys.length === 0 && comprehension.length === 0 && element("p", { class: "hint" }, "Nothing so far."),
        ...surveys.filter(({ survey }) => survey === "entry").map(survey),
        ...comprehension.map(({ number: tried, wrong }) => element("p", {}, `Comprehension questions, try ${tried}: ${wrong.length === 0 ? "all right" : `not right: ${wrong.join(", ")}`}.`)),
        ...rounds.flatMap((round) => [
            element("h4", {}, `Round ${round.number}: ${round.question}`),
            round.stance && facts([[`“${round.affirming}”`, `${round.stance.affirming} of 7`], [`“${round.negating}”`, `${round.stance.negating} of 7`]]),
            round.opinion === "" ? element("p", { class: "hint" }, gone())
                : round.opinion ? element("blockquote", { class: "words", dir: "auto" }, round.opinion)
                : round.draft && element("div", {}, [element("p", { class: "hint" }, "Typed and not sent yet:"), element("blockquote", { class: "words", dir: "auto" }, typed(round.draft))]),
            round.ratings.length > 0 && element("div", { class: "table", tabindex: 0, role: "region", "aria-label": `Ratings of round ${round.number}` }, [
                element("table", {}, [
                    element("thead", {}, element("tr", {}, ["What was shown", "Agreement", "Quality", "In view"].map((name) => element("th", { scope: "col" }, name)))),
                    element("tbody", {}, round.ratings.map((rating) => element("tr", {}, [
                        element("td", {}, `${rating.isOpinion ? "Opinion" : "Statement"} ${rating.position}: ${rating.text || gone()}`),
                        element("td", {}, rating.agreement ? String(rating.agreement) : "–"), element("td", {}, rating.quality ? String(rating.quality) : "–"),
                        element("td", {}, rating.shownAt ? `${number(rating.visibleSeconds)} s` : "not yet"),
                    ]))),
                ]),
            ]),
            ...surveys.filter((one) => one.survey === "round" && one.round === round.number).map(survey),
        ]),
        ...surveys.filter(({ survey }) => survey === "exit").map(survey),
    ];

    function survey({ survey: kind, answers: given }) {
        return element("div", {}, [
            element("h4", {}, { entry: "Entry survey", round: "Survey of the round", exit: "Exit survey" }[kind]),
            facts(Object.entries(given).map(([key, value]) => [key, said(value)])),
        ]);
    }
}

// One making of statements ------------------------------------------------------------------------------------------

function showGeneration(made) {
    begin("generation", made.id, `Group ${made.group}, round ${made.round}: statements`);
    const { shown, making } = made;
    section("made", made, () => [
        facts([
            ["State", made.state], ["Asked for", time(made.createdAt)], ["Begun", made.startedAt && time(made.startedAt)],
            ["Made", made.finishedAt && time(made.finishedAt)], ["Took", made.seconds && `${number(made.seconds, 1)} s`], ["Tries", number(made.attempts)],
            ["Error", made.error], ["Condition", shown?.condition], ["Source", shown?.source], ["Chosen by", shown?.select], ["α", shown?.alpha],
            ["Opinions of", shown && shown.source !== "position-statement" && (shown.included.map((seat) => `seat ${seat}`).join(", ") || "nobody")],
            ["Left out", shown?.excluded.length ? shown.excluded.map((seat) => `seat ${seat}`).join(", ") : null],
            ["Model", making?.model && `${making.model.name ?? ""} ${making.model.sha256.slice(0, 12)}`], ["Preference model", making?.preferenceModel],
            ["Prompt", making?.promptTemplate && `${making.promptTemplate} ${making.promptVersion}, ${number(making.promptTokens)} tokens`],
            ["Seed", making?.seed],
        ]),
        !shown && element("p", { class: "hint" }, "With “Show conditions”, here are the candidates, what was predicted of them, why one was chosen, and the prompt."),
        ...(shown?.statements ?? []).map((text) => element("blockquote", { class: "words", dir: "auto" }, text || gone())),
        making && element("p", { class: "why" }, making.why),
        making?.candidates.length > 0 && candidates(making.candidates),
        making?.agreements && agreements(making),
        making?.prompt && element("details", {}, [element("summary", {}, "The prompt, as the model read it"), element("pre", { tabindex: 0 }, making.prompt)]),
    ]);
}

function candidates(list) {
    const seats = [...new Set(list.flatMap(({ predictions }) => Object.keys(predictions ?? {})))].sort();
    const isRanked = list.some(({ rank }) => rank);
    const head = ["No.", "Text", "Fate", ...(isRanked ? ["Rank", "Welfare"] : []), ...seats.map((seat) => `Seat ${seat}`), "Log-prob."];
    const fate = ({ chosen, malformation, duplicateOf }) => chosen ? (malformation ? `shown, though ${malformation.replaceAll("_", " ")}` : "shown")
        : malformation ? `rejected: ${malformation.replaceAll("_", " ")}` : duplicateOf ? `says what ${duplicateOf} says` : "not chosen";
    return element("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Candidates" }, element("table", {}, [
        element("thead", {}, element("tr", {}, head.map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, list.toSorted((one, other) => other.chosen - one.chosen || (one.rank ?? Infinity) - (other.rank ?? Infinity) || 0).map((one) => element("tr", {}, [
            element("th", { scope: "row" }, `${one.draw}.${one.number}`), element("td", { dir: "auto" }, one.text || gone()), element("td", {}, fate(one)),
            ...(isRanked ? [element("td", { class: "number" }, number(one.rank)), element("td", { class: "number" }, number(one.welfare, 2))] : []),
            ...seats.map((seat) => element("td", { class: "number" }, number(one.predictions?.[seat], 2))),
            element("td", { class: "number" }, number(one.logProbability, 1)),
        ]))),
    ]));
}

function agreements({ agreements: by, welfare }) {
    const seats = Object.keys(by).sort();
    return element("div", { class: "table", tabindex: 0, role: "region", "aria-label": "Agreement with the opinions" }, element("table", {}, [
        element("thead", {}, element("tr", {}, ["Opinion of", ...seats.map((seat) => `Seat ${seat}`), "Welfare"].map((name) => element("th", { scope: "col" }, name)))),
        element("tbody", {}, seats.map((author) => element("tr", {}, [
            element("th", { scope: "row" }, `Seat ${author}`),
            ...seats.map((seat) => element("td", { class: "number" }, number(by[author][seat], 2))),
            element("td", { class: "number" }, number(welfare?.[author], 2)),
        ]))),
    ]));
}

// Opening and keeping up to date --------------------------------------------------------------------------------------

/** Opens something, or brings what is open up to date. Of two that are asked for, the later is shown. */
async function load(target) {
    const { kind, id } = wanted = target;
    const isWanted = () => wanted?.kind === kind && wanted.id === id;
    const base = `studies/${part(context.study)}`;
    try {
        if (kind === "group") {
            const row = context.snapshot.rows.find((one) => one.id === id);
            if (row) showGroup(row);
            else if (here?.id === id) section("state", "over", () => element("p", {}, "This group is not under way any more."));
            if (!row) {
                for (const name of ["acts", "members"]) parts.get(name)?.element.replaceChildren();
                parts.delete("acts");
                parts.delete("members");
            }
        } else if (kind === "person") {
            const person = await get(`${base}/people/${part(id)}`);
            if (isWanted()) showPerson(person);
        } else {
            const made = await get(`${base}/generations/${part(id)}${context.hasConditions() ? "?conditions=shown" : ""}`);
            if (isWanted()) showGeneration(made);
        }
    } catch (error) {
        if (!isWanted()) return;
        panel.hidden = false;
        fault(error);
    }
}

export const open = (kind, id) => load({ kind, id });

/** Brings what is open up to date, and tells the frame in it to look. */
export async function refresh() {
    if (!wanted) return;
    body.querySelector("iframe")?.contentWindow?.postMessage("look", location.origin);
    await load(wanted);
}

export function use(next) {
    context = next;
}
