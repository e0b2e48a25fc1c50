// The entry page: what this study is, and the consent to take part in it. Its address, /join/<study>, names the study.

import { fill, forgetDrafts, goTo, reach, submit } from "./participation.js";

const main = document.querySelector("main");
const form = document.getElementById("consent");
const resume = document.getElementById("resume");
const back = document.getElementById("return");
const api = "/api/studies/" + location.pathname.split("/").filter(Boolean).at(-1);

const study = await reach(api);
const present = study.ok ? await reach("/api/participation") : null;
if (present?.ok && present.value.study?.name === study.value.name) {
    goTo(present.value);                    // this browser takes part already: on with it
} else {
    const { door, invitation, returns } = study.value;
    const isOpen = study.ok && !door && !invitation && !returns;
    fill(document, {
        ...study.value, here: study.ok || null, open: String(isOpen), again: returns || null, returns: (study.ok && study.value.state !== "draft") || null, missing: study.ok ? null : study.value,
    });
    if (study.ok) document.title = study.value.title;
    main.ariaBusy = "false";
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    const platformID = document.getElementById("platform-id").value.trim();
    submit(form, `${api}/participants`, { consent: true, ...(platformID && { platformID }) }, (reply) => {
        if (reply.status === 201) forgetDrafts();       // a new person, perhaps on a shared device
        goTo(reply.value);
    });
});

resume.addEventListener("submit", (event) => {
    event.preventDefault();
    if (resume.ariaBusy === "true") return;
    submit(resume, `${api}/participants`, { consent: true }, (reply) => goTo(reply.value));
});

back.addEventListener("submit", (event) => {
    event.preventDefault();
    if (back.ariaBusy === "true") return;
    submit(back, `${api}/return`, { code: document.getElementById("code").value }, (reply) => {
        forgetDrafts();
        goTo(reply.value);
    });
});

addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
