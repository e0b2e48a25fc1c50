"""Ends before the end: leaving by choice, waiting in vain, running out of time."""

import pytest
from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, Person


@pytest.fixture
def short(variant):
    """Makes an open study that is the demo study but for its name, its code for waiting, and the length of a phase."""

    def make(name: str, phase: str, minutes: float) -> str:
        return variant(name, {
            f"{phase}_minutes: 20": f"{phase}_minutes: {minutes}",
            "code: DEMO-2211": "code: DONE-1\n  waiting_code: WAITED-1",
        })

    return make


def leave(person: Person, label: str) -> None:
    drawer = person.open_drawer("Leave the study")
    drawer.get_by_label(label).check()
    drawer.get_by_role("button", name="Leave the study now").click()


def test_somebody_may_think_again_about_leaving(writer):
    writer.write("I had only just begun")
    drawer = writer.open_drawer("Leave the study")
    expect(drawer.get_by_role("heading", name="Leave the study?")).to_be_focused()
    assert faults(writer.page) == []
    drawer.get_by_role("button", name="Leave the study now").click()
    expect(drawer.get_by_text("Please choose what should become of your answers.")).to_be_visible()
    writer.back_to_the_study()
    writer.at("opinion")
    expect(writer.page.get_by_role("textbox")).to_have_value("I had only just begun")


def test_whoever_leaves_comes_to_an_honest_end_and_may_still_have_their_answers_deleted(writer):
    writer.write(OPINIONS[0]).send().at("waiting")
    leave(writer, "Keep them")
    writer.at("ended")
    expect(writer.heading).to_have_text("You have stopped")
    assert faults(writer.page) == []
    expect(writer.page.locator("#code")).to_be_hidden()
    expect(writer.page.get_by_text("There is no code for this.")).to_be_visible()

    writer.page.goto("/participant/")                          # there is no way back in
    writer.at("ended")
    writer.page.goto("/join/demo")
    writer.at("ended")

    drawer = writer.open_drawer("Have my answers deleted")
    expect(drawer.get_by_role("heading", name="Have your answers deleted?")).to_be_visible()
    assert faults(writer.page) == []
    drawer.get_by_role("button", name="Delete my answers").click()
    writer.at("ended")
    expect(writer.page.get_by_text("Your answers have been deleted.")).to_be_visible()
    expect(writer.page.get_by_role("button", name="Have my answers deleted")).to_be_hidden()
    expect(writer.heading).to_have_text("You have stopped, and your answers are deleted")
    assert faults(writer.page) == []


def test_the_others_of_a_group_that_ends_are_told_and_paid(browser, server):
    people = [Person(browser, server.url) for _ in range(3)]
    for person in people:
        person.join()
    for person in people:
        person.at("stance")
    leave(people[0], "Keep them")
    for person in people[1:]:
        person.at("ended")
        expect(person.heading).to_have_text("Your group ended early")
        assert person.code == "DEMO-2211"
    assert faults(people[1].page) == []
    for person in people:
        person.context.close()
        assert person.errors == []


def test_whoever_waits_in_vain_is_told_and_gets_a_code(browser, server, short):
    person = Person(browser, server.url)
    person.open_invitation(short("impatient", "lobby", 0.1)).consent().read_instructions()
    person.at("ended", timeout=60)
    expect(person.heading).to_have_text("No group came together")
    assert person.code == "WAITED-1"
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []


def test_a_deadline_is_warned_of_and_then_passes(browser, server, short):
    study = short("hurried", "opinions", 1.5)
    people = [Person(browser, server.url) for _ in range(3)]
    for person in people:
        person.open_invitation(study).consent()
    for person in people:
        person.page.get_by_role("button", name="I have read this").click()
    warned = people[2]
    warned.at("stance")
    expect(warned.page.locator("#warning")).to_contain_text("After that the group goes on without this answer.")
    server.sql(
        f"""UPDATE rounds r SET phase_deadline_at = now() - interval '1 second' FROM groups g JOIN studies s ON s.id = g.study_id
            WHERE g.id = r.group_id AND s.name = '{study}' AND r.phase = 'opinions'""")
    for person in people:
        person.at("ended", timeout=60)
        expect(person.heading).to_have_text("Your time was up")
        expect(person.page.locator("#code")).to_be_hidden()
    assert faults(warned.page) == []
    for person in people:
        person.context.close()
        assert person.errors == []

