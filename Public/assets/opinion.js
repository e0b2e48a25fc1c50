// Writing the opinion: the words are kept on this device as they are typed, and counted.

import { keepDraft, onState, readDraft } from "./participation.js";

const text = document.querySelector("textarea");
const count = document.getElementById("count");
const kept = document.getElementById("kept");
let present = null;

onState((state) => {
    const isFirst = present === null;
    present = state;
    if (isFirst) text.value = readDraft(name()) ?? "";
    kept.hidden = text.value === "";
    describe();
});

text.addEventListener("input", () => {
    kept.hidden = !keepDraft(name(), text.value) || text.value === "";
    describe();
});

// Enter begins a new paragraph, as everywhere; Control (or Command) and Enter sends.
text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
});

function name() {
    return `${present.study.name}.${present.round.number}`;
}

function describe() {
    const { minimumWords, maximumCharacters } = present.opinion;
    const words = text.value.trim().split(/\s+/).filter(Boolean).length;
    const characters = [...text.value].length;
    const written = words === 1 ? "1 word" : `${words.toLocaleString("en")} words`;
    count.textContent = characters > maximumCharacters * 0.8
        ? `${characters.toLocaleString("en")} of at most ${maximumCharacters.toLocaleString("en")} characters`
        : words < minimumWords ? `${written} of at least ${minimumWords}` : written;
    count.classList.toggle("reached", words >= minimumWords && characters <= maximumCharacters);
}
