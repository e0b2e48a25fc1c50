"""Public/openapi.yaml is true: schemathesis calls every address that it describes, with what it allows and what it does not, on
a server of its own in which there is something to be read and done at each of them."""

import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from playwright.sync_api import APIRequestContext

from callers import Caller, write_opinions
from server import PATIENCE, ROOT, Server, demo_server
from studies import QUICK, open_variant
from test_admin_models import write_ratings
from test_admin_payments import PAID

METHODS = ["get", "head", "post", "put", "patch", "delete"]

# What is well-formed may still be refused (422) for what it says, such as a study file with faults in it, so that not
# everything the schema allows has to be taken.
LEFT_OUT = ["--exclude-checks", "positive_data_acceptance"]

# Something is known of people before they come.
KNOWN = PAID.replace("{source: platform}", "{source: platform, attributes: [party]}")

# A model writes one statement, and two are people's own.
WATCHED = {
    **{old: new for old, new in QUICK.items() if "name: zero-shot, " not in old and "human-opinion" not in old},
    "candidates: 4": "candidates: 2",
    "\ncompletion:\n": f"\nreview: {{before_display: never}}{KNOWN}",
}

INVITED = {**QUICK, "\ncompletion:\n": "\nrecruitment: {source: invitation}\ncompletion:\n"}

# Who calls: an admin, by a token, and a participant, by a cookie. One event of an endless stream is enough.
CONFIGURATION = """
max-stream-events = 1
[auth.openapi.token]
bearer = "{token}"
[auth.openapi.participant]
api_key = "{cookie}"
[[operations]]
include-operation-id = "returnSubmissions"
headers = {{ Authorization = "Bearer {recruitment}" }}
"""


class Contract:
    """A server in which much has happened, and the values of parameters that lead there, by operation."""

    def __init__(self, server: Server, playwright, folder: Path, poll):
        self.server, self.playwright, self.folder, self.poll = server, playwright, folder, poll
        password = server.command("user", "create", "anna").strip()
        session = playwright.request.new_context(base_url=server.url)
        assert session.post("/api/admin/session", data={"name": "anna", "password": password}).ok
        assert session.put("/api/admin/session/password", data={"present": password, "next": "four words for anna"}).ok
        session.dispose()
        self.token = server.command("user", "create-token", "contract", "--user", "anna").strip()
        self.recruitment = server.command("user", "create-token", "platform", "--scope", "recruitment").strip()
        self.api: APIRequestContext = playwright.request.new_context(
            base_url=f"{server.url}/api/admin/", extra_http_headers={"Authorization": f"Bearer {self.token}"})
        self.people: list[Caller] = []

    def come(self, study: str, ids: list[str | None]) -> list[Caller]:
        people = [Caller(self.playwright, self.server, study, id) for id in ids]
        self.people += people
        return people

    def get(self, path: str) -> dict:
        answer = self.api.get(path)
        assert answer.ok, answer.text()
        return answer.json()

    def post(self, path: str, data: dict | None = None) -> dict:
        answer = self.api.post(path, data=data or {})
        assert answer.ok, answer.text()
        return answer.json()

    def finish(self, job: str) -> dict:
        self.poll(lambda: self.get(f"jobs/{job}")["state"] not in ("waiting", "running"), 300)
        job = self.get(f"jobs/{job}")
        assert job["state"] == "finished", job
        return job

    def fill(self) -> dict[str, dict]:
        """Makes people, work and words. Gives what the parameters of operations, and their bodies, are to be, by name of the
        operation; under "" for all of them."""
        server = self.server
        for study, changes in [("watched", WATCHED), ("acted-on", QUICK), ("quiet", QUICK), ("invited", INVITED)]:
            open_variant(server, self.folder, study, changes)
        server.command("user", "create", "rita", "--role", "researcher")
        server.command("study", "note", "watched", "A note.")

        # Three have been through it, and one of them asks something.
        people = self.come("watched", ["p1", "p2", "p3"])
        write_opinions(people)
        asked = people[0].api.post("/api/participation/messages", data={"key": str(uuid.uuid4()), "text": "How long is it?"})
        assert asked.ok, asked.text()
        for person in people:
            self.poll(lambda person=person: "statement" in person.state, PATIENCE)
            person.rate_everything()
        for person in people:
            person.read_debriefing()
        self.post("studies/watched/results/uncover", {"reason": "to see them"})
        generations = self.get("studies/watched/generations?conditions=shown")["generations"]
        written = next(one for one in generations if one["shown"]["source"] == "model")
        (message,) = self.get("studies/watched/messages")["messages"]
        text = self.get("studies/watched/texts?part=all")["texts"][0]
        watched = self.get("studies/watched/people?find=p1")["people"][0]
        self.come("watched", ["p4"])
        erased = self.get("studies/watched/people?find=p4")["people"][0]

        # Here a group writes, and somebody else waits for one. Whoever waits elsewhere is the participant who calls.
        self.come("acted-on", [None] * 4)
        self.come("quiet", [None])
        rows = self.get("studies/acted-on/watch")["rows"]
        group = next(row for row in rows if "group" in row)
        waiting = next(row for row in rows if "group" not in row)["id"]

        rehearsal = self.finish(self.post("studies/quiet/rehearsals", {"people": 3})["id"])
        preview = self.post("studies/quiet/previews")
        dump = json.loads(self.finish(self.post("studies/watched/dumps")["id"])["result"])

        # Eight questions, and everything that models make of questions.
        lines = (ROOT / "Examples" / "questions.csv").read_text().splitlines(keepends=True)
        (self.folder / "few.csv").write_text("".join(lines[:9]))
        server.command("questions", "import", str(self.folder / "few.csv"), "--set", "few")
        keys = [entry["question"]["key"] for entry in self.get("question-sets/few/questions")["entries"]]
        self.finish(self.post("question-sets/few/writings", {"keys": keys[:2], "count": 2, "seed": 3})["job"])
        self.finish(self.post("question-sets/few/screenings", {"share": 0.5})["job"])
        self.finish(self.post("question-sets/few/clusterings", {"clusters": 2, "seed": 1})["job"])
        self.post("question-sets/few/retired", {"keys": keys[-1:]})
        self.post("question-sets/few/splits", {"oodTest": 0, "iidTest": 0.2, "validation": 0, "seed": 1})
        proposals = self.get("question-sets/few/proposals")["proposals"]
        question = self.get("question-sets/few/questions")["entries"][0]["question"]
        file = self.get("studies/quiet/file")["file"]
        flag = self.get("question-sets/few/flags")["flags"][0]
        clustering = self.get("question-sets/few/clustering")["clustering"]
        looked = self.post("question-sets/new/imports", {"fileName": "few.csv", "text": "".join(lines[:9]), "keeps": True})

        write_ratings(self.folder)
        server.command("model", "import-ratings", "pilot", str(self.folder))
        self.finish(self.post("models/trainings", {"name": "agreement", "imports": ["pilot"], "components": 2, "folds": 2})["job"])

        server.command("user", "create-token", "spare", "--user", "anna")
        token = next(one for one in self.get("tokens")["tokens"] if one["name"] == "spare")
        about_person = {"study": "acted-on", "id": waiting}
        about_group = {"study": "acted-on", "id": group["id"]}
        return {
            "": {"study": "watched", "set": "few", "name": "rita"},
            "revokeToken": {"id": token["id"]}, "showJob": {"id": rehearsal["id"]}, "cancelJob": {"id": rehearsal["id"]},
            "moveStudy": {"study": "quiet"}, "archiveStudy": {"study": "quiet"}, "listRehearsals": {"study": "quiet"},
            "showPreview": {"id": preview["id"]}, "endPreview": {"id": preview["id"]},
            "fetchDump": {"id": dump["id"]}, "describeDump": {"id": dump["id"]},
            "findPeople": {"find": "1"}, "showPerson": {"id": watched["id"]}, "showPersonsPage": {"id": watched["id"]},
            **{f"{verb}Person": about_person for verb in ["nudge", "release", "remove", "extend"]},
            "erasePerson": {"id": erased["id"]}, "reopenFlag": {"id": flag["id"]},
            "releaseGroup": about_group, "moveGroupOn": about_group, "endRound": about_group, "extendGroup": about_group,
            "answerMessage": {"id": message["id"]}, "showGeneration": {"id": written["id"]}, "decideText": {"id": text["id"]},
            "createStudy": {"body": {"file": file.replace("name: quiet", "name: another")}},
            "editStudy": {"study": "quiet", "body": {"file": file.replace("minutes: 15", "minutes: 16")}},
            "createInvitations": {"study": "invited", "body": {"count": 3}},
            "attachAttributes": {"body": {"text": "Participant id,party\np9,A\n"}},
            "endReturnedSubmissions": {"body": {"text": "p1\nnobody\n"}},
            "addStudyNote": {"body": {"text": "A note."}}, "giveBonus": {"body": {"key": "b0f5a3c2-6f0e-4d53-9b1c-2a7d1e9c4f10", "person": "p2", "amount": 1, "reason": "thanks"}},
            "editQuestion": {"body": {**question, "split": "train"}},
            "moveQuestion": {"body": {"key": question["key"], "position": 2}},
            "restoreQuestion": {"body": {"key": keys[-1]}}, "setTopic": {"body": {"topic": "here", "keys": keys[:1]}},
            "agreeToImport": {"set": "new", "id": looked["id"]}, "acceptProposal": {"id": proposals[0]["id"]},
            "rejectProposal": {"id": proposals[-1]["id"]}, "decideFlag": {"id": flag["id"]},
            "useClustering": {"id": clustering["id"]},
        }

    def close(self) -> None:
        for person in self.people:
            person.api.dispose()
        self.api.dispose()


def operations(document: dict):
    """Each operation of the document: its path, its method, itself."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def with_examples(document: dict, values: dict[str, dict]) -> None:
    """Makes `values` the examples of the document's parameters and bodies. Nothing else of it is changed."""
    for path, _, operation in operations(document):
        own = {**values[""], **values.get(operation["operationId"], {})}
        found = [*document["paths"][path].get("parameters", []), *operation.get("parameters", [])]
        found = [document["components"]["parameters"][one["$ref"].split("/")[-1]] if "$ref" in one else one for one in found]
        operation["parameters"] = [
            {**one, "example": own[one["name"]]} if one["name"] in own and (one["in"] == "path" or one["name"] == "find") else one
            for one in found
        ]
        if "body" in own:
            operation["requestBody"]["content"]["application/json"]["example"] = own["body"]


def answered(recording: dict, document: dict) -> dict[str, set[int]]:
    """Which statuses each operation was answered with, by its id."""
    patterns = sorted(
        ((path.count("{"), re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)), method, operation["operationId"])
            for path, method, operation in operations(document)), key=lambda pattern: pattern[0])
    found: dict[str, set[int]] = {name: set() for *_, name in patterns}
    for entry in recording["log"]["entries"]:
        path, method = urlsplit(entry["request"]["url"]).path, entry["request"]["method"].lower()
        name = next((name for _, pattern, verb, name in patterns if verb == method and pattern.fullmatch(path)), None)
        if name:
            found[name].add(entry["response"]["status"])
    return found


def test_the_api_is_as_it_is_described(server, playwright, poll, tmp_path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("contract")
    with demo_server(server.binary, folder / "server.log") as own:
        contract = Contract(own, playwright, folder, poll)
        try:
            document = yaml.safe_load((ROOT / "Public" / "openapi.yaml").read_text())
            values = contract.fill()
            with_examples(document, values)
            (tmp_path / "openapi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
            cookie = next(
                one["value"] for one in contract.people[-1].api.storage_state()["cookies"] if one["name"] == "concord_session")
            (tmp_path / "schemathesis.toml").write_text(CONFIGURATION.format(
                token=contract.token, cookie=cookie, recruitment=contract.recruitment))
            done = subprocess.run(
                [
                    Path(sys.executable).parent / "schemathesis", "run", "openapi.yaml", "--url", own.url, "--phases",
                    "examples,coverage,fuzzing", "--max-examples", "3", "--generation-deterministic", "--continue-on-failure",
                    "--no-color", "--request-timeout", "60", "--report-har-path", "calls.har", *LEFT_OUT,
                ],
                cwd=tmp_path, capture_output=True, text=True, timeout=900,
            )
        finally:
            contract.close()
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    statuses = answered(json.loads((tmp_path / "calls.har").read_text()), document)
    # Whatever is read has been read, and what was to be done as well: else its description was not looked at.
    wanted = [
        operation["operationId"] for _, method, operation in operations(document)
        if method in ("get", "head") or "body" in values.get(operation["operationId"], {})
    ]
    assert [name for name in wanted if not any(200 <= status < 300 for status in statuses[name])] == []
