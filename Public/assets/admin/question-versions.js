// The versions of a set, and what one changed in another.

import { count, element, filled, list, number, time } from "./elements.js";
import { onSubmit } from "./forms.js";
import { get } from "./server.js";
import { setPage, showDifference } from "./sets.js";

/** Which studies have used a version; of those that one does not have, only how many. */
const uses = ({ studies, otherStudies }) => [
    ...studies, ...(otherStudies ? [count(otherStudies, "study that you do not have", "studies that you do not have")] : []),
].join(", ") || "–";

setPage(async ({ path }) => {
    const { versions } = await get(`${path}/versions`);
    list("versions", versions.map((one) => filled("version", {
        version: number(one.version), note: one.note || "–", questions: number(one.questions), by: one.madeBy ?? "command line",
        at: time(one.createdAt), studies: uses(one),
        export: element("a", { href: `/api/admin/${path}/export?format=csv&version=${one.version}`, download: true, "aria-label": `Version ${one.version} as CSV` }, "CSV"),
    })));
    const form = document.getElementById("compare");
    const title = ({ version, note }) => `${version}${note && `: ${note.length > 50 ? `${note.slice(0, 48)}…` : note}`}`;
    const choices = () => versions.map((one) => element("option", { value: one.version }, title(one)));
    form.elements.from.append(...choices(), element("option", { value: 0 }, "0: the empty set"));
    form.elements.to.append(...choices());
    form.elements.from.value = versions[0].version - 1;
    form.elements.to.value = versions[0].version;
    onSubmit(form, async ({ from, to }) => {
        const found = await get(`${path}/difference?from=${from}&to=${to}`);
        document.getElementById("comparison-title").textContent = `From version ${found.from} to version ${found.to}`;
        showDifference(found.difference, document.getElementById("difference"));
        const place = document.getElementById("comparison");
        place.hidden = false;
        place.focus();
    });
});
