// The studies that the user has.

import { element, filled, list, number } from "./elements.js";
import { page } from "./frame.js";
import { get, part } from "./server.js";

page(async () => {
    const { studies } = await get("studies");
    list("studies", studies.map((study) => filled("study", {
        name: element("a", { href: `/admin/study?study=${part(study.name)}` }, study.name),
        state: element("span", { class: study.state === "open" ? "badge strong" : "badge" }, study.state),
        participants: number(study.participants), done: number(study.done), groups: number(study.groups),
        ratings: number(study.ratings),
    })));
});
