// Everything in a study file, as a form and as the file. The server reads and writes the file; this page holds the text, and
// what it says.

import { agree, save as saveFile, textOf } from "./forms.js";
import { count, element, fill } from "./elements.js";
import { page, say, tell } from "./frame.js";
import { get, parameter, part, post, put } from "./server.js";
import { StudyForm } from "./study-form.js";

const main = document.querySelector("main");
const file = document.getElementById("file");
const verdict = document.getElementById("verdict");
const saveButton = document.getElementById("save");
const saveError = document.getElementById("save-error");
const name = parameter("study");
if (!name) delete main.dataset.tab;

let form, review, saved = "", base = null, turn = Promise.resolve(), timer = 0, isWaiting = false;

// What the server says of the text ----------------------------------------------------------------------------------

function showLines() {
    const faulty = new Set(review.faults.map(({ line }) => line));
    const lines = file.value.split("\n").length;
    document.getElementById("lines").replaceChildren(...Array.from({ length: lines }, (_, index) =>
        element("b", { class: faulty.has(index + 1) ? "faulty" : "" }, `${index + 1}`)));
    document.getElementById("lines").scrollTop = file.scrollTop;
}

/** Puts the focus on a line of the file. */
function goTo(line) {
    const before = file.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const end = file.value.indexOf("\n", before);
    file.focus();
    file.setSelectionRange(before, end < 0 ? file.value.length : end);
    file.scrollTop = (line - 5) * (file.scrollHeight / file.value.split("\n").length);
}

function showVerdict() {
    const { faults, warnings } = review;
    const parts = faults.length === 0 ? [element("p", { class: "fine" }, "✓ Everything fits together.")] : [
        element("p", { class: "error" }, `${count(faults.length, "fault")} to mend:`),
        element("ul", {}, faults.map(({ line, sentence }) => {
            if (!line) return element("li", {}, sentence);
            const button = element("button", { type: "button", class: "link" }, `Line ${line}: ${sentence}`);
            button.addEventListener("click", () => goTo(line));
            return element("li", {}, button);
        })),
    ];
    if (warnings.length) {
        parts.push(element("p", {}, element("strong", {}, "Please note:")), element("ul", {}, warnings.map((sentence) => element("li", {}, sentence))));
    }
    verdict.replaceChildren(...parts);
    saveButton.disabled = file.value === saved;
    document.getElementById("save-hint").textContent = file.value === saved ? (name ? "Nothing has changed." : "") : name ? "Saving makes a new version." : "";
    saveError.textContent = "";
}

function take(next) {
    review = next;
    showLines();
    showVerdict();
    form.mark(review.faults);
}

/** One request after another: each works on the text that the one before gave. */
function queue(work) {
    turn = turn.then(work).catch(say);
    return turn;
}

/** The text has been changed by hand. */
function readFile() {
    isWaiting = false;
    return queue(async () => {
        const { review: next } = await post("study-file/review", { file: file.value });
        if (next.content) form.show(next.content);
        take(next);
    });
}

/** The form has been changed. */
function change(changes, { redraw = false, focus } = {}) {
    return queue(async () => {
        const before = file.value;
        const asked = changes.map(({ path, value }) => ({ path, value: (typeof value === "function" ? value() : value) ?? null }));
        const edited = await post("study-file/edit", { file: before, changes: asked });
        if (edited.lostComments.length) {
            const isAgreed = await agree({
                title: "Comments in the file will go",
                text: ["This part of the file is written anew. These comments in it do not come along:", ...edited.lostComments.slice(0, 8)],
                button: "Go on",
            });
            if (!isAgreed) {
                form.show(review.content);
                form.mark(review.faults);
                return;
            }
        }
        if (file.value !== before) return;      // changed by hand meanwhile; that is read next
        file.value = edited.file;
        if (redraw) form.show(edited.review.content); else form.content = edited.review.content;
        take(edited.review);
        if (focus) form.focus(focus);
    });
}

file.addEventListener("input", () => {
    isWaiting = true;
    clearTimeout(timer);
    timer = setTimeout(readFile, 500);
});
file.addEventListener("scroll", () => { document.getElementById("lines").scrollTop = file.scrollTop; });

// Saving ------------------------------------------------------------------------------------------------------------

async function save() {
    saveError.textContent = "";
    form.flush();
    if (isWaiting) {
        clearTimeout(timer);
        await readFile();
    }
    await turn;
    if (review.faults.length) {
        saveError.textContent = `Please mend ${count(review.faults.length, "fault")} first.`;
        form.focusFault();
        return;
    }
    saveButton.disabled = true;
    try {
        if (!name) {
            const study = await post("studies", { file: file.value });
            saved = file.value;
            location.assign(`/admin/study?study=${part(study.name)}`);
            return;
        }
        const { version, isRunning } = await put(`studies/${part(name)}/file`, { file: file.value, base });
        base = version;
        saved = file.value;
        tell(`Version ${version} was saved. ${isRunning ? "" : "It takes effect when the study is paused and opened again."}`);
        document.getElementById("set-notice").replaceChildren();
        showVerdict();
    } catch (error) {
        saveError.textContent = error.message;
        saveButton.disabled = false;
    }
}

addEventListener("beforeunload", (event) => { if (file.value !== saved && review) event.preventDefault(); });

page(async ({ user }) => {
    const description = await get("study-file");
    form = new StudyForm(document.getElementById("form"), description, change);
    let text = description.template;
    if (name) {
        const wanted = parameter("version");
        const [newest, shown] = await Promise.all([
            get(`studies/${part(name)}/file`), wanted ? get(`studies/${part(name)}/file?version=${part(wanted)}`) : null,
        ]);
        base = newest.version;
        text = (shown ?? newest).file;
        saved = newest.file.replaceAll("\r\n", "\n");
        if (shown && shown.version !== newest.version) {
            document.getElementById("set-notice").replaceChildren(element("p", { class: "notice" },
                `This is version ${shown.version}; the newest is ${newest.version}. Saving makes this the newest.`));
        }
        document.title = `Settings of ${name} – Concord`;
    } else {
        document.title = "New study – Concord";
        saveButton.textContent = "Make the study";
        if (!description.questionSets.length) {
            document.getElementById("set-notice").replaceChildren(element("p", { class: "notice" }, [
                "A study needs questions first. ", element("a", { href: "/admin/question-sets" }, "Make a question set"), ", then come back.",
            ]));
        }
    }
    fill(main, {
        heading: name ? "Settings" : "New study",
        lead: name ? "Every change is kept as a version of its own. People who are inside keep the version that they came with."
            : "Give it a name and a title, choose its questions, and look at the texts. Everything else works as it is, and can be changed later.",
    });
    file.value = text.replaceAll("\r\n", "\n");
    file.readOnly = user.role !== "admin";
    form.isReadOnly = user.role !== "admin";
    await readFile();
    saveButton.addEventListener("click", save);
    document.getElementById("download").addEventListener("click", () => saveFile(`${review.content?.name || "study"}.yml`, file.value, "text/yaml"));
    document.getElementById("upload").addEventListener("change", async ({ target }) => {
        say();
        try {
            file.value = (await textOf(target.files[0], 0.5)).replaceAll("\r\n", "\n");
            await readFile();
        } catch (error) {
            say(error);
        }
        target.value = "";
    });
});
