// Surveys, and questions on the instructions: fields made from what the server sends.

import { openDraft } from "./drafts.js";
import { send } from "./participation.js";
import { make, setText, t } from "./words.js";

function field(question) {
    const { key: name, kind, text, options, several, points, low, high } = question;
    let answer;
    if (kind === "scale") {
        answer = make("div", { className: "scale" });
        answer.style.setProperty("--points", points);
        for (let point = 1; point <= points; point += 1) {
            const words = point === 1 ? low : point === points ? high : "";
            answer.append(make("label", {}, make("input", { type: "radio", name, value: point }),
                make("span", { dir: "auto", textContent: words ? `${point} – ${words}` : point })));
        }
    } else if (kind === "number") {
        answer = make("input", { type: "text", inputMode: "decimal", name, autocomplete: "off", ariaLabel: text });
    } else if (kind === "text") {
        answer = make("textarea", { className: "short", name, ariaLabel: text, maxLength: question.maximumCharacters, dir: "auto" });
    } else {
        answer = make("div", { className: "options" }, ...options.map((value, index) => make("label", { dir: "auto" },
            make("input", { type: several ? "checkbox" : "radio", name, value }),
            make("span", { textContent: question.labels?.[index] ?? value }))));
    }
    const legend = make("legend", { dir: "auto", textContent: text });
    const note = t(question.isOptional ? "form.optional" : several ? "form.several" : "");
    if (note) legend.append(make("span", { className: "hint", textContent: note }));
    const error = make("p", { className: "error" });
    error.setAttribute("role", "alert");
    return make("fieldset", {}, legend, error, answer);
}

/** The answer in `fieldset`; undefined where there is none. A number that is none is NaN. */
function read(fieldset, { kind, several }) {
    if (kind === "number" || kind === "text") {
        const value = fieldset.querySelector("[name]").value.trim();
        if (value === "") return undefined;
        return kind === "text" ? value : Number(value.replace(",", ".").replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x660));
    }
    const chosen = [...fieldset.querySelectorAll(":checked")].map((input) => input.value);
    if (chosen.length === 0) return undefined;
    return several ? chosen : kind === "scale" ? Number(chosen[0]) : chosen[0];
}

function write(fieldset, answer) {
    const values = [answer ?? []].flat().map(String);
    for (const input of fieldset.querySelectorAll("[name]")) {
        if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
        else input.value = values[0] ?? "";
    }
}

/** What is wrong with `answer`, in a sentence; an empty one when nothing is. */
function fault(answer, { isOptional, kind, minimum, maximum }) {
    if (answer === undefined) return isOptional ? "" : t("form.missing");
    if (kind !== "number") return "";
    if (!Number.isFinite(answer)) return t("form.number");
    if (answer < minimum) return t("form.least", { n: minimum });
    return answer > maximum ? t("form.most", { n: maximum }) : "";
}

export default function (main, state) {
    const form = main.querySelector("form");
    const box = main.querySelector("#questions");
    let present = state, fields = [], asked = "", draft;

    function given() {
        const answers = {};
        for (const [fieldset, question] of fields) {
            const { shownIf } = question;
            fieldset.hidden = Boolean(shownIf) && ![answers[shownIf.question] ?? []].flat().some((one) => shownIf.is.includes(String(one)));
            if (!fieldset.hidden) answers[question.key] = read(fieldset, question);
        }
        return answers;
    }
    function restore(answers) {
        for (const [fieldset, { key }] of fields) write(fieldset, answers[key]);
        given();
    }
    function build() {
        const { questions, number, of } = present.comprehension ?? present.survey;
        const next = JSON.stringify([questions, number]);
        if (next === asked) return;
        const before = asked && given();
        asked = next;
        fields = questions.map((question) => [field(question), question]);
        box.replaceChildren(...fields.map(([fieldset]) => fieldset));
        if (!number) return restore(before || {});
        // What was right stays chosen; what was wrong is asked anew, with a hint.
        for (const [fieldset, { chosen, isWrong, hint }] of fields) {
            if (!isWrong) write(fieldset, chosen);
            if (chosen) fieldset.querySelector("legend").after(make("p", { className: isWrong ? "wrong" : "hint",
                dir: "auto", textContent: t(isWrong ? "comprehension.wrong" : "comprehension.right", { hint }) }));
        }
        const n = questions.filter((question) => question.isWrong).length;
        main.querySelector("#result").hidden = n === 0;
        setText(main.querySelector("#result"), n ? t("comprehension.again", { n }) : "");
        setText(main.querySelector("#tries"), t(of === number ? "comprehension.last" : "comprehension.tries", { n: of - number }));
    }

    form.addEventListener("input", (event) => {
        const fieldset = event.target.closest("fieldset");
        setText(fieldset.querySelector("[role=alert]"), "");
        const answers = given();
        draft?.change(JSON.stringify(answers));
    });
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const answers = given();
        let first = null;
        for (const [fieldset, question] of fields) {
            if (fieldset.hidden) continue;
            const sentence = fault(answers[question.key], question);
            setText(fieldset.querySelector("[role=alert]"), sentence);
            if (sentence) first ??= fieldset;
        }
        if (first) {
            first.querySelector("[name]").focus({ preventScroll: true });
            return first.scrollIntoView({ block: "nearest" });
        }
        if (present.comprehension) send(form, "comprehension", { number: present.comprehension.number, answers });
        else send(form, "survey", { survey: present.survey.kind, round: present.round?.number, answers });
    });

    build();
    if (state.survey) {
        const adopt = (content) => restore(JSON.parse(content || "{}"));
        draft = openDraft(state, { adopt, offer() { /* the last words are the ones that count */ } });
    }
    return {
        draft,
        update(next) {
            present = next;
            build();
            draft?.meet(next.draft);
        },
    };
}
