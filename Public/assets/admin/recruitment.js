// Whom a study takes: invitations, what is known of people beforehand, who came from a platform, and who was sent back.

import { count, element, fill, filled, list, number } from "./elements.js";
import { agree, onSubmit, save, textOf } from "./forms.js";
import { copy, page, tell } from "./frame.js";
import { get, part, post } from "./server.js";
import { ends, stages } from "./watch-words.js";

const sources = {
    open: "People come by an open link.", invitation: "People come by invitation.", platform: "People come from a platform.",
};
/** How many ids are named of those to which something happened. */
const most = 50;

const main = document.querySelector("main");
const find = document.getElementById("find");
const links = document.getElementById("links");
let study, recruitment, submissions;

const path = (rest) => `studies/${part(study)}/${rest}`;

// Invitations -------------------------------------------------------------------------------------------------------

function drawTally({ made, used }) {
    fill(main, { made: number(made), used: number(used), unused: number(made - used) });
}

async function invite({ count: wanted }) {
    const made = await post(path("invitations"), { count: Number(wanted) });
    drawTally(made.invitations);
    links.value = made.links.map((link) => location.origin + link).join("\n");
    const place = document.getElementById("made");
    place.hidden = false;
    fill(place, { "made-now": `${count(made.links.length, "link")}, one a line` });
    links.focus();
    links.select();
    tell(`${count(made.links.length, "link was", "links were")} made. Copy or save them now.`);
}

// What is known beforehand ------------------------------------------------------------------------------------------

function drawKnown({ people, attributes }) {
    const each = attributes.map((one) => `${one.name} of ${number(one.people)}`).join(", ");
    document.getElementById("known-now").textContent = people === 0 ? "Nothing has been loaded yet."
        : `Something is known of ${count(people, "person", "people")}${each ? `: ${each}` : ""}.`;
}

async function attach({ file, column }) {
    const { read, known } = await post(path("attributes"), { text: await textOf(file), column });
    document.getElementById("attach").reset();
    drawKnown(known);
    tell(`${count(read, "person", "people")} of the file ${read === 1 ? "was" : "were"} loaded.`);
}

// Submissions -------------------------------------------------------------------------------------------------------

function drawSubmissions() {
    const wanted = find.value.trim().toLowerCase();
    const shown = submissions.filter(({ platformID }) => platformID.toLowerCase().includes(wanted));
    document.getElementById("list-tools").hidden = submissions.length === 0;
    document.getElementById("submissions-empty").textContent = submissions.length > 0 ? "Nobody here has such an id."
        : "Nobody has come from the platform yet. Give it the recruitment link, which is on the study’s overview, and open the study.";
    document.getElementById("how-many").textContent = submissions.length === 0 ? ""
        : wanted ? `${number(shown.length)} of ${count(submissions.length, "person", "people")}`
            : `${count(submissions.length, "person", "people")}, in the order in which they came`;
    list("submissions", shown.map(({ platformID, stage, endReason, code }) => filled("submission", {
        id: platformID, stage: stages[stage] ?? stage, reason: endReason ? ends[endReason] ?? endReason : "–", code: code ?? "–",
    })));
}

async function loadSubmissions() {
    ({ submissions } = await get(path("submissions")));
    const isFromPlatform = recruitment.source === "platform" || submissions.length > 0;
    document.getElementById("platform").hidden = !isFromPlatform;
    document.getElementById("no-platform").hidden = isFromPlatform;
    drawSubmissions();
}

/** "2 parts have ended now: p1, p2." */
function outcome(ids, one, many) {
    if (ids.length === 0) return null;
    const rest = ids.length > most ? `, and ${number(ids.length - most)} more` : "";
    return element("li", {}, `${count(ids.length, one, many)}: ${ids.slice(0, most).join(", ")}${rest}.`);
}

async function giveBack({ ids, file, column, statusColumn, statuses }) {
    const place = document.getElementById("returned");
    place.replaceChildren();
    const hasFile = file.size > 0;
    const pasted = ids.split(/[\s,;]+/).filter(Boolean);
    if (hasFile && pasted.length > 0) throw new Error("Please give either ids or a file, not both.");
    if (!hasFile && pasted.length === 0) throw new Error("Please enter ids, or choose the platform’s file.");
    const body = hasFile
        ? { text: await textOf(file), column, statusColumn, statuses: statuses.split(",").map((one) => one.trim()).filter(Boolean) }
        : { text: pasted.join("\n") };
    const question = {
        title: hasFile ? "End the parts of those who returned?" : `End the ${pasted.length === 1 ? "part of this person" : `parts of these ${number(pasted.length)} people`}?`,
        text: "Whoever of them is in the study cannot go on, and gets no code. It cannot be undone.", button: "End their parts", danger: true,
    };
    if (!await agree(question)) return;
    const { ended, over, unknown } = await post(path("submissions/returned"), body);
    const said = [
        outcome(ended, "part has ended now", "parts have ended now"), outcome(over, "part was over before", "parts were over before"),
        outcome(unknown, "id is nobody’s in this study", "ids are nobody’s in this study"),
    ].filter(Boolean);
    place.replaceChildren(said.length ? element("ul", { class: "plain" }, said)
        : element("p", {}, "No row of the file has one of these statuses."));
    document.getElementById("return").reset();
    await loadSubmissions();
}

page(async (given) => {
    ({ study } = given);
    recruitment = await get(path("recruitment"));
    const addresses = { study: `/admin/study?study=${part(study)}`, settings: `/admin/settings?study=${part(study)}` };
    for (const link of main.querySelectorAll("[data-link]")) link.href = addresses[link.dataset.link];
    document.getElementById("download").href = `/api/admin/${path("submissions/file")}`;
    fill(main, { source: sources[recruitment.source], wanted: recruitment.attributes.join(", ") });

    const isByInvitation = recruitment.source === "invitation" || recruitment.invitations.made > 0;
    document.getElementById("by-invitation").hidden = !isByInvitation;
    document.getElementById("invite").hidden = recruitment.source !== "invitation";
    document.getElementById("no-invitations").hidden = recruitment.source === "invitation";
    drawTally(recruitment.invitations);

    document.getElementById("known").hidden = recruitment.source !== "platform";
    document.getElementById("with-attributes").hidden = recruitment.attributes.length === 0;
    document.getElementById("no-attributes").hidden = recruitment.attributes.length > 0;
    drawKnown(recruitment.known);

    onSubmit(document.getElementById("invite"), invite);
    document.getElementById("copy").addEventListener("click", () => copy(links.value, "The list of links"));
    document.getElementById("save").addEventListener("click", () => save(`${study}-invitations.txt`, `${links.value}\n`, "text/plain"));
    onSubmit(document.getElementById("attach"), attach);
    find.addEventListener("input", drawSubmissions);
    onSubmit(document.getElementById("return"), giveBack);
    await loadSubmissions();
});
