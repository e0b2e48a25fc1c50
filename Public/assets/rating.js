// Rating: tells the server, once, when a statement has come into view.

import { reach } from "./server.js";

const told = new Set();
let statement = null;

function tell() {
    if (document.hidden || !statement || told.has(statement)) return;
    told.add(statement);
    reach("/api/participation/shown", { statement }, { quiet: true });
}
document.addEventListener("visibilitychange", tell);

export default function (main) {
    main.querySelector("#own").open = matchMedia("(min-width: 64em)").matches;      // beside the statement where there is room
    return {
        update(state) {
            statement = state.statement.id;
            tell();
        },
        close() { statement = null; },
    };
}
