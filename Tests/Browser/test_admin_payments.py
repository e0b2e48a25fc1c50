"""Paying people: who is due what, files, marks, bonuses, and the budget."""

import pytest
from playwright.sync_api import expect

from callers import callers, write_opinions
from looks import faults
from person import PHONE
from studies import QUICK

PAID = """
recruitment: {source: platform}
payment: {currency: GBP, base: 6, waiting: 1, waiting_per_minute: 0.1, cap: 8, budget: 32}
completion:
"""


@pytest.fixture(scope="module")
def study(variant, server, playwright, poll) -> str:
    """Three people, p1 to p3, have taken part to the end."""
    study = variant("paying", {**QUICK, "\ncompletion:\n": PAID})
    with callers(playwright, server, study, ["p1", "p2", "p3"]) as people:
        write_opinions(people)
        for person in people:
            poll(lambda person=person: "statement" in person.state)
            person.rate_everything()
        for person in people:
            person.read_debriefing()
    return study


def saved(page, button: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.path().read_text()


def test_everybody_is_paid_by_prolifics_files_and_marked_and_a_mistake_is_undone(admin, server, study):
    page = admin(f"/admin/payments?study={study}")
    rows = page.locator("#people tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Base 6.00: took part to the end")
    expect(page.locator("#totals")).to_contain_text("18.00 GBP")
    assert faults(page) == []

    assert saved(page, "Prolific: approve") == "p1\np2\np3\n"
    page.get_by_role("button", name="Prolific: bonuses", exact=True).click()
    expect(page.locator("#told")).to_contain_text("due more than the base pay")

    page.get_by_label("Person", exact=True).fill("p2")
    page.get_by_label("Amount in GBP").fill("1.5")
    page.get_by_label("What it is for").fill("a thoughtful opinion")
    page.get_by_role("button", name="Give the bonus").click()
    page.get_by_role("dialog").get_by_role("button", name="Give the bonus").click()
    expect(rows.nth(1)).to_contain_text("Bonus 1.50: a thoughtful opinion")
    page.get_by_label("Person", exact=True).fill("p2")
    page.get_by_label("Amount in GBP").fill("1")
    page.get_by_label("What it is for").fill("too much")
    page.get_by_role("button", name="Give the bonus").click()
    page.get_by_role("dialog").get_by_role("button", name="Give the bonus").click()
    expect(page.get_by_role("alert").filter(has_text="more than 8.00")).to_be_visible()
    assert saved(page, "Prolific: bonuses") == "p2,1.50\n"
    csv = saved(page, "CSV")
    assert csv.startswith("participant_id,platform_id,") and csv.count("\n") == 5

    # Only those who are chosen are marked, and so in no file any more.
    page.get_by_label("Choose p3").uncheck()
    expect(page.locator("#chosen")).to_contain_text("2 people, 13.50 GBP")
    page.get_by_role("button", name="Mark as paid").click()
    page.get_by_role("dialog").get_by_role("button", name="Mark as paid").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#told")).to_contain_text("2 people are marked as paid")
    assert saved(page, "Prolific: approve") == "p3\n"

    page.get_by_label("Show", exact=True).select_option("paid")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("by anna")
    assert faults(page) == []
    page.get_by_label("Find a person").fill("p2")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Mark as not paid").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill("the wrong one")
    dialog.get_by_role("button", name="Mark as not paid").click()
    expect(page.locator("#people-empty")).to_contain_text("Nobody here has such an id")
    page.get_by_label("Find a person").fill("")
    page.get_by_label("Show", exact=True).select_option("all")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="the wrong one")).to_have_count(1)

    # The command line has the same.
    assert server.command("study", "payments", study, "--format", "prolific-bonus") == "p2,1.50\n"
    assert "1 person, 6.00 GBP: marked as paid" in server.command("study", "pay", study, "p3")
    assert "marked as not paid" in server.command("study", "pay", study, "p3", "--undo")
    with pytest.raises(RuntimeError, match="Nothing is due to nobody"):
        server.command("study", "pay", study, "nobody")
    page.goto("/admin/log")
    expect(page.get_by_role("row").filter(has_text="Gave a bonus").filter(has_text="a thoughtful opinion")).to_have_count(1)


def test_a_study_is_paused_before_its_budget_is_exceeded_and_the_page_says_so(admin, server, playwright, study):
    # Of 32, 19.50 are owed; a place is 8 at most.
    page = admin(f"/admin/payments?study={study}")
    expect(page.get_by_text("There is money for 1 more person")).to_be_hidden()
    with callers(playwright, server, study, ["p4"]) as [_]:
        page.reload()
        expect(page.get_by_text("No place left")).to_be_visible()
        expect(page.get_by_text("The study is paused. To go on, raise payment.budget")).to_be_visible()
        assert faults(page) == []
        page.set_viewport_size(PHONE)
        assert faults(page) == []
    page.goto("/admin/log")
    expect(page.get_by_role("row").filter(has_text="Paused a study").filter(has_text="the server").filter(has_text=study)).to_have_count(1)


def test_a_study_that_pays_nothing_or_nobody_yet_says_what_to_do(admin, variant):
    page = admin("/admin/payments?study=demo")
    expect(page.get_by_text("This study pays nothing.")).to_be_visible()
    expect(page.get_by_role("link", name="To the settings")).to_have_attribute("href", "/admin/settings?study=demo")
    assert faults(page) == []
    study = variant("unpaid", {**QUICK, "\ncompletion:\n": "\npayment: {currency: GBP, base: 6}\ncompletion:\n"})
    page.goto(f"/admin/payments?study={study}")
    expect(page.get_by_text("Nobody is due anything yet.")).to_be_visible()
    assert faults(page) == []


def test_a_bonus_is_given_once_though_no_reply_arrives_and_it_is_sent_again(admin, server, study):
    page = admin(f"/admin/payments?study={study}")
    # It arrives each time, by itself and pressed once more, and the first six replies are lost on the way.
    lost = []

    def lose(route):
        reply = route.fetch()
        lost.append(reply.status)
        route.abort() if len(lost) <= 6 else route.fulfill(response=reply)

    page.context.route("**/bonuses", lose)

    def give(amount: str) -> None:
        page.get_by_label("Amount in GBP").fill(amount)
        page.get_by_role("button", name="Give the bonus").click()
        page.get_by_role("dialog").get_by_role("button", name="Give the bonus").click()

    def bonuses() -> str:
        return server.sql(
            f"""SELECT string_agg(y.amount::text, ' ' ORDER BY y.created_at) FROM payments y JOIN participants p ON p.id = y.participant_id
                JOIN studies s ON s.id = p.study_id WHERE s.name = '{study}' AND y.reason = 'a good question'""")

    page.get_by_label("Person", exact=True).fill("p3")
    page.get_by_label("What it is for").fill("a good question")
    give("0.25")
    fault = page.get_by_role("alert").filter(has_text="The server could not be reached")
    expect(fault).to_be_visible()
    assert faults(page) == []
    give("0.25")
    expect(page.locator("#told")).to_have_text("The bonus is written down.")
    assert lost == [201] * 7 and bonuses() == "0.25"

    # The next one is another one, though it is the same.
    for label, words in [("Person", "p3"), ("What it is for", "a good question")]:
        page.get_by_label(label, exact=True).fill(words)
    give("0.25")
    page.get_by_label("Show", exact=True).select_option("all")
    expect(page.locator("#people").get_by_text("Bonus 0.25: a good question")).to_have_count(2)
    assert bonuses() == "0.25 0.25"

    # Whoever changes it after its reply was lost is told that it was given as it was.
    lost.clear()
    for label, words in [("Person", "p3"), ("What it is for", "a good question")]:
        page.get_by_label(label, exact=True).fill(words)
    give("0.3")
    expect(fault).to_be_visible()
    page.context.unroute("**/bonuses")
    give("0.35")
    expect(page.get_by_role("alert").filter(has_text="A bonus was given by this request before")).to_be_visible()
    expect(page.locator("#people").get_by_text("Bonus 0.30: a good question")).to_have_count(1)
    give("0.35")
    expect(page.locator("#people").get_by_text("Bonus 0.35: a good question")).to_have_count(1)
    assert bonuses() == "0.25 0.25 0.30 0.35"


def test_a_researcher_has_no_page_of_payments(admin, server, study):
    admin("/admin/", "rita", "researcher")
    server.command("study", "share", study, "--with", "rita")
    page = admin(f"/admin/study?study={study}", "rita", "researcher")
    tabs = page.get_by_role("navigation", name=f"Study {study}").get_by_role("link")
    expect(tabs).to_have_text(["Overview", "Watch", "Texts", "Results", "Data"])
    page.goto(f"/admin/payments?study={study}")
    expect(page.get_by_role("alert")).to_contain_text("Only admins may do this")
    assert "p1" not in page.locator("main").inner_text().split()
    assert faults(page) == []
    expect(admin(f"/admin/payments?study={study}").locator("#people tr").first).to_be_visible()
