// Topics and splits of a set: how they are now, finding topics by clustering, drawing the splits.

import { count, element, fill, filled, list, number } from "./elements.js";
import { onSubmit } from "./forms.js";
import { tell } from "./frame.js";
import { get, part, post, put } from "./server.js";
import { closable, named, resume, setPage, splits, work } from "./sets.js";

const { d3 } = window;
const place = document.getElementById("work");
const found = document.getElementById("found");
const kinds = [...splits, "none"];
let path, isAdmin, now, topics, clustering;

// Topics now ---------------------------------------------------------------------------------------------------------

async function drawNow() {
    now = await get(`${path}/questions?limit=1`);
    topics = now.topics.map(({ name, questions }) => {
        const cells = Object.fromEntries(kinds.map((kind) => [kind, 0]));
        for (const cell of now.cells) if (cell.topic === name) cells[cell.split ?? "none"] += cell.questions;
        return { name, questions, cells };
    });
    const without = topics.find(({ name }) => name === undefined)?.questions ?? 0;
    const undecided = now.splits.find(({ name }) => name === undefined)?.questions ?? 0;
    document.getElementById("now-note").textContent = [
        `${count(now.total, "question")}, ${count(topics.filter(({ name }) => name !== undefined).length, "topic")}.`,
        without && `${count(without, "question has", "questions have")} no topic yet.`,
        undecided && `${count(undecided, "question has", "questions have")} no split yet; no study uses ${undecided === 1 ? "it" : "them"}.`,
    ].filter(Boolean).join(" ");
    list("topics", topics.map(({ name, questions, cells }) => filled("topic-row", {
        name: named(name, "topic"), all: number(questions), ...Object.fromEntries(kinds.map((kind) => [kind, number(cells[kind])])),
        action: name !== undefined && isAdmin ? renameButton(name) : "–",
    })));
    document.getElementById("topic-names").replaceChildren(
        ...topics.filter(({ name }) => name).map(({ name }) => element("option", { value: name })));
    drawBars();
    drawHeldOut();
    document.getElementById("split-table").replaceChildren(...kinds.map((kind) => {
        const own = topics.filter(({ cells }) => cells[kind] > 0);
        const questions = own.reduce((sum, { cells }) => sum + cells[kind], 0);
        if (kind === "none" && questions === 0) return null;
        return element("tr", {}, [
            element("th", { scope: "row" }, kind === "none" ? "no split yet" : kind),
            element("td", { class: "number" }, number(questions)), element("td", { class: "number" }, number(own.length)),
        ]);
    }).filter(Boolean));
}

/** The topics to hold out; those that somebody has chosen stay chosen. */
function drawHeldOut() {
    const held = document.getElementById("held-out");
    const chosen = new Set([...held?.querySelectorAll(":checked") ?? []].map(({ value }) => value));
    held?.replaceChildren(...topics.filter(({ name }) => name).map(({ name, questions }) => {
        const box = element("input", { type: "checkbox", name: "heldOut", value: name });
        box.checked = chosen.has(name);
        return element("li", {}, element("label", { class: "choice" }, [box, `${name} (${number(questions)})`]));
    }));
}

function renameButton(name) {
    const button = element("button", { type: "button", class: "quiet", "aria-label": `Rename ${name}` }, "Rename");
    button.addEventListener("click", () => {
        const dialog = document.getElementById("rename");
        dialog.dataset.from = name;
        dialog.querySelector("h2").textContent = `Rename “${name}”`;
        dialog.querySelector("[name=to]").value = name;
        dialog.querySelector(".error").textContent = "";
        dialog.showModal();
    });
    return button;
}

/** Patterns tell the splits apart, so that a print in black and white can be read. */
function patterns(svg) {
    const defs = svg.append("defs");
    const make = (kind, draw) => {
        const pattern = defs.append("pattern").attr("id", `split-${kind}`).attr("width", 8).attr("height", 8).attr("patternUnits", "userSpaceOnUse");
        pattern.append("rect").attr("width", 8).attr("height", 8).attr("fill", "var(--card)");
        draw?.(pattern);
    };
    const line = (pattern, d) => pattern.append("path").attr("d", d).attr("stroke", "var(--ink)").attr("stroke-width", 1.4).attr("fill", "none");
    make("train", (pattern) => pattern.append("rect").attr("width", 8).attr("height", 8).attr("fill", "var(--accent)"));
    make("validation", (pattern) => line(pattern, "M0 8L8 0M-2 2L2 -2M6 10L10 6"));
    make("iid_test", (pattern) => pattern.append("circle").attr("cx", 4).attr("cy", 4).attr("r", 1.6).attr("fill", "var(--ink)"));
    make("ood_test", (pattern) => line(pattern, "M0 0L8 8M0 8L8 0"));
    make("none");
}

/** The width that a drawing has, in pixels, so that its words are as large as others. */
const room = (id) => Math.max(280, Math.min(900, document.getElementById(id).clientWidth || 900));

function drawBars() {
    const rows = [...topics].sort((one, other) => other.questions - one.questions).slice(0, 40);
    const figure = document.getElementById("topic-figure");
    figure.hidden = rows.length === 0;
    const width = room("topic-bars"), left = Math.min(300, Math.round(width * 0.42)), high = 24, top = 8;
    const letters = Math.floor((left - 12) / 7);
    const scale = d3.scaleLinear([0, d3.max(rows, ({ questions }) => questions) ?? 1], [0, width - left - 60]);
    const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${rows.length * high + 2 * top}`).attr("role", "img")
        .attr("width", width)
        .attr("aria-label", `Questions per topic: ${rows.slice(0, 8).map(({ name, questions }) => `${named(name, "topic")} ${questions}`).join(", ")}${rows.length > 8 ? ", …" : ""}. The table below has all.`);
    patterns(svg);
    rows.forEach(({ name, questions, cells }, index) => {
        const y = top + index * high;
        const label = named(name, "topic");
        svg.append("text").attr("x", left - 8).attr("y", y + 15).attr("text-anchor", "end").text(label.length > letters ? `${label.slice(0, letters - 1)}…` : label);
        let sum = 0;
        for (const kind of kinds.filter((one) => cells[one] > 0)) {
            svg.append("rect").attr("class", "bar-piece").attr("x", left + scale(sum)).attr("y", y + 3)
                .attr("width", scale(cells[kind])).attr("height", high - 6).attr("fill", `url(#split-${kind})`)
                .append("title").text(`${label}: ${cells[kind]} ${kind}`);
            sum += cells[kind];
        }
        svg.append("text").attr("x", left + scale(sum) + 6).attr("y", y + 15).text(number(questions));
    });
    document.getElementById("topic-bars").replaceChildren(svg.node());
    const used = kinds.filter((kind) => rows.some(({ cells }) => cells[kind] > 0));
    document.getElementById("legend").replaceChildren(...used.flatMap((kind) => {
        const swatch = d3.create("svg").attr("class", "swatch").attr("viewBox", "0 0 28 14").attr("aria-hidden", "true");
        swatch.append("rect").attr("class", "bar-piece").attr("x", 1).attr("y", 1).attr("width", 26).attr("height", 12).attr("fill", `url(#split-${kind})`);
        return [swatch.node(), kind === "none" ? "no split yet" : kind];
    }));
    if (topics.length > rows.length) document.getElementById("legend").append(`. The ${rows.length} largest topics are drawn.`);
}

// Finding topics -----------------------------------------------------------------------------------------------------

/** What a silhouette says, in words (Kaufman and Rousseeuw 1990). */
function verdict(silhouette) {
    if (silhouette > 0.7) return "The topics are told apart clearly.";
    if (silhouette > 0.5) return "The topics are told apart fairly well.";
    if (silhouette > 0.25) return "The topics are told apart weakly: look at each before you use it.";
    return "The topics are hardly told apart. Take this as a first sorting, and correct it by hand.";
}

function drawFound() {
    found.hidden = !clustering;
    if (!clustering) return;
    const { clusters, points, silhouette, adjustedRandIndex: likeness, trials } = clustering;
    fill(found, {
        clusters: number(clusters.length), silhouette: number(silhouette, 2),
        likeness: likeness === undefined ? "–" : number(likeness, 2), seed: String(clustering.seed),
        verdict: `${verdict(silhouette)} The silhouette is 1 for topics that lie far apart, and 0 where they run into each other.`
            + (likeness === undefined ? "" : ` The adjusted Rand index compares with the topics that the questions had: 1 for the same, about 0 for chance.`),
        encoder: `Found in version ${clustering.version}, with ${clustering.encoder}, ${clustering.sentenceEmbeddings
            ? "a model for sentence embeddings." : "whose inner states stand for the questions. A model made for sentence embeddings tells topics apart better: name one with CONCORD_EMBEDDING_MODEL when the server starts."}`,
    });
    drawScatter(points, clusters);
    document.getElementById("marks").replaceChildren(...points.map((point) => element("tr", {}, [
        element("td", { class: "number" }, number(point.cluster)), element("td", {}, point.question), element("td", {}, named(point.topic, "topic")),
        element("td", { class: "number" }, number(point.x, 2)), element("td", { class: "number" }, number(point.y, 2)),
    ])));
    document.getElementById("trials-part").hidden = trials.length < 2;
    document.getElementById("trials").replaceChildren(...trials.map((trial) => element("tr", {}, [
        element("td", { class: "number" }, number(trial.clusters)), element("td", { class: "number" }, number(trial.silhouette, 3)),
        element("td", { class: "number" }, number(trial.inertia, 1)),
    ])));
    document.getElementById("clusters-list").replaceChildren(...clusters.map((cluster) => {
        const id = `cluster-${cluster.number}`;
        const own = points.filter((point) => point.cluster === cluster.number);
        const input = element("input", { type: "text", id, required: true, maxlength: 200, "data-cluster": cluster.number, list: "topic-names" });
        input.value = cluster.suggestion;
        input.readOnly = !isAdmin;
        const item = element("li", {}, [
            element("p", { class: "field" }, [element("label", { for: id }, `Topic ${cluster.number}: ${count(cluster.questions, "question")}`), input]),
            element("details", {}, [element("summary", {}, `Its questions. Words: ${cluster.words.join(", ") || "none of its own"}`),
                element("ul", {}, own.slice(0, 100).map(({ question }) => element("li", {}, question)))]),
        ]);
        item.addEventListener("focusin", () => mark(cluster.number));
        item.addEventListener("focusout", () => mark(null));
        return item;
    }));
}

function drawScatter(points, clusters) {
    const width = room("scatter"), height = Math.round(Math.max(260, width * 0.58)), edge = 24;
    const x = d3.scaleLinear(d3.extent(points, (point) => point.x), [edge, width - edge]);
    const y = d3.scaleLinear(d3.extent(points, (point) => point.y), [height - edge, edge]);
    const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${height}`).attr("role", "img").attr("width", width)
        .attr("aria-label", `${points.length} questions in ${clusters.length} topics on a plane. The table below has the same.`);
    svg.selectAll("text").data(points).enter().append("text").attr("class", "mark").attr("data-cluster", (point) => point.cluster)
        .attr("x", (point) => x(point.x)).attr("y", (point) => y(point.y)).text((point) => point.cluster)
        .append("title").text((point) => `Topic ${point.cluster}: ${point.question}`);
    svg.selectAll("text").on("mouseenter", function () { mark(Number(this.dataset.cluster)); }).on("mouseleave", () => mark(null));
    document.getElementById("scatter").replaceChildren(svg.node());
}

/** Brings out the marks of one topic. */
function mark(cluster) {
    for (const text of document.querySelectorAll("#scatter .mark")) {
        const isOwn = Number(text.dataset.cluster) === cluster;
        text.classList.toggle("strong", isOwn);
        text.classList.toggle("dim", cluster !== null && !isOwn);
    }
}

async function drawClustering() {
    ({ clustering } = await get(`${path}/clustering`));
    drawFound();
}

const finished = async () => {
    await drawClustering();
    tell(`Found ${count(clustering.clusters.length, "topic")}. Name them, and use them if they are good.`);
    found.focus();
};

/** The number in a field; null where it is empty. */
const numberIn = (text) => text === "" ? null : Number(text);

function prepareForms() {
    onSubmit(document.getElementById("find"), async ({ clusters, seed }) => {
        const { job } = await post(`${path}/clusterings`, { clusters: numberIn(clusters), seed: numberIn(seed) });
        await work(job, place, finished);
    });
    onSubmit(document.getElementById("use"), async () => {
        const names = [...document.querySelectorAll("[data-cluster][required]")].map((input) => ({ cluster: Number(input.dataset.cluster), topic: input.value }));
        const { version } = await post(`${path}/clusterings/${clustering.id}/use`, { names, base: now.version });
        tell(`The questions have these topics now. The set is at version ${version}.`);
        await drawNow();
        document.getElementById("now-title").scrollIntoView();
    });
    onSubmit(document.getElementById("splits"), async ({ oodTest, iidTest, validation, seed }) => {
        const heldOut = [...document.querySelectorAll("[name=heldOut]:checked")].map(({ value }) => value);
        const { version, plan } = await post(`${path}/splits`, {
            oodTest: oodTest / 100, iidTest: iidTest / 100, validation: validation / 100,
            heldOut: heldOut.length ? heldOut : null, seed: numberIn(seed), base: now.version,
        });
        tell(`The splits are drawn, with seed ${plan.seed}. The set is at version ${version} now.`);
        await Promise.all([drawNow(), drawPlan()]);
    });
    const dialog = closable(document.getElementById("rename"));
    onSubmit(dialog.querySelector("form"), async ({ to }) => {
        const { version } = await put(`${path}/topics`, { from: dialog.dataset.from, to, base: now.version });
        dialog.close();
        tell(`Renamed. The set is at version ${version} now.`);
        await drawNow();
    });
}

async function drawPlan() {
    const { plan } = await get(`${path}/splits`);
    const percent = (share) => `${number(share * 100, 1)} %`;
    document.getElementById("plan").textContent = plan
        ? `Drawn last with seed ${plan.seed}, ${plan.heldOut ? `holding out ${plan.heldOut.join(", ")}` : `${percent(plan.oodTest)} for ood_test`}, `
            + `${percent(plan.iidTest)} for iid_test and ${percent(plan.validation)} for validation. The same seed and shares draw the same splits again.`
        : "Whole topics are held out for ood_test; of every other topic, some questions go to iid_test and validation. A seed is stored, so that the same splits can be drawn again.";
}

setPage(async ({ user, set, jobs, path: own }) => {
    path = own;
    isAdmin = user.role === "admin";
    document.querySelector("[data-field=questions-link]").href = `/admin/question-set?set=${part(set.name)}`;
    if (isAdmin) prepareForms();
    await Promise.all([drawNow(), drawClustering(), drawPlan()]);
    // Drawings are as wide as the page is.
    let timer;
    window.addEventListener("resize", () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
            drawBars();
            if (clustering) drawScatter(clustering.points, clustering.clusters);
        }, 200);
    });
    resume(jobs, "questions.topics", place, finished);
});
