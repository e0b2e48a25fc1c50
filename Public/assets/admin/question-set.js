// Looking through one set, and changing its questions.

import { count, element, fill, filled, list, number } from "./elements.js";
import { agree, onSubmit } from "./forms.js";
import { say, tell } from "./frame.js";
import { get, parameter, part, post, put } from "./server.js";
import { closable, named, option, options, setPage, splits, wanted } from "./sets.js";

const pageSize = 50;
const search = document.getElementById("search");
const main = document.querySelector("main");
const chosen = new Set();
let offset = 0, shown, path, isAdmin;

function query() {
    const { search: words, topic, split } = search.elements;
    return `limit=${pageSize}&offset=${offset}${words.value.trim() && `&search=${part(words.value.trim())}`}`
        + wanted("topic", topic.value) + wanted("split", split.value);
}

async function draw() {
    const found = await get(`${path}/questions?${query()}`);
    if (found.entries.length === 0 && offset > 0 && found.matching > 0) {
        offset = Math.floor((found.matching - 1) / pageSize) * pageSize;
        return draw();
    }
    shown = found;
    options(search.elements.topic, "All topics", found.topics, "topic");
    options(search.elements.split, "All splits", found.splits, "split");
    document.getElementById("topics").replaceChildren(
        ...found.topics.filter(({ name }) => name).map(({ name }) => element("option", { value: name })));
    fill(main, { counts: `${count(found.total, "question")}, ${count(found.topics.filter(({ name }) => name).length, "topic")}, version ${found.version}` });
    list("questions", found.entries.map(row));
    const first = found.matching ? offset + 1 : 0, last = offset + found.entries.length;
    document.getElementById("found").textContent = `${number(first)}–${number(last)} of ${number(found.matching)}`;
    document.getElementById("pages").hidden = found.matching <= pageSize;
    document.getElementById("page-number").textContent = `Page ${offset / pageSize + 1} of ${Math.max(1, Math.ceil(found.matching / pageSize))}`;
    document.getElementById("before").disabled = offset === 0;
    document.getElementById("after").disabled = last >= found.matching;
    drawChosen();
}

function row({ position, question }) {
    const place = filled("question", {
        place: `${number(position)}.`, text: question.text, for: question.affirmingStatement, against: question.negatingStatement,
        key: question.key, topic: named(question.topic, "topic"), split: named(question.split, "split"),
    });
    if (!isAdmin) return place;
    const box = place.querySelector("[type=checkbox]");
    box.nextElementSibling.textContent = `Choose ${question.key}`;
    box.checked = chosen.has(question.key);
    box.addEventListener("change", () => {
        if (box.checked) chosen.add(question.key); else chosen.delete(question.key);
        drawChosen();
    });
    const edit = element("button", { type: "button", class: "quiet", "aria-label": `Edit ${question.key}` }, "Edit");
    edit.addEventListener("click", () => open(question, position));
    const retire = element("button", { type: "button", class: "quiet", "aria-label": `Retire ${question.key}` }, "Retire");
    retire.addEventListener("click", () => retireAll([question.key], question.text));
    return fill(place, { actions: element("div", { class: "acts" }, [edit, retire]) });
}

function drawChosen() {
    const place = document.getElementById("chosen");
    place.hidden = chosen.size === 0;
    fill(place, { chosen: `${count(chosen.size, "question")} chosen` });
}

/** Does something to the set, says what was done, and draws anew. */
async function change(act, said) {
    say();
    try {
        const { version } = await act();
        tell(`${said} The set is at version ${version} now.`);
        await Promise.all([draw(), drawRetired()]);
        return true;
    } catch (error) {
        say(error);
        return false;
    }
}

async function retireAll(keys, text) {
    const question = {
        title: `Retire ${keys.length === 1 ? keys[0] : count(keys.length, "question")}?`,
        text: [text ?? "All that you have chosen, on this page and on others.", "Studies that run keep what they have. You can take a retired question back."],
        button: "Retire", danger: true,
    };
    if (!await agree(question)) return;
    if (await change(() => post(`${path}/retired`, { keys, base: shown.version }), `Retired ${count(keys.length, "question")}.`)) {
        keys.forEach((key) => chosen.delete(key));
        drawChosen();
    }
}

// A question in a dialog: a new one, or one to change.

const dialog = closable(document.getElementById("edit"));
let edited;

function open(question, position) {
    edited = question && { question, position };
    const { elements } = dialog.querySelector("form");
    document.getElementById("edit-title").textContent = question ? `Edit ${question.key}` : "Add a question";
    for (const name of ["key", "text", "affirmingStatement", "negatingStatement", "topic", "split"]) {
        elements[name].value = question?.[name] ?? "";
    }
    elements.key.readOnly = Boolean(question);
    document.getElementById("place-field").hidden = !question;
    elements.place.value = position ?? 1;
    elements.place.max = shown.total;
    dialog.querySelector(".error").textContent = "";
    dialog.showModal();
}

function prepareDialog() {
    dialog.querySelector("[name=split]").append(
        element("option", { value: "" }, "none yet"), ...splits.map((name) => element("option", { value: name }, name)));
    onSubmit(dialog.querySelector("form"), async ({ key, text, affirmingStatement, negatingStatement, topic, split, place }) => {
        const question = { key, text, affirmingStatement, negatingStatement, topic: topic || null, split: split || null };
        let { version } = shown;
        if (!edited) {
            ({ version } = await post(`${path}/questions`, { ...question, base: version }));
        } else {
            ({ version } = await put(`${path}/questions`, { ...question, base: version }));
            if (Number(place) !== edited.position) {
                ({ version } = await post(`${path}/moves`, { key, position: Number(place), base: version }));
            }
        }
        dialog.close();
        tell(`${edited ? "Saved" : "Added"} ${key}. The set is at version ${version} now.`);
        await draw();
    });
}

function prepareTopicDialog() {
    const dialog = closable(document.getElementById("topic-dialog"));
    document.getElementById("give-topic").addEventListener("click", () => {
        dialog.querySelector(".error").textContent = "";
        dialog.showModal();
    });
    onSubmit(dialog.querySelector("form"), async ({ topic }) => {
        const keys = [...chosen];
        const { version } = await post(`${path}/topics`, { topic, keys, base: shown.version });
        dialog.close();
        chosen.clear();
        tell(`Gave ${count(keys.length, "question")} the topic ${topic}. The set is at version ${version} now.`);
        await draw();
    });
}

async function drawRetired() {
    const { questions } = await get(`${path}/retired`);
    document.getElementById("retired-part").hidden = questions.length === 0;
    fill(main, { "retired-count": `${count(questions.length, "retired question")}` });
    list("retired", questions.slice(0, 200).map(({ version, question }) => {
        const back = element("button", { type: "button", class: "quiet", "aria-label": `Take ${question.key} back` }, "Take back");
        back.addEventListener("click", () => change(() => post(`${path}/restored`, { key: question.key }), `Took ${question.key} back.`));
        return element("li", {}, [
            element("div", { class: "body" }, [
                element("p", { class: "asks" }, element("strong", {}, question.text)),
                element("p", { class: "marks" }, [
                    element("span", { class: "badge" }, question.key), element("span", { class: "badge" }, `last in version ${version}`),
                ]),
            ]),
            ...(isAdmin ? [element("div", { class: "acts" }, back)] : []),
        ]);
    }));
}

setPage(async ({ user, set, path: place }) => {
    path = place;
    isAdmin = user.role === "admin";
    fill(main, { title: set.name });
    for (const link of document.querySelectorAll("[data-export]")) link.href = `/api/admin/${path}/export?format=${link.dataset.export}`;
    search.elements.search.value = parameter("search");
    if (parameter("topic")) {
        search.elements.topic.append(element("option", { value: option(parameter("topic")) }));
        search.elements.topic.value = option(parameter("topic"));
    }
    const anew = () => { offset = 0; draw().catch(say); };
    search.addEventListener("submit", (event) => { event.preventDefault(); anew(); });
    search.elements.topic.addEventListener("change", anew);
    search.elements.split.addEventListener("change", anew);
    const turn = (by) => async () => {
        offset = Math.max(0, offset + by);
        await draw().catch(say);
        document.getElementById("questions").scrollIntoView({ block: "start" });
    };
    document.getElementById("before").addEventListener("click", turn(-pageSize));
    document.getElementById("after").addEventListener("click", turn(pageSize));
    if (isAdmin) {
        document.getElementById("add").addEventListener("click", () => open());
        document.getElementById("retire-chosen").addEventListener("click", () => retireAll([...chosen]));
        document.getElementById("choose-none").addEventListener("click", () => { chosen.clear(); draw().catch(say); });
        prepareDialog();
        prepareTopicDialog();
    }
    await Promise.all([draw(), drawRetired()]);
});
