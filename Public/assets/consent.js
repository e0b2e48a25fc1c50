// The entry page: what this study is, and the consent to take part in it. Its address, /join/<study>, names the study.

import { forgetDrafts } from "./drafts.js";
import { follow, offer, show, submit } from "./participation.js";
import { reach } from "./server.js";
import { fill, language, load, preferred, setText, speak, t } from "./words.js";

const main = document.querySelector("main");
const api = "/api/studies/" + location.pathname.split("/").filter(Boolean).at(-1);

/** What there is to say to whoever cannot take part now; null when they can. */
function obstacle({ door, invitation }) {
    return door?.reason ?? (invitation ? `invitation-${invitation}` : null);
}

async function present(study) {
    const { value } = study;
    const reason = study.ok ? obstacle(value) : null;
    await speak(study.ok ? value.language : preferred());
    fill(main, {
        ...value, here: study.ok || null, open: (study.ok && !reason && !value.isKnown) || null, missing: study.ok ? null : true,
        returns: (study.ok && value.state !== "draft") || null,
    });
    const closed = document.getElementById("closed");
    closed.hidden = !reason;
    setText(closed, reason ? t(`problem.${reason}`) : "");
    document.title = study.ok ? value.title : t("consent.missing");
    document.querySelector("footer").hidden = false;
    for (const button of document.querySelectorAll("footer button")) button.hidden = true;
    offer(study.ok ? value.languages : [], async (code) => present(await reach(api, null, { headers: { "Accept-Language": code } })));
    fill(document.querySelector("footer"), { study: value });
}

function take(form, path, answer) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        submit(form, api + path, answer(), (reply) => {
            if (reply.status === 201 || path === "/return") forgetDrafts();     // a new person, perhaps on a shared device
            follow(reply.value);
        });
    });
}

export default async function () {
    const [html, study, before] = await Promise.all([
        load("participant/consent.html"), reach(api), reach("/api/participation"),
    ]);
    // This browser takes part already: on with it.
    if (study.ok && before.ok && before.value.study.name === study.value.name) return follow(before.value);
    show(html, "consent");
    await present(study);
    main.ariaBusy = "false";
    take(document.getElementById("consent"), "/participants", () => {
        const platformID = document.getElementById("platform-id").value.trim();
        return { consent: true, language, ...(platformID && { platformID }) };
    });
    take(document.getElementById("resume"), "/participants", () => ({ consent: true, language }));
    take(document.getElementById("return"), "/return", () => ({ code: document.getElementById("code").value }));
}
