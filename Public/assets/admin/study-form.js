// A form for whatever a study file may say, made from the shape that the server describes: nothing in it is left out, and
// what is added to the shape is in the form. Each field has its place in the file as data-path.

import { askFor } from "./dialogs.js";
import { element } from "./elements.js";
import { say } from "./frame.js";
import { post } from "./server.js";

/** Fields that mean something only with certain others: what the entry that they are in has to say. */
const onlyFor = {
    surveys: {
        options: ({ kind }) => kind === "choice", several: ({ kind }) => kind === "choice",
        points: ({ kind }) => kind === "scale", low: ({ kind }) => kind === "scale", high: ({ kind }) => kind === "scale",
        minimum: ({ kind }) => kind === "number", maximum: ({ kind }) => kind === "number",
        eligible_from: ({ kind }) => kind === "number", eligible_to: ({ kind }) => kind === "number",
        maximum_characters: ({ kind }) => kind === "text", question: ({ kind }) => kind === "stance",
        screen_out: ({ kind }) => kind === "choice" || kind === "scale",
    },
    conditions: {
        prompt: ({ source }) => source === "model", model: ({ source }) => source === "model",
        candidates: ({ source }) => source === "model", exclude: ({ source }) => source === "model",
        sampling: ({ source }) => source === "model", alpha: ({ select }) => /welfare/.test(select),
    },
    recruitment: Object.fromEntries(["participant_parameter", "study_parameter", "session_parameter", "excluded_studies", "attributes", "limit_minutes"]
        .map((key) => [key, ({ source }) => source === "platform"])),
};

const isRecordList = ({ kind, element: inner }) => kind === "list" && inner.kind === "record";
const isParagraphs = ({ kind, element: inner }) => kind === "list" && inner.kind === "text" && inner.maximum >= 5000;
const keyOf = (path) => path.join(".");
const valueAt = (path, content) => path.reduce((value, step) => (Array.isArray(value) ? value[step - 1] : value?.[step]), content);

/** What a part begins with when it is added. */
function beginning(shape) {
    if (shape.kind === "record") {
        const made = {};
        for (const field of shape.fields) {
            const value = field.isRequired ? beginning(field.shape) : undefined;
            if (value !== undefined) made[field.key] = value;
        }
        return made;
    }
    if (isRecordList(shape)) return Array.from({ length: Math.max(1, shape.minimum) }, () => beginning(shape.element));
    if (shape.kind === "choice") return shape.options[0].value;
    if (shape.kind === "integer") return Math.max(1, shape.minimum);
    if (shape.kind === "number") return Math.max(0, shape.minimum);
    if (shape.kind === "flag") return true;
    return undefined;
}

export class StudyForm {
    content = {};
    isReadOnly = false;
    #place; #description; #change; #timer = 0; #pending = new Map(); #number = 0; #open = new Set(["0"]);

    /** @param change is called with [{ path, value }]; a value of null takes away what is there. */
    constructor(place, description, change) {
        this.#place = place;
        this.#description = description;
        this.#change = change;
        place.addEventListener("submit", (event) => event.preventDefault());
    }

    /** Draws the form anew, as `content` says. */
    show(content) {
        this.content = content;
        const { shape, sections } = this.#description;
        const known = new Set(sections.flatMap(({ keys }) => keys));
        const others = shape.fields.map(({ key }) => key).filter((key) => !known.has(key));
        const all = others.length ? [...sections, { title: "More", help: "", keys: others }] : sections;
        this.#place.replaceChildren(...all.map(({ title, help, keys }, index) => {
            const fields = keys.map((key) => shape.fields.find((field) => field.key === key)).filter(Boolean);
            const part = element("details", { class: "part", "data-part": index, open: this.#open.has(`${index}`) }, [
                element("summary", {}, [title, element("span", { class: "badge warn", hidden: true })]),
                element("div", {}, [help ? element("p", { class: "hint" }, help) : null, ...this.#fields(fields, [], content ?? {})]),
            ]);
            part.addEventListener("toggle", () => { if (part.open) this.#open.add(`${index}`); else this.#open.delete(`${index}`); });
            return part;
        }));
        if (this.isReadOnly) for (const input of this.#place.querySelectorAll("input, select, textarea, button")) input.disabled = true;
    }

    /** Shows each fault at the field that it is about. */
    mark(faults) {
        for (const old of this.#place.querySelectorAll(".wrong-here")) old.remove();
        for (const input of this.#place.querySelectorAll("[aria-invalid]")) {
            input.removeAttribute("aria-invalid");
            const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && !id.startsWith("wrong-"));
            if (others.length) input.setAttribute("aria-describedby", others.join(" ")); else input.removeAttribute("aria-describedby");
        }
        for (const [index, { path, sentence }] of faults.entries()) {
            let place = null;
            for (let length = path.length; length > 0 && !place; length -= 1) place = this.#find(path.slice(0, length));
            if (!place) continue;
            place.hidden = false;
            const text = sentence.replace(keyOf(path), "This");
            const note = element("p", { class: "wrong-here", id: `wrong-${index}` }, text);
            const input = place.querySelector("input, select, textarea");
            if (place.matches("fieldset, .entry")) place.querySelector("legend, .entry-head")?.after(note); else place.append(note);
            if (input && !place.matches("fieldset, .entry")) {
                input.setAttribute("aria-invalid", "true");
                input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} wrong-${index}`.trim());
            }
        }
        for (const part of this.#place.querySelectorAll(".part")) {
            const n = part.querySelectorAll(".wrong-here").length;
            const badge = part.querySelector("summary .badge");
            badge.hidden = n === 0;
            badge.textContent = n === 1 ? "1 fault" : `${n} faults`;
        }
    }

    focusFault() {
        const first = this.#place.querySelector(".wrong-here");
        if (!first) return;
        first.closest("details").open = true;
        (first.parentElement.querySelector("input, select, textarea") ?? first).focus();
    }

    /** Puts the focus on the first field at `path`. */
    focus(path) {
        const place = this.#find(path);
        (place?.querySelector("input, select, textarea") ?? place?.querySelector("button"))?.focus();
    }

    /** Sends what was typed a moment ago. */
    flush() {
        clearTimeout(this.#timer);
        if (this.#pending.size === 0) return;
        const changes = [...this.#pending.values()];
        this.#pending.clear();
        this.#change(changes);
    }

    #find(path) {
        return this.#place.querySelector(`[data-path="${CSS.escape(keyOf(path))}"]`);
    }

    /** Tells of a value, a moment later if more may be typed. */
    #tell(path, value, wait = 0) {
        this.#pending.set(keyOf(path), { path, value: value ?? null });
        clearTimeout(this.#timer);
        if (wait) this.#timer = setTimeout(() => this.flush(), wait); else this.flush();
    }

    /** Something was added, taken away or moved: the form is drawn anew. `value` may be a function, which is asked when all
     *  that was typed before is in the content. */
    #restructure(path, value, focus) {
        this.flush();
        this.#change([{ path, value }], { redraw: true, focus });
    }

    // Fields ------------------------------------------------------------------------------------------------------------

    /** The fields of a record at `path`: what it has, and buttons for what it leaves out. */
    #fields(fields, path, content) {
        const row = element("div", { class: "row" });
        const added = [];
        for (const field of fields) {
            const place = [...path, field.key];
            const value = content?.[field.key];
            const isPart = field.shape.kind === "record" || isRecordList(field.shape);
            if (isPart && value === undefined && !field.isRequired) {
                const button = element("button", { type: "button", class: "quiet", "data-path": keyOf(place), title: field.help }, `+ ${field.title}`);
                button.addEventListener("click", () => this.#restructure(place, beginning(field.shape), place));
                added.push(button);
                this.#limit(button, field, path, content);
                continue;
            }
            const made = this.#field(field, place, value);
            this.#limit(made, field, path, content);
            row.append(made);
        }
        return [row, added.length ? element("div", { class: "optional-parts" }, added) : null];
    }

    /** Hides a field that means nothing beside the others, unless it says something. */
    #limit(made, field, path, content) {
        const rule = onlyFor[path[0]]?.[field.key];
        const isInEntry = path[0] === "recruitment" ? path.length === 1 : path.length >= 2;
        made.hidden = Boolean(rule && isInEntry && content?.[field.key] === undefined && !rule(content ?? {}));
    }

    #field(field, path, value) {
        const { shape } = field;
        if (shape.kind === "record") return this.#record(field, path, value ?? {});
        if (isRecordList(shape)) return this.#entries(field, path, Array.isArray(value) ? value : []);
        if (isParagraphs(shape)) return this.#texts(field, path, value);
        if (shape.kind === "list" && shape.element.kind === "choice") return this.#choices(field, path, value);
        return this.#scalar(field, path, value);
    }

    #id() {
        this.#number += 1;
        return `field-${this.#number}`;
    }

    /** The names that there are on this server, where a field is for one of them. */
    #names(path) {
        const { questionSets, preferenceModels, languageModels } = this.#description;
        const known = { "questions.set": questionSets, preference_model: preferenceModels, "conditions.model": languageModels };
        return known[keyOf(path.filter((step) => !/^\d+$/.test(step)))];
    }

    #label(field, id) {
        return element("label", { for: id }, [field.title, field.isRequired ? element("span", { class: "needed-mark" }, " (needed)") : null]);
    }

    #scalar(field, path, value) {
        const { shape } = field;
        const id = this.#id();
        const help = field.help ? element("span", { class: "hint", id: `${id}-help` }, field.help) : null;
        const common = { id, ...(help && { "aria-describedby": `${id}-help` }) };
        let input, read = () => (input.value === "" ? null : input.value), wait = 500;
        if (shape.kind === "flag") {
            input = element("input", { type: "checkbox", ...common });
            input.checked = value === true;
            input.addEventListener("change", () => this.#tell(path, input.checked || (field.isRequired ? false : null)));
            return element("div", { class: "field flag", "data-path": keyOf(path) }, [element("label", {}, [input, ` ${field.title}`]), help]);
        }
        const options = this.#names(path)?.map((name) => ({ value: name, title: name })) ?? shape.options;
        if (options) {
            const isKnown = value === undefined || options.some((option) => option.value === value);
            input = element("select", common, [
                value === undefined || !field.isRequired ? element("option", { value: "" }, field.isRequired ? "– choose –" : "– left out –") : null,
                ...options.map((option) => element("option", { value: option.value }, option.title)),
                isKnown ? null : element("option", { value }, `${value} – unknown`),
            ]);
            input.value = value ?? "";
            input.addEventListener("change", () => { this.#tell(path, read()); this.#relimit(input, path, read()); });
        } else {
            const isNumber = shape.kind === "integer" || shape.kind === "number";
            const isLong = shape.kind === "text" && shape.maximum > 300;
            const inner = shape.element?.kind;
            const isLines = shape.kind === "list";
            if (isNumber) {
                input = element("input", { type: "number", min: shape.minimum, max: shape.maximum, step: shape.kind === "integer" ? 1 : "any", ...common });
                read = () => (input.value === "" ? null : Number(input.value));
            } else if (isLines || isLong) {
                input = element("textarea", { rows: isLines ? 3 : 4, ...common });
                if (isLines) read = () => { const lines = input.value.split("\n").map((line) => line.trim()).filter(Boolean); return lines.length || field.isRequired ? lines : null; };
            } else {
                input = element("input", { type: "text", maxlength: shape.kind === "text" ? shape.maximum : null, autocapitalize: "none", spellcheck: shape.kind === "text" ? "true" : "false", ...common });
            }
            const plain = (words) => (words.trim() !== "" && Number.isFinite(Number(words)) ? Number(words) : words.trim());
            if (shape.kind === "other") read = () => (input.value.trim() === "" ? null : plain(input.value));
            if (shape.kind === "oneOrMore") {
                read = () => {
                    const values = input.value.split(",").map(plain).filter((one) => one !== "");
                    return values.length > 1 ? values : values[0] ?? null;
                };
            }
            if (inner && isLines) help?.append(" One on each line.");
            if (shape.kind === "oneOrMore") help?.append(" Separate several by commas.");
            input.value = Array.isArray(value) ? value.join(isLines ? "\n" : ", ") : value ?? "";
            input.addEventListener("input", () => this.#tell(path, read(), wait));
            input.addEventListener("change", () => this.#tell(path, read()));
        }
        // What somebody may want to write, where it is not a closed list.
        let suggestions = null;
        if (path[0] === "conditions" && path.at(-1) === "prompt") {
            const own = Array.isArray(this.content?.prompts) ? this.content.prompts.map((prompt) => prompt?.name) : [];
            suggestions = element("datalist", { id: `${id}-list` }, ["zero-shot", "few-shot", ...own].map((name) => element("option", { value: name })));
            input.setAttribute("list", `${id}-list`);
        }
        return element("div", { class: shape.kind === "text" && shape.maximum > 150 || shape.kind === "list" ? "field wide" : "field", "data-path": keyOf(path) }, [
            this.#label(field, id), input, suggestions, help,
        ]);
    }

    /** A choice decides which fields beside it mean something. */
    #relimit(input, path, value) {
        const key = path.at(-1);
        const parent = path.slice(0, -1);
        const content = { ...valueAt(parent, this.content), [key]: value };
        for (const [other, rule] of Object.entries(onlyFor[path[0]] ?? {})) {
            const place = this.#find([...parent, other]);
            if (place) place.hidden = content[other] === undefined && !rule(content);
        }
    }

    #choices(field, path, value) {
        const chosen = new Set(Array.isArray(value) ? value : []);
        const boxes = field.shape.element.options.map((option) => {
            const box = element("input", { type: "checkbox", value: option.value });
            box.checked = chosen.has(option.value);
            box.addEventListener("change", () => {
                if (box.checked) chosen.add(option.value); else chosen.delete(option.value);
                this.#tell(path, chosen.size ? field.shape.element.options.map((one) => one.value).filter((one) => chosen.has(one)) : null);
            });
            return element("label", { class: "switch" }, [box, option.title]);
        });
        return element("fieldset", { class: "group", "data-path": keyOf(path) }, [
            element("legend", {}, field.title), field.help ? element("p", { class: "hint" }, field.help) : null, element("div", { class: "row" }, boxes),
        ]);
    }

    #record(field, path, value) {
        const out = field.isRequired ? null : element("button", { type: "button", class: "quiet", "aria-label": `Leave out: ${field.title}` }, "Leave out");
        out?.addEventListener("click", () => this.#restructure(path, null, path));
        return element("fieldset", { class: "group", "data-path": keyOf(path) }, [
            element("legend", {}, field.title), field.help ? element("p", { class: "hint" }, field.help) : null,
            ...this.#fields(field.shape.fields, path, value), out && element("p", {}, out),
        ]);
    }

    #entries(field, path, values) {
        const { shape } = field;
        const present = () => [...valueAt(path, this.content) ?? []];
        const move = (from, to) => this.#restructure(path, () => {
            const next = present();
            next.splice(to, 0, ...next.splice(from, 1));
            return next;
        }, [...path, `${to + 1}`]);
        const entries = values.map((value, index) => {
            const name = value?.name ?? value?.key ?? `${index + 1}`;
            const button = (title, sign, act, isPossible) => {
                const made = element("button", { type: "button", class: "quiet", "aria-label": `${title}: ${name}`, title }, sign);
                made.disabled = !isPossible;
                made.addEventListener("click", act);
                return made;
            };
            const place = [...path, `${index + 1}`];
            return element("div", { class: "entry", "data-path": keyOf(place), role: "group", "aria-label": `${field.title}: ${name}` }, [
                element("div", { class: "entry-head" }, [
                    element("strong", {}, `${name}`),
                    button("Up", "↑", () => move(index, index - 1), index > 0),
                    button("Down", "↓", () => move(index, index + 1), index < values.length - 1),
                    button("Remove", "Remove", () => this.#restructure(path, () => {
                        const next = present().filter((_, other) => other !== index);
                        return next.length || field.isRequired ? next : null;
                    }, path), true),
                ]),
                ...this.#fields(shape.element.fields, place, value),
            ]);
        });
        const add = element("button", { type: "button", class: "quiet" }, `+ Another of: ${field.title}`);
        add.addEventListener("click", () => this.#restructure(path, () => [...present(), beginning(shape.element)], [...path, `${values.length + 1}`]));
        add.disabled = values.length >= shape.maximum;
        return element("fieldset", { class: "group", "data-path": keyOf(path) }, [
            element("legend", {}, field.title), field.help ? element("p", { class: "hint" }, field.help) : null, ...entries,
            element("p", {}, add),
        ]);
    }

    // Texts with a little formatting ---------------------------------------------------------------------------------------

    #texts(field, path, value) {
        const id = this.#id();
        const area = element("textarea", { id, class: "texts", rows: 8, "aria-describedby": `${id}-help` });
        area.value = Array.isArray(value) ? value.map((text) => String(text).trim()).join("\n\n") : "";
        const read = () => {
            const texts = area.value.split(/\n\s*\n/).map((text) => text.replace(/^\n+|\s+$/g, "")).filter(Boolean);
            return texts.length || field.isRequired ? texts : null;
        };
        area.addEventListener("input", () => this.#tell(path, read(), 700));
        area.addEventListener("change", () => this.#tell(path, read()));

        /** Puts `text` where the cursor is, and says that signs mean something here. */
        const put = (text, from = area.selectionStart, to = area.selectionEnd) => {
            area.setRangeText(text, from, to, "end");
            area.focus();
            if (this.content?.texts?.formatted !== true) this.#pending.set("texts.formatted", { path: ["texts", "formatted"], value: true });
            this.#tell(path, read());
            const flag = this.#find(["texts", "formatted"])?.querySelector("input");
            if (flag) flag.checked = true;
        };
        const chosen = () => area.value.slice(area.selectionStart, area.selectionEnd);
        const line = (mark) => {
            const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
            put(mark, start, start);
        };
        const actions = {
            Heading: () => line("# "), Bold: () => put(`**${chosen() || "bold"}**`), Italic: () => put(`*${chosen() || "italic"}*`),
            List: () => line("- "), Link: () => put(`[${chosen() || "words"}](https://)`), Picture: () => this.#picture(put),
        };
        const tools = element("div", { class: "formatting", role: "group", "aria-label": `Formatting: ${field.title}` },
            Object.entries(actions).map(([title, act]) => {
                const button = element("button", { type: "button", class: "quiet" }, title);
                button.addEventListener("click", act);
                return button;
            }));
        return element("div", { class: "field wide", "data-path": keyOf(path) }, [
            this.#label(field, id), tools, area, element("span", { class: "hint", id: `${id}-help` }, field.help || "A blank line begins a new paragraph."),
        ]);
    }

    /** Puts a picture on the server, and its place into the text. */
    #picture(put) {
        const choose = element("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp" });
        choose.addEventListener("change", async () => {
            const [picture] = choose.files;
            if (!picture) return;
            say();
            try {
                if (picture.size > 2 * 1024 * 1024) throw Object.assign(new Error("This picture is larger than 2 MB. Please make it smaller."), { status: 413 });
                const bytes = new Uint8Array(await picture.arrayBuffer());
                let text = "";
                for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
                const { address } = await post("pictures", { content: btoa(text) });
                const what = await askFor({
                    title: "What does the picture show?", text: "In a few words, for those who cannot see it.", label: "What it shows",
                    hint: "Such as: a bar chart of answers by age.", button: "Put it in", maximum: 200,
                    use: (words) => { if (/[[\]]/.test(words)) throw Object.assign(new Error("Please do without square brackets."), { status: 422 }); },
                });
                if (what) put(`![${what}](${address})`);
            } catch (error) {
                say(error);
            }
        });
        choose.click();
    }
}
