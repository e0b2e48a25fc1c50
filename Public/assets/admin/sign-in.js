// Signing in, and going on to where one was going.

import { onSubmit } from "./forms.js";
import { parameter, post } from "./server.js";

onSubmit(document.getElementById("sign-in"), async ({ name, password }) => {
    const user = await post("session", { name, password });
    const to = parameter("to");
    // Only to pages of ours.
    const isOurs = /^\/admin\/[\w-]*(\?[^#]*)?$/.test(to);
    location.assign(user.mustChangePassword ? "/admin/password" : isOurs ? to : "/admin/");
});
