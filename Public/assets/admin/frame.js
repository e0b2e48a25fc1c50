// What is around every admin page: the bar on top with who is signed in, the tabs of a study, what goes wrong.
//
// A page is a file of HTML with everything in its <main>, and a script that calls `page(fill)`. `fill` gets the user, and
// the study's name on pages of a study (`<main data-tab="watch">`). All text is set as text, never as HTML.

import { get, parameter, remove, part } from "./server.js";
import { element } from "./elements.js";

const places = [
    { title: "Studies", path: "/admin/" },
    { title: "Question sets", path: "/admin/question-sets" },
    { title: "Models", path: "/admin/models" },
    { title: "Users", path: "/admin/users", role: "admin" },
    { title: "Log", path: "/admin/log", role: "admin" },
];

const tabs = [
    { key: "overview", title: "Overview", path: "/admin/study" },
    { key: "settings", title: "Settings", path: "/admin/settings", role: "admin" },
    { key: "recruitment", title: "Recruitment", path: "/admin/recruitment", role: "admin" },
    { key: "watch", title: "Watch", path: "/admin/watch" },
    { key: "texts", title: "Texts", path: "/admin/texts" },
    { key: "payments", title: "Payments", path: "/admin/payments", role: "admin" },
    { key: "results", title: "Results", path: "/admin/results" },
    { key: "data", title: "Data", path: "/admin/data" },
];

/** Draws the frame, and then the page by `fill({ user, study })`. */
export async function page(fill) {
    const main = document.querySelector("main");
    main.setAttribute("aria-busy", "true");
    try {
        const user = await get("session");
        document.body.prepend(...bar(user));
        const study = parameter("study");
        if (main.dataset.tab) main.before(studyBar(user, study, main.dataset.tab));
        document.body.dataset.role = user.role;
        await fill({ user, study });
    } catch (error) {
        // Without what it is about, a page is only what went wrong.
        main.replaceChildren(...[main.querySelector("h1")].filter(Boolean));
        say(error);
    } finally {
        main.removeAttribute("aria-busy");
    }
}

/** Says what went wrong on top of the page; without an error, says nothing any more. */
export function say(error) {
    const main = document.querySelector("main");
    let place = document.getElementById("fault");
    if (!place) {
        place = element("p", { id: "fault", class: "error", role: "alert" });
        (main.querySelector("h1") ?? main.firstChild).after(place);
    }
    place.textContent = error?.message ?? "";
    if (error && !error.status && error.status !== 0) console.error(error);
}

/** Says that something was done, where screen readers hear it too. */
export function tell(text) {
    let place = document.getElementById("told");
    if (!place) {
        place = element("p", { id: "told", role: "status" });
        document.body.append(place);
    }
    place.textContent = text;
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => { place.textContent = ""; }, 8000);
}

/** Copies a text, and says so: "The link was copied." */
export async function copy(text, what) {
    try {
        await navigator.clipboard.writeText(text);
        tell(`${what} was copied.`);
    } catch {       // no clipboard outside https: the text can be selected
        tell("Your browser does not let pages copy. Please select the text and copy it.");
    }
}

function bar(user) {
    const here = location.pathname;
    const links = places.filter(({ role }) => !role || role === user.role).map(({ title, path }) => element("li", {}, [
        element("a", { href: path, ...(here === path && { "aria-current": "page" }) }, title),
    ]));
    const out = element("button", { class: "link", type: "button" }, "Sign out");
    out.addEventListener("click", async () => {
        await remove("session");
        location.assign("/admin/sign-in");
    });
    return [
        element("a", { class: "skip", href: "#page" }, "Skip to the page"),
        element("header", { class: "bar" }, [
            element("a", { class: "brand", href: "/admin/" }, "Concord"),
            element("nav", { "aria-label": "Admin pages" }, [element("ul", {}, links)]),
            element("p", { class: "who" }, [
                element("a", { href: "/admin/account", ...(here === "/admin/account" && { "aria-current": "page" }) }, user.name),
                out,
            ]),
        ]),
    ];
}

function studyBar(user, study, current) {
    return element("nav", { class: "tabs", "aria-label": `Study ${study}` }, [
        element("p", {}, [element("strong", {}, study)]),
        element("ul", {}, tabs.filter(({ role }) => !role || role === user.role).map(({ key, title, path }) => element("li", {}, [
            element("a", { href: `${path}?study=${part(study)}`, ...(key === current && { "aria-current": "page" }) }, title),
        ]))),
    ]);
}
