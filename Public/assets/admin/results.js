// What has come out of a study so far, as far as that may be seen yet. The numbers are the server's; what it covers is not here.

import { count, element, filled, number } from "./elements.js";
import { agree, csv, save } from "./forms.js";
import { page, say, tell } from "./frame.js";
import { bars, distributions, estimate, growth, intervals, matrix } from "./plots.js";
import { get, parameter, part, post } from "./server.js";

const study = parameter("study");
const at = (id) => document.getElementById(id);

const steps = {
    consent: "Gave consent", instructions: "Read the instructions", lobby: "Entered the lobby", group: "Was in a group",
    opinion: "Wrote an opinion", rating: "Rated a statement", rounds: "Stayed to the group's end", done: "Read the debriefing",
};

/** A figure with what its numbers are, its table and its data. `figure` draws into a place; it is nothing when there are no
 *  rows. */
function show(frame, { key, title, definition, caption = null, nothing = "Nothing yet.", columns, rows, figure, isWhole = false }) {
    const made = filled("part", { title, definition, caption, nothing: rows.length ? null : nothing });
    made.id = key;
    made.classList.toggle("whole", isWhole);
    const name = `${title}: table`;
    made.querySelector(".table").setAttribute("aria-label", name);
    made.querySelector("thead tr").append(...columns.map((column) => element("th", { scope: "col", class: column.isText ? null : "number" }, column.title)));
    made.querySelector("tbody").append(...rows.map((row) => element("tr", {}, columns.map((column, index) => {
        const words = column.show ? column.show(row) : row[column.key];
        return element(index ? "td" : "th", { ...(index ? {} : { scope: "row" }), class: column.isText ? null : "number" },
            typeof words === "number" ? number(words) : words ?? "–");
    }))));
    const button = made.querySelector("[data-csv]");
    button.textContent = `Download ${title.toLowerCase()} as CSV`;
    button.addEventListener("click", () => save(`${study}-${key}.csv`, csv(table(columns, rows))));
    made.querySelector("details").hidden = made.querySelector("figure").hidden = button.parentElement.hidden = rows.length === 0;
    frame.append(made);
    if (rows.length) figure(made.querySelector(".plot"));
}

/** The rows with all digits; an estimate has three columns. */
function table(columns, rows) {
    const cells = (column, row) => {
        const value = row[column.key];
        if (!column.isEstimate) return [value];
        return [value.value, value.low, value.high];
    };
    const heads = columns.flatMap(({ key, isEstimate }) => (isEstimate ? [key, `${key}_low`, `${key}_high`] : [key]));
    return [heads, ...rows.map((row) => columns.flatMap((column) => cells(column, row)))];
}

const words = (title, key) => ({ title, key, isText: true });
const figure = (title, key) => ({ title, key });
const estimated = (title, key, digits = 2) =>
    ({ title, key, isEstimate: true, show: (row) => estimate(row[key], digits) });

/** A sentence for whoever does not see a figure. */
const said = (title, rows, sentence) => `${title}. ${rows.map(sentence).join("; ")}.`;

function showProgress({ progress, attrition, ratings }) {
    const { numbers } = progress;
    const rows = [
        { what: "Finished groups", there: numbers.finishedGroups, wanted: numbers.wantedGroups ?? null },
        { what: "Groups under way or finished", there: numbers.groups, wanted: numbers.wantedGroups ?? null },
        { what: "Finished people", there: numbers.finishedParticipants, wanted: numbers.wantedParticipants ?? null },
        { what: "People", there: numbers.participants, wanted: numbers.wantedParticipants ?? null },
    ];
    const hasTarget = rows.some(({ wanted }) => wanted !== null);
    show(at("progress"), {
        key: "sample", title: "Progress to the sample", definition: progress.definition,
        caption: hasTarget ? "Filled: so far. Outlined: as many as the study wants, where it names a number." : "The study wants as many as come (it has no quotas).",
        columns: [words("What", "what"), figure("So far", "there"), figure("Wanted", "wanted")], rows,
        figure: (place) => bars(place, said("Progress to the sample", rows, (row) => `${row.what}: ${row.there}${row.wanted === null ? "" : ` of ${row.wanted}`}`),
            rows.map((row) => ({ name: row.what, count: row.there, of: row.wanted })), { isEachItsOwn: true }),
    });
    const reached = attrition.numbers.steps.map(({ step, reached }) => ({ step: steps[step] ?? step, reached }));
    const all = reached[0]?.reached ?? 0;
    show(at("progress"), {
        key: "attrition", title: "Attrition", definition: attrition.definition, caption: "People who came at least so far.",
        nothing: "Nobody has given consent yet. Open the study, and send people its link.",
        columns: [words("Step", "step"), figure("People", "reached")], rows: all ? reached : [],
        figure: (place) => bars(place, said("People who came at least so far", reached, (row) => `${row.step}: ${row.reached}`),
            reached.map((row) => ({ name: row.step, count: row.reached, of: all }))),
    });
    const losses = attrition.numbers.losses;
    show(at("progress"), {
        key: "ends", title: "Where parts ended early", definition: "In which phase, and why, a part ended before its end.",
        nothing: "Nobody's part has ended early.",
        columns: [words("Phase", "phase"), words("Reason", "reason"), figure("People", "lost")], rows: losses,
        figure: (place) => bars(place, said("Where parts ended early", losses, (row) => `${row.phase}, ${row.reason}: ${row.lost}`),
            losses.map((row) => ({ name: `${row.phase}: ${row.reason}`, count: row.lost }))),
    });
    const { unit, lines } = ratings.numbers;
    show(at("progress"), {
        key: "ratings", title: "Ratings coming in", definition: ratings.definition, caption: `All ratings so far, by ${unit}, in UTC.`,
        nothing: "Nobody has rated a statement yet.",
        columns: [{ ...words(unit === "day" ? "Day" : "Hour", "from"), show: ({ from }) => from.slice(0, unit === "day" ? 10 : 16).replace("T", " ") },
            figure("Ratings", "came"), figure("So far", "soFar")], rows: lines,
        figure: (place) => growth(place, `Ratings coming in. ${count(lines.at(-1).soFar, "rating")} so far.`,
            lines.map(({ from, soFar }) => ({ at: new Date(from), sum: soFar })), unit),
    });
}

function showEffects({ conditions, distributions: spread, divisiveness }) {
    const place = at("effects"), { lines, pairs, exclusions } = conditions.numbers;
    const scales = [
        ["agreement", "Agreement", "agreementCounts", ["strongly disagree", "strongly agree"]],
        ["quality", "Quality", "qualityCounts", ["terrible", "excellent"]],
    ];
    for (const [key, title, counts, ends] of scales) {
        const rows = lines.map((line) => ({
            ...line, counts: spread.numbers.find(({ condition }) => condition === line.condition)?.[counts] ?? Array(7).fill(0),
        })).map((line) => ({ ...line, ...Object.fromEntries(line.counts.map((n, index) => [`rated_${index + 1}`, n])) }));
        show(place, {
            key, title, definition: `${title} by condition: how often each point was given, in percent of ratings, and the mean with its 95 % interval.`,
            caption: `Over ${count(conditions.numbers.groups, "group")}. Bars: share of ratings at each point. Dot and line: mean and interval.`,
            columns: [words("Condition", "condition"), figure("Statements", "statements"), figure("Ratings", "ratings"),
                estimated("Mean", key), ...(key === "agreement" ? [estimated("Least agreement", "leastAgreement")] : []),
                ...[1, 2, 3, 4, 5, 6, 7].map((point) => figure(`${point}`, `rated_${point}`))],
            rows,
            figure: (plot) => distributions(plot, said(title, rows, (row) => `${row.condition}: ${estimate(row[key])}`),
                rows.map((row) => ({ name: row.condition, counts: row.counts, mean: row[key] })), ends),
        });
    }
    const names = lines.map(({ condition }) => condition);
    const rate = (row, column) => {
        const pair = pairs.find(({ one, other }) => one === row && other === column);
        if (pair) return pair.winRate;
        const back = pairs.find(({ one, other }) => one === column && other === row)?.winRate;
        const less = (value) => (value === null ? null : 1 - value);
        return back && { value: less(back.value), low: less(back.high), high: less(back.low) };
    };
    show(place, {
        key: "win-rates", title: "Win rates",
        definition: "How often a member agreed more with the row's statement than with the column's, over rounds in which they rated both; a tie counts one half.",
        caption: "1 is always, 0.5 as often as not. Framed: the interval leaves 0.5 out.",
        nothing: "No two conditions were rated by the same member yet.",
        columns: [words("Condition", "one"), words("Against", "other"), figure("Member-rounds", "memberRounds"),
            estimated("Win rate", "winRate", 3), estimated("Difference in agreement", "difference")],
        rows: pairs,
        figure: (plot) => matrix(plot, said("Win rates", pairs, (pair) => `${pair.one} against ${pair.other}: ${estimate(pair.winRate)}`), names, rate),
    });
    const ends = (estimates) => estimates.flatMap(({ value, low, high }) => [value, low, high]).filter((value) => value !== null);
    const effects = exclusions.flatMap(({ effect, plainDifference }) => [effect, plainDifference]);
    show(place, {
        key: "exclusion", title: "Exclusion effect",
        definition: "What being left out costs: agreement with the full twin minus the exclusion condition among members who were left out, minus the same among those who were not. Beside it the plain difference within the exclusion condition.",
        caption: "In points of agreement. Dashed: no effect.", nothing: "No exclusion condition has been rated beside its full twin yet.",
        columns: [words("Exclusion condition", "exclusion"), words("Full twin", "full"), figure("Left out", "excluded"),
            figure("Not left out", "included"), estimated("Effect", "effect"), estimated("Plain difference", "plainDifference")],
        rows: exclusions,
        figure: (plot) => intervals(plot, said("Exclusion effect", exclusions, (row) => `${row.exclusion}: ${estimate(row.effect)}`),
            exclusions.map((row) => ({
                name: `${row.exclusion} against ${row.full}`, marks: [
                    { estimate: row.effect, mark: "dot", words: "effect" },
                    { estimate: row.plainDifference, mark: "square", words: "plain difference" },
                ],
            })), { from: Math.min(0, ...ends(effects)), to: Math.max(1, ...ends(effects)), reference: 0 }),
    });
    const divided = divisiveness.numbers;
    show(place, {
        key: "divisiveness", title: "Divisiveness", definition: divisiveness.definition,
        caption: "Standard deviation of agreement within groups, in points of the scale.",
        nothing: "No statement has been rated by two members who rated the position statements.",
        columns: [words("Condition", "condition"), figure("Statements", "statements"), estimated("Of statements", "ofStatements"),
            estimated("Of positions", "ofPositions"), estimated("Difference", "difference"), estimated("Less divisive", "lessDivisive", 3)],
        rows: divided,
        figure: (plot) => intervals(plot, said("Divisiveness", divided, (row) => `${row.condition}: ${estimate(row.ofStatements)}, positions ${estimate(row.ofPositions)}`),
            divided.map((row) => ({
                name: row.condition, marks: [
                    { estimate: row.ofStatements, mark: "dot", words: "statements" },
                    { estimate: row.ofPositions, mark: "square", words: "position statements" },
                ],
            })), { from: 0, to: Math.max(1, ...ends(divided.flatMap((row) => [row.ofStatements, row.ofPositions]))) }),
    });
}

function untilWhen({ untilGroups, untilParticipants }, { finishedGroups, finishedParticipants }) {
    const targets = [
        untilGroups !== undefined && `${count(untilGroups, "group")} have finished (${number(finishedGroups)} so far)`,
        untilParticipants !== undefined && `${count(untilParticipants, "person", "people")} have finished (${number(finishedParticipants)} so far)`,
        "the study is closed",
    ].filter(Boolean);
    return `They appear when ${targets.join(", or when ")}.`;
}

function render(results, user) {
    const { cover, effects } = results;
    at("read").textContent = `As of ${new Date(results.readAt).toLocaleString()}${results.synthetic ? "; simulated people are counted" : ""}.`;
    for (const id of ["progress", "effects"]) at(id).replaceChildren();
    showProgress(results);
    at("covered").hidden = Boolean(cover.liftedBecause);
    at("covered-until").textContent = untilWhen(cover, results.progress.numbers) + (user.role === "admin" ? "" : " An admin can uncover them before.");
    at("uncover-place").hidden = user.role !== "admin";
    at("report").hidden = !cover.liftedBecause;
    const early = cover.uncovering;
    at("uncovered").hidden = !early;
    if (early) {
        at("uncovered").textContent = `Uncovered before the study had its sample, by ${early.by ?? "the command line"}, on `
            + `${new Date(early.at).toLocaleString()}: ${early.reason}`;
    }
    const isThere = Boolean(effects?.conditions.numbers.lines.length);
    at("effects-frame").hidden = !isThere;
    at("effects-empty").hidden = !effects || isThere;
    if (!isThere) return;
    at("counted").textContent = results.counted;
    at("intervals").textContent = results.intervals;
    showEffects(effects);
}

page(async ({ user }) => {
    const path = `studies/${part(study)}/results`;
    at("report-page").href = `/api/admin/studies/${part(study)}/report.html`;
    at("report-json").href = `/api/admin/studies/${part(study)}/report`;
    at("uncover").addEventListener("click", async () => {
        const reason = await agree({
            title: "Uncover effects by condition?", danger: true, button: "Uncover",
            text: [
                "Everybody who has this study sees them from now on. That cannot be taken back, and the log keeps who did it and why.",
                "Say in what you publish that you looked before the sample was complete.",
            ],
            reason: "Why now",
        });
        if (!reason) return;
        try {
            render(await post(`${path}/uncover`, { reason }), user);
            tell("Effects by condition are uncovered.");
        } catch (error) {
            say(error);
        }
    });
    render(await get(path), user);
});
