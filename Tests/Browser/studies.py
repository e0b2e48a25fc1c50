"""Study files for tests, made from the demo study: what `changes` replace in it."""

import os
from pathlib import Path

from server import ROOT, Server

_MODELS = [
    "  - {name: zero-shot, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 0}\n",
    "  - {name: few-shot, source: model, prompt: few-shot, candidates: 4, select: first, exclude: 0}\n",
    "  - {name: zero-shot-exclusion, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 1}\n",
]

# One round, and two statements that need no model: nobody waits for them.
QUICK = {
    **{model: "" for model in _MODELS},
    "source: human-opinion, select: random": "source: position-statement, statements: 2",
    "\nrounds: 2": "\nrounds: 1",
}

# More time, as often as twice.
MORE_TIME = {"  debriefing_minutes: 60": "  extensions: 2\n  extension_minutes: 3\n  debriefing_minutes: 60"}

# In two more languages, one of them from right to left.
TRANSLATED = {
    "\ncompletion:\n": """
translations:
  de:
    title: Gemeinsames finden
    texts:
      consent: [Willkommen zu dieser Studie.]
      instructions: [So geht es.]
      debriefing: [Darum ging es.]
    questions:
      - {key: votes, text: Gehen Sie wählen?, options: [Immer, Manchmal, Nie]}
  ar:
    title: البحث عن أرضية مشتركة
    texts:
      consent: [أهلًا بك في هذه الدراسة.]
      instructions: [هكذا تسير الأمور.]
      debriefing: [كان هذا موضوع الدراسة.]
    questions:
      - {key: votes, text: هل تصوّت في الانتخابات؟, options: [دائمًا, أحيانًا, أبدًا]}
surveys:
  entry:
    - {key: age, kind: number, text: How old are you?, minimum: 0, maximum: 120}
    - {key: votes, kind: choice, text: Do you vote in elections?, options: [Always, Sometimes, Never]}
completion:
""",
}


def open_variant(server: Server, folder: Path, name: str, changes: dict[str, str]) -> str:
    """Opens a study that is the demo study but for its name and `changes`; its file is written into the folder."""
    text = (ROOT / "Examples" / "demo-study.yml").read_text()
    for old, new in {"name: demo": f"name: {name}", **changes}.items():
        assert old in text, f"the demo study has no {old!r}"
        text = text.replace(old, new)
    os.chmod(folder, 0o755)
    path = folder / f"{name}.yml"
    path.write_text(text)
    server.command("study", "create", str(path), "--open")
    return name
