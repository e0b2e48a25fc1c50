// The model registry: what there is, how good it is, training, and what to write into a study's file.

import { count, element, fill, filled, list, number, time } from "./elements.js";
import { follow, onSubmit } from "./forms.js";
import { copy, page, say, tell } from "./frame.js";
import { get, part, post } from "./server.js";

const d3 = globalThis.d3;
const kinds = { base: "base model", adapter: "adapter", reward: "preference model" };
const symbols = { model: "symbolCircle", "opinion-blind": "symbolSquare", length: "symbolTriangle", "statement mean": "symbolDiamond" };
const splits = ["validation", "iid_test", "ood_test"];
let user, overview, studies;

const percent = (share) => (share === null || share === undefined ? "–" : `${number(share * 100, 1)} %`);
const interval = (estimate, show) => (estimate && estimate.value !== null
    ? `${show(estimate.value)} (${show(estimate.low)} to ${show(estimate.high)})` : "–");
const points = (share) => (share === null ? "–" : `${share < 0 ? "−" : "+"}${number(Math.abs(share) * 100, 1)}`);
const decimals = (value) => (value === null ? "–" : number(value, 2));

/** The newest evaluation of every preference model that has the split. */
const evaluated = (split) => overview.models
    .filter(({ evaluations }) => evaluations[0]?.splits[split])
    .map((model) => ({ name: model.name, ...model.evaluations[0].splits[split] }));

function drawComparison() {
    const there = splits.filter((split) => evaluated(split).length);
    document.getElementById("comparison").hidden = there.length === 0;
    if (!there.length) return;
    const choice = document.getElementById("split");
    const before = choice.value;
    choice.replaceChildren(...there.map((split) => element("option", { value: split }, split)));
    choice.value = there.includes(before) ? before : there[0];
    drawSplit(choice.value);
}

function drawSplit(split) {
    const models = evaluated(split);
    list("lines", models.flatMap(({ name, lines, ratings, groups }) => lines.map((line) => filled("line", {
        model: name, by: line.name, accuracy: interval(line.pairwiseAccuracy, percent),
        lead: line.name === "model" ? "" : interval(line.lead, points), correlation: interval(line.rankCorrelation, decimals),
        calibration: interval(line.calibrationError, decimals), ratings: number(ratings), groups: number(groups),
    }))));
    drawPicture(models);
}

/** Per model a row for each way of predicting: shape and place tell them apart, and their names stand beside them. */
function drawPicture(models) {
    const rows = models.flatMap(({ name, lines }) => lines.map((line, place) => ({ name, line, isFirst: place === 0 })));
    const left = 230, right = 24, width = 760, step = 26, gap = 18, top = 34;
    let y = top;
    for (const row of rows) {
        if (row.isFirst && row !== rows[0]) y += gap;
        row.y = y;
        y += step;
    }
    const finite = rows.flatMap(({ line: { pairwiseAccuracy: { low, high } } }) => [low, high]).filter(Number.isFinite);
    const x = d3.scaleLinear().domain([Math.min(0.4, ...finite), Math.max(0.8, ...finite)]).nice().range([left, width - right]);
    const place = d3.select("#picture");
    place.selectAll("*").remove();
    const svg = place.append("svg").attr("width", width).attr("height", y + 6).attr("viewBox", `0 0 ${width} ${y + 6}`)
        .attr("role", "img").attr("aria-label", `Right comparisons of ${count(models.length, "model")} and their baselines; the table below has the numbers.`);
    for (const tick of x.ticks(6)) {
        svg.append("text").attr("x", x(tick)).attr("y", 14).attr("text-anchor", "middle").text(`${Math.round(tick * 100)} %`);
        svg.append("line").attr("class", "axis").attr("x1", x(tick)).attr("x2", x(tick)).attr("y1", 18).attr("y2", 22);
    }
    svg.append("line").attr("class", "guess").attr("x1", x(0.5)).attr("x2", x(0.5)).attr("y1", 20).attr("y2", y);
    for (const { name, line, isFirst, y: middle } of rows) {
        svg.append("text").attr("x", left - 16).attr("y", middle + 4).attr("text-anchor", "end")
            .attr("font-weight", isFirst ? 600 : null).text(isFirst ? name : line.name);
        const { value, low, high } = line.pairwiseAccuracy;
        if (value === null) continue;
        svg.append("line").attr("class", "interval").attr("x1", x(low)).attr("x2", x(high)).attr("y1", middle).attr("y2", middle);
        svg.append("path").attr("class", `mark ${line.name === "model" ? "model" : ""}`)
            .attr("d", d3.symbol().type(d3[symbols[line.name] ?? "symbolCross"]).size(70)()).attr("transform", `translate(${x(value)},${middle})`);
    }
}

const sources = ({ studies: names, otherStudies, imports }) => [
    ...names, ...(otherStudies ? [count(otherStudies, "study that you do not have", "studies that you do not have")] : []),
    ...imports.map((name) => `${name} (imported)`),
].join(", ");

function facts(model) {
    const rows = [
        ["Made", time(model.createdAt)],
        ["From", model.parent], ["File", model.file], ["Weights", model.weightType], ["Chat template", model.chatTemplate],
        ["Learnt from", model.training && `${count(model.training.ratings, "rating")} of ${count(model.training.groups, "group")} on ${count(model.training.questions, "question")}: ${sources(model.training)}`],
        ["Trained with", model.training?.components && `${count(model.training.components, "component")}${model.training.regularization ? `, regularization ${model.training.regularization}` : ""}`],
        ["Evaluated", model.evaluations[0] && element("span", {}, [time(model.evaluations[0].createdAt), ` on ${sources(model.evaluations[0])}`])],
        ["Used in", model.studies.length ? element("span", {}, model.studies.flatMap((study, place) => [
            place ? ", " : "", element("a", { href: `/admin/study?study=${part(study)}` }, study)])) : null],
        ["SHA-256", element("span", { class: "code" }, model.sha256)],
    ];
    const list = document.createDocumentFragment();
    for (const [name, value] of rows) if (value) list.append(element("dt", {}, name), element("dd", {}, value));
    return list;
}

function drawModels() {
    list("models", overview.models.map((model) => {
        const standing = model.kind !== "reward" ? null
            : model.mayChoose ? "may choose statements" : model.evaluations.length ? "does not beat its baselines" : "not evaluated";
        const button = element("button", { type: "button", class: "quiet", "aria-label": `Copy ${model.name}` }, "Copy name");
        button.addEventListener("click", () => copy(model.name, model.name));
        const made = filled("model", {
            name: model.name, kind: kinds[model.kind], standing, facts: facts(model), actions: button,
            verdict: element("div", {}, model.verdict.map((sentence) => element("p", { class: "prose" }, sentence))),
        });
        made.querySelector("[data-field=standing]").classList.add(model.mayChoose ? "strong" : "warn");
        return made;
    }));
}

function drawUse() {
    const models = overview.models, choice = document.getElementById("use-model"), study = document.getElementById("use-study");
    document.getElementById("choose").hidden = !models.length || user.role !== "admin";
    if (!models.length) return;
    const before = [choice.value, study.value];
    choice.replaceChildren(...models.map(({ name }) => element("option", { value: name }, name)));
    study.replaceChildren(...studies.map(({ name }) => element("option", { value: name }, name)));
    if (models.some(({ name }) => name === before[0])) choice.value = before[0];
    if (studies.some(({ name }) => name === before[1])) study.value = before[1];
    drawSnippet();
}

function drawSnippet() {
    const model = overview.models.find(({ name }) => name === document.getElementById("use-model").value);
    const study = document.getElementById("use-study").value;
    const isReward = model.kind === "reward";
    fill(document.getElementById("choose"), {
        how: !isReward ? "A condition that this model is to write statements for names it. Choose it there in the form of the study’s settings, or write into the file:"
            : model.mayChoose ? "The study names the preference model once; conditions with select: welfare, schulze or predicted-welfare choose by it. Choose it in the form of the study’s settings, or write into the file:"
                : "This model does not beat its baselines, or has not been evaluated: a study that names it does not open, unless it says so in so many words. In the file of the study’s settings:",
    });
    document.getElementById("snippet").textContent = isReward
        ? `preference_model: ${model.name}${model.mayChoose ? "" : "\nforce_preference_model: true"}`
        : `conditions:\n  - {name: my-condition, source: model, prompt: few-shot, model: ${model.name}}`;
    const link = document.getElementById("settings");
    link.hidden = !study;
    link.href = `/admin/settings?study=${part(study)}`;
}

function drawSources() {
    for (const place of document.querySelectorAll("[data-sources]")) {
        const before = new Set([...place.querySelectorAll(":checked")].map(({ name, value }) => name + value));
        const box = (name, value, note) => {
            const input = element("input", { type: "checkbox", name, value });
            input.checked = before.has(name + value);
            return element("label", {}, [input, element("span", {}, [value, note ? element("span", { class: "hint" }, ` ${note}`) : null])]);
        };
        const rated = studies.filter(({ ratings }) => ratings > 0);
        place.replaceChildren(
            element("fieldset", { class: "sources" }, [
                element("legend", {}, "Ratings of"),
                ...rated.map(({ name, ratings }) => box("study", name, count(ratings, "rating"))),
                ...overview.imports.map((name) => box("import", name, "imported")),
                ...(rated.length + overview.imports.length ? [] : [element("p", { class: "hint" }, "None of your studies has ratings yet. Run one first, or let imported ratings come in on the command line.")]),
            ]),
            element("label", { class: "check" }, [element("input", { type: "checkbox", name: "synthetic", value: "yes" }), " Simulated people too, in studies that have real ones"]));
    }
}

function draw() {
    drawComparison();
    drawModels();
    drawUse();
    const rewards = overview.models.filter(({ kind }) => kind === "reward");
    document.getElementById("work").hidden = user.role !== "admin";
    document.getElementById("evaluation").hidden = rewards.length === 0;
    const entry = ({ name }) => element("option", { value: name }, name);
    const choose = (choice, ...names) => {
        const before = choice.value;
        choice.replaceChildren(...names);
        if (names.some(({ value }) => value === before)) choice.value = before;
    };
    choose(document.getElementById("evaluated"), ...rewards.map(entry));
    // What was fitted here gives no scores of its own.
    choose(document.getElementById("reward-model"), element("option", { value: "" }, "– none –"), ...rewards.filter(({ isFitted }) => !isFitted).map(entry));
    drawSources();
}

async function load() {
    [overview, { studies }] = await Promise.all([get("models"), get("studies")]);
    draw();
}

/** What is ticked in a form. */
const ticked = (form) => ({
    studies: [...form.querySelectorAll("[name=study]:checked")].map(({ value }) => value),
    imports: [...form.querySelectorAll("[name=import]:checked")].map(({ value }) => value),
    synthetic: form.querySelector("[name=synthetic]").checked,
});

async function watch(id, place) {
    try {
        const { result } = await follow(id, document.getElementById(place));
        await load();
        tell(`${result.model} ${result.beatsBaselines === undefined ? "is trained. There were no ratings to evaluate it on."
            : result.beatsBaselines ? "beats its baselines. Studies may use it." : "does not beat its baselines."}`);
    } catch (error) {
        say(error);
    }
}

page(async (given) => {
    ({ user } = given);
    await load();
    document.getElementById("split").addEventListener("change", ({ target }) => drawSplit(target.value));
    document.getElementById("use").addEventListener("change", drawSnippet);
    document.getElementById("use").addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("copy").addEventListener("click", () => {
        const text = document.getElementById("snippet").textContent;
        copy(text, text.split("\n")[0]);
    });
    const train = document.getElementById("train"), evaluate = document.getElementById("evaluate");
    onSubmit(train, async ({ name, rewardModel, components, folds, seed }) => {
        say();
        const { job } = await post("models/trainings", {
            name, rewardModel: rewardModel || null, components: Number(components), folds: Number(folds), seed: Number(seed), ...ticked(train),
        });
        watch(job, "training");
    });
    onSubmit(evaluate, async ({ model }) => {
        say();
        const { job } = await post("models/evaluations", { model, ...ticked(evaluate) });
        watch(job, "evaluating");
    });
    // Work that was asked for before goes on without the page.
    for (const { id, kind, state } of overview.jobs) {
        if (state === "waiting" || state === "running") watch(id, kind === "model.train" ? "training" : "evaluating");
    }
});
