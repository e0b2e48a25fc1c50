// Who is due what and why, and what has been paid.

import { uuid } from "../server.js";
import { count, element, fill, filled, list, time } from "./elements.js";
import { agree, onSubmit, save } from "./forms.js";
import { page, say, tell } from "./frame.js";
import { get, insist, part, post } from "./server.js";

const reasons = {
    done: "took part to the end", "waited-in-vain": "waited for a group in vain", "timed-out": "did not answer in time",
    "group-ended": "their group ended early", "over-quota": "the study got its last group", "stopped-keep": "chose to stop",
    "stopped-delete": "chose to stop", returned: "returned on the platform", removed: "taken out", "screened-out": "screened out",
    "comprehension-failed": "comprehension questions", "quota-filled": "a quota was filled",
};
const kinds = { base: "Base", waiting: "Waiting", bonus: "Bonus" };
const parts = { due: (line) => !line.paid, paid: (line) => line.paid, all: () => true };

const show = document.getElementById("part");
const find = document.getElementById("find");
const everybody = document.getElementById("everybody");
const mark = document.getElementById("mark");
let study, sheet;
/** Ids of people whose tick was taken away, or in a part where none has one, given. */
let unticked = new Set();

const path = (rest = "") => `studies/${part(study)}/payments${rest}`;
const cents = (amount) => Math.round(Number(amount) * 100);
const amount = (sum) => (sum / 100).toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const nameOf = (person) => person.platformID ?? person.participantID.toLowerCase();
const keyOf = (person) => person.participantID + person.currency;

/** The people of the part that is shown, each with the lines that belong to it. */
function shown() {
    const wanted = find.value.trim().toLowerCase();
    return sheet.people
        .map((person) => ({ ...person, lines: person.lines.filter(parts[show.value]) }))
        .filter((person) => person.lines.length
            && (!wanted || nameOf(person).toLowerCase().includes(wanted) || person.participantID.toLowerCase().includes(wanted)));
}

const chosen = () => shown().filter((person) => !unticked.has(keyOf(person)));
const linesOf = (people) => people.flatMap(({ lines }) => lines);
const sum = (lines) => lines.reduce((total, line) => total + cents(line.amount), 0);

/** Sums per currency, as in "12.00 GBP". */
function sums(people) {
    const totals = new Map();
    for (const { currency, lines } of people) totals.set(currency, (totals.get(currency) ?? 0) + sum(lines));
    return [...totals].map(([currency, total]) => `${amount(total)} ${currency}`).join(", ");
}

function why(line) {
    const said = line.kind === "bonus" ? line.reason
        : line.kind === "waiting" && line.reason !== "waited-in-vain" ? "waited for a group" : reasons[line.reason] ?? line.reason;
    const marked = line.paid ? [" · paid ", time(line.markedAt), line.markedBy ? ` by ${line.markedBy}` : ""]
        : line.markedAt ? [" · marked as not paid ", time(line.markedAt), line.markedBy ? ` by ${line.markedBy}` : ""] : [];
    return element("li", {}, [`${kinds[line.kind]} ${line.amount}: ${said}`, ...marked, line.note ? ` (${line.note})` : ""]);
}

function row(person) {
    const of = (kind) => {
        const lines = person.lines.filter((line) => line.kind === kind);
        return lines.length ? amount(sum(lines)) : "–";
    };
    const tick = element("input", { type: "checkbox" });
    tick.checked = !unticked.has(keyOf(person));
    tick.addEventListener("change", () => {
        if (tick.checked) unticked.delete(keyOf(person)); else unticked.add(keyOf(person));
        drawChosen();
    });
    return filled("person", {
        tick: show.value === "all" ? "" : element("label", { class: "tick" }, [tick, element("span", { class: "hidden" }, `Choose ${nameOf(person)}`)]),
        person: nameOf(person), base: of("base"), waiting: of("waiting"), bonus: of("bonus"),
        sum: `${amount(sum(person.lines))} ${person.currency}`,
        why: element("ul", { class: "plain" }, person.lines.map(why)),
    });
}

function drawRows() {
    const people = shown();
    const empty = document.getElementById("people-empty");
    empty.textContent = find.value ? "Nobody here has such an id."
        : show.value === "due" ? "Everything that was due is marked as paid." : "Nothing has been marked as paid yet.";
    list("people", people.map(row));
    everybody.closest("label").hidden = show.value === "all";
    drawChosen();
}

function drawChosen() {
    const people = chosen(), all = shown().length;
    const isAll = show.value === "all";
    everybody.checked = all > 0 && people.length === all;
    everybody.indeterminate = people.length > 0 && people.length < all;
    const strangers = people.filter(({ platformID }) => !platformID).length;
    document.getElementById("chosen").textContent = isAll || !all ? "" : [
        `Chosen: ${count(people.length, "person", "people")}, ${sums(people) || "nothing"}.`,
        strangers && show.value === "due" ? `${count(strangers, "of them has", "of them have")} no platform id and ${strangers === 1 ? "is" : "are"} only in the CSV file.` : "",
    ].join(" ");
    const actions = document.getElementById("actions");
    actions.hidden = isAll || !all;
    for (const button of actions.querySelectorAll("[data-format]")) {
        button.hidden = show.value !== "due";
        button.disabled = people.length === 0;
    }
    mark.disabled = people.length === 0;
    mark.textContent = show.value === "due" ? "Mark as paid" : "Mark as not paid";
}

function drawBudget() {
    const { budget, cap, currency, state } = sheet;
    const place = document.getElementById("budget");
    place.hidden = !budget;
    if (!budget) return;
    const percent = Math.round(budget.share * 100);
    document.getElementById("used").value = Math.min(1, budget.share);
    const isFull = budget.places === 0;
    document.getElementById("tight").hidden = !budget.isTight && !isFull;
    fill(place, {
        word: isFull ? "No place left" : `${percent} % used`,
        sentence: !isFull ? `There is money for ${count(budget.places ?? 0, "more person", "more people")}; then the study is paused.`
            : state === "paused" ? "The study is paused. To go on, raise payment.budget in its settings and open it again."
                : "Nobody else can be paid, so nobody new is taken in.",
        share: `${amount(cents(budget.owed) + cents(budget.promised))} of ${amount(cents(budget.budget))} ${currency} (${percent} %)`,
        explained: `${budget.owed} is due or paid. ${budget.promised} is promised to ${count(budget.people, "person", "people")} in the study now: the most that their part can come to without a bonus, ${budget.place} each for whoever comes next. ${budget.left} is left.`
            + (cap ? ` One person is paid ${cap} at most.` : ""),
    });
}

function draw() {
    const { totals, people, currency, cap, budget } = sheet;
    document.getElementById("totals").replaceChildren(...totals.flatMap((total) => [
        ["Due", total.due], ["Paid", total.paid], ["In all", total.total], ["Of that for waiting", total.waiting], ["Bonuses", total.bonus],
    ].map(([name, value]) => filled("total", { name, amount: `${amount(cents(value))} ${total.currency}` }))));
    drawBudget();
    document.getElementById("sheet").hidden = people.length === 0;
    const nobody = document.getElementById("nobody");
    nobody.hidden = people.length > 0;
    fill(nobody, currency ? {
        headline: "Nobody is due anything yet.", link: null,
        advice: "As soon as somebody’s part in the study is over, what they are due is here, with the reason.",
    } : {
        headline: "This study pays nothing.",
        advice: "Say in its settings what people are paid (payment: a currency and the base pay). It holds for people who come after that.",
    });
    const link = nobody.querySelector("[data-field=link]");
    if (!currency) {
        link.hidden = false;
        link.href = `/admin/settings?study=${part(study)}`;
        link.textContent = "To the settings";
    }
    const bonuses = document.getElementById("bonuses");
    bonuses.hidden = !currency;
    fill(bonuses, {
        currency: currency ?? "",
        limit: [cap ? `One person is paid ${cap} at most, in all.` : "", budget ? `${budget.left} of the budget is left.` : ""].join(" "),
    });
    document.getElementById("known").replaceChildren(...people.map((person) => element("option", { value: nameOf(person) })));
    drawRows();
}

async function load() {
    sheet = await get(path());
    draw();
}

async function download(format) {
    const ids = linesOf(chosen()).map(({ id }) => id);
    const response = await fetch(`/api/admin/${path("/file")}`, {
        method: "POST", cache: "no-store", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ format, payments: ids }),
    });
    if (!response.ok) throw new Error((await response.json()).detail);
    const text = await response.text();
    if (!text.trim()) {
        tell(format === "prolific-approve" ? "Nobody who is chosen has a platform id and is due the whole base pay."
            : "Nobody who is chosen has a platform id and is due more than the base pay.");
        return;
    }
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition"))?.[1] ?? "payments.txt";
    save(name, text, format === "csv" ? "text/csv" : "text/plain");
    const lines = text.trimEnd().split("\n").length - (format === "csv" ? 1 : 0);
    tell(`${name} has ${count(lines, "line")}. When you have paid, mark these people as paid.`);
}

async function setPaid() {
    const people = chosen(), paid = show.value === "due";
    const question = paid
        ? { title: "Mark as paid?", text: [`${count(people.length, "person", "people")}, ${sums(people)}.`, "Do this when you have paid them. They are not in the files any more."], button: "Mark as paid" }
        : { title: "Mark as not paid?", text: [`${count(people.length, "person", "people")}, ${sums(people)}.`, "They are due again, and in the files again. Both marks are kept."], button: "Mark as not paid", reason: "Why" };
    const answer = await agree(question);
    if (!answer) return;
    const done = await post(path("/marks"), {
        payments: linesOf(people).map(({ id }) => id), paid, ...(typeof answer === "string" && { note: answer }),
    });
    unticked = new Set();
    await load();
    const before = done.unchanged ? ` ${count(done.unchanged, "amount was", "amounts were")} marked so already, perhaps by somebody else.` : "";
    tell(`${count(done.people, "person is", "people are")} marked as ${paid ? "paid" : "not paid"}.${before}`);
}

page(async (given) => {
    ({ study } = given);
    show.addEventListener("change", () => { unticked = new Set(); drawRows(); });
    find.addEventListener("input", drawRows);
    document.getElementById("choice").addEventListener("submit", (event) => event.preventDefault());
    everybody.addEventListener("change", () => {
        for (const person of shown()) if (everybody.checked) unticked.delete(keyOf(person)); else unticked.add(keyOf(person));
        drawRows();
    });
    const act = (work) => async () => {
        say();
        await work().catch(say);
    };
    for (const button of document.querySelectorAll("[data-format]")) button.addEventListener("click", act(() => download(button.dataset.format)));
    mark.addEventListener("click", act(setPaid));
    const form = document.getElementById("bonus");
    // The bonus that the form is filled in for: given once, however often it is sent before the server has answered.
    let key = uuid();
    onSubmit(form, async (values) => {
        const question = { title: `Give ${values.person} ${values.amount} ${sheet.currency}?`, text: "It cannot be taken back.", button: "Give the bonus" };
        if (!await agree(question)) return;
        try {
            sheet = await insist(() => post(path("/bonuses"), { key, ...values, amount: Number(values.amount) }));
        } catch (error) {
            // Refused, perhaps because the reply to what was sent before was lost: then it is on the sheet.
            if (error.status === 409) {
                key = uuid();
                await load().catch(() => {});
            }
            throw error;
        }
        key = uuid();
        form.reset();
        draw();
        tell("The bonus is written down.");
    });
    await load();
});
