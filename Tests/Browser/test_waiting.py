"""Waiting: what the others are doing, a sound and another title when it is over, something to read."""

import pytest
from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, Person
from studies import QUICK

# Counts notes instead of playing them; says that the tab is in the background when told to.
STUB = """
window.notes = 0;
window.AudioContext = class {
    state = 'running'; currentTime = 0; destination = {};
};
window.OscillatorNode = class { connect(next) { return next } start() { window.notes += 1 } stop() {} };
window.GainNode = class { gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} }; connect(next) { return next } };
Object.defineProperty(Document.prototype, 'hidden', { get() { return Boolean(window.away) } });
"""


@pytest.fixture(scope="module")
def study(variant) -> str:
    return variant("attentive", QUICK)


def go_away(person: Person, away: bool) -> None:
    person.page.evaluate("away => { window.away = away; document.dispatchEvent(new Event('visibilitychange')) }", away)


def test_a_sound_and_a_title_call_whoever_waits_in_another_tab_and_the_sound_can_be_turned_off(
        browser, server, study, companions):
    person = Person(browser, server.url)
    person.context.add_init_script(STUB)
    person.open_invitation(study).consent().read_instructions().at("lobby")
    sound = person.page.get_by_role("button", name="Sound when the group is ready")
    expect(sound).to_have_attribute("aria-pressed", "true")
    go_away(person, True)
    others = companions(study)
    person.at("stance")
    assert person.page.evaluate("notes") == 2
    assert person.page.title().startswith("Ready: Where do you stand?")
    go_away(person, False)
    expect(person.page).to_have_title("Where do you stand? – Finding common ground")

    person.take_stance(6, 2)
    expect(person.page.locator(".others")).to_have_text("0 of 3 have finished writing.")
    assert others[0].post("/api/participation/stance", data={"round": 1, "affirming": 5, "negating": 3}).ok
    assert others[0].post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[1]}).ok
    expect(person.page.locator(".others")).to_have_text("1 of 3 have finished writing.")
    person.write(OPINIONS[0]).send().at("waiting")
    expect(person.page.locator(".people .here")).to_have_count(2)
    note = person.page.locator(".note h3")
    before = note.inner_text()
    person.page.get_by_role("button", name="Another one").click()
    expect(note).not_to_have_text(before)
    assert faults(person.page) == []

    person.page.evaluate("notes = 0")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")
    assert faults(person.page) == []
    assert others[1].post("/api/participation/stance", data={"round": 1, "affirming": 5, "negating": 3}).ok
    assert others[1].post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[2]}).ok
    person.at("rating")
    assert person.page.evaluate("notes") == 0
    expect(person.page.get_by_text("none is by the researchers")).to_be_visible()
    person.context.close()
    assert person.errors == []
