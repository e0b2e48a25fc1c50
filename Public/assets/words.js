// The interface's words, in the language of the page (../languages/<code>.json), and putting them, and the study's
// texts, where a page asks for them. All text is set as text, never as HTML.
//
//   data-words="opinion.title"            the interface's words of that key; {…} in them are looked up in the State
//   data-n="minutes" data-time="deadline" … and what {n} and {time} in them stand for
//   data-label="trail"                    the same, as an aria-label
//   data-text="question.text"             a text of the study or of a person
//   data-paragraphs="instructions"        one <p> per entry
//   data-show="waiting.for=opinions"      shown only if so (without "=…": only if there is a value); data-hide: only if not
//   data-href="completion.address"        a link, shown only if there is an https address
//   data-progress, data-percent           the value of a <progress>, and its words

import { say } from "./server.js";

const known = ["en", "de", "ar"];
let words = {};
let plurals, numbers, locale;

/** The language of the page. */
export let language = "";

/** The browser's favourite among `offered`. */
export function preferred(offered = known) {
    return navigator.languages.map((tag) => tag.slice(0, 2)).find((code) => offered.includes(code)) ?? offered[0];
}

/** Makes `code` the language of the page, however long the network takes. */
export async function speak(code) {
    if (code === language) return;
    words = JSON.parse(await load(`languages/${code}.json`));
    language = code;
    locale = navigator.languages.find((tag) => tag.slice(0, 2) === code) ?? code;
    plurals = new Intl.PluralRules(code);
    numbers = new Intl.NumberFormat(locale);
    document.documentElement.lang = code;
    document.documentElement.dir = words.direction;
}

/** The text of a file of ours; tried again until it is there. */
export async function load(path) {
    for (let wait = 500; ; wait = Math.min(wait * 2, 8000)) {
        try {
            const reply = await fetch(new URL(`../${path}`, import.meta.url), { signal: AbortSignal.timeout(20000) });
            const text = await reply.text();
            if (reply.ok) {
                say(path);
                return text;
            }
        } catch { /* the network is away */ }
        say(path, "notice.unreachable");
        await new Promise((resolve) => setTimeout(resolve, wait));
    }
}

/** What is at `path` ("round.number") in `values`; null if nothing is. */
export function valueAt(path, values) {
    return path.split(".").reduce((value, key) => value?.[key], values) ?? null;
}

/** The words of `key`, with `values` in them; in the form for the number `values.n` where the language has several. */
export function t(key, values = {}) {
    const form = words[key] ?? "";
    const text = typeof form === "string" ? form : form[plurals.select(values.n)] ?? form.other;
    return text.replace(/\{([\w.]+)\}/g, (_, path) => {
        const value = valueAt(path, values);
        return typeof value === "number" ? numbers.format(value) : value ?? "";
    });
}

/** The sentence for a request that was refused. */
export function problem({ value }) {
    return t(`problem.${value?.code}`, value?.values) || value?.detail || t("form.failed");
}

/** A time of day, as people write it here. */
export function clock(time) {
    return time ? new Date(time).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" }) : "";
}

export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;    // live regions speak only of changes
}

export function make(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
}

/** Puts words, and the texts of `state`, where the elements under `root` ask for them. */
export function fill(root, state) {
    const each = (name, use) => {
        for (const element of root.querySelectorAll(`[data-${name}]`)) use(element, element.dataset[name]);
    };
    each("words", (element, key) => {
        const { n, time } = element.dataset;
        setText(element, t(key, { ...state, n: n && valueAt(n, state), time: time && clock(valueAt(time, state)) }));
    });
    each("label", (element, key) => { element.ariaLabel = t(key, state); });
    each("text", (element, path) => {
        setText(element, valueAt(path, state) ?? "");
        element.dir = "auto";
        if (/^(question|statement)/.test(path)) [element.lang] = state.study.languages;     // the study's own
    });
    each("paragraphs", (element, path) => {
        element.dir = "auto";
        const texts = valueAt(path, state) ?? [];
        if (texts.some(Array.isArray)) load("assets/blocks.js").then(() => import("./blocks.js")).then(({ put }) => put(element, texts));
        else element.replaceChildren(...texts.map((textContent) => make("p", { textContent })));
    });
    each("show", (element, path) => {
        const [place, wanted] = path.split("=");
        const value = valueAt(place, state);
        element.hidden = wanted === undefined ? value === null : String(value) !== wanted;
    });
    each("hide", (element, path) => { element.hidden = valueAt(path, state) !== null; });
    each("href", (element, path) => {
        const address = valueAt(path, state);
        element.hidden = !address?.startsWith("https://");
        if (!element.hidden) element.href = address;
    });
    each("progress", (element, path) => { element.value = valueAt(path, state) ?? 0; });
    each("percent", (element, path) => {
        setText(element, (valueAt(path, state) ?? 0).toLocaleString(locale, { style: "percent" }));
    });
}
