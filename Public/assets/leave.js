// Leaving the study, with answers kept or deleted; or having them deleted when one's part is over.

import { fill, forgetDrafts, goTo, reach, submit } from "./participation.js";

const present = await reach("/api/participation");
const isOver = ["debriefing", "done", "ended"].includes(present.value?.step);

fill(document, {
    study: present.value?.study,
    here: present.ok && !isOver ? true : null,
    over: present.ok && isOver ? true : null,
    absent: present.ok ? null : true,
});
for (const back of document.querySelectorAll("a.button")) {
    back.addEventListener("click", (event) => {
        event.preventDefault();
        goTo(present.value);
    });
}
document.querySelector("main").ariaBusy = "false";

function depart(form, answers) {
    submit(form, "/api/participation/departure", { answers }, (reply) => {
        forgetDrafts();
        goTo(reply.value);
    });
}

for (const form of document.forms) {
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (form.ariaBusy === "true") return;
        if (form.id === "delete") return depart(form, "delete");
        const choice = new FormData(form).get("answers");
        const group = form.querySelector("fieldset");
        group.querySelector("[role=alert]").textContent = choice ? "" : group.dataset.missing;
        if (choice) depart(form, choice); else group.querySelector("input").focus();
    });
}
