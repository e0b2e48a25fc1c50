// The question sets that there are.

import { count, element, filled, list, number, time } from "./elements.js";
import { page } from "./frame.js";
import { get, part } from "./server.js";

page(async ({ user }) => {
    if (user.role !== "admin") document.querySelectorAll("[data-admin]").forEach((place) => place.remove());
    const { sets } = await get("question-sets");
    list("sets", sets.map((set) => {
        const todo = [
            set.proposals && element("a", { href: `/admin/question-writing?set=${part(set.name)}` }, `${count(set.proposals, "written question")} to look at`),
            set.unassigned && element("a", { href: `/admin/question-topics?set=${part(set.name)}` }, `${count(set.unassigned, "question")} without a split`),
        ].filter(Boolean).map((link) => element("div", {}, link));
        return filled("set", {
            name: element("a", { href: `/admin/question-set?set=${part(set.name)}` }, set.name),
            questions: number(set.questions), topics: number(set.topics), version: number(set.version), changed: time(set.createdAt),
            todo: element("div", {}, todo.length ? todo : "–"),
        });
    }));
});
