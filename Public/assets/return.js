// The code with which somebody goes on in another browser.

import { fill, goTo, reach, submit } from "./participation.js";

const present = await reach("/api/participation");
const form = document.querySelector("form");

function show(code) {
    const study = present.value?.study;
    fill(document, {
        study, code, here: present.ok ? true : null, absent: present.ok ? null : true,
        address: study ? `${location.origin}/join/${study.name}` : null,
    });
    document.querySelector("main").ariaBusy = "false";
}

form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    submit(form, "/api/participation/return-code", {}, (reply) => {
        show(reply.value.code);
        form.ariaBusy = "false";
        document.querySelector("section h2").scrollIntoView({ block: "nearest" });
    });
});
document.querySelector("a.button").addEventListener("click", (event) => {
    event.preventDefault();
    goTo(present.value);
});
show(null);
