"""Words are never lost: on this device at once, on the server a moment later, on every device again."""

import json

from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, PHONE, Person

WORDS = "I had only just begun to write this when"
LOCAL = "Object.keys(localStorage).filter(key => key.startsWith('concord.draft.'))"


def saved(person: Person):
    return person.page.locator("#saved")


def box(person: Person):
    return person.page.get_by_role("textbox")


def test_what_is_typed_is_saved_on_the_server_and_comes_back_on_a_device_that_has_nothing(writer, browser, server):
    box(writer).press_sequentially(WORDS)
    expect(saved(writer)).to_have_text("Saved")
    assert faults(writer.page) == []
    writer.page.evaluate("localStorage.clear()")
    writer.page.reload()
    expect(box(writer.at("opinion"))).to_have_value(WORDS)
    expect(saved(writer)).to_have_text("Saved")

    drawer = writer.open_drawer("Go on with another device")
    drawer.get_by_role("button", name="Show me a code").click()
    expect(writer.page.locator("#return-code")).to_be_visible()
    code = writer.page.locator("#return-code").inner_text()
    phone = Person(browser, server.url, PHONE, touch=True)
    phone.open_invitation()
    phone.page.get_by_text("I have begun on another device").click()
    phone.page.get_by_label("Your return code").fill(code)
    phone.page.get_by_role("button", name="Go on where I was").click()
    expect(box(phone.at("opinion"))).to_have_value(WORDS)
    box(phone).press_sequentially(" the telephone rang.")
    expect(saved(phone)).to_have_text("Saved")

    # Back on the first device, which had typed nothing meanwhile.
    writer.back_to_the_study()
    writer.page.reload()
    expect(box(writer.at("opinion"))).to_have_value(WORDS + " the telephone rang.")
    phone.context.close()
    assert phone.errors == []


def test_the_page_says_saved_only_when_the_server_has_said_so(writer):
    held = []
    writer.context.route("**/api/participation/draft", lambda route: held.append(route))
    box(writer).fill(WORDS)
    expect(saved(writer)).to_have_text("Kept on this device, not saved yet")
    writer.page.wait_for_function("() => true")
    while not held:
        writer.page.wait_for_timeout(100)
    expect(saved(writer)).to_have_text("Kept on this device, not saved yet")
    held.pop().continue_()
    expect(saved(writer)).to_have_text("Saved")
    box(writer).fill(WORDS + " more")
    expect(saved(writer)).to_have_text("Kept on this device, not saved yet")
    while not held:
        writer.page.wait_for_timeout(100)
    held.pop().fulfill(status=503, body="{}", content_type="application/problem+json")
    while not held:
        writer.page.wait_for_timeout(100)
    expect(saved(writer)).to_have_text("Kept on this device, not saved yet")
    held.pop().continue_()
    expect(saved(writer)).to_have_text("Saved")
    writer.context.unroute_all(behavior="ignoreErrors")


def test_words_typed_without_a_network_are_saved_when_it_is_back(writer):
    box(writer).press_sequentially("Before. ")
    expect(saved(writer)).to_have_text("Saved")
    writer.context.set_offline(True)
    box(writer).press_sequentially("In the tunnel.")
    expect(saved(writer)).to_have_text("Kept on this device, not saved yet")
    writer.context.set_offline(False)
    expect(saved(writer)).to_have_text("Saved")
    kept = writer.context.request.get("/api/participation").json()["draft"]
    assert json.loads(kept["content"])["text"] == "Before. In the tunnel."


def test_words_of_two_windows_are_both_kept(writer):
    second = writer.context.new_page()
    second.goto("/participant/")
    other = second.get_by_role("textbox")
    expect(other).to_be_visible()
    box(writer).fill("Said in the first window.")
    expect(saved(writer)).to_have_text("Saved")
    other.fill("Said in the second window.")
    expect(second.locator("#other .words")).to_have_text("Said in the first window.")
    assert faults(second) == []
    second.get_by_role("button", name="Use these words instead").click()
    expect(other).to_have_value("Said in the first window.")
    expect(second.locator("#other .words")).to_have_text("Said in the second window.")
    expect(second.locator("#saved")).to_have_text("Saved")


def test_the_draft_is_gone_from_server_and_device_once_the_answer_is_accepted_and_at_the_end(writer):
    writer.write(OPINIONS[0])
    expect(saved(writer)).to_have_text("Saved")
    assert "draft" in writer.context.request.get("/api/participation").json()
    writer.send().at("waiting")
    assert writer.page.evaluate(LOCAL) == []
    state = writer.context.request.get("/api/participation").json()
    assert "draft" not in state and state["opinion"]["own"] == OPINIONS[0]
    late = writer.context.request.post(
        "/api/participation/draft", data={"about": "opinion", "round": 1, "content": "late", "base": 0})
    assert late.status == 409


def test_leaving_clears_what_was_typed(writer):
    writer.write("Something that nobody else is to read.")
    expect(saved(writer)).to_have_text("Saved")
    drawer = writer.open_drawer("Leave the study")
    drawer.get_by_label("Delete them").check()
    drawer.get_by_role("button", name="Leave the study now").click()
    writer.at("ended")
    assert writer.page.evaluate(LOCAL) == []


def test_answers_to_a_survey_come_back_too(browser, server, variant):
    study = variant("surveyed", {"\ncompletion:\n": """
surveys:
  entry:
    - {key: why, kind: text, text: Why do you take part?}
    - {key: votes, kind: choice, text: Do you vote?, options: [Always, Never]}
completion:
"""})
    person = Person(browser, server.url)
    person.open_invitation(study)
    person.page.get_by_role("button", name="I agree to take part").click()
    person.at("survey")
    person.page.get_by_label("Why do you take part?").fill("Out of curiosity")
    person.page.get_by_label("Never").check()
    expect(saved(person)).to_have_text("Saved")
    person.page.evaluate("localStorage.clear()")
    person.page.reload()
    person.at("survey")
    expect(person.page.get_by_label("Why do you take part?")).to_have_value("Out of curiosity")
    expect(person.page.get_by_label("Never")).to_be_checked()
    person.context.close()
    assert person.errors == []


def test_consent_that_is_given_again_because_no_answer_came_is_one_person(browser, server):
    person = Person(browser, server.url)
    replies = []

    def lose(route):
        reply = route.fetch()
        replies.append(reply.status)
        if len(replies) == 1:
            route.abort()
        else:
            route.fulfill(response=reply)

    person.open_invitation()
    person.context.route("**/api/studies/demo/participants", lose)
    person.page.get_by_role("button", name="I agree to take part").click()
    person.at("instructions")
    assert replies == [201, 200], "the second time it is the same person"
    person.context.close()
