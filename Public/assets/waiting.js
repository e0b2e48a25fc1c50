// Waiting for others: one dot per person, and something to read.

import { make, setText, t } from "./words.js";

const notes = 3, key = "concord.note";

export default function (main) {
    const note = main.querySelector(".note");
    let shown = 0;
    // Each time another note: the number of the last one is kept while this tab is open.
    try { shown = Number(sessionStorage.getItem(key)); } catch { /* begin with the first */ }

    function read() {
        const name = `note.${shown % notes + 1}`;
        setText(note.querySelector("h3"), t(name));
        setText(note.querySelector("p"), t(`${name}-text`));
    }
    function turn() {
        shown += 1;
        try { sessionStorage.setItem(key, shown); } catch { /* then the first comes again */ }
        read();
    }
    if (note) {
        main.querySelector("#another").addEventListener("click", turn);
        turn();
    }
    return {
        update({ waiting }) {
            if (note) read();
            main.querySelector(".people").replaceChildren(...Array.from({ length: waiting?.of ?? 0 },
                (_, index) => make("span", { className: index < waiting.done ? "here" : "" })));
        },
    };
}
