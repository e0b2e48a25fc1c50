"""One server with the open demo study, and one Chromium, for all browser tests."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, sync_playwright

from person import Person
from server import ROOT, Server, demo_server


def launch(playwright, *arguments: str) -> Browser:
    """Debian's chromium; its sandbox needs an ordinary user."""
    path = shutil.which("chromium")
    if path is None:
        pytest.exit("The browser tests need chromium: apt-get install chromium", returncode=2)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*sandbox, *arguments])


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Server:
    binary = os.environ.get("CONCORD_BINARY")
    if not binary:
        pytest.exit("Run the browser tests with scripts/browser-tests.sh BINARY", returncode=2)
    with demo_server(binary, tmp_path_factory.mktemp("concord") / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright) -> Browser:
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def variant(server, tmp_path_factory):
    """Makes an open study that is the demo study but for its name and what `changes` replace in the file."""

    def make(name: str, changes: dict[str, str]) -> str:
        text = (ROOT / "Examples" / "demo-study.yml").read_text()
        for old, new in {"name: demo": f"name: {name}", **changes}.items():
            assert old in text, f"the demo study has no {old!r}"
            text = text.replace(old, new)
        folder = tmp_path_factory.mktemp("study")
        os.chmod(folder, 0o755)
        path = folder / f"{name}.yml"
        path.write_text(text)
        server.command("study", "create", str(path), "--open")
        return name

    return make


@pytest.fixture
def companions(playwright, server):
    """Brings two more people into a study's lobby, without a browser, so that the person there has a group."""
    contexts = []

    def come(study: str = "demo") -> list:
        for _ in range(2):
            context = playwright.request.new_context(base_url=server.url)
            contexts.append(context)
            assert context.post(f"/api/studies/{study}/participants", data={"consent": True}).status == 201
            assert context.post("/api/participation/instructions", data={"understood": True}).ok
        return contexts

    yield come
    for context in contexts:
        context.dispose()


@pytest.fixture
def writer(browser, server, companions):
    """A person in a new group of three, about to write the first opinion; the other two never write theirs."""
    person = Person(browser, server.url)
    person.join()
    companions()
    person.at("stance").take_stance(6, 2)
    yield person
    person.context.close()
    assert person.errors == []
