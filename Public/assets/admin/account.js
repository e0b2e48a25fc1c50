// One's own account: role, password, tokens.

import { element, fill, filled, list, time } from "./elements.js";
import { agree, onSubmit } from "./forms.js";
import { page, say } from "./frame.js";
import { get, part, post, remove } from "./server.js";

async function draw() {
    const { tokens } = await get("tokens");
    list("tokens", tokens.map((token) => {
        const button = element("button", { type: "button", class: "danger", "aria-label": `Revoke ${token.name}` }, "Revoke");
        button.addEventListener("click", async () => {
            const question = { title: `Revoke ${token.name}?`, text: "Scripts that use it are refused from now on.", button: "Revoke", danger: true };
            if (!await agree(question)) return;
            await remove(`tokens/${part(token.id)}`).then(draw, say);
        });
        return filled("token", { name: token.name, made: time(token.createdAt), used: time(token.lastUsedAt), action: button });
    }));
}

page(async ({ user }) => {
    fill(document.querySelector("main"), { name: user.name, role: user.role });
    const form = document.getElementById("new-token");
    onSubmit(form, async ({ name }) => {
        const { token } = await post("tokens", { name });
        form.reset();
        const made = document.getElementById("made");
        fill(made, { token });
        made.hidden = false;
        made.focus();
        await draw();
    });
    await draw();
});
