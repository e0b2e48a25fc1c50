// Words typed and not sent yet: on this device at once, on the server a moment later, until the answer is accepted.

import { ask, base } from "./server.js";
import { t, setText } from "./words.js";

const prefix = `concord.draft.${base}`;

/** Clears the drafts on this device, but for `name`: they were acknowledged, or another person begins here. */
export function forgetDrafts(name) {
    try {
        for (const key of Object.keys(localStorage)) {
            if (key.startsWith(prefix) && key !== prefix + name) localStorage.removeItem(key);
        }
    } catch { /* no storage, no drafts */ }
}

/** The name of the draft that belongs to `state`, if one does. */
export function draftName({ study, step, round, survey }) {
    const about = step === "opinion" ? step : step === "survey" ? survey.kind : null;
    return about && [study.name, about, about === "opinion" || about === "round" ? round.number : 0].join(".");
}

/** Keeps what is typed in the step of `state`. `adopt(content)` shows what is kept; `offer(content)` what was typed in
 *  another window, which is not lost either. */
export function openDraft(state, { adopt, offer }) {
    const key = prefix + draftName(state);
    const [, about, round] = key.slice(prefix.length).split(".");
    const status = document.getElementById("saved");
    let content = "", base = 0, isSaved = true, isOver = false, isKept = true, timer = 0, isBusy = false;

    function show() {
        setText(status, content === "" ? "" : t(isSaved ? "draft.saved" : isKept ? "draft.saving" : "draft.unsafe"));
    }

    function keep() {
        try {
            localStorage.setItem(key, JSON.stringify({ content, base, isSaved }));
            isKept = true;
        } catch { isKept = false; }
        show();
    }

    async function push() {
        clearTimeout(timer);
        timer = 0;
        if (isBusy || isSaved || isOver) return;
        isBusy = true;
        const sent = content;
        try {
            const body = { about, round: Number(round), content: sent, base };
            const { ok, status, value } = await ask("/api/participation/draft", body, { keepalive: sent.length < 20000 });
            // Answered meanwhile: what was kept on this device is gone, and stays so.
            if (isOver) return;
            if (ok) {
                base = value.revision;
                if (value.other) offer(value.other); else isSaved = sent === content;
                keep();
            } else if (status < 500 && status !== 429) {
                isOver = true;          // answered, or too late: the State says which
            }
        } catch { /* the network is away; what is typed lies here */ }
        isBusy = false;
        if (!isSaved && !isOver) timer = setTimeout(push, 2000);
    }

    /** A draft on the server, which may be another window's. */
    function meet(server) {
        if (!server || server.revision <= base) return;
        if (isSaved) {
            ({ content } = server);
            base = server.revision;
            adopt(content);
            keep();
        } else if (server.content !== content && !isBusy) {
            base = server.revision;
            offer(server.content);
        }
    }

    try {
        const local = JSON.parse(localStorage.getItem(key));
        if (local) ({ content, base, isSaved } = local);
        if (content) adopt(content);
    } catch { /* begin with the server's */ }
    meet(state.draft);
    show();
    push();

    return {
        meet,
        show,
        change(next) {
            if (next === content) return;
            content = next;
            isSaved = false;
            keep();
            timer ||= setTimeout(push, 2000);
        },
        push,
        close() { isOver = true; },
    };
}
