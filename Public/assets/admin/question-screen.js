// Screening a set, and deciding about what was flagged.

import { count, element, filled, list, number } from "./elements.js";
import { onSubmit } from "./forms.js";
import { say, tell } from "./frame.js";
import { get, post } from "./server.js";
import { resume, setPage, work } from "./sets.js";

const place = document.getElementById("work");
let path, isAdmin;

const decisions = { keep: "kept", retire: "retired" };

async function draw() {
    const { flags } = await get(`${path}/flags`);
    const open = flags.filter(({ decision }) => !decision).length;
    document.getElementById("flag-count").textContent = flags.length ? `(${count(open, "one", "ones")} to decide, ${flags.length - open} decided)` : "";
    list("flags", flags.map((flag) => {
        const { words, score, rank, isScoredHigh } = flag.finding;
        const why = [
            words.length && `Words: ${words.map(({ word, category }) => `${word} (${category})`).join(", ")}`,
            score !== undefined && `Model: score ${number(score, 2)}, place ${number(rank)} of all${isScoredHigh ? "" : ", not among the highest"}`,
        ].filter(Boolean).join(". ");
        return filled("flag", {
            question: flag.question, why, key: flag.key,
            decision: flag.decision ? `${decisions[flag.decision]}${flag.decidedBy ? ` by ${flag.decidedBy}` : ""}` : null,
            actions: isAdmin && !flag.decision ? actions(flag) : undefined,
        });
    }));
}

function actions(flag) {
    const make = (title, decision, style) => {
        const button = element("button", { type: "button", class: style, "aria-label": `${title} ${flag.key}` }, title);
        button.addEventListener("click", async () => {
            say();
            try {
                await post(`${path}/flags/${flag.id}`, { decision });
                tell(`${flag.key} was ${decisions[decision]}.`);
                await draw();
            } catch (error) {
                say(error);
            }
        });
        return button;
    };
    return element("div", { class: "acts" }, [make("Keep", "keep", "quiet"), make("Retire", "retire", "danger")]);
}

const finished = async (result) => {
    tell(`${count(result.flagged, "question")} of ${number(result.questions)} flagged: ${result.byWords} for words, ${result.byModel} for the model's score.`);
    await draw();
};

setPage(async ({ user, jobs, path: own }) => {
    path = own;
    isAdmin = user.role === "admin";
    if (isAdmin) {
        onSubmit(document.getElementById("screen-form"), async ({ share }, button) => {
            const { job } = await post(`${path}/screenings`, { share: button?.value === "words" ? null : Number(share) / 100 });
            await work(job, place, finished);
        });
    }
    await draw();
    resume(jobs, "questions.screen", place, finished);
});
