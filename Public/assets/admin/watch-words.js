// What things are called on the page on which a study is watched.

import { count, element } from "./elements.js";
import { part } from "./server.js";

export const stages = {
    entry: "Entry survey", instructions: "Instructions", comprehension: "Comprehension questions", lobby: "Lobby",
    group: "In a group", exit: "Exit survey", debriefing: "Debriefing", done: "Finished", ended: "Ended early",
};

export const phases = {
    opinions: "Writing opinions", review: "Texts being reviewed", "opinion-ratings": "Rating opinions",
    drafting: "Statements being made", ratings: "Rating statements", finished: "Round over", abandoned: "Round given up",
};

export const ends = {
    "screened-out": "Not taking part by their entry survey", "comprehension-failed": "Comprehension questions not answered rightly",
    "waited-in-vain": "Waited in vain for a group", "over-quota": "The study had all its groups", "quota-filled": "The study had enough people like them",
    "timed-out": "Dropped out: no answer in time", "group-ended": "Their group ended", returned: "Returned on the platform",
    removed: "Removed by an admin", "stopped-keep": "Left, answers kept", "stopped-delete": "Left, answers deleted",
};

export const flags = {
    pasted: "Pasted words", "copied-question": "Repeats the question", "too-fast-opinion": "Opinion written very fast",
    "too-fast-rating": "Rated very fast", "straight-lining": "All ratings alike", "failed-attention-check": "Failed an attention check",
};

/** "2 texts to review", with a link to where that is done. */
export const textsToReview = (study, texts) =>
    element("a", { href: `/admin/texts?study=${part(study)}` }, `${count(texts, "text")} to review`);

export const owed = { stance: "stance", opinion: "opinion", ratings: "ratings", survey: "survey", stage: "" };

const levels = {
    calm: ["○", "On time"], attention: ["◐", "Look"], urgent: ["▲", "Urgent"], stuck: ["■", "Stuck"],
};

/** A risk, by a sign and a word. */
export function risk({ level }) {
    const [sign, word] = levels[level];
    return element("span", { class: `risk ${level}` }, [element("span", { "aria-hidden": "true" }, `${sign} `), word]);
}

/** The beginning of an id, by which people know each other's words. */
export const short = (id) => id.slice(0, 8).toLowerCase();

/** Seconds as minutes and seconds: "3:07", "1:02:00"; with a minus when they are over. */
export function clock(seconds) {
    const all = Math.abs(Math.round(seconds));
    const two = (value) => String(value).padStart(2, "0");
    const hours = Math.floor(all / 3600), minutes = Math.floor(all / 60) % 60;
    return `${seconds < 0 && all > 0 ? "−" : ""}${hours ? `${hours}:${two(minutes)}` : minutes}:${two(all % 60)}`;
}

/** "2 minutes ago", roughly. */
export function ago(seconds) {
    if (seconds < 60) return "less than a minute ago";
    if (seconds < 3600) return `${count(Math.floor(seconds / 60), "minute")} ago`;
    return `${count(Math.floor(seconds / 3600), "hour")} ago`;
}
