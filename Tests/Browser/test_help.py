"""Help: a message to the study's admins, and the answer on the page."""

import json

import pytest
from playwright.sync_api import expect

from looks import faults
from person import Person


@pytest.fixture(scope="module")
def study(variant) -> str:
    return variant("helpful", {})


@pytest.fixture
def asking(browser, server, study) -> Person:
    person = Person(browser, server.url)
    person.open_invitation(study).consent()
    yield person
    person.context.close()
    assert person.errors == []


def messages(server) -> list[dict]:
    return json.loads(server.command("study", "messages", "helpful", "--json"))


def test_a_message_is_sent_once_and_its_answer_arrives_on_the_page(asking, server):
    before = len(messages(server))
    drawer = asking.open_drawer("Help")
    drawer.get_by_role("button", name="Send the message").click()
    expect(drawer.get_by_role("alert")).to_have_text("Please write what you would like to ask or say.")
    assert faults(asking.page) == []

    # The first reply is lost on the way: sent again, it is still one message.
    replies = []

    def lose(route):
        reply = route.fetch()
        replies.append(reply.status)
        if len(replies) == 1:
            route.abort()
        else:
            route.fulfill(response=reply)

    asking.context.route("**/api/participation/messages", lose)
    drawer.get_by_label("Your message").fill("How long does a <b>round</b> take?")
    drawer.get_by_role("button", name="Send the message").click()
    expect(drawer.get_by_text("Your message has arrived.")).to_be_visible()
    expect(drawer.get_by_text("How long does a <b>round</b> take?")).to_be_visible()
    expect(drawer.get_by_text("No answer yet.")).to_be_visible()
    assert len(replies) == 2
    assert faults(asking.page) == []
    asking.back_to_the_study()

    sent = messages(server)
    assert len(sent) == before + 1 and sent[-1]["text"] == "How long does a <b>round</b> take?"
    assert "How long does" in server.command("study", "messages", "helpful")
    server.command("study", "answer", "helpful", sent[-1]["id"], "About seven minutes.")
    button = asking.page.get_by_role("button", name="Help: an answer has come")
    expect(button).to_be_visible()
    assert faults(asking.page) == []
    button.click()
    expect(asking.drawer.get_by_text("About seven minutes.")).to_be_visible()
    expect(asking.page.locator("header [data-opens=help]")).to_have_text("Help")
    asking.back_to_the_study()
    assert messages(server)[-1]["isRead"]

    asking.read_instructions().at("lobby")          # and it is there on every page
    expect(asking.open_drawer("Help").get_by_text("About seven minutes.")).to_be_visible()


def test_a_message_that_was_begun_is_still_there_when_the_drawer_is_opened_again(asking):
    asking.open_drawer("Help").get_by_label("Your message").fill("I wonder")
    asking.back_to_the_study()
    expect(asking.open_drawer("Help").get_by_label("Your message")).to_have_value("I wonder")


def test_help_is_there_after_the_end_and_messages_are_deleted_with_the_rest(asking, server):
    asking.open_drawer("Leave the study").get_by_label("Keep them").check()
    asking.drawer.get_by_role("button", name="Leave the study now").click()
    asking.at("ended")
    drawer = asking.open_drawer("Help")
    drawer.get_by_label("Your message").fill("Please pay me all the same.")
    drawer.get_by_role("button", name="Send the message").click()
    expect(drawer.get_by_text("Your message has arrived.")).to_be_visible()
    assert messages(server)[-1]["text"] == "Please pay me all the same."
    asking.back_to_the_study()
    asking.open_drawer("Have my answers deleted").get_by_role("button", name="Delete my answers").click()
    expect(asking.page.get_by_text("Your answers have been deleted.")).to_be_visible()
    assert "Please pay me all the same." not in [message["text"] for message in messages(server)]


def test_an_answer_to_an_unknown_message_is_refused(server):
    with pytest.raises(RuntimeError, match="there is no message"):
        server.command("study", "answer", "helpful", "00000000-0000-4000-8000-000000000000", "Yes.")
