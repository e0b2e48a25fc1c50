"""Invitations, and going on on another device."""

import re

import pytest
from playwright.sync_api import expect

from looks import faults
from person import PHONE, Person


@pytest.fixture(scope="module")
def study(variant) -> str:
    return variant("invited", {
        "\ncompletion:\n": "\nrecruitment: {source: invitation}\n"
                           "payment: {currency: GBP, base: 6, text: You are paid 6 pounds for taking part.}\ncompletion:\n",
    })


def test_an_invitation_lets_in_one_person_who_goes_on_on_another_device(browser, server, study):
    link = server.command("study", "invite", study, "--url", server.url).strip()
    laptop = Person(browser, server.url)
    laptop.page.goto(link)
    expect(laptop.page).to_have_url(f"{server.url}/join/{study}")
    expect(laptop.page.get_by_text("You are paid 6 pounds for taking part.")).to_be_visible()
    assert faults(laptop.page) == []
    laptop.consent()

    # The link again, elsewhere: it is used.
    phone = Person(browser, server.url, PHONE, touch=True)
    phone.page.goto(link)
    expect(phone.page.get_by_text("Somebody has begun with this invitation.")).to_be_visible()
    expect(phone.page.get_by_role("button", name="I agree to take part")).to_be_hidden()
    assert faults(phone.page) == []

    drawer = laptop.open_drawer("Go on with another device")
    expect(laptop.page.locator("#return-code")).to_be_hidden()
    drawer.get_by_role("button", name="Show me a code").click()
    expect(laptop.page.locator("#return-code")).to_have_text(re.compile("^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$"))
    assert faults(laptop.page) == []
    code = laptop.page.locator("#return-code").inner_text()
    laptop.back_to_the_study().at("instructions")

    phone.page.get_by_text("I have begun on another device").click()
    phone.page.get_by_label("Your return code").fill("0000")
    phone.page.get_by_role("button", name="Go on where I was").click()
    expect(phone.page.get_by_text("This code is not known here.")).to_be_visible()
    assert faults(phone.page) == []
    phone.page.get_by_label("Your return code").fill(code.lower())
    phone.page.get_by_role("button", name="Go on where I was").click()
    phone.at("instructions").read_instructions().at("lobby")
    laptop.at("lobby")
    for one in (laptop, phone):
        one.context.close()
        assert one.errors == []


def test_whoever_is_removed_is_told_so(browser, server, variant):
    study = variant("removing", {"\ncompletion:\n": "\nrecruitment: {source: platform}\ncompletion:\n"})
    person = Person(browser, server.url)
    person.page.goto(f"/join/{study}?PROLIFIC_PID=troll1")
    person.consent()
    server.command("study", "remove", study, "troll1")
    person.at("ended")
    expect(person.heading).to_have_text("Your part has been ended")
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []
