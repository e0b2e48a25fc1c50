// The studies that the user has.

import { count, element, fill, filled, list, number } from "./elements.js";
import { page } from "./frame.js";
import { get, part } from "./server.js";

const archived = document.getElementById("archived");
const showArchived = document.getElementById("show-archived");

/** How far a study is on its way to the people and the groups that it wants. */
function progress({ finished, wanted, finishedGroups, wantedGroups }) {
    const bars = [[finished, wanted, "people"], [finishedGroups, wantedGroups, "groups"]].filter(([, goal]) => goal);
    if (!bars.length) return element("span", { class: "hint" }, "no quota of people or groups");
    return element("div", { class: "progress-cell" }, bars.flatMap(([done, goal, what]) => {
        const label = `${number(done)} of ${number(goal)} ${what}`;
        return [element("progress", { max: goal, value: Math.min(done, goal), "aria-label": label }), element("span", {}, label)];
    }));
}

function draw(studies) {
    const hidden = studies.filter(({ archivedAt }) => archivedAt);
    const shown = studies.filter(({ archivedAt }) => !archivedAt || showArchived.checked);
    archived.hidden = hidden.length === 0;
    fill(archived, { words: `Show ${count(hidden.length, "archived study", "archived studies")}` });
    list("studies", shown.map((study) => filled("study", {
        name: element("a", { href: `/admin/study?study=${part(study.name)}` }, study.name), title: study.title,
        state: element("span", { class: study.state === "open" ? "badge strong" : "badge" },
            study.archivedAt ? `${study.state}, archived` : study.state),
        progress: progress(study), inside: number(study.inside), finished: number(study.finished), groups: number(study.groups),
        ratings: number(study.ratings),
    })));
}

page(async () => {
    const { studies } = await get("studies");
    showArchived.addEventListener("change", () => draw(studies));
    draw(studies);
});
