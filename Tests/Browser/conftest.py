"""One server with the open demo study, and one Chromium, for all browser tests."""

import os
import shutil
import time

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from person import Person
from server import Server, demo_server
from studies import open_variant


# A machine may have other things to do; what is expected is waited for, not timed.
expect.set_options(timeout=60_000)


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

    return lambda name, changes: open_variant(server, tmp_path_factory.mktemp("study"), name, changes)


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


@pytest.fixture(scope="session")
def poll():
    """Waits until something is true; fails when that takes too long."""

    def wait(holds, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"not so within {seconds:.0f} seconds"
            time.sleep(0.2)

    return wait


@pytest.fixture(scope="session")
def signed_in(server, browser):
    """Makes a user of a role (once), who has chosen a password, and gives what a browser context needs to be theirs."""
    known: dict[tuple[str, str], dict] = {}

    def make(name: str = "anna", role: str = "admin") -> dict:
        if (name, role) not in known:
            password = server.command("user", "create", name, "--role", role).strip()
            context = browser.new_context(base_url=server.url)
            page = context.new_page()
            page.goto("/admin/sign-in")
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            page.get_by_label("Present or one-time password").fill(password)
            page.get_by_label("New password", exact=True).fill(f"four words for {name}")
            page.get_by_label("New password, again").fill(f"four words for {name}")
            page.get_by_role("button", name="Change password").click()
            page.get_by_role("heading", name="Studies").wait_for()
            known[name, role] = context.storage_state()
            context.close()
        return known[name, role]

    return make


@pytest.fixture
def admin(browser, server, signed_in):
    """Opens pages in the browser of a signed-in user, the admin anna unless another is named. Errors on them fail the
    test."""
    contexts, errors = [], []

    def open_page(path: str = "/admin/", name: str = "anna", role: str = "admin"):
        context = browser.new_context(
            base_url=server.url, storage_state=signed_in(name, role), viewport={"width": 1280, "height": 900},
            reduced_motion="reduce")
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        page.locator("main:not([aria-busy])").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
