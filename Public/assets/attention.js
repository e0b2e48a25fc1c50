// How long a step lies in a visible tab; and calling somebody back to it: a sound, and another title.

import { ask, uuid } from "./server.js";
import { t } from "./words.js";

let subject = null;             // what is before the person: { step, round, statement }
let stretch = null;             // since when, in this tab, without a break
const unsent = new Map();       // by id, what the server does not know yet; a stretch under way grows

function begin() {
    if (subject && !document.hidden) stretch = { ...subject, id: uuid(), since: performance.now() };
}

/** Tells the server of all stretches; the present one is over if `ends`. */
export function report(ends) {
    if (stretch) {
        const { since, ...about } = stretch;
        unsent.set(about.id, { ...about, milliseconds: Math.round(performance.now() - since) });
        if (ends) stretch = null;
    }
    if (unsent.size === 0) return;
    const stretches = [...unsent.values()].slice(0, 50);
    ask("/api/participation/time", { stretches }, { keepalive: true }).then(({ status }) => {
        if (status >= 500) return;
        for (const one of stretches) if (unsent.get(one.id) === one) unsent.delete(one.id);
    }, () => { /* with the next ones */ });
}

/** From now on `next` is before the person. */
export function attend(next) {
    if (JSON.stringify(next) === JSON.stringify(subject)) return;
    report(true);
    subject = next;
    begin();
}

document.addEventListener("visibilitychange", () => {
    if (document.hidden) return report(true);
    begin();
    if (plainTitle) entitle(plainTitle);
});
addEventListener("pagehide", () => report(true));
addEventListener("pageshow", ({ persisted }) => { if (persisted) begin(); });
setInterval(report, 15000);

const key = "concord.sound";
let audio, plainTitle = "";

/** Whether there is a sound; remembered on this device. */
export function hasSound(next) {
    try {
        if (next !== undefined) localStorage.setItem(key, next);
        return localStorage.getItem(key) !== "false";
    } catch { return true; }
}

// Browsers play sounds only once somebody has touched the page.
for (const event of ["pointerdown", "keydown"]) addEventListener(event, unlock);

function unlock() {
    try {
        audio ??= new AudioContext();
        if (audio.state === "suspended") audio.resume();
    } catch { /* no sound here */ }
}

export function entitle(title) {
    plainTitle = "";
    document.title = title;
}

/** Something has begun: two notes, unless they are turned off, and a title that says so to whoever is in another tab. */
export function call() {
    if (document.hidden && !plainTitle) {
        plainTitle = document.title;
        document.title = t("frame.ready", { title: plainTitle });
    }
    if (!hasSound()) return;
    unlock();
    if (!audio) return;
    for (const [index, frequency] of [660, 880].entries()) {
        const note = new OscillatorNode(audio, { frequency });
        const loudness = new GainNode(audio, { gain: 0 });
        const start = audio.currentTime + index * 0.25;
        loudness.gain.setValueAtTime(0.15, start);
        loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.6);
        note.connect(loudness).connect(audio.destination);
        note.start(start);
        note.stop(start + 0.6);
    }
}
