// The fields of surveys and comprehension questions, made from what the server sends. All text is set as text.

function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
}

function choices(question, type) {
    return make("div", { className: "options" }, ...question.options.map((option) => {
        const input = make("input", { type, name: question.key, value: option });
        return make("label", { dir: "auto" }, input, make("span", { textContent: option }));
    }));
}

function scale(question) {
    const points = make("div", { className: "scale" });
    points.style.setProperty("--points", question.points);
    for (let point = 1; point <= question.points; point += 1) {
        const words = point === 1 ? question.low : point === question.points ? question.high : "";
        const input = make("input", { type: "radio", name: question.key, value: String(point) });
        points.append(make("label", {}, input, make("span", { dir: "auto", textContent: words ? `${point} – ${words}` : String(point) })));
    }
    return points;
}

/** A fieldset that puts `question`. */
export function field(question, describedBy) {
    const error = make("p", { className: "error" });
    error.setAttribute("role", "alert");
    let answer;
    if (question.kind === "scale") {
        answer = scale(question);
    } else if (question.kind === "number") {
        answer = make("input", { type: "text", inputMode: "decimal", name: question.key, autocomplete: "off", ariaLabel: question.text });
    } else if (question.kind === "text") {
        answer = make("textarea", { className: "short", name: question.key, ariaLabel: question.text, maxLength: question.maximumCharacters, dir: "auto" });
    } else {
        answer = choices(question, question.several ? "checkbox" : "radio");
    }
    const legend = make("legend", { dir: "auto", textContent: question.text });
    if (question.isOptional) legend.append(make("span", { className: "hint", textContent: " (optional)" }));
    if (question.several) legend.append(make("span", { className: "hint", textContent: " (choose all that apply)" }));
    const fieldset = make("fieldset", {}, legend, ...(describedBy ? [describedBy] : []), error, answer);
    fieldset.addEventListener("input", () => say(fieldset, ""));
    return fieldset;
}

/** The answer in `fieldset`; undefined where there is none. A number that is none is NaN. */
export function answerIn(fieldset, question) {
    if (question.kind === "number" || question.kind === "text") {
        const value = fieldset.querySelector("[name]").value.trim();
        if (value === "") return undefined;
        return question.kind === "text" ? value : Number(value.replace(",", "."));
    }
    const chosen = [...fieldset.querySelectorAll(":checked")].map((input) => input.value);
    if (chosen.length === 0) return undefined;
    return question.several ? chosen : question.kind === "scale" ? Number(chosen[0]) : chosen[0];
}

/** What is wrong with `answer`, in a sentence; an empty one when nothing is. */
export function fault(answer, question) {
    if (answer === undefined) return question.isOptional ? "" : "Please answer this question.";
    if (question.kind !== "number") return "";
    if (!Number.isFinite(answer)) return "Please write a number, in digits.";
    if (question.minimum !== undefined && answer < question.minimum) return `The number must be at least ${question.minimum}.`;
    if (question.maximum !== undefined && answer > question.maximum) return `The number must be at most ${question.maximum}.`;
    return "";
}

export function say(fieldset, sentence) {
    const error = fieldset.querySelector("[role=alert]");
    if (error.textContent !== sentence) error.textContent = sentence;
}

/** The answers in `fields` ([fieldset, question] pairs, those that are shown), or null: then the first that is missing
 *  or wrong has the focus, and each says what to do. */
export function answers(fields) {
    const given = {};
    let first = null;
    for (const [fieldset, question] of fields) {
        if (fieldset.hidden) continue;
        const answer = answerIn(fieldset, question);
        const sentence = fault(answer, question);
        say(fieldset, sentence);
        if (sentence) first ??= fieldset;
        else if (answer !== undefined) given[question.key] = answer;
    }
    if (!first) return given;
    first.querySelector("input, textarea").focus({ preventScroll: true });
    first.scrollIntoView({ block: "nearest" });
    return null;
}
