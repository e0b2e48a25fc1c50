// Requests of the admin pages to /api/admin.

/** A request that the server refused: `message` is its sentence, `code` its name, if it has one. */
export class Refusal extends Error {
    constructor(status, { detail, code } = {}) {
        super(detail ?? "The server could not be reached. Please check your connection and try again.");
        this.status = status;
        this.code = code;
    }
}

/** Sends a request and gives the JSON of the reply; null where it has none. Whoever is not signed in is sent to sign in, and
 *  comes back. Throws a Refusal. */
export async function ask(method, path, body) {
    let response;
    try {
        response = await fetch(`/api/admin/${path}`, {
            method, cache: "no-store", headers: { Accept: "application/json", "Content-Type": "application/json" },
            ...(body !== undefined && { body: JSON.stringify(body) }),
        });
    } catch {
        throw new Refusal(0);
    }
    let value = null;
    try {
        if (/json/.test(response.headers.get("Content-Type"))) value = await response.json();
    } catch {       // it broke off
        throw new Refusal(0);
    }
    if (response.ok) return value;
    const refusal = new Refusal(response.status, value ?? { detail: `The server answered ${response.status}.` });
    if (refusal.code === "not-signed-in") {
        const here = location.pathname + location.search;
        location.replace(`/admin/sign-in?to=${encodeURIComponent(here)}`);
        await new Promise(() => {});
    }
    if (refusal.code === "must-change-password" && location.pathname !== "/admin/password") {
        location.replace("/admin/password");
        await new Promise(() => {});
    }
    throw refusal;
}

export const get = (path) => ask("GET", path);
export const post = (path, body = {}) => ask("POST", path, body);
export const put = (path, body = {}) => ask("PUT", path, body);
export const patch = (path, body = {}) => ask("PATCH", path, body);
export const remove = (path) => ask("DELETE", path);

/** Whether an error says that the server is away for a while: the network is, or it restarts, or its database does. */
export const isAway = ({ status }) => [0, 502, 503, 504].includes(status);

/** Sends again, some times, while the server is away: only what is done once however often it is sent. */
export async function insist(send) {
    for (let tries = 1; ; tries += 1) {
        try {
            return await send();
        } catch (error) {
            if (tries === 5 || !isAway(error)) throw error;
            await new Promise((resolve) => setTimeout(resolve, 500 * tries));
        }
    }
}

/** A part of an address: `part("a b")` is "a%20b". */
export const part = encodeURIComponent;

/** The value of `name` in this page's address; "" without one. */
export const parameter = (name) => new URLSearchParams(location.search).get(name) ?? "";
