// Writing the opinion: words are kept as they are typed, and counted, those that were pasted too.

import { openDraft } from "./drafts.js";
import { setText, t } from "./words.js";

export default function (main, state) {
    const text = main.querySelector("textarea");
    const other = main.querySelector("#other");
    let snippets = [];              // what was pasted or dropped into the text
    let present = state;

    const draft = openDraft(state, {
        adopt(content) {
            const kept = JSON.parse(content || "{}");
            text.value = kept.text ?? "";
            snippets = kept.snippets ?? [];
        },
        offer(content) {
            const words = JSON.parse(content || "{}").text;
            if (!words || words === text.value) return;
            setText(other.querySelector(".words"), words);
            other.hidden = false;
        },
    });
    function change() {
        draft.change(text.value || snippets.length ? JSON.stringify({ text: text.value, snippets }) : "");
        describe();
    }
    function describe() {
        const { minimumWords: minimum, maximumCharacters: maximum } = present.opinion;
        const n = text.value.trim().split(/\s+/).filter(Boolean).length;
        const characters = [...text.value].length;
        const count = main.querySelector("#count");
        setText(count, characters > maximum * 0.8 ? t("opinion.characters", { n: characters, maximum })
            : t(n < minimum ? "opinion.least" : "opinion.words", { n, minimum }));
        count.classList.toggle("reached", n >= minimum && characters <= maximum);
        // What was pasted and taken out again, or changed, does not count.
        text.form.elements.pasted.value = snippets.filter((snippet) => text.value.includes(snippet))
            .reduce((sum, snippet) => sum + [...snippet].length, 0);
        draft.show();
    }

    for (const [kind, source] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
        text.addEventListener(kind, (event) => {
            const snippet = event[source]?.getData("text").trim();
            if (snippet) snippets.push(snippet);
        });
    }
    text.addEventListener("input", change);
    // Enter begins a new paragraph, as everywhere; Control (or Command) and Enter sends.
    text.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) text.form.requestSubmit();
    });
    other.querySelector("button").addEventListener("click", () => {
        [text.value, other.querySelector(".words").textContent] = [other.querySelector(".words").textContent, text.value];
        change();
    });

    return {
        draft,
        update(next) {
            present = next;
            draft.meet(next.draft);
            describe();
        },
    };
}
