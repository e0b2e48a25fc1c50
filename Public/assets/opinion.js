// Writing the opinion: the words are kept on this device as they are typed, and counted, those that were pasted too.

import { keepDraft, onState, readDraft } from "./participation.js";

const text = document.querySelector("textarea");
const count = document.getElementById("count");
const kept = document.getElementById("kept");
const pasted = text.form.elements.pasted;
let snippets = [];              // what was pasted or dropped into the text
let present = null;

onState((state) => {
    const isFirst = present === null;
    present = state;
    if (isFirst) {
        text.value = readDraft(name()) ?? "";
        snippets = JSON.parse(readDraft(`${name()}.pasted`) ?? "[]");
    }
    kept.hidden = text.value === "";
    describe();
});

for (const [kind, source] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
    text.addEventListener(kind, (event) => {
        const snippet = event[source]?.getData("text").trim();
        if (snippet) snippets.push(snippet);
        keepDraft(`${name()}.pasted`, JSON.stringify(snippets));
    });
}

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
    // What was pasted and taken out again, or changed, does not count.
    pasted.value = snippets.filter((snippet) => text.value.includes(snippet))
        .reduce((sum, snippet) => sum + [...snippet].length, 0);
    count.classList.toggle("reached", words >= minimumWords && characters <= maximumCharacters);
}
