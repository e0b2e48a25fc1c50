"""A server that is away for a while: the page says so, keeps what is typed, and goes on by itself."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, Person
from server import Server, running


def test_a_server_that_is_restarted_while_somebody_writes_loses_nothing(browser, server, tmp_path):
    with tempfile.TemporaryDirectory(prefix="concord-") as folder:
        os.chmod(folder, 0o755)
        own = Server(server.binary, Path(folder), tmp_path / "server.log")
        people = [Person(browser, own.url) for _ in range(3)]
        writer = people[0]
        with running(own):
            own.command("questions", "import", "Examples/questions.csv", "--set", "examples")
            own.command("study", "create", "Examples/demo-study.yml", "--open")
            for person in people:
                person.join()
            for person in people:
                person.at("stance")
            writer.take_stance(6, 2)
            writer.page.get_by_role("textbox").press_sequentially("Before the restart, ")
            expect(writer.page.locator("#saved")).to_have_text("Saved")
        writer.page.get_by_role("textbox").press_sequentially("during it, ")
        expect(writer.page.locator("#saved")).to_have_text("Kept on this device, not saved yet")
        writer.page.evaluate("dispatchEvent(new Event('visibilitychange')); document.dispatchEvent(new Event('visibilitychange'))")
        expect(writer.page.get_by_text("The study cannot be reached just now.")).to_be_visible()
        assert faults(writer.page) == []
        with running(own):
            expect(writer.page.locator("#saved")).to_have_text("Saved", timeout=60_000)
            expect(writer.page.get_by_text("The study cannot be reached just now.")).to_be_hidden(timeout=60_000)
            writer.page.get_by_role("textbox").press_sequentially("and after it. " + OPINIONS[0])
            writer.send().at("waiting")
            stored = writer.context.request.get("/api/participation").json()["opinion"]["own"]
            assert stored == "Before the restart, during it, and after it. " + OPINIONS[0]
        for person in people:
            person.context.close()
            assert [error for error in person.errors if "ERR_" not in error] == []


def test_while_the_server_says_that_it_is_busy_the_page_says_that_it_is_being_restarted(writer):
    is_back = False

    def busy(route):
        if is_back:
            route.continue_()
        else:
            route.fulfill(status=503, content_type="application/problem+json", body="{}")

    writer.context.route("**/api/participation", busy)
    writer.page.reload()
    expect(writer.page.get_by_text("The study is being restarted. Nothing is lost")).to_be_visible()
    is_back = True
    writer.at("opinion")
    expect(writer.page.get_by_text("The study is being restarted.")).to_be_hidden()
