"""Coming from a recruitment platform and going back to it."""

import pytest
from playwright.sync_api import expect

from looks import faults
from person import Person


@pytest.fixture(scope="module")
def study(variant) -> str:
    return variant("recruited", {
        "lobby_minutes: 20": "lobby_minutes: 0.1",
        "\ncompletion:\n": '\nrecruitment: {source: platform, redirect: "https://example.org/done?cc={code}"}\ncompletion:\n',
    })


def test_a_link_leaves_no_id_in_the_address_and_the_end_leads_back_with_the_code(browser, server, study):
    person = Person(browser, server.url)
    person.page.goto(f"/join/{study}?PROLIFIC_PID=abc123&STUDY_ID=s&SESSION_ID=x")
    expect(person.page).to_have_url(f"{server.url}/join/{study}")
    expect(person.page.locator("main[aria-busy=false]")).to_be_visible()
    expect(person.page.get_by_label("Your id on the platform that you come from")).to_be_hidden()
    assert "abc123" not in person.page.content()
    person.consent().read_instructions().at("ended", timeout=60)
    expect(person.heading).to_have_text("No group came together")
    back = person.page.get_by_role("link", name="Back to where I came from")
    expect(back).to_have_attribute("href", "https://example.org/done?cc=DEMO-2211")
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []


def test_whoever_comes_without_an_id_is_asked_for_it_and_has_one_place(browser, server, study):
    person = Person(browser, server.url)
    person.open_invitation(study)
    field = person.page.get_by_label("Your id on the platform that you come from")
    expect(field).to_be_visible()
    assert faults(person.page) == []
    person.page.get_by_role("button", name="I agree to take part").click()
    expect(person.page.get_by_role("alert")).to_contain_text("Please enter your id")
    field.fill("typed42")
    person.consent()

    again = Person(browser, server.url)
    again.open_invitation(study)
    again.page.get_by_label("Your id on the platform that you come from").fill("typed42")
    again.page.get_by_role("button", name="I agree to take part").click()
    expect(again.page.get_by_role("alert")).to_contain_text("has taken part already")
    assert faults(again.page) == []
    for one in (person, again):
        one.context.close()
        assert one.errors == []


def test_who_comes_to_a_study_that_takes_nobody_new_is_told_so_with_a_code_and_who_is_in_it_goes_on(browser, server, variant):
    study = variant("at-the-door", {
        "code: DEMO-2211": "code: DEMO-2211\n  over_quota_code: DOOR-1\nrecruitment: {source: platform, redirect: 'https://example.org/done?cc={code}'}",
    })
    link = f"/join/{study}?PROLIFIC_PID=inside&STUDY_ID=s&SESSION_ID=x"
    inside = Person(browser, server.url)
    inside.page.goto(link)
    inside.consent().at("instructions")
    for command, words in (("pause", "is paused and takes nobody new"), ("close", "This study is closed")):
        server.command("study", command, study)
        late = Person(browser, server.url)
        late.page.goto(f"/join/{study}?PROLIFIC_PID=late&STUDY_ID=s&SESSION_ID=x")
        expect(late.page.get_by_text(words)).to_be_visible()
        expect(late.page.get_by_text("DOOR-1")).to_be_visible()
        expect(late.page.get_by_role("link", name="Back to where I came from")).to_have_attribute(
            "href", "https://example.org/done?cc=DOOR-1")
        expect(late.page.get_by_role("button", name="I agree to take part")).to_be_hidden()
        assert faults(late.page) == []
        late.context.close()
        assert late.errors == []
        # The same person in another browser, from the same session of the platform.
        again = Person(browser, server.url)
        again.page.goto(link)
        expect(again.page.get_by_text("You have begun this study.")).to_be_visible()
        assert faults(again.page) == []
        again.page.get_by_role("button", name="Go on where I was").first.click()
        again.at("instructions")
        again.context.close()
    inside.context.close()
