"""Reloading, going back, pressing twice, losing the network, having two tabs: normal life, not errors."""

import pytest
from playwright.sync_api import expect

from conftest import launch
from looks import faults
from person import OPINIONS, Person

DRAFTS = "Object.keys(localStorage).filter(key => key.startsWith('concord.draft.')).length"


def test_reloading_in_the_middle_of_an_opinion_keeps_the_words(writer):
    words = "I had only just begun to write this when"
    writer.page.get_by_role("textbox").press_sequentially(words)
    writer.page.reload()
    writer.at("opinion")
    expect(writer.page.get_by_role("textbox")).to_have_value(words)
    expect(writer.page.get_by_text("9 words of at least 10")).to_be_visible()

    writer.page.close()                                         # the tab is closed, and the invitation opened again
    writer.page = writer.context.new_page()
    writer.page.goto("/join/demo")
    writer.at("opinion")
    expect(writer.page.get_by_role("textbox")).to_have_value(words)


def test_the_local_copy_of_an_opinion_goes_once_it_is_acknowledged(writer):
    writer.write(OPINIONS[0])
    assert writer.page.evaluate(DRAFTS) == 1
    writer.send().at("waiting")
    assert writer.page.evaluate(DRAFTS) == 0


def test_an_opinion_that_is_too_short_is_refused_in_the_servers_words(writer):
    writer.write("Too short.")
    with writer.page.expect_response("**/api/participation/opinion") as response:
        writer.send()
    assert response.value.status == 422
    assert response.value.headers["content-type"].startswith("application/problem+json")
    expect(writer.refusal).to_have_text(response.value.json()["detail"])
    expect(writer.page.get_by_role("textbox")).to_have_value("Too short.")
    assert faults(writer.page) == []

    writer.write(OPINIONS[0]).send().at("waiting")              # and can be put right


def test_going_back_leads_to_the_present_step(writer):
    assert writer.page.evaluate("history.length") == 2, "steps that are over are not in the history"
    writer.page.go_back()
    writer.page.go_forward()
    writer.at("opinion")
    writer.page.goto("/participant/")
    writer.at("opinion")
    writer.page.go_back()
    writer.page.goto("/join/demo")
    writer.at("opinion")


def test_pressing_twice_sends_an_opinion_once(writer):
    sent = []
    writer.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    writer.write(OPINIONS[0])
    writer.page.get_by_role("button", name="Send my opinion").dblclick()
    writer.at("waiting")
    assert len([url for url in sent if url.endswith("/opinion")]) == 1


def test_the_same_answer_again_is_acknowledged_and_another_is_refused(writer):
    writer.write(OPINIONS[0]).send().at("waiting")
    request = writer.context.request
    again = request.post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[0]})
    assert again.status == 200 and again.json()["step"] == "waiting"
    another = request.post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[1]})
    assert another.status == 409
    assert request.get("/api/participation").json()["opinion"]["own"] == OPINIONS[0]


def test_a_second_tab_follows_the_first(writer):
    second = writer.context.new_page()
    second.goto("/participant/")
    expect(second.get_by_role("textbox")).to_be_visible()
    writer.write(OPINIONS[0]).send().at("waiting")
    expect(second.locator("body[data-step=waiting] main[aria-busy=false]")).to_be_visible()


def test_an_opinion_sent_without_a_network_arrives_when_it_is_back(writer):
    writer.write(OPINIONS[0])
    writer.context.set_offline(True)
    writer.send()
    expect(writer.page.get_by_text("Your answer has not arrived yet.")).to_be_visible()
    expect(writer.page.get_by_role("textbox")).to_have_js_property("readOnly", True)
    assert faults(writer.page) == []
    writer.context.set_offline(False)
    writer.at("waiting", timeout=60)
    stored = writer.context.request.get("/api/participation").json()
    assert stored["opinion"]["own"] == OPINIONS[0]


@pytest.mark.parametrize("status", [502, 503])
def test_an_answer_is_sent_again_with_the_same_content_until_it_is_acknowledged(writer, status):
    bodies = []

    def busy(route):
        bodies.append(route.request.post_data)
        if len(bodies) < 3:
            route.fulfill(status=status, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    writer.context.route("**/api/participation/opinion", busy)
    writer.write(OPINIONS[0]).send().at("waiting", timeout=60)
    assert len(bodies) == 3 and len(set(bodies)) == 1


def test_the_instructions_are_one_click_away_and_lose_nothing(writer):
    writer.write("Half a thought")
    drawer = writer.open_drawer("Instructions")
    expect(writer.page.get_by_role("dialog", name="Instructions")).to_be_visible()
    assert drawer.locator("p").count() > 0
    assert faults(writer.page) == []
    writer.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(writer.page.get_by_role("textbox")).to_have_value("Half a thought")


def test_a_browser_without_a_session_is_told_what_to_do(browser, server):
    stranger = Person(browser, server.url)
    stranger.page.goto("/participant/")
    expect(stranger.heading).to_have_text("This browser is not in a study")
    assert faults(stranger.page) == []
    stranger.context.close()


def test_an_unknown_study_is_said_to_be_unknown(browser, server):
    stranger = Person(browser, server.url)
    stranger.page.goto("/join/there-is-none")
    expect(stranger.heading.filter(visible=True)).to_have_text("There is no such study")
    assert faults(stranger.page) == []
    stranger.context.close()


def test_without_javascript_the_entry_page_says_what_is_needed(playwright, server):
    # Switched off in the browser's settings, as a person would, and then read as a screen reader does.
    browser = launch(playwright, "--blink-settings=scriptEnabled=false")
    page = browser.new_page()
    page.goto(f"{server.url}/join/demo")
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    names = [node.get("name", {}).get("value", "") for node in nodes]
    browser.close()
    assert any(name.startswith("This study needs JavaScript") for name in names), names


def test_pages_carry_no_inline_script_or_style_and_ask_nobody_else_for_anything(browser, server):
    person = Person(browser, server.url)
    asked = []
    person.page.on("request", lambda request: asked.append(request.url))
    response = person.page.goto("/join/demo")
    expect(person.page.get_by_role("button", name="I agree to take part")).to_be_visible()
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert [url for url in asked if not url.startswith(server.url + "/")] == []
    assert person.errors == []
    person.context.close()
