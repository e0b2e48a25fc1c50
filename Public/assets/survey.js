// A survey: one field per question, those that depend on an earlier answer only once it is given.

import { apply, onState, submit } from "./participation.js";
import { answerIn, answers, field } from "./questions.js";

const form = document.querySelector("main form");
let survey = null;
let round;
let fields = [];

onState((state) => {
    if (JSON.stringify(state.survey) === JSON.stringify(survey) && state.round?.number === round) return;
    survey = state.survey;
    round = state.round?.number;
    fields = survey.questions.map((question) => [field(question), question]);
    document.getElementById("questions").replaceChildren(...fields.map(([fieldset]) => fieldset));
    show();
});

function show() {
    const given = {};
    for (const [fieldset, question] of fields) {
        const { shownIf } = question;
        fieldset.hidden = Boolean(shownIf) && ![given[shownIf.question] ?? []].flat().some((one) => shownIf.is.includes(String(one)));
        if (!fieldset.hidden) given[question.key] = answerIn(fieldset, question);
    }
}

form.noValidate = true;
form.addEventListener("input", show);
form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    const given = answers(fields);
    if (!given) return;
    submit(form, "/api/participation/survey", { survey: survey.kind, round, answers: given }, (reply) => apply(reply.value));
});
