// What opens over a page: help, leaving, another device. Each gets the drawer, and is told of new States.

import { forgetDrafts } from "./drafts.js";
import { apply, closeDrawer, isComplete, release, submit } from "./participation.js";
import { ask, uuid } from "./server.js";
import { clock, make, setText, t } from "./words.js";

function handle(form, action) {
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        action();
    });
}

function depart(form, answers) {
    submit(form, "/api/participation/departure", { answers }, (reply) => {
        forgetDrafts();
        closeDrawer();
        apply(reply.value);
    });
}

let typed = "";                 // a message that was begun, while this page is open

export default {
    help(drawer) {
        const form = drawer.querySelector("#help");
        const text = form.querySelector("textarea");
        const box = drawer.querySelector("#messages");
        let key = uuid();
        text.value = typed;
        text.addEventListener("input", () => { typed = text.value; });
        handle(form, () => submit(form, "/api/participation/messages", { key, text: text.value }, async (reply) => {
            key = uuid();
            text.value = typed = "";
            release(form);
            setText(drawer.querySelector("#sent"), t("help.sent"));
            await apply(reply.value);
        }));
        const say = (who, time, words) => [
            make("p", { className: "hint", textContent: t(who, { time: clock(time) }) }),
            make("p", { className: "words", dir: "auto", textContent: words }),
        ];
        return {
            update({ messages = [] }) {
                box.replaceChildren(...messages.flatMap(({ text, sentAt, answer, answeredAt }) => [
                    ...say("help.you", sentAt, text),
                    ...(answer ? say("help.team", answeredAt, answer) : [make("p", { className: "hint", textContent: t("help.open") })]),
                ]));
                // Opened, and so read.
                if (messages.some(({ isNew }) => isNew)) {
                    ask("/api/participation/messages/read", {}).then((reply) => reply.ok && apply(reply.value), () => {});
                }
            },
        };
    },
    leave(drawer) {
        const form = drawer.querySelector("#leave");
        handle(form, () => { if (isComplete(form)) depart(form, new FormData(form).get("answers")); });
    },
    erase(drawer) {
        const form = drawer.querySelector("#erase");
        handle(form, () => depart(form, "delete"));
    },
    device(drawer, { study }) {
        const form = drawer.querySelector("#device");
        handle(form, () => submit(form, "/api/participation/return-code", {}, (reply) => {
            release(form);
            setText(drawer.querySelector("#return-code"), reply.value.code);
            setText(drawer.querySelector("#where"), t("device.where", { address: `${location.origin}/join/${study.name}` }));
            drawer.querySelector("section").hidden = false;
        }));
    },
};
