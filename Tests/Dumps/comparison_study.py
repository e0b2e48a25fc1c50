"""A study of simulated people that the tables and training sets are exported from."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "Browser"))

from server import Server, running  # noqa: E402

STUDY = """
name: compared
title: Compared
minutes: 5
questions: {set: examples, split: train}
rounds: 2
groups: {size: 3, minimum: 3}
opinion: {minimum_words: 3, maximum_characters: 500}
time_limits: {lobby_minutes: 10, opinions_minutes: 10, drafting_minutes: 10, ratings_minutes: 10}
conditions:
  - {name: drafted, source: model, prompt: zero-shot, candidates: 2, sampling: {temperature: 1, top_p: 1, min_p: 0.1, maximum_tokens: 40, stop: ["\\n"]}}
  - {name: own, source: human-opinion}
  - {name: sides, source: position-statement, statements: 2}
attention_checks: [{round: 2, text: Please choose Strongly disagree., agreement: 1}]
surveys:
  round: [{key: clear, kind: choice, text: Was it clear?, options: ["Yes", "No"]}]
data_version: EVALUATION_V2
texts: {consent: [Consent.], instructions: [Instructions.], debriefing: [Debriefing.]}
completion: {code: DONE}
"""


@contextmanager
def exported(binary: str):
    """The folder of the dump of a finished study, with every part and format."""
    with tempfile.TemporaryDirectory(prefix="concord-") as name:
        os.chmod(name, 0o755)
        folder = Path(name)
        (folder / "study.yml").write_text(STUDY)
        with running(Server(binary, folder / "data", folder / "server.log")) as server:
            server.command("questions", "import", "Examples/questions.csv", "--set", "examples")
            server.command("study", "create", str(folder / "study.yml"), "--open")
            server.command("simulate", "--study", "compared", "--participants", "9", "--seed", "3", "--url", server.url)
            server.command(
                "export", "--study", "compared", "--out", str(folder / "dump"), "--format", "csv", "--format", "parquet",
                "--quality", "1", "--agreement", "1")
        yield folder / "dump"
