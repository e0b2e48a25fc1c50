"""Checking people's own words before others read them."""

import re

from playwright.sync_api import expect

from callers import callers, write_opinions
from looks import faults
from person import OPINIONS, PHONE
from studies import QUICK

RUDE = "Those retarded people again, who never pay for anything that they use; I am against all of it."
PRIVATE = "I am for it, as you can read at www.example.org/anna, and would gladly explain it to whoever asks me."


def reviewed(variant, name: str, review: str) -> str:
    return variant(name, {
        **QUICK, "# opinion_ratings: true": "opinion_ratings: true", "\ncompletion:\n": f"\nreview: {{{review}}}\ncompletion:\n",
    })


def test_texts_are_decided_by_keyboard_and_the_group_goes_on(admin, server, playwright, variant, poll):
    study = reviewed(variant, "checked", "before_display: flagged, minutes: 10")
    page = admin(f"/admin/texts?study={study}")
    expect(page.get_by_text("There is nothing to look at.")).to_be_visible()
    expect(page.get_by_text("A round waits up to 10 minutes for it")).to_be_visible()
    assert faults(page) == []
    with callers(playwright, server, study, [None] * 3) as people:
        write_opinions(people, [RUDE, PRIVATE, OPINIONS[0]])
        # It comes in by itself, and shows in the title.
        texts = page.locator(".text")
        expect(texts).to_have_count(2)
        expect(page).to_have_title("(2) Texts – Concord")
        expect(texts.first.locator("mark")).to_have_text("retarded")
        expect(texts.first).to_contain_text("The screen marks a slur: “retarded”.")
        expect(texts.first).to_contain_text("Its group waits")
        expect(texts.nth(1).locator("mark")).to_have_text("www.example.org/anna")
        assert faults(page) == []
        page.set_viewport_size(PHONE)
        assert faults(page) == []
        assert people[2].state["step"] == "waiting"

        texts.first.focus()
        page.keyboard.press("j")
        expect(texts.nth(1)).to_be_focused()
        page.keyboard.press("k")
        page.keyboard.press("h")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Why")).to_be_focused()
        assert faults(page) == []
        page.keyboard.type("an insult")
        page.keyboard.press("Enter")
        expect(texts).to_have_count(1)
        expect(texts.first).to_be_focused()
        expect(texts.first).to_contain_text("www.example.org")
        page.keyboard.press("a")
        expect(page.get_by_text("There is nothing to look at.")).to_be_visible()
        expect(page).to_have_title("Texts – Concord")

        poll(lambda: "statement" in people[2].state)
        assert people[2].rate_everything()[0] == PRIVATE
        assert RUDE not in people[1].rate_everything()

        page.get_by_role("radio", name="Not shown").check()
        expect(texts).to_have_count(1)
        expect(texts.first).to_contain_text("Hidden by anna")
        expect(texts.first).to_contain_text("an insult")
        page.get_by_role("button", name="Approve").click()
        expect(texts.first).to_contain_text("May be shown")
        page.get_by_role("radio", name="All").check()
        expect(texts).to_have_count(3)
        assert faults(page) == []

        # The command line has the same.
        assert '"unread":0' in server.command("study", "texts", study, "--json")
        id = texts.first.get_attribute("data-id")
        assert "not shown" in server.command("study", "review", study, id, "--hide", "--reason", "after all")
        expect(texts.first).to_contain_text("after all")


def test_texts_that_a_group_waits_for_soonest_come_first_also_into_an_open_list(admin, server, playwright, variant):
    study = reviewed(variant, "checked-in-order", "before_display: always, minutes: 10")
    page = admin(f"/admin/texts?study={study}")
    texts = page.locator(".text")

    def group(name: str) -> list[str]:
        return [f"What member {number} of the {name} group thinks about it, in more than ten words, is this." for number in (1, 2, 3)]

    def move(name: str, minutes: int) -> None:
        server.sql(
            f"""UPDATE rounds r SET phase_deadline_at = now() + interval '{minutes} minutes' FROM opinions o
                WHERE o.round_id = r.id AND r.phase = 'review' AND o.text LIKE '%of the {name} group%'""")

    with callers(playwright, server, study, [None] * 3) as first, callers(playwright, server, study, [None] * 3) as second:
        write_opinions(first, group("first"))
        expect(texts).to_have_count(3)
        move("first", 60)
        write_opinions(second, group("second"))
        expect(texts).to_have_text([re.compile(text) for text in group("second") + group("first")])
        # Which are waited for otherwise now go where that puts them, but for the one that is being read.
        read = texts.filter(has_text="member 2 of the first group")
        read.focus()
        move("first", 5)
        expect(texts.first).to_contain_text("member 1 of the first group")
        expect(texts.nth(1)).to_contain_text("member 3 of the first group")
        expect(read).to_be_focused()
        expect(texts).to_have_count(6)


def test_two_admins_who_decide_about_the_same_text_do_not_overrule_each_other_unseen(admin, server, playwright, variant):
    study = reviewed(variant, "checked-twice", "before_display: always, minutes: 10")
    with callers(playwright, server, study, [None] * 3) as people:
        write_opinions(people)
        page = admin(f"/admin/texts?study={study}")
        texts = page.locator(".text")
        expect(texts).to_have_count(3)
        expect(page.get_by_text("Nobody’s words are shown to others in this study before an admin has approved them")).to_be_visible()
        id = texts.first.get_attribute("data-id")
        # The page does not hear of it in time.
        page.route("**/texts?*", lambda route: route.abort())
        server.command("study", "review", study, id, "--approve")
        texts.first.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("alert")).to_contain_text("has decided about this text in the meantime")
        assert faults(page) == []
        page.unroute("**/texts?*")


def test_a_researcher_does_not_read_what_others_may_not(admin, server, playwright, variant):
    study = reviewed(variant, "checked-read", "before_display: flagged")
    admin("/admin/", "rita", "researcher")
    server.command("study", "share", study, "--with", "rita")
    with callers(playwright, server, study, [None] * 3) as people:
        write_opinions(people, [RUDE, *OPINIONS[:2]])
        page = admin(f"/admin/texts?study={study}", "rita", "researcher")
        expect(page.get_by_text("You read what others may read, and this is not shown.")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_be_hidden()
        page.get_by_role("radio", name="All").check()
        expect(page.locator(".text")).to_have_count(3)
        expect(page.get_by_text("retarded")).to_be_hidden()
        assert "retarded" not in page.content()
        assert faults(page) == []
