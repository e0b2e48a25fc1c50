"""Takes pictures of each step of the demo study, at two widths, into docs/screenshots; of some in dark as well.

Run by `scripts/browser-tests.sh BINARY --screenshots`. Three people take the study; the first one's page is pictured.
CONCORD_SCREENSHOTS names another folder; CONCORD_SCREENSHOTS_DARK=1 takes all in dark too.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from conftest import launch
from person import DESKTOP, OPINIONS, PHONE, Person
from server import PATIENCE, ROOT, demo_server
from studies import MORE_TIME, QUICK

FOLDER = Path(os.environ.get("CONCORD_SCREENSHOTS", ROOT / "docs" / "screenshots"))
DARK_TOO = {"7-waiting-for-statements", "8-rating"}


def picture(person: Person, name: str) -> None:
    for width, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        person.page.set_viewport_size(viewport)
        # The page opens one's own opinion when it is loaded where there is room for it: as if it were loaded here.
        person.page.evaluate("open => document.getElementById('own')?.toggleAttribute('open', open)", width == "desktop")
        both = name in DARK_TOO or os.environ.get("CONCORD_SCREENSHOTS_DARK")
        for scheme in ("light", "dark") if both else ("light",):
            person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            person.page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=width == "phone" and not person.drawer.is_visible(), scale="css")
    person.page.set_viewport_size(DESKTOP)
    person.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    print(f"{name}: pictured", flush=True)


def brief_lobby(server) -> str:
    """A study that asks soon whether people are still there."""
    text = (ROOT / "Examples" / "demo-study.yml").read_text()
    text = text.replace("name: demo", "name: brief").replace("minimum: 3}", "minimum: 3, still_there_seconds: 5}")
    path = server.data / "brief.yml"
    path.write_text(text)
    server.command("study", "create", str(path), "--open")
    return "brief"


def asking(server) -> str:
    """A study by invitation that asks things first, and pays for having waited a moment in vain."""
    text = (ROOT / "Examples" / "demo-study.yml").read_text()
    text = text.replace("name: demo", "name: asking").replace("lobby_minutes: 20", "lobby_minutes: 0.1")
    text = text.replace("\ncompletion:\n", """
recruitment: {source: invitation}
payment: {currency: GBP, base: 6, waiting: 1, text: "You are paid £6 for taking part, and £1 if no group comes together."}
surveys:
  entry:
    - {key: age, kind: number, text: How old are you?, minimum: 0, maximum: 120}
    - {key: votes, kind: choice, text: Do you vote in elections?, options: [Always, Sometimes, Never]}
    - {key: view, kind: scale, text: Public transport should be free., low: Strongly disagree, high: Strongly agree}
completion:
  waiting_code: WAITED-22
""")
    path = server.data / "asking.yml"
    path.write_text(text)
    server.command("study", "create", str(path), "--open")
    return "asking"


def translated(server) -> str:
    """A quick study in three languages, with little time and more of it to be had."""
    text = (ROOT / "Examples" / "demo-study.yml").read_text()
    changes = {**QUICK, **MORE_TIME, "name: demo": "name: translated", "opinions_minutes: 20": "opinions_minutes: 1.9",
               "\ncompletion:\n": ARABIC}
    for old, new in changes.items():
        text = text.replace(old, new)
    path = server.data / "translated.yml"
    path.write_text(text)
    server.command("study", "create", str(path), "--open")
    return "translated"


def each_other(server) -> str:
    """A quick study of a platform's people, who rate each other's opinions."""
    text = (ROOT / "Examples" / "demo-study.yml").read_text()
    changes = {**QUICK, "name: demo": "name: each-other", "# opinion_ratings: true": "opinion_ratings: true", "\ncompletion:\n": """
recruitment: {source: platform, redirect: 'https://app.prolific.com/submissions/complete?cc={code}'}
completion:
  over_quota_code: C5FULL
"""}
    for old, new in changes.items():
        text = text.replace(old, new)
    path = server.data / "each-other.yml"
    path.write_text(text)
    server.command("study", "create", str(path), "--open")
    return "each-other"


ARABIC = """
translations:
  de: {title: Gemeinsames finden}
  ar:
    title: البحث عن أرضية مشتركة
    texts:
      consent:
        - ندعوك إلى المشاركة في دراسة عن كيفية توصّل أشخاص مختلفي الآراء إلى أرضية مشتركة. يُرجى قراءة هذه الصفحة قبل أن تقرر.
        - ستنضم إلى مجموعة مع شخصين آخرين، وتكتب رأيك في سؤال من أسئلة النقاش العام، ثم تقرأ بضع عبارات وتقيّمها.
      instructions: [هكذا تسير الأمور.]
      debriefing: [كان هذا موضوع الدراسة.]
completion:
"""


def take(server, browser) -> None:
    people = [Person(browser, server.url) for _ in range(3)]
    first, others = people[0], people[1:]

    first.open_invitation()
    picture(first, "1-consent")
    first.consent()
    picture(first, "2-instructions")
    first.read_instructions().at("lobby")
    picture(first, "3-lobby")

    for person in others:
        person.join()
    first.at("stance")
    first.choose("affirming", 5)
    picture(first, "4-stance")
    first.take_stance(5, 3)
    first.write(OPINIONS[0])
    expect(first.page.locator("#saved")).to_have_text("Saved")
    picture(first, "5-opinion")
    first.open_drawer("Leave the study")
    picture(first, "11-leave")
    first.back_to_the_study().open_drawer("Help").get_by_label("Your message").fill("May I write in French?")
    first.drawer.get_by_role("button", name="Send the message").click()
    expect(first.drawer.get_by_text("Your message has arrived.")).to_be_visible()
    sent = json.loads(server.command("study", "messages", "demo", "--json"))[-1]
    server.command("study", "answer", "demo", sent["id"], "Please write in English, so that everybody can read it.")
    expect(first.drawer.get_by_text("Please write in English")).to_be_visible(timeout=30_000)
    picture(first, "17-help")
    first.back_to_the_study().at("opinion").send().at("waiting")
    others[0].take_stance(6, 2).write(OPINIONS[1]).send().at("waiting")
    expect(first.page.get_by_text("2 of 3 have finished writing.")).to_be_visible(timeout=30_000)
    picture(first, "6-waiting-for-opinions")
    others[1].take_stance(2, 6).write(OPINIONS[2]).send()
    first.page.wait_for_function("() => document.querySelector('progress')?.value > 0.1 || document.body.dataset.step === 'rating'", timeout=PATIENCE * 1000)
    picture(first, "7-waiting-for-statements")

    for number in (1, 2):
        for person in people:
            if number == 2:
                person.take_stance(4, 4).write(OPINIONS[people.index(person)]).send()
        for person in people:
            person.await_statements()
            if person is first and number == 1:
                person.choose("agreement", 6)
                picture(first, "8-rating")
            while person.step == "rating":
                person.rate(5, 6)
    first.at("debriefing", timeout=PATIENCE)
    picture(first, "9-debriefing")
    first.read_debriefing()
    picture(first, "10-done")

    asked = Person(browser, server.url)
    asked.open_invitation(brief_lobby(server)).consent().read_instructions().at("lobby")
    asked.page.wait_for_timeout(11_000)
    for _ in range(2):
        Person(browser, server.url).open_invitation("brief").consent().read_instructions()
    expect(asked.heading).to_have_text("Are you still there?")
    picture(asked, "13-still-there")

    study = asking(server)
    invited = Person(browser, server.url)
    invited.page.goto(server.command("study", "invite", study, "--url", server.url).strip())
    invited.page.get_by_role("button", name="I agree to take part").click()
    invited.at("survey")
    picture(invited, "14-survey")
    invited.open_drawer("Go on with another device").get_by_role("button", name="Show me a code").click()
    expect(invited.page.locator("#return-code")).to_be_visible()
    picture(invited, "15-other-device")
    invited.back_to_the_study().at("survey").page.get_by_label("How old are you?").fill("44")
    invited.page.get_by_label("Sometimes").check()
    invited.choose("view", 5)
    invited.page.get_by_role("button", name="Continue").click()
    invited.at("instructions").read_instructions().at("ended", timeout=60)
    picture(invited, "16-waited-in-vain")

    stopped = Person(browser, server.url)
    stopped.join().open_drawer("Leave the study").get_by_label("Keep them").check()
    stopped.drawer.get_by_role("button", name="Leave the study now").click()
    stopped.at("ended")
    picture(stopped, "12-stopped")

    study = translated(server)
    readers = [Person(browser, server.url, locale="ar") for _ in range(3)]
    for index, reader in enumerate(readers):
        reader.open_invitation(study)
        if index == 0:
            picture(reader, "18-consent-in-arabic")
        reader.page.locator("form#consent button").click()
        reader.at("instructions").page.locator("main form button").click()
    for index, reader in enumerate(readers):
        reader.at("stance")
        if index == 0:
            picture(reader, "19-little-time-left-in-arabic")
        reader.choose("affirming", 5)
        reader.choose("negating", 2)
        reader.page.locator("main form button").click()
        reader.write(OPINIONS[index]).page.locator("main form button.primary").click()
    readers[0].at("rating", timeout=60).choose("agreement", 6)
    picture(readers[0], "20-rating-in-arabic")

    study = each_other(server)
    members = [Person(browser, server.url) for _ in range(3)]
    for index, member in enumerate(members):
        member.page.goto(f"/join/{study}?PROLIFIC_PID=member{index}&STUDY_ID=s&SESSION_ID=x")
        member.consent().read_instructions()
    for index, member in enumerate(members):
        member.take_stance(5, 3).write(OPINIONS[index]).send()
    members[0].at("rating").choose("agreement", 3)
    picture(members[0], "21-opinion-of-another")
    server.command("study", "pause", study)
    for name, visitor in (("22-paused", "late"), ("23-begun-already", "member1")):
        at_the_door = Person(browser, server.url)
        at_the_door.page.goto(f"/join/{study}?PROLIFIC_PID={visitor}&STUDY_ID=s&SESSION_ID=x")
        expect(at_the_door.page.locator("main[aria-busy=false]")).to_be_visible()
        picture(at_the_door, name)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    log = Path(tempfile.gettempdir()) / "concord-screenshots.log"
    with demo_server(os.environ["CONCORD_BINARY"], log) as server:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            take(server, browser)
            browser.close()
    print(f"Pictures are in {FOLDER}")


if __name__ == "__main__":
    sys.exit(main())
