"""The lobby: being asked whether one is still there, and a study that needs nobody more."""

from playwright.sync_api import TimeoutError, expect

from looks import faults
from person import Person

ASKED, IDLE = "Are you still there?", "We thought you had left"


def arrive(browser, server, study: str) -> Person:
    person = Person(browser, server.url)
    person.open_invitation(study).consent().read_instructions()
    return person


def test_whoever_has_waited_is_asked_and_whoever_does_not_answer_can_come_back(browser, server, variant):
    study = variant("patient", {"size: 3, minimum: 3": "size: 3, minimum: 3, still_there_seconds: 15"})
    first = arrive(browser, server, study).at("lobby")
    expect(first.heading).to_have_text("Your group is coming together")
    # Twice the seconds that a person has to answer have passed: nobody knows any more whether they are at the page.
    server.sql("UPDATE participants SET confirmed_at = confirmed_at - interval '31 seconds' "
               "WHERE study_id = (SELECT id FROM studies WHERE name = 'patient')")
    expect(first.heading).to_have_text("Your group is coming together")

    people = [first, arrive(browser, server, study), arrive(browser, server, study)]
    expect(first.heading).to_have_text(ASKED)
    expect(first.heading).to_be_focused()
    assert first.page.title().startswith(ASKED)
    assert "second" in first.page.locator("[data-countdown]").inner_text()
    assert faults(first.page) == []

    # Nobody answers for the first, whose group does not start with them.
    expect(first.heading).to_have_text(IDLE)
    assert faults(first.page) == []
    first.page.reload()
    expect(first.heading).to_have_text(IDLE)
    first.page.get_by_role("button", name="I am back").click()

    # From here on everybody answers, however often they are asked, and the group starts.
    for _ in range(100):
        if all(person.step == "stance" for person in people):
            break
        for person in people:
            for label in ("Yes, I am here", "I am back"):
                button = person.page.get_by_role("button", name=label)
                if person.step == "lobby" and button.is_visible():
                    try:
                        button.click(timeout=2_000)
                    except TimeoutError:
                        pass        # the group has started meanwhile, and the button is gone
        first.page.wait_for_timeout(200)
    for person in people:
        person.at("stance")
        person.context.close()
        assert person.errors == []


def test_a_study_that_has_its_groups_says_so_to_whoever_waits_and_to_whoever_comes(browser, server, variant):
    study = variant("small", {
        "# quotas: {participants: 100, groups: 30, answers: [{question: age, from: 60, participants: 40}]}": "quotas: {groups: 1}",
        "code: DEMO-2211": "code: DONE-1\n  waiting_code: WAITED-1",
    })
    late = Person(browser, server.url)
    late.open_invitation(study).consent()
    undecided = Person(browser, server.url)
    undecided.open_invitation(study)
    people = [arrive(browser, server, study) for _ in range(3)]
    for person in people:
        person.at("stance")

    late.read_instructions().at("ended")
    expect(late.heading).to_have_text("The study has all the groups it needs")
    assert late.code == "WAITED-1"
    assert faults(late.page) == []

    # The page was open before the last group had formed; the refusal is said next to the button.
    undecided.page.get_by_role("button", name="I agree to take part").click()
    expect(undecided.page.get_by_role("alert")).to_have_text(
        "This study has all the people it needs. Thank you for your interest.")

    stranger = Person(browser, server.url)
    stranger.open_invitation(study)
    expect(stranger.page.get_by_text("This study has all the people it needs.")).to_be_visible()
    expect(stranger.page.get_by_role("button", name="I agree to take part")).to_be_hidden()
    assert faults(stranger.page) == []
    for person in [late, undecided, stranger, *people]:
        person.context.close()
        assert person.errors == []
