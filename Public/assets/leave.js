// Leaving the study, with answers kept or deleted.

import { fill, forgetDrafts, goTo, reach, submit } from "./participation.js";

const form = document.querySelector("form");
const present = await reach("/api/participation");

fill(document, { study: present.value?.study, here: present.ok || null, absent: present.ok ? null : true });
document.getElementById("back").addEventListener("click", (event) => {
    event.preventDefault();
    goTo(present.value);
});
document.querySelector("main").ariaBusy = "false";

form.noValidate = true;
form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    const choice = new FormData(form).get("answers");
    const group = form.querySelector("fieldset");
    group.querySelector("[role=alert]").textContent = choice ? "" : group.dataset.missing;
    if (!choice) return group.querySelector("input").focus();
    submit(form, "/api/participation/departure", { answers: choice }, (reply) => {
        forgetDrafts();
        goTo(reply.value);
    });
});
