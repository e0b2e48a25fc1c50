// A study's texts where they are formatted: elements made one by one from the tree that the server sends, and no others.
// Only studies that have such texts fetch this.

const attributes = { p: [], h2: [], h3: [], ul: [], ol: [], li: [], strong: [], em: [], a: ["href"], img: ["src", "alt"] };
const addresses = { href: /^(https:\/\/|mailto:)/, src: /^\/pictures\/[0-9a-f]{64}$/ };

/** What `part` stands for: a text, or [name, attributes, what is in it, …]. */
function build(part) {
    if (!Array.isArray(part)) return String(part);
    const [name, ...rest] = part;
    if (!Object.hasOwn(attributes, name)) return "";
    const made = document.createElement(name);
    const given = rest[0] && typeof rest[0] === "object" && !Array.isArray(rest[0]) ? rest.shift() : {};
    for (const key of attributes[name]) {
        if (key in given && (addresses[key]?.test(given[key]) ?? true)) made.setAttribute(key, given[key]);
    }
    if (name === "a") Object.assign(made, { target: "_blank", rel: "noreferrer" });      // the study stays where it is
    if (name === "img") Object.assign(made.style, { maxWidth: "100%", height: "auto" });
    made.append(...rest.map(build));
    return made;
}

/** Puts `texts` into `element`; where they are the same as before, nothing moves. */
export function put(element, texts) {
    const said = JSON.stringify(texts);
    if (element.dataset.said === said) return;
    element.dataset.said = said;
    element.replaceChildren(...texts.map((part) => {
        const built = build(part);
        return typeof built === "string" ? Object.assign(document.createElement("p"), { textContent: built }) : built;
    }));
}
