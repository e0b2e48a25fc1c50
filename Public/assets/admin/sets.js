// What the pages of one question set have in common: its tabs, its work that is not over, how questions and changes look.

import { element } from "./elements.js";
import { follow } from "./forms.js";
import { page, say, tell } from "./frame.js";
import { get, parameter, part } from "./server.js";

const tabs = [
    { key: "questions", title: "Questions", path: "/admin/question-set" },
    { key: "writing", title: "Write questions", path: "/admin/question-writing" },
    { key: "screen", title: "Screen", path: "/admin/question-screen" },
    { key: "topics", title: "Topics and splits", path: "/admin/question-topics" },
    { key: "versions", title: "Versions", path: "/admin/question-versions" },
    { key: "import", title: "Import", path: "/admin/question-import", role: "admin" },
];

/** The splits, in their order, and how the pages show them. */
export const splits = ["train", "validation", "iid_test", "ood_test"];

/** Draws the frame with the set's tabs, and then the page by `fill({ user, set, jobs, path })`. What only admins can do is
 *  not shown to others. */
export function setPage(fill) {
    return page(async ({ user }) => {
        const main = document.querySelector("main");
        for (const place of document.querySelectorAll("[data-admin]")) {
            if (user.role !== "admin") place.remove();
        }
        for (const template of document.querySelectorAll("template")) {
            if (user.role !== "admin") template.content.querySelectorAll("[data-admin]").forEach((place) => place.remove());
        }
        const name = parameter("set");
        const { set, jobs } = await get(`question-sets/${part(name)}`);
        document.title = `${name} – ${document.title}`;
        main.before(element("nav", { class: "tabs", "aria-label": `Question set ${name}` }, [
            element("p", {}, [element("strong", {}, name)]),
            element("ul", {}, tabs.filter(({ role }) => !role || role === user.role).map(({ key, title, path }) => element("li", {}, [
                element("a", { href: `${path}?set=${part(name)}`, ...(key === main.dataset.setTab && { "aria-current": "page" }) }, title),
            ]))),
        ]));
        const told = sessionStorage.getItem("told");
        if (told) {
            sessionStorage.removeItem("told");
            tell(told);
        }
        await fill({ user, set, jobs, path: `question-sets/${part(name)}` });
    });
}

/** Goes to another page of ours, which then says `text`. */
export function leaveFor(address, text) {
    sessionStorage.setItem("told", text);
    location.assign(address);
}

/** Follows work of a kind that was asked for before this page was loaded, and calls `done` with its result. */
export async function resume(jobs, kind, place, done) {
    const job = jobs.find((one) => one.kind === kind);
    if (job) await work(job.id, place, done);
}

/** Shows how far a job is, and calls `done` with its result. */
export async function work(id, place, done) {
    say();
    try {
        await done((await follow(id, place)).result);
    } catch (error) {
        say(error);
    }
}

/** Lets the Cancel button of a dialog close it. */
export function closable(dialog) {
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    return dialog;
}

/** A split's or a topic's name; those that have none say so. */
export const named = (value, what) => value ?? `no ${what} yet`;

/** A text word by word: what went is struck through, what came is underlined, and screen readers hear which. */
export function words(pieces) {
    return pieces.flatMap(({ kind, text }) => {
        if (kind === "same") return [text, " "];
        const [name, before] = kind === "removed" ? ["del", "removed: "] : ["ins", "added: "];
        return [element(name, {}, [element("span", { class: "unseen" }, before), text]), " "];
    });
}

const fields = {
    question: "Question", affirming_statement: "Statement for", negating_statement: "Statement against", topic: "Topic", split: "Split",
};
const shown = 200;

/** Fills `place` with a row for each of `items`: the first of them, and the others when somebody asks for them in `more`.
 *  @param what what they are, as "Show all 300 …" goes on. */
export function showFirst(place, more, items, row, what) {
    place.replaceChildren(...items.slice(0, shown).map(row));
    more.hidden = items.length <= shown;
    if (more.hidden) return;
    const all = element("button", { type: "button", class: "quiet" }, `Show all ${items.length.toLocaleString()} ${what}`);
    all.addEventListener("click", () => {
        const rest = items.slice(shown).map(row);
        place.append(...rest);
        more.hidden = true;
        // The button had the focus.
        rest[0].tabIndex = -1;
        rest[0].focus();
    });
    more.replaceChildren(`… and ${(items.length - shown).toLocaleString()} more. `, all);
}

/** Shows a difference of two versions inside `place`. */
export function showDifference(difference, place) {
    const part = (title, items, row, open = true) => {
        if (items.length === 0) return [];
        const rows = element("ul", { class: "changes" }), more = element("p", { class: "hint" });
        showFirst(rows, more, items, row, title.toLowerCase());
        return [element("details", { open }, [element("summary", {}, `${title} (${items.length.toLocaleString()})`), rows, more])];
    };
    const line = (mark) => (question) => element("li", {}, [
        element("p", {}, [element("span", { class: "place" }, `${mark} ${question.key} `), element(mark === "+" ? "ins" : "del", {}, question.text)]),
    ]);
    place.replaceChildren(
        ...part("Changed", difference.changed, (question) => element("li", {}, [
            element("p", {}, [element("span", { class: "place" }, question.key), " ", question.question]),
            ...question.changes.map((change) => element("p", {}, [
                element("span", { class: "field-name" }, fields[change.field]), ...words(change.words.pieces),
            ])),
        ])),
        ...part("Added", difference.added, line("+"), difference.added.length <= 20),
        ...part("Retired", difference.retired, line("−")),
        ...part("At another place", difference.moved, (key) => element("li", {}, key), false),
    );
    if (!place.hasChildNodes()) place.append(element("p", { class: "empty" }, "Nothing differs."));
}

/** The options of a <select> of topics or splits, with how many questions each has. */
export function options(select, all, counts, what) {
    const chosen = select.value;
    select.replaceChildren(element("option", { value: "" }, all), ...counts.map(({ name, questions }) =>
        element("option", { value: option(name) }, `${named(name, what)} (${questions.toLocaleString()})`)));
    select.value = chosen;
    if (select.selectedIndex < 0) select.value = "";
}

/** The value of an option for a name; "-" for those that have none, so that no name is taken for it. */
export const option = (name) => name === undefined ? "-" : `=${name}`;

/** The part of an address that asks for what a <select> of `options` has. */
export const wanted = (name, value) => value === "" ? "" : `&${name}=${value === "-" ? "" : part(value.slice(1))}`;

