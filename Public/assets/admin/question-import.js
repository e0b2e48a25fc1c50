// Importing a file: what it would do first, and then, if the admin agrees, the import.

import { count, element, fill, number } from "./elements.js";
import { csv, onSubmit, save } from "./forms.js";
import { page } from "./frame.js";
import { get, parameter, part, post } from "./server.js";
import { leaveFor, showDifference, showFirst } from "./sets.js";

const preview = document.getElementById("preview");
let waiting;

/** The text of a file, in the encodings that spreadsheets save. */
async function read(file) {
    if (file.size > 16 * 1024 * 1024) throw new Error("This file is larger than 16 MB.");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const mark = bytes[0] * 256 + bytes[1];
    const encoding = mark === 0xFFFE ? "utf-16le" : mark === 0xFEFF ? "utf-16be" : "utf-8";
    try {
        return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
        throw new Error("This file is not text in UTF-8. In your spreadsheet, save it as “CSV UTF-8”.");
    }
}

function show(fileName) {
    const { preview: found } = waiting;
    const { difference } = found;
    const lacking = [
        found.withoutTopic && `${count(found.withoutTopic, "question")} would have no topic`,
        found.withoutSplit && `${count(found.withoutSplit, "question")} would have no split`,
    ].filter(Boolean);
    fill(preview, {
        file: fileName, added: number(difference.added.length), changed: number(difference.changed.length),
        unchanged: number(difference.unchanged), retired: number(difference.retired.length), faulty: number(found.rowsWithProblems),
        open: lacking.length ? `${lacking.join(" and ")}: you can find topics and draw splits afterwards.` : null,
        kept: found.keptForProblems
            ? `${count(found.keptForProblems, "question of the set stays as it is: its row has a problem", "questions of the set stay as they are: their rows have problems")}.` : null,
        unused: found.unusedColumns.length ? `Not read: ${found.unusedColumns.join(", ")}.` : null,
        leave: `Leave out the ${count(found.rowsWithProblems, "row")} with problems and import the rest`,
    });
    document.getElementById("problem-part").hidden = found.problems.length === 0;
    showFirst(document.getElementById("problems"), document.getElementById("more-problems"), found.problems, ({ row, line, isEntry, key, sentence }) => element("tr", {}, [
        element("th", { scope: "row" }, `${isEntry ? "entry" : "row"} ${row}${line === row ? "" : `, line ${line}`}`), element("td", {}, key ?? "–"), element("td", {}, sentence),
    ]), "problems");
    document.getElementById("near-part").hidden = found.nearDuplicates.length === 0;
    showFirst(document.getElementById("near"), document.getElementById("more-near"), found.nearDuplicates, (pair) => element("tr", {}, [
        element("td", {}, [element("span", { class: "badge" }, pair.key), ` ${pair.question}`]),
        element("td", {}, [element("span", { class: "badge" }, pair.otherKey), ` ${pair.otherQuestion}`]),
        element("td", { class: "number" }, `${Math.round(pair.similarity * 100)} %`),
    ]), "pairs");
    showDifference(difference, document.getElementById("difference"));
    const changes = difference.added.length + difference.changed.length + difference.retired.length + difference.moved.length;
    const form = document.getElementById("agree");
    document.getElementById("leave-out").hidden = found.rowsWithProblems === 0 || found.questions === 0;
    form.elements.leavingOut.checked = false;
    const button = document.getElementById("import");
    button.textContent = `Import ${count(found.questions, "question")}`;
    const allow = () => { button.disabled = changes === 0 || (found.rowsWithProblems > 0 && !form.elements.leavingOut.checked); };
    form.elements.leavingOut.onchange = allow;
    allow();
    form.querySelector(".error").textContent = changes === 0 && found.questions > 0 ? "The set has these questions already; there is nothing to import." : "";
    preview.hidden = false;
    preview.focus();
}

/** The problems as a table, with the mark by which a spreadsheet knows UTF-8. */
function saveProblems() {
    const { set, problems } = waiting.preview;
    const where = problems[0].isEntry ? "entry" : "row";
    save(`${set}-problems.csv`, `\uFEFF${csv([[where, "line", "id", "problem"], ...problems.map(({ row, line, key, sentence }) => [row, line, key, sentence])])}`);
}

page(async () => {
    const upload = document.getElementById("upload");
    const { sets } = await get("question-sets");
    document.getElementById("known-sets").append(...sets.map(({ name }) => element("option", { value: name })));
    upload.elements.set.value = parameter("set");
    onSubmit(upload, async ({ file, set, keeps }) => {
        preview.hidden = true;
        const text = await read(file);
        waiting = await post(`question-sets/${part(set)}/imports`, { fileName: file.name, text, keeps: keeps === "yes" });
        show(file.name);
    });
    // What was looked at is what will be imported.
    upload.addEventListener("input", () => { preview.hidden = true; });
    document.getElementById("save-problems").addEventListener("click", saveProblems);
    onSubmit(document.getElementById("agree"), async ({ leavingOut }) => {
        const { set } = waiting.preview;
        const { version } = await post(`question-sets/${part(set)}/imports/${waiting.id}`, { leavingOut: leavingOut === "yes" });
        leaveFor(`/admin/question-set?set=${part(set)}`, `Imported ${count(waiting.preview.questions, "question")}. The set is at version ${version} now.`);
    });
});
