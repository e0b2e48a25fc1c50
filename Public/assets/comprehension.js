// Comprehension questions: what was wrong in the last try is said next to the question.

import { apply, onState, submit } from "./participation.js";
import { answers, field } from "./questions.js";

const form = document.querySelector("main form");
const result = document.getElementById("result");
let number = 0;
let fields = [];

onState(({ comprehension }) => {
    if (comprehension.number === number) return;
    number = comprehension.number;
    fields = comprehension.questions.map((question) => {
        const hint = document.createElement("p");
        hint.className = question.isWrong ? "wrong" : "hint";
        hint.textContent = !question.chosen ? "" : !question.isWrong ? "Right." : `Not quite. ${question.hint ?? ""}`;
        hint.hidden = !hint.textContent;
        const whole = { ...question, kind: "choice" };
        const fieldset = field(whole, hint);
        // What was right stays chosen; what was wrong is asked anew.
        for (const input of fieldset.querySelectorAll("input")) input.checked = !question.isWrong && input.value === question.chosen;
        return [fieldset, whole];
    });
    document.getElementById("questions").replaceChildren(...fields.map(([fieldset]) => fieldset));
    const wrong = comprehension.questions.filter((question) => question.isWrong).length;
    result.hidden = wrong === 0;
    result.textContent = wrong === 1 ? "One answer was not right. Please look at it again."
        : `${wrong} answers were not right. Please look at them again.`;
    const left = comprehension.of - comprehension.number;
    document.getElementById("tries").textContent = left === 0 ? "This is your last try."
        : left === 1 ? "You can try once more after this." : `You can try ${left} more times after this.`;
    if (number > 1) document.querySelector("h1").focus();
});

form.noValidate = true;
form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    const given = answers(fields);
    if (given) submit(form, "/api/participation/comprehension", { number, answers: given }, (reply) => apply(reply.value));
});
