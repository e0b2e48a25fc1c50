// Rating: tells the server, once, when a statement has come into view.

import { onState, reach } from "./participation.js";

const own = document.getElementById("own");
const told = new Set();
let statement = null;

own.open = matchMedia("(min-width: 64em)").matches;       // beside the statement where there is room for it

onState((state) => {
    statement = state.statement.id;
    tell();
});
document.addEventListener("visibilitychange", tell);

function tell() {
    if (document.hidden || !statement || told.has(statement)) return;
    told.add(statement);
    reach("/api/participation/shown", { statement }, null);
}
