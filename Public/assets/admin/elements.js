// Making and filling elements. All text is set as text.

/** An element: `element("a", { href: "/" }, "Home")`. Children are texts or elements. */
export function element(name, attributes = {}, children = []) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === true) made.setAttribute(key, "");
        else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
    }
    made.append(...[children].flat().filter((child) => child !== null && child !== undefined));
    return made;
}

/** A copy of the <template id=…>, filled: the element with data-field="name" has the text, or the element, `values.name`;
 *  an `undefined` leaves it as it is, a null hides it. */
export function filled(id, values) {
    const copy = document.getElementById(id).content.firstElementChild.cloneNode(true);
    return fill(copy, values);
}

/** Fills the elements with data-field inside `root`. */
export function fill(root, values) {
    for (const [key, value] of Object.entries(values)) {
        for (const place of root.querySelectorAll(`[data-field="${key}"]`)) {
            if (value === undefined) continue;
            place.hidden = value === null;
            if (value !== null) place.replaceChildren(value instanceof Node ? value : String(value));
        }
    }
    return root;
}

/** Fills a list or a table's body with `rows`, and shows its empty state (the element #<id>-empty) when there are none. */
export function list(id, rows) {
    const place = document.getElementById(id);
    place.replaceChildren(...rows);
    const empty = document.getElementById(`${id}-empty`);
    if (empty) empty.hidden = rows.length > 0;
    const frame = place.closest("[data-frame]") ?? place;
    frame.hidden = rows.length === 0 && Boolean(empty);
}

/** A time, as people here write it, with the whole of it on hovering. */
export function time(text) {
    if (!text) return "–";
    const date = new Date(text);
    const isToday = date.toDateString() === new Date().toDateString();
    const short = date.toLocaleString(undefined, {
        ...(isToday ? {} : { day: "numeric", month: "short" }), hour: "2-digit", minute: "2-digit",
    });
    return element("time", { datetime: text, title: date.toLocaleString() }, short);
}

/** A number, as people here write it. */
export const number = (value, digits = 0) =>
    value === null || value === undefined ? "–"
        : value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** "1 group", "3 groups". */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;
