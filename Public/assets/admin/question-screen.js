// Screening a set, and deciding about what was flagged.

import { count, element, filled, list, number } from "./elements.js";
import { onSubmit } from "./forms.js";
import { say, tell } from "./frame.js";
import { get, post, remove } from "./server.js";
import { resume, setPage, work } from "./sets.js";

const place = document.getElementById("work");
let path, isAdmin;

const decisions = { keep: "kept", retire: "retired" };

async function draw() {
    const { flags } = await get(`${path}/flags`);
    const open = flags.filter(({ decision }) => !decision).length;
    document.getElementById("flag-count").textContent = flags.length ? `(${number(open)} to decide, ${number(flags.length - open)} decided)` : "";
    list("flags", flags.map((flag) => {
        const { words, score, rank, isScoredHigh } = flag.finding;
        const why = [
            words.length && `Words: ${words.map(({ word, category }) => `${word.replace("*", "…")} (${category})`).join(", ")}`,
            score !== undefined && `Model: score ${number(score, 2)}, place ${number(rank)} of all${isScoredHigh ? "" : ", not among the highest"}`,
        ].filter(Boolean).join(". ");
        return filled("flag", {
            question: flag.question, why, key: flag.key,
            decision: flag.decision ? `${decisions[flag.decision]}${flag.decidedBy ? ` by ${flag.decidedBy}` : ""}` : null,
            actions: isAdmin ? actions(flag) : undefined,
        });
    }));
}

function actions(flag) {
    const address = `${path}/flags/${flag.id}`;
    const make = (title, style, act, said) => {
        const button = element("button", { type: "button", class: style, "aria-label": `${title} ${flag.key}` }, title);
        button.addEventListener("click", async () => {
            say();
            try {
                await act();
                tell(said);
                await draw();
            } catch (error) {
                say(error);
            }
        });
        return button;
    };
    const decide = (title, decision, style) =>
        make(title, style, () => post(address, { decision }), `${flag.key} was ${decisions[decision]}.`);
    return element("div", { class: "acts" }, flag.decision
        ? [make("Undo", "quiet", () => remove(address), `${flag.key} waits for a decision again.`)]
        : [decide("Keep", "keep", "quiet"), decide("Retire", "retire", "danger")]);
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
