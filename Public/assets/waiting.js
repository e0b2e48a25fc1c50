// Waiting for others: one dot per person, and something to read.

import { onState } from "./participation.js";

const people = document.querySelector(".people");
const notes = [...document.querySelectorAll(".note")];

onState(({ waiting }) => {
    people.replaceChildren(...Array.from({ length: waiting?.of ?? 0 }, (_, index) => {
        const dot = document.createElement("span");
        dot.className = index < waiting.done ? "here" : "";
        return dot;
    }));
});

// Each time another note: the number of the last one is kept while this tab is open.
const key = "concord.note";
let shown = 0;
try { shown = Number(sessionStorage.getItem(key)) || 0; } catch { /* begin with the first */ }

function turn() {
    notes.forEach((note, index) => { note.hidden = index !== shown % notes.length; });
    shown += 1;
    try { sessionStorage.setItem(key, shown); } catch { /* then the first comes again */ }
}

if (notes.length > 0) {
    turn();
    document.getElementById("another").addEventListener("click", turn);
}
