// Messages of participants, with a form for the answer. What is being typed stays while others come in.

import { element, time } from "./elements.js";
import { act } from "./watch-act.js";
import { part } from "./server.js";

function make(study, message, { after, open }) {
    const answer = element("div", {});
    const text = element("textarea", { id: `answer-${message.id}`, name: "text", rows: 2, maxlength: 2000, required: true });
    const label = element("label", { for: text.id }, "Your answer");
    const fault = element("p", { class: "error", role: "alert" });
    const send = element("button", {}, "Send the answer");
    const form = element("form", {}, [label, text, fault, send]);
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (form.getAttribute("aria-busy")) return;
        form.setAttribute("aria-busy", "true");
        fault.textContent = "";
        const words = text.value;
        try {
            const question = {
                title: "Send this answer?", text: [words, "It appears on the person's page at once."], button: "Send",
            };
            if (await act(question, `studies/${part(study)}/messages/${part(message.id)}/answer`, { text: words, replacing: Boolean(entry.message.answer) })) {
                text.value = "";
                await after();
            }
        } catch (error) {
            fault.textContent = error.message;
        } finally {
            form.removeAttribute("aria-busy");
        }
    });
    const who = open
        ? element("button", { type: "button", class: "link" }, message.person)
        : element("span", {}, "They");
    who.addEventListener("click", () => open?.(message.participant));
    const item = element("li", {}, [
        element("p", { class: "hint" }, [who, " wrote ", time(message.sentAt)]),
        element("p", { class: "words", dir: "auto" }, message.text), answer, form,
    ]);
    const entry = { item, message };
    entry.update = (next) => {
        const before = entry.message;
        entry.message = next;
        if (before === next || before.answer !== next.answer || before.isRead !== next.isRead) {
            answer.replaceChildren(...(next.answer ? [
                element("p", { class: "hint" }, ["Answered ", time(next.answeredAt), next.isRead ? ", and read" : ", not read yet"]),
                element("p", { class: "words", dir: "auto" }, next.answer),
            ] : []));
            label.textContent = next.answer ? "Another answer, in place of this one" : "Your answer";
        }
    };
    entry.update(message);
    return entry;
}

/** A list of messages in `place`, the unanswered ones first: `show(messages)` brings it up to date. */
export function messageList(place, study, options) {
    const entries = new Map();
    return function show(messages) {
        const wanted = messages.toSorted((one, other) => Boolean(one.answer) - Boolean(other.answer)
            || (one.answer ? Date.parse(other.sentAt) - Date.parse(one.sentAt) : Date.parse(one.sentAt) - Date.parse(other.sentAt)));
        const ids = new Set(wanted.map(({ id }) => id));
        for (const [id, { item }] of entries) {
            if (ids.has(id)) continue;
            item.remove();
            entries.delete(id);
        }
        for (const message of wanted) {
            if (entries.has(message.id)) entries.get(message.id).update(message);
            else entries.set(message.id, make(study, message, options));
        }
        // While somebody writes, nothing moves.
        if (place.contains(document.activeElement)) {
            for (const { id } of wanted) if (!entries.get(id).item.isConnected) place.append(entries.get(id).item);
        } else {
            const order = wanted.map(({ id }) => entries.get(id).item);
            if (order.some((item, index) => place.children[index] !== item)) place.replaceChildren(...order);
        }
    };
}
