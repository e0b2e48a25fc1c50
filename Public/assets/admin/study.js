// One study: where it stands, opening and closing it, its link and codes, versions, notes, with whom it is shared.

import { count, element, fill, filled, list, number, time } from "./elements.js";
import { askFor, foresee } from "./dialogs.js";
import { agree, onSubmit } from "./forms.js";
import { copy, page, say, tell } from "./frame.js";
import { get, part, post, put, remove } from "./server.js";

const main = document.querySelector("main");
let path, study, isAdmin;

/** The changes between two versions, as a list of "what: before → after". */
function changes(all) {
    return element("dl", { class: "changes" }, all.map(({ title, before, after }) => filled("change", {
        title, before: before ?? null, "nothing-before": before === undefined ? "nothing" : null,
        after: after ?? null, "nothing-after": after === undefined ? "nothing" : null,
    })));
}

// Opening, pausing, closing -----------------------------------------------------------------------------------------

const words = {
    open: { title: "Open", done: "is open" }, paused: { title: "Pause", done: "is paused" }, closed: { title: "Close", done: "is closed" },
};

/** Until when people are let in, by quotas, arms and the budget, in sentences. */
function limits({ wantedPeople, wantedGroups, wantedInArms, answerQuotas, budgetPlaces }) {
    const ends = [
        wantedPeople ? `${number(wantedPeople)} are in it or have finished` : null,
        wantedGroups ? `${count(wantedGroups, "group is", "groups are")} under way or finished` : null,
    ].filter(Boolean);
    return [
        ends.length ? `It takes people until ${ends.join(", or until ")}.`
            : answerQuotas ? "It has no quota of people or groups in all." : "It takes as many people as come: it has no quota.",
        wantedInArms.length ? `Groups come into its arms: ${wantedInArms.map(({ name, groups }) => `${count(groups, "group")} into ${name}`).join(", ")}.` : null,
        answerQuotas ? `Of people who give certain answers it takes only so many: it has ${count(answerQuotas, "quota")} of that kind.` : null,
        // Without any place it cannot be opened, which is said with what else is in the way.
        budgetPlaces ? `Its budget has money for ${count(budgetPlaces, "more person", "more people")}; then it is paused.` : null,
    ].filter(Boolean);
}

/** What a move will do, in sentences with the numbers of this moment. */
function consequences(next, study) {
    const { people, state, entry, obstacles, warnings, pending, version, runningVersion, groupsUnderWay, minutes } = study;
    const inside = people.inside === 0 ? "Nobody is inside just now."
        : `${count(people.inside, "person is", "people are")} inside just now${people.waiting ? `, ${number(people.waiting)} of them waiting for a group` : ""}${groupsUnderWay ? `, in ${count(groupsUnderWay, "group")}` : ""}.`;
    if (next === "open") {
        return [
            { open: "Whoever has the link can take part from now on.", invitation: "Whoever has an invitation can take part from now on.",
                platform: "Whoever comes from the platform can take part from now on." }[entry.source],
            ...limits(study),
            ...(state === "paused" && version !== runningVersion
                ? [`People who come from now on get version ${version}, with ${count(pending.length, "change")}. ${inside} They keep theirs.`] : []),
            ...(obstacles.length ? obstacles.map((sentence) => `Not possible yet: ${sentence}.`) : ["The models that it needs are there."]),
            ...warnings.map((sentence) => `Please note: ${sentence}.`),
        ];
    }
    if (next === "paused") {
        return ["Nobody new is let in until you open it again; they are told that it is paused.", inside,
            people.inside ? `They go on to the end, which can take them ${minutes} minutes or more. Whoever waits for a group waits on; nobody new comes to join them.` : ""].filter(Boolean);
    }
    return ["Nobody new is let in any more. A closed study cannot be opened again; you can make a copy of it.", inside,
        people.inside ? "They go on to the end. If you recruit on a platform, stop the study there too." : "If you recruit on a platform, stop the study there too."];
}

async function move(next) {
    say();
    try {
        study = await get(path);
        const isImpossible = next === "open" && study.obstacles.length > 0;
        const { title, done } = words[next];
        const question = { title: `${title} ${study.name}?`, text: consequences(next, study), button: title, danger: next === "closed", cannot: isImpossible };
        if (!await foresee(question)) return;
        study = await put(`${path}/state`, { state: next });
        tell(`${study.name} ${done}.`);
        await draw();
    } catch (error) {
        say(error);
    }
}

function moves() {
    return study.next.map((next) => {
        const button = element("button", { type: "button", class: next === "open" ? "primary" : next === "closed" ? "danger" : "" },
            next === "open" && study.state === "paused" ? "Open again" : words[next].title);
        button.addEventListener("click", () => move(next));
        return button;
    });
}

/** What an admin should look at before anything else. */
function attention() {
    const notices = [];
    if (study.archivedAt) notices.push(element("p", {}, "This study is archived. It is kept as it is, out of the list."));
    if (study.state === "draft" && !study.archivedAt) {
        notices.push(element("p", {}, "This is a draft: nobody can take part yet. Look at it in the preview, hold a rehearsal, then open it."));
    }
    if (study.version !== study.runningVersion) {
        notices.push(element("div", {}, [
            element("p", {}, `People who come now get version ${study.runningVersion}. Version ${study.version} takes effect when you pause the study and open it again.`),
            element("details", {}, [element("summary", {}, `What changes: ${count(study.pending.length, "setting")}`), changes(study.pending)]),
        ]));
    }
    for (const sentence of study.obstacles) notices.push(element("p", {}, [element("strong", {}, "Cannot be opened yet: "), `${sentence}.`]));
    for (const sentence of study.warnings) notices.push(element("p", {}, [element("strong", {}, "Please note: "), `${sentence}.`]));
    return notices.map((notice) => element("div", { class: "notice" }, [notice]));
}

// The link ----------------------------------------------------------------------------------------------------------

const linkHelp = {
    open: "Whoever has this link can take part.",
    invitation: "Each person needs an invitation of their own; the link alone lets nobody in. They are made on the page ",
    platform: "Paste this into your study on Prolific. It fills in the places in {{%…%}}, so that people are known by their ids there.",
};

/** The name of the page on which people are recruited, which admins can go to. */
const recruitment = () => isAdmin ? element("a", { href: `/admin/recruitment?study=${part(study.name)}` }, "Recruitment") : "Recruitment";

function codes() {
    list("codes", study.codes.map(({ title, code }) => {
        const button = element("button", { type: "button", class: "quiet", "aria-label": `Copy the code: ${title}` }, "Copy");
        button.addEventListener("click", () => copy(code, "The code"));
        return filled("code-row", { title, code, copy: button });
    }));
}

// Versions, notes, sharing ------------------------------------------------------------------------------------------

async function versions() {
    const { versions: all } = await get(`${path}/versions`);
    document.getElementById("versions").replaceChildren(...all.map((version) => {
        const about = [
            version.version === 1 ? element("p", { class: "hint" }, "The first one.") : version.changes.length ? changes(version.changes)
                : element("p", { class: "hint" }, "The same settings; only spacing or comments, or the questions, changed."),
            element("p", {}, [element("a", { href: `/admin/settings?study=${part(study.name)}&version=${version.version}` }, "See this version")]),
        ];
        const place = filled("version", {
            number: `Version ${version.version}`,
            at: element("span", {}, [time(version.createdAt), ` by ${version.user ?? "the command line"}`]),
            badge: version.isRunning ? element("span", { class: "badge strong" }, study.state === "draft" ? "newest" : "people get this one") : null,
            changes: element("div", {}, about),
        });
        return place;
    }));
}

async function notes() {
    const { notes: all } = await get(`${path}/notes`);
    list("notes", all.map(({ user, text, createdAt }) => filled("note-row", { user: user ?? "command line", at: time(createdAt), text })));
}

async function shares() {
    const { users } = await get(`${path}/users`);
    list("shares", users.map(({ name, role, sharedAt }) => {
        const button = isAdmin && element("button", { type: "button", class: "quiet", "aria-label": `Take away from ${name}` }, "Take away");
        button?.addEventListener?.("click", async () => {
            say();
            if (!await agree({ title: `Take ${study.name} away from ${name}?`, text: "They do not see it any more. You can share it again.", button: "Take away" })) return;
            await remove(`${path}/users/${part(name)}`).then(shares, say);
        });
        return filled("share", { name, role, since: time(sharedAt), action: button || "" });
    }));
    document.getElementById("shares-empty").hidden = users.some(({ role }) => role === "admin");
}

// Copying, putting away ---------------------------------------------------------------------------------------------

function more() {
    const duplicate = element("button", { type: "button" }, "Duplicate");
    duplicate.addEventListener("click", async () => {
        say();
        const name = await askFor({
            title: `Duplicate ${study.name}`, text: "A draft with the same settings, under another name. People, groups and notes stay with this one.",
            label: "Name of the new study", hint: "Lower-case letters, digits and hyphens.", value: `${study.name}-2`, button: "Duplicate",
            use: (name) => post(`${path}/duplicate`, { name }),
        });
        if (name) location.assign(`/admin/study?study=${part(name)}`);
    });
    const archive = element("button", { type: "button", class: "quiet" }, study.archivedAt ? "Bring back from the archive" : "Archive");
    archive.addEventListener("click", async () => {
        say();
        const archived = !study.archivedAt;
        if (archived && !await agree({ title: `Archive ${study.name}?`, text: "It is taken out of the list and kept with all its data. You can bring it back at any time.", button: "Archive" })) return;
        try {
            study = await put(`${path}/archived`, { archived });
            tell(archived ? `${study.name} was archived.` : `${study.name} is back.`);
            await draw();
        } catch (error) {
            say(error);
        }
    });
    const canArchive = study.archivedAt || study.state === "draft" || study.state === "closed";
    return [duplicate, canArchive ? archive : element("p", { class: "hint" }, "A study can be archived once it is closed.")];
}

async function draw() {
    document.title = `${study.title} – Concord`;
    fill(main, {
        title: study.title,
        state: element("span", { class: study.state === "open" ? "badge strong" : "badge" }, study.archivedAt ? `${study.state}, archived` : study.state),
        about: `version ${study.version}, made ${new Date(study.createdAt).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" })}`,
        inside: number(study.people.inside),
        finished: study.wantedPeople ? `${number(study.people.finished)} of ${number(study.wantedPeople)}` : number(study.people.finished),
        ended: number(study.people.ended), "under-way": number(study.groupsUnderWay),
        "groups-finished": study.wantedGroups ? `${number(study.groupsFinished)} of ${number(study.wantedGroups)}` : number(study.groupsFinished),
        simulated: study.people.simulated ? `Besides, ${count(study.people.simulated, "simulated person has", "simulated people have")} taken it; they count nowhere.` : null,
    });
    document.getElementById("moves").replaceChildren(...moves());
    document.getElementById("attention").replaceChildren(...attention());
    document.getElementById("more").replaceChildren(...more());
    document.getElementById("link").textContent = `${location.origin}/join/${study.name}${study.entry.query}`;
    document.getElementById("link-help").replaceChildren(linkHelp[study.entry.source], ...(study.entry.source === "invitation" ? [recruitment(), "."] : []));
    codes();
    await Promise.all([versions(), notes(), shares()]);
}

page(async ({ user, study: name }) => {
    path = `studies/${part(name)}`;
    isAdmin = user.role === "admin";
    study = await get(path);
    document.getElementById("to-preview").href = `/admin/preview?study=${part(name)}`;
    document.getElementById("to-rehearsal").href = `/admin/rehearsal?study=${part(name)}`;
    document.getElementById("to-recruitment").href = `/admin/recruitment?study=${part(name)}`;
    for (const button of document.querySelectorAll("[data-copies]")) {
        button.addEventListener("click", () => copy(document.getElementById(button.dataset.copies).textContent, button.dataset.what));
    }
    onSubmit(document.getElementById("new-note"), async ({ text }) => {
        await post(`${path}/notes`, { text });
        document.getElementById("new-note").reset();
        tell("The note was kept.");
        await notes();
    });
    onSubmit(document.getElementById("new-share"), async ({ name: other }) => {
        await put(`${path}/users/${part(other)}`);
        document.getElementById("new-share").reset();
        tell(`${study.name} is shared with ${other}.`);
        await shares();
    });
    await draw();
});
