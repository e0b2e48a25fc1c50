// Letting the model write questions, and saying yes or no to each.

import { count, element, filled, list } from "./elements.js";
import { onSubmit } from "./forms.js";
import { say, tell } from "./frame.js";
import { get, part, post } from "./server.js";
import { resume, setPage, work } from "./sets.js";

const picked = new Map();
const place = document.getElementById("work");
let path, isAdmin;

async function drawPicks() {
    const words = document.getElementById("seed-search").value.trim();
    const { entries } = await get(`${path}/questions?limit=30${words && `&search=${part(words)}`}`);
    // Those that are chosen stay in sight, whatever is looked for.
    const shown = new Map([...picked, ...entries.map(({ question }) => [question.key, question.text])]);
    list("picks", [...shown].map(([key, text]) => {
        const box = element("input", { type: "checkbox", value: key });
        box.checked = picked.has(key);
        box.addEventListener("change", () => {
            if (box.checked) picked.set(key, text); else picked.delete(key);
            drawPicked();
        });
        return element("li", {}, element("label", { class: "choice" }, [box, text]));
    }));
    drawPicked();
}

function drawPicked() {
    document.getElementById("picked").textContent = picked.size ? `${count(picked.size, "question")} chosen.` : "None chosen yet.";
}

async function drawProposals() {
    const [{ proposals }, { proposals: decided }] = await Promise.all([get(`${path}/proposals`), get(`${path}/proposals?decided=true`)]);
    document.getElementById("waiting-count").textContent = proposals.length ? `(${proposals.length})` : "";
    list("proposals", proposals.map(proposalRow));
    list("decided", decided.map((one) => element("tr", {}, [
        element("th", { scope: "row" }, one.question), element("td", {}, one.state), element("td", {}, one.acceptedKey ?? "–"),
    ])));
}

function proposalRow(proposal) {
    const row = filled("proposal", {
        near: proposal.nearest ? `Most like: “${proposal.nearest}”, ${Math.round(Math.max(0, proposal.similarity) * 100)} % alike.` : null,
        words: proposal.words.length ? `Look twice: it has ${proposal.words.join(", ")} of the screening list.` : null,
    });
    const form = row.querySelector("form");
    const values = ["question", "affirmingStatement", "negatingStatement", "topic"];
    for (const name of values) {
        form.elements[name].value = proposal[name] ?? "";
        form.elements[name].readOnly = !isAdmin;
    }
    onSubmit(form, async (edited, button) => {
        if (button?.value === "reject") {
            await post(`${path}/proposals/${proposal.id}/reject`);
            tell("Rejected. It will not be proposed again.");
        } else {
            const { key, version } = await post(`${path}/proposals/${proposal.id}/accept`, { ...edited, topic: edited.topic || null });
            tell(`Accepted as ${key}. The set is at version ${version} now.`);
        }
        const next = row.nextElementSibling?.querySelector("textarea");
        await drawProposals();
        if (next) document.querySelector("#proposals textarea")?.focus();
    });
    return row;
}

const finished = async (result) => {
    tell(`${count(result.proposed, "question")} of ${result.wanted} wait for your yes. Dropped: ${result.malformed} malformed, ${result.duplicates} asked already.`);
    place.replaceChildren(element("p", { class: "hint" },
        `Of the draws, ${result.malformed} were not a question with two statements and ${result.duplicates} asked what is asked already; they were dropped.`));
    await drawProposals();
};

setPage(async ({ user, jobs, path: own }) => {
    path = own;
    isAdmin = user.role === "admin";
    if (isAdmin) {
        let timer;
        document.getElementById("seed-search").addEventListener("input", () => {
            clearTimeout(timer);
            timer = setTimeout(() => drawPicks().catch(say), 250);
        });
        // Enter in the search looks; it does not begin to write.
        document.getElementById("seed-search").addEventListener("keydown", (event) => {
            if (event.key === "Enter") event.preventDefault();
        });
        onSubmit(document.getElementById("write"), async ({ count: wanted }) => {
            if (picked.size === 0) throw Object.assign(new Error("Choose at least one question to go by."), { status: 422 });
            const { job } = await post(`${path}/writings`, { keys: [...picked.keys()], count: Number(wanted) });
            await work(job, place, finished);
        });
        await drawPicks();
    }
    await drawProposals();
    resume(jobs, "questions.write", place, finished);
});
