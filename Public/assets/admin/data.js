// Making dumps of a study, and fetching them.

import { element, fill, filled, list, number, time } from "./elements.js";
import { follow, onSubmit, textOf } from "./forms.js";
import { page, tell } from "./frame.js";
import { get, part, post } from "./server.js";

/** 12,345,678 bytes as "12 MB". */
function size(bytes) {
    const units = ["bytes", "KB", "MB", "GB"];
    const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
    const value = bytes / 1000 ** unit;
    return `${number(value, unit && value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** What a later dump has to know of the dump whose descriptor is in `file`. */
async function previous(file) {
    try {
        const { name, concord } = JSON.parse(await textOf(file));
        if (name && concord) return { name, concord };
    } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
    }
    throw new Error("This file is no datapackage.json of a dump.");
}

page(async ({ user, study }) => {
    const path = `studies/${part(study)}/dumps`;
    const since = document.getElementById("since");
    fill(document.querySelector("main"), { study });
    document.getElementById("results").href = `/admin/results?study=${part(study)}`;
    document.getElementById("platform-ids").hidden = user.role !== "admin";

    async function draw() {
        const { downloads, jobs, isCovered } = await get(path);
        document.getElementById("covered").hidden = !isCovered;
        list("downloads", downloads.map((file) => filled("download", {
            name: element("a", { href: `/api/admin/${path}/${file.id}`, download: file.name }, file.name),
            size: size(file.bytes), made: time(file.createdAt), user: file.user ?? "–", until: time(file.expiresAt),
            sha256: element("span", { title: file.sha256 }, `${file.sha256.slice(0, 12)}…`),
        })));
        since.replaceChildren(since.options[0], ...downloads.map(({ id, name }) => element("option", { value: id }, name)));
        return jobs.find(({ state, user: by }) => ["waiting", "running"].includes(state) && by === user.name);
    }

    async function wait(job) {
        await follow(job.id, document.getElementById("progress"));
        tell("The dump is made.");
        await draw();
    }

    onSubmit(document.getElementById("wanted"), async (values) => {
        const formats = ["csv", "parquet", "jsonl"].filter((format) => values[format]);
        const choices = ["excel", "comparisons", "trainingSets", "synthetic", "platformIDs"].map((key) => [key, Boolean(values[key])]);
        const numbers = ["quality", "agreement", "validationShare", "testShare", "splitSeed"].filter((key) => values[key]);
        const texts = ["licence", "citation", "since"].filter((key) => values[key]);
        await wait(await post(path, {
            formats, ...Object.fromEntries(choices), ...Object.fromEntries(numbers.map((key) => [key, Number(values[key])])),
            ...Object.fromEntries(texts.map((key) => [key, values[key]])),
            ...(values.package.size && { sincePackage: await previous(values.package) }),
        }));
    });
    // What is being made already, also after a reload.
    const job = await draw();
    if (job) wait(job).catch((error) => tell(error.message));
});
