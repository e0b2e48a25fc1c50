"""Public/openapi.yaml is true: schemathesis calls every address that it describes, with what it allows and what it does not."""

import subprocess
import sys
from pathlib import Path

from server import ROOT, demo_server

# An event stream has no end. What is well-formed may still be refused (422) for what it says, such as a study file with
# faults in it, so that not everything the schema allows has to be taken.
LEFT_OUT = ["--exclude-path-regex", "events$", "--exclude-checks", "positive_data_acceptance"]


def test_the_api_is_as_it_is_described(server, playwright, tmp_path, tmp_path_factory):
    with demo_server(server.binary, tmp_path_factory.mktemp("contract") / "server.log") as own:
        password = own.command("user", "create", "anna").strip()
        session = playwright.request.new_context(base_url=own.url)
        assert session.post("/api/admin/session", data={"name": "anna", "password": password}).ok
        assert session.put("/api/admin/session/password", data={"present": password, "next": "four words for anna"}).ok
        session.dispose()
        token = own.command("user", "create-token", "contract", "--user", "anna").strip()
        done = subprocess.run(
            [
                Path(sys.executable).parent / "schemathesis", "run", ROOT / "Public" / "openapi.yaml", "--url", own.url,
                "--header", f"Authorization: Bearer {token}", "--phases", "examples,coverage", "--generation-deterministic",
                "--continue-on-failure", "--no-color", "--request-timeout", "60", *LEFT_OUT,
            ],
            cwd=tmp_path, capture_output=True, text=True, timeout=900,
        )
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
