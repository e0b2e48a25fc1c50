// The end: copies the completion code.

import "./participation.js";

const button = document.getElementById("copy");
const code = document.getElementById("code");
const outcome = document.getElementById("copied");

button.addEventListener("click", async () => {
    let isCopied = true;
    try {
        await navigator.clipboard.writeText(code.textContent);
    } catch {                               // no clipboard outside https: copy the selection instead
        getSelection().selectAllChildren(code);
        isCopied = document.execCommand("copy");
    }
    outcome.textContent = isCopied ? "Copied" : "Please select the code and copy it.";
});
