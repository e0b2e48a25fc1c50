// The end: what happened, and copying the code.

import { setText, t } from "./words.js";

export default function (main) {
    const code = main.querySelector("#code");
    main.querySelector("#copy")?.addEventListener("click", async () => {
        let isCopied = true;
        try {
            await navigator.clipboard.writeText(code.textContent);
        } catch {                               // no clipboard outside https: copy the selection instead
            getSelection().selectAllChildren(code);
            isCopied = document.execCommand("copy");
        }
        setText(main.querySelector("#copied"), t(isCopied ? "end.copied" : "end.select"));
    });
    return {
        update({ ending }) {
            if (!ending) return;
            setText(main.querySelector("#reason"), t(`ended.${ending.reason}`));
            setText(main.querySelector("#reason-text"), t(`ended.${ending.reason}-text`));
        },
    };
}
