// Choosing a password.

import { onSubmit } from "./forms.js";
import { get, put } from "./server.js";

await get("session");
onSubmit(document.getElementById("password-form"), async ({ present, next, again }) => {
    if (next !== again) throw Object.assign(new Error("The two new passwords differ. Please type the same one twice."), { status: 422 });
    await put("session/password", { present, next });
    location.assign("/admin/");
});
