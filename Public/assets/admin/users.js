// Looking after users.

import { element, fill, filled, list, time } from "./elements.js";
import { agree, onSubmit } from "./forms.js";
import { page, say, tell } from "./frame.js";
import { get, part, patch, post } from "./server.js";

const secret = document.getElementById("one-time");

function showPassword({ name, oneTimePassword }) {
    fill(secret, { name, password: oneTimePassword });
    secret.hidden = false;
    secret.focus();
}

async function draw(me) {
    const { users } = await get("users");
    list("users", users.map((user) => filled("user", {
        name: user.name,
        role: element("span", { class: "badge" }, user.disabledAt ? `${user.role}, disabled` : user.role),
        seen: time(user.signedInAt),
        actions: user.name === me.name ? element("span", { class: "hint" }, "This is you") : actions(user, me),
    })));
}

function actions(user, me) {
    const place = document.createDocumentFragment();
    const add = (title, question, act) => {
        const button = element("button", { type: "button", class: "quiet", "aria-label": `${title}: ${user.name}` }, title);
        button.addEventListener("click", async () => {
            say();
            if (!await agree({ title: `${title}: ${user.name}`, button: title, ...question })) return;
            try {
                await act();
                await draw(me);
            } catch (error) {
                say(error);
            }
        });
        place.append(button);
    };
    const change = (values) => patch(`users/${part(user.name)}`, values);
    add("New password", { text: "They get a one-time password, are signed out everywhere, and their tokens stop working for good." },
        async () => showPassword(await post(`users/${part(user.name)}/password`)));
    if (user.role === "admin") {
        add("Make researcher", { text: "They can read and export the studies that they have, and change nothing any more." },
            () => change({ role: "researcher" }));
    } else {
        add("Make admin", { text: "They can make and run studies, and look after users." }, () => change({ role: "admin" }));
    }
    if (user.disabledAt) add("Let in again", { text: "They can sign in again." }, () => change({ disabled: false }));
    else add("Disable", { text: "They are signed out, cannot sign in, and their tokens stop working.", danger: true }, () => change({ disabled: true }));
    return place;
}

page(async ({ user }) => {
    const form = document.getElementById("new-user");
    onSubmit(form, async ({ name, role }) => {
        showPassword(await post("users", { name, role }));
        form.reset();
        tell(`${name} was made.`);
        await draw(user);
    });
    await draw(user);
});
