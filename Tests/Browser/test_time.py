"""Time: how much is left, more of it for those who need it, and how long each step was before somebody's eyes."""

import csv

from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, Person
from studies import MORE_TIME, QUICK


def test_more_time_can_be_taken_as_often_as_the_study_gives_it_and_is_written_down(browser, server, variant, companions, tmp_path):
    study = variant("patience", {**QUICK, **MORE_TIME, "opinions_minutes: 20": "opinions_minutes: 1.5"})
    person = Person(browser, server.url)
    person.open_invitation(study).consent().read_instructions()
    companions(study)
    person.at("stance")
    deadline = lambda: person.context.request.get("/api/participation").json()["deadline"]
    expect(person.page.locator("#warning")).to_contain_text("Less than 2 minutes left. After that the group goes on")
    assert faults(person.page) == []
    first = deadline()
    more = person.page.get_by_role("button", name="3 more minutes, please")
    more.click()
    expect(person.page.locator("#spoken")).to_contain_text("You have more time now")
    expect(person.page.locator("#left")).to_contain_text("minutes left, until")
    second = deadline()
    assert second > first
    more.click()
    expect(more).to_be_hidden()
    assert deadline() > second
    assert faults(person.page) == []
    again = person.context.request.post("/api/participation/extension", data={"number": 2})
    assert again.ok and deadline() == again.json()["deadline"], "the same again changes nothing"
    refused = person.context.request.post("/api/participation/extension", data={"number": 3})
    assert refused.status == 409
    server.command("export", "--study", study, "--out", str(tmp_path / "dump"))
    rows = list(csv.DictReader((tmp_path / "dump" / "extensions.csv").open()))
    assert [(row["stage"], row["phase"], row["number"], row["minutes"]) for row in rows] == [
        ("group", "opinions", "1", "3"), ("group", "opinions", "2", "3")]
    person.context.close()
    assert person.errors == []


def test_a_study_that_gives_no_more_time_does_not_offer_it(writer):
    expect(writer.page.locator("#left")).to_contain_text("minutes left, until")
    expect(writer.page.locator("#more")).to_be_hidden()
    assert writer.context.request.post("/api/participation/extension", data={"number": 1}).status == 409


def test_the_time_that_each_answer_lay_in_a_visible_tab_is_summed_over_reloads_and_dumped(
        browser, server, variant, companions, tmp_path):
    study = variant("timed", QUICK)
    person = Person(browser, server.url)
    person.open_invitation(study).consent().read_instructions()
    others = companions(study)
    person.take_stance(6, 2)
    person.page.get_by_role("textbox").press_sequentially("One moment, please.")
    with person.page.expect_request("**/api/participation/time"):
        person.page.reload()
    person.at("opinion").write(OPINIONS[0]).send().at("waiting")
    for number, other in enumerate(others):
        assert other.post("/api/participation/stance", data={"round": 1, "affirming": 5, "negating": 3}).ok
        assert other.post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[number + 1]}).ok
    person.at("rating")
    person.rate(5, 6)
    with person.page.expect_response(
            lambda reply: reply.url.endswith("/time") and "rating" in (reply.request.post_data or "")):
        person.rate(5, 6)
    person.at("waiting")
    person.page.reload()
    person.at("waiting")
    server.command("export", "--study", study, "--out", str(tmp_path / "dump"))
    rows = list(csv.DictReader((tmp_path / "dump" / "answer_times.csv").open()))
    times = {(row["step"], row["statement_id"]): row for row in rows}
    steps = [step for step, _ in times]
    assert steps.count("instructions") == steps.count("stance") == steps.count("opinion") == 1
    assert steps.count("rating") == 2 and all(times[key]["statement_id"] for key in times if key[0] == "rating")
    assert int(times["opinion", ""]["stretches"]) == 2, "before the reload and after it"
    assert all(0 < float(row["visible_seconds"]) < 600 for row in rows)
    person.context.close()
    assert person.errors == []
