// Walking through a study: several members of a group side by side, each in a frame, with a way of its own to the server.
// Those who answer by themselves are played here, over the same requests that the pages make.

import { element, filled } from "./elements.js";
import { onSubmit } from "./forms.js";
import { page, say, tell } from "./frame.js";
import { get, part, post, remove } from "./server.js";

const begin = document.getElementById("begin");
const running = document.getElementById("running");
let study, preview = null, players = [];

// Members who answer by themselves ----------------------------------------------------------------------------------

const sentences = [
    "I have thought about this for a while, and I can see good reasons on both sides.",
    "What matters most to me is that nobody is left worse off by it than they are now.",
    "I would begin with something small and look honestly at what comes of it.",
    "It should be paid for by those who can afford it, and explained to everybody else.",
];
const pick = (values) => values[Math.floor(Math.random() * values.length)];
const point = (most = 7) => 1 + Math.floor(Math.random() * most);

function opinion({ minimumWords }) {
    const words = [];
    for (let index = point(sentences.length); words.length < Math.max(20, minimumWords); index += 1) {
        words.push(...sentences[index % sentences.length].split(" "));
    }
    return words.join(" ");
}

function answer({ kind, options, several, points, minimum = 0, maximum = 100 }) {
    if (kind === "scale") return point(points);
    if (kind === "choice") return several ? [pick(options)] : pick(options);
    if (kind === "number") return Math.min(maximum, Math.max(minimum, 30));
    return pick(sentences);
}

/** What a member sends at the step of `state`: [path, body]; nothing where they wait. */
function reply({ step, presence, round, opinion: rule, statement, survey, comprehension }) {
    switch (step) {
    case "survey": return ["survey", { survey: survey.kind, round: round?.number, answers: Object.fromEntries(survey.questions.map((question) => [question.key, answer(question)])) }];
    case "instructions": return ["instructions", { understood: true }];
    case "comprehension": return ["comprehension", {
        number: comprehension.number,
        answers: Object.fromEntries(comprehension.questions.map(({ key, options, chosen, isWrong }) =>
            [key, isWrong ? options[(options.indexOf(chosen) + 1) % options.length] : chosen ?? options[0]])),
    }];
    case "lobby": return presence ? ["presence", { here: true }] : null;
    case "stance": return ["stance", { round: round.number, affirming: point(), negating: point() }];
    case "opinion": return ["opinion", { round: round.number, text: opinion(rule) }];
    case "rating": return ["rating", { statement: statement.id, agreement: point(), quality: point() }];
    default: return null;
    }
}

class Player {
    isAutomatic = false;
    #isOver = false;

    constructor(number) {
        this.path = `/preview/${preview.id}/${number}`;
        this.#play();
    }

    stop() { this.#isOver = true; }

    async #send(path, body) {
        const response = await fetch(this.path + path, {
            cache: "no-store", headers: { Accept: "application/json", "Content-Type": "application/json" },
            ...(body && { method: "POST", body: JSON.stringify(body) }),
        });
        return { ok: response.ok, status: response.status, value: /json/.test(response.headers.get("Content-Type")) ? await response.json() : null };
    }

    async #step() {
        const state = await this.#send("/api/participation");
        if (state.status === 401) {
            await this.#send(`/api/studies/${part(study.name)}/participants`, { consent: true });
            return true;
        }
        if (!state.ok) return false;
        const next = reply(state.value);
        if (!next) return false;
        if (next[0] === "rating") await this.#send("/api/participation/shown", { statement: next[1].statement });
        await this.#send(`/api/participation/${next[0]}`, next[1]);
        return false;
    }

    async #play() {
        while (!this.#isOver) {
            let hasBegun = false;
            if (this.isAutomatic) {
                try {
                    hasBegun = await this.#step();
                } catch { /* the network is away for a moment */ }
            }
            // The frame shows what is so from now on.
            if (hasBegun) this.frame.contentWindow.location.replace(`${this.path}/participant/`);
            await new Promise((resolve) => setTimeout(resolve, 1200 + 800 * Math.random()));
        }
    }
}

// The preview -------------------------------------------------------------------------------------------------------

function seat(number, isAutomatic) {
    const player = new Player(number);
    const frame = element("iframe", { title: `Member ${number}`, src: `${player.path}/join/${part(study.name)}` });
    const place = filled("seat", { title: `Member ${number}`, frame });
    const box = place.querySelector("input");
    player.frame = frame;
    player.isAutomatic = box.checked = isAutomatic;
    box.setAttribute("aria-label", `Member ${number} answers by itself`);
    box.addEventListener("change", () => { player.isAutomatic = box.checked; });
    players.push(player);
    return place;
}

async function start(members, own) {
    stop();
    preview = await post(`studies/${part(study.name)}/previews`);
    document.getElementById("seats").replaceChildren(
        ...Array.from({ length: members }, (_, index) => seat(index + 1, index >= own)));
    begin.hidden = true;
    running.hidden = false;
}

function stop() {
    for (const player of players) player.stop();
    players = [];
    document.getElementById("seats").replaceChildren();
}

async function end() {
    const { id } = preview;
    stop();
    preview = null;
    begin.hidden = false;
    running.hidden = true;
    await remove(`previews/${id}`);
    tell("The preview was thrown away.");
}

addEventListener("pagehide", () => {
    if (preview) fetch(`/api/admin/previews/${preview.id}`, { method: "DELETE", keepalive: true });
});

page(async ({ study: name }) => {
    study = await get(`studies/${part(name)}`);
    const most = Math.max(...study.sizes);
    const numbers = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => element("option", { value: from + index }, `${from + index}`));
    begin.elements.members.append(...numbers(1, 5));
    begin.elements.members.value = most;
    begin.elements.own.append(...numbers(0, 5));
    begin.elements.own.value = 1;
    let chosen = { members: most, own: 1 };
    onSubmit(begin, async (values) => {
        chosen = { members: Number(values.members), own: Number(values.own) };
        await start(chosen.members, chosen.own);
    });
    document.getElementById("again").addEventListener("click", () => start(chosen.members, chosen.own).catch(say));
    document.getElementById("end").addEventListener("click", () => end().catch(say));
});
