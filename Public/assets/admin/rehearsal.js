// Rehearsals of a study: begun, followed, and what came of them, as a picture and as tables.

import { count, element, fill, filled, list, number, time } from "./elements.js";
import { follow, onSubmit } from "./forms.js";
import { page, say } from "./frame.js";
import { get, part, post } from "./server.js";

const report = document.getElementById("report");
let path;

/** What people do at each step, and whether that is waiting. */
const steps = {
    survey: ["Survey", false], instructions: ["Instructions", false], comprehension: ["Questions on the instructions", false],
    lobby: ["Waiting for a group", true], stance: ["Agreeing with the position statements", false], opinion: ["Writing an opinion", false],
    "waiting for opinions": ["Waiting for the others' opinions", true], "rating opinions": ["Rating the others' opinions", false],
    "waiting for statements": ["Waiting for statements", true], rating: ["Rating a statement", false],
    "waiting for ratings": ["Waiting for the others' ratings", true], debriefing: ["Debriefing", false],
};
const reasons = {
    "screened-out": "not eligible", "comprehension-failed": "did not answer the questions on the instructions rightly",
    "waited-in-vain": "no group came together", "over-quota": "no place left", "quota-filled": "enough people of their kind",
    "timed-out": "out of time", "group-ended": "too few were left in their group",
};

/** Seconds as people say them. */
function span(seconds) {
    if (seconds === null || seconds === undefined) return "–";
    if (seconds < 10) return `${number(seconds, 1)} s`;
    if (seconds < 90) return `${number(seconds)} s`;
    return `${number(seconds / 60, 1)} min`;
}

function draw(all) {
    const place = document.getElementById("picture");
    const width = Math.max(280, Math.min(900, place.clientWidth || 900)), row = 34, left = Math.min(320, width * 0.46), right = 64;
    const most = d3.max(all, ({ longest }) => longest) || 1;
    const x = d3.scaleLinear([0, most], [left, width - right]);
    const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${all.length * row + 8}`).attr("role", "img")
        .attr("aria-label", "How long people were at each step; the table below has the numbers.");
    const rows = svg.selectAll("g").data(all).join("g").attr("transform", (_, index) => `translate(0,${index * row + 4})`);
    rows.append("text").attr("x", left - 8).attr("y", row / 2).attr("dy", "0.35em").attr("text-anchor", "end").text(({ name }) => steps[name]?.[0] ?? name);
    rows.append("rect").attr("class", ({ name }) => (steps[name]?.[1] ? "wait" : "act")).attr("x", left).attr("y", 8).attr("height", row - 16)
        .attr("width", ({ median }) => Math.max(1.5, x(median) - left));
    rows.append("line").attr("x1", ({ median }) => x(median)).attr("x2", ({ longest }) => x(longest)).attr("y1", row / 2).attr("y2", row / 2);
    rows.append("line").attr("x1", ({ longest }) => x(longest)).attr("x2", ({ longest }) => x(longest)).attr("y1", 10).attr("y2", row - 10);
    rows.append("text").attr("x", ({ longest }) => x(longest) + 6).attr("y", row / 2).attr("dy", "0.35em").text(({ median }) => span(median));
    place.replaceChildren(svg.node());
}

function show(result, isNew) {
    const { parameters, finished, ended, vanished, broken, failures, version } = result;
    const waits = result.steps.filter(({ name }) => steps[name]?.[1]).sort((a, b) => b.median - a.median);
    report.hidden = false;
    fill(report, {
        summary: `${count(parameters.people, "simulated person", "simulated people")} took version ${version}; ${number(finished)} of them finished.${
            waits[0] ? ` They waited longest at “${steps[waits[0].name][0]}”: ${span(waits[0].median)} as a rule, ${span(waits[0].longest)} at most.` : ""}${
            parameters.pace === "fast" ? " They answered at once: real people need their own time on top." : ""}`,
        finished: `${number(finished)} of ${number(parameters.people)}`, groups: number(result.groups), seconds: span(result.seconds),
        person: span(result.medianPersonSeconds), longest: span(result.longestPersonSeconds),
    });
    const troubles = [
        ...ended.map(({ name, count: n }) => `${count(n, "person", "people")} ended early: ${reasons[name] ?? name}.`),
        ...(vanished ? [`${count(vanished, "person", "people")} closed the page for good, as you asked.`] : []),
        ...broken.map(({ name, count: n }) => `Something was broken: ${name}, ${count(n, "time")}.`),
        ...failures.map((sentence) => `${sentence}.`),
    ];
    document.getElementById("troubles").replaceChildren(element("div", { class: "notice" }, troubles.length
        ? element("ul", {}, troubles.map((sentence) => element("li", {}, sentence))) : element("p", {}, "Nobody ended early, and nothing was broken.")));
    const order = [...result.steps].sort((a, b) => Object.keys(steps).indexOf(a.name) - Object.keys(steps).indexOf(b.name));
    draw(order);
    list("steps", order.map(({ name, median, longest }) => filled("step", {
        name: steps[name]?.[0] ?? name, kind: steps[name]?.[1] ? "wait" : "answer", median: span(median), longest: span(longest),
    })));
    list("generations", result.generations.map(({ condition, made, failed, medianWait, medianSeconds, longestSeconds }) => filled("generation", {
        condition, made: number(made), failed: number(failed), wait: span(medianWait), median: span(medianSeconds), longest: span(longestSeconds),
    })));
    const data = document.getElementById("data");
    data.href = URL.createObjectURL(new Blob([JSON.stringify(result, null, 2)], { type: "application/json" }));
    data.download = "rehearsal.json";
    if (isNew) report.focus();
}

async function watch(id) {
    const button = document.querySelector("#begin button");
    button.disabled = true;
    try {
        show((await follow(id, document.getElementById("progress"))).result, true);
    } finally {
        button.disabled = false;
        await earlier();
    }
}

async function earlier() {
    const { jobs } = await get(path);
    list("earlier", jobs.map((job) => {
        const result = job.result && JSON.parse(job.result);
        const button = result && element("button", { type: "button", class: "quiet" }, "Show");
        button?.addEventListener("click", () => show(result, true));
        return filled("run", {
            at: time(job.createdAt), user: job.user ?? "command line", people: number(JSON.parse(job.parameters).people),
            state: job.error ?? job.state, action: button ?? "",
        });
    }));
    return jobs;
}

page(async ({ user, study: name }) => {
    const study = await get(`studies/${part(name)}`);
    path = `studies/${part(name)}/rehearsals`;
    const size = Math.max(...study.sizes);
    document.getElementById("people").value = 2 * size;
    document.getElementById("people-help").textContent = `A multiple of ${size}, the size of a group, or some wait in vain.`;
    onSubmit(document.getElementById("begin"), async ({ people, pace, dropout, arrival }) => {
        const job = await post(path, { people: Number(people), pace, dropout: Number(dropout) / 100, arrivalMinutes: Number(arrival) });
        await watch(job.id);
    });
    const jobs = await earlier();
    const present = jobs.find(({ state }) => state === "waiting" || state === "running");
    if (present && user.role === "admin") watch(present.id).catch(say);
    else if (jobs[0]?.result) show(JSON.parse(jobs[0].result), false);
});
