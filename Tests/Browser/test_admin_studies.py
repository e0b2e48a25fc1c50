"""The pages of studies: the list, the form and its file, opening and closing, preview, rehearsal, pictures in texts."""

import base64
import json
import re

from playwright.sync_api import Page, expect

from looks import faults
from person import DESKTOP, PHONE, Person
from server import PATIENCE, Server
from studies import QUICK

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


def part(page: Page, title: str):
    """A part of the form, opened."""
    found = page.locator("details.part").filter(has=page.locator("summary", has_text=re.compile(f"^{title}")))
    if found.get_attribute("open") is None:
        found.locator("summary").first.click()
    return found


def field(page: Page, path: str):
    return page.locator(f'[data-path="{path}"]').locator("input, select, textarea").first


def settle(page: Page) -> None:
    """Waits until the server has said what it thinks of the file."""
    expect(page.locator("#verdict > p").first).to_be_visible()


def is_fine(page: Page) -> None:
    expect(page.locator("#verdict .fine")).to_be_visible()


def text(page: Page) -> str:
    return page.locator("#file").input_value()


def test_a_study_is_made_by_the_form_alone_and_opened_after_it_is_said_what_that_does(admin, server: Server):
    page = admin("/admin/")
    page.get_by_role("link", name="New study").first.click()
    expect(page.get_by_role("heading", name="New study", level=1)).to_be_visible()
    is_fine(page)
    assert faults(page) == []
    field(page, "name").fill("by-form")
    field(page, "title").fill("Talking: about things")
    field(page, "minutes").fill("0")
    expect(page.locator('[data-path="minutes"] .wrong-here')).to_contain_text("This must be 1 to 600")
    expect(page.locator("#verdict")).to_contain_text("minutes must be 1 to 600")
    page.get_by_role("button", name="Make the study").click()
    expect(page.locator("#save-error")).to_contain_text("mend 1 fault")
    expect(field(page, "minutes")).to_be_focused()
    assert faults(page) == []
    field(page, "minutes").fill("12")
    expect(page.locator("#file")).to_have_value(re.compile("minutes: 12"))
    is_fine(page)
    assert "name: by-form" in text(page) and 'title: "Talking: about things"' in text(page) and "minutes: 12" in text(page)
    assert "# Each condition makes a statement" in text(page), "comments stay"

    part(page, "Questions and groups")
    field(page, "questions.set").select_option("examples")
    field(page, "rounds").fill("1")
    part(page, "Statements").get_by_role("button", name="Remove: zero-shot").click()
    dialog = page.get_by_role("dialog")
    expect(page.locator('[data-path="conditions.2"]')).to_have_count(0)
    expect(dialog).to_have_count(0)
    part(page, "People and pay").get_by_role("button", name="+ Payment").click()
    expect(field(page, "payment.currency")).to_be_focused()
    field(page, "payment.currency").fill("EUR")
    field(page, "payment.base").fill("3.5")
    expect(page.locator("#file")).to_have_value(re.compile(r"\npayment: \{currency: EUR, base: 3\.5\}\n"))
    is_fine(page)
    page.get_by_role("button", name="Make the study").click()

    expect(page.get_by_role("heading", name="Talking: about things")).to_be_visible()
    expect(page.locator(".badge").first).to_have_text("draft")
    assert faults(page) == []
    page.get_by_role("button", name="Open", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Whoever has the link can take part")
    expect(dialog).to_contain_text("The models that it needs are there")
    assert faults(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator(".badge").first).to_have_text("draft")
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Open").click()
    expect(page.locator(".badge").first).to_have_text("open")
    link = page.locator("#link").inner_text()
    assert link == f"{server.url}/join/by-form"

    person = Person(page.context.browser, server.url)
    person.open_invitation("by-form").consent()
    page.get_by_role("button", name="Pause").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 person is inside just now")
    dialog.get_by_role("button", name="Pause").click()
    expect(page.locator(".badge").first).to_have_text("paused")
    page.get_by_role("button", name="Close", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be opened again")
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator(".badge").first).to_have_text("closed")
    person.context.close()

    page.get_by_role("button", name="Archive").click()
    page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    expect(page.locator(".badge").first).to_have_text("closed, archived")
    page.goto("/admin/")
    expect(page.get_by_role("link", name="demo", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="by-form")).to_have_count(0)
    page.get_by_label("Show 1 archived study").check()
    expect(page.get_by_role("link", name="by-form")).to_be_visible()
    assert faults(page) == []
    actions = json.loads(page.evaluate("fetch('/api/admin/audit?study=by-form').then((reply) => reply.text())"))["entries"]
    assert {entry["action"] for entry in actions} >= {"study.create", "study.open", "study.pause", "study.close", "study.archive"}


def test_before_a_study_is_opened_its_quotas_and_its_budget_are_told_as_they_are(admin, variant, server: Server):
    survey = "surveys: {entry: [{key: age, kind: number, text: How old are you?, minimum: 0, maximum: 120}]}"

    def told(name: str, settings: str) -> list[str]:
        study = variant(name, {**QUICK, "\ncompletion:\n": f"\n{settings}\ncompletion:\n"})
        server.command("study", "pause", study)
        page.goto(f"/admin/study?study={study}")
        page.get_by_role("button", name="Open again").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("listitem").first).to_be_visible()
        assert faults(page) == []
        said = dialog.get_by_role("listitem").all_inner_texts()
        dialog.get_by_role("button", name="Cancel").click()
        return said[1:]

    page = admin("/admin/")
    fine = "The models that it needs are there."
    assert told("limits-none", "")[:2] == ["It takes as many people as come: it has no quota.", fine]
    assert told("limits-people", "quotas: {participants: 90}")[:2] == ["It takes people until 90 are in it or have finished.", fine]
    assert told("limits-groups", "quotas: {groups: 30}")[:2] == ["It takes people until 30 groups are under way or finished.", fine]
    # The arms come to fewer groups than the quota.
    assert told("limits-all", f"""quotas: {{participants: 90, groups: 30, answers: [{{question: age, from: 60, participants: 40}}]}}
arms: [{{name: one, groups: 1}}, {{name: two, groups: 20}}]
payment: {{currency: GBP, base: 6, budget: 20}}
{survey}""")[:5] == [
        "It takes people until 90 are in it or have finished, or until 21 groups are under way or finished.",
        "Groups come into its arms: 1 group into one, 20 groups into two.",
        "Of people who give certain answers it takes only so many: it has 1 quota of that kind.",
        "Its budget has money for 3 more people; then it is paused.", fine,
    ]

    # With too little left, it says so instead of trying.
    server.sql(
        """INSERT INTO participants (study_id, study_version_id, synthetic, stage)
           SELECT id, running_version_id, false, 'done' FROM studies WHERE name = 'limits-all';
           INSERT INTO payments (participant_id, kind, amount, currency, reason)
           SELECT p.id, 'base', 15, 'GBP', 'done' FROM participants p JOIN studies s ON s.id = p.study_id WHERE s.name = 'limits-all'""")
    page.reload()
    obstacle = "of its budget of 20.00 only 5.00 is left, and one more person may come to 6.00"
    expect(page.locator("#attention")).to_contain_text(f"Cannot be opened yet: {obstacle}")
    page.get_by_role("button", name="Open again").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Not possible yet: {obstacle}")
    expect(dialog.get_by_role("button")).to_have_text(["Back"])
    assert faults(page) == []

    page.goto("/admin/")
    for name, progress in [
        ("limits-none", "no quota of people or groups"), ("limits-people", "0 of 90 people"), ("limits-groups", "0 of 30 groups"),
        ("limits-all", re.compile("1 of 90 people.*0 of 21 groups", re.S)),
    ]:
        expect(page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))).to_contain_text(progress)
    assert faults(page) == []


def test_every_key_of_a_study_file_is_in_the_form(admin):
    page = admin("/admin/settings")
    is_fine(page)
    shape = page.evaluate("fetch('/api/admin/study-file').then((reply) => reply.json())")["shape"]

    def places(shape: dict, path: str = "") -> set[str]:
        if "element" in shape:
            return places(shape["element"], path)
        found = set()
        for one in shape.get("fields", []):
            place = f"{path}.{one['key']}".lstrip(".")
            found |= {place} | places(one["shape"], place)
        return found

    # Everything that can be left out is added, until nothing is left to add.
    page.evaluate("document.querySelectorAll('details.part').forEach((part) => { part.open = true; })")
    while page.locator(".optional-parts button").count() > 0:
        before = text(page)
        page.locator(".optional-parts button").first.evaluate("(button) => button.click()")
        expect(page.locator("#file")).not_to_have_value(before)
    shown = page.evaluate(
        "[...document.querySelectorAll('#form [data-path]')].map(({ dataset }) => dataset.path.replace(/\\.\\d+(?=\\.|$)/g, ''))")
    assert places(shape) - set(shown) == set()
    assert set(shown) - places(shape) == set()
    assert faults(page) == []


def test_the_file_changes_the_form_and_the_form_the_file_and_faults_are_at_their_lines(admin, variant):
    study = variant("both-ways", QUICK)
    page = admin(f"/admin/settings?study={study}")
    is_fine(page)
    before = text(page)
    assert "# The study's name in addresses" in before

    field(page, "title").fill("Another title")
    expect(page.locator("#file")).to_have_value(before.replace("title: Finding common ground", "title: Another title"))
    page.locator("#file").fill(text(page).replace("minutes: 15", "minutes: 25"))
    expect(field(page, "minutes")).to_have_value("25")

    wrong = text(page).replace("minutes: 25", "minutes: many").replace("\nrounds: 1\n", "\nrounds: 99\nroudns: 1\n")
    page.locator("#file").fill(wrong)
    lines = wrong.split("\n")
    for words, line in [("minutes must be", "minutes: many"), ("rounds must be", "rounds: 99"), ("unknown key roudns", "roudns: 1")]:
        number = lines.index(line) + 1
        expect(page.locator("#verdict li", has_text=f"Line {number}: {words}")).to_be_visible()
        expect(page.locator("#lines b.faulty", has_text=re.compile(f"^{number}$"))).to_have_count(1)
    expect(page.locator("details.part").filter(has_text="Questions and groups").locator("summary .badge")).to_have_text("1 fault")
    assert faults(page) == []
    page.get_by_role("button", name=re.compile(r"Line \d+: rounds must be")).click()
    assert page.evaluate("(() => { const file = document.querySelector('#file'); return file.value.slice(file.selectionStart, file.selectionEnd); })()") == "rounds: 99"

    page.locator("#file").fill("title: [")
    expect(page.locator("#verdict")).to_contain_text("cannot be read on from here")
    page.locator("#file").fill(before.replace("minutes: 15", "minutes: 25"))
    is_fine(page)

    # Comments that stand in what is written anew are shown before they go.
    page.locator("#file").fill(text(page).replace("conditions:\n", "conditions:\n  # which I chose\n", 1))
    is_fine(page)
    part(page, "Statements").get_by_role("button", name="+ Another of: Conditions").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("# which I chose")
    dialog.get_by_role("button", name="Cancel").click()
    assert "# which I chose" in text(page)
    expect(page.locator('[data-path="conditions.2"]')).to_have_count(0)

    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Version 2 was saved. It takes effect when")
    page.goto(f"/admin/study?study={study}")
    expect(page.locator("#attention")).to_contain_text("People who come now get version 1")
    page.locator("#versions li summary").first.click()
    expect(page.locator("#versions li").first).to_contain_text("Minutes")
    expect(page.locator("#versions li").first.locator("del")).to_have_text("15")
    expect(page.locator("#versions li").first.locator("ins")).to_have_text("25")
    assert faults(page) == []


def test_two_who_change_the_same_study_do_not_write_over_each_other(admin, variant):
    study = variant("at-once", QUICK)
    one, other = admin(f"/admin/settings?study={study}"), admin(f"/admin/settings?study={study}", "bert")
    for page, minutes in [(one, "21"), (other, "22")]:
        is_fine(page)
        field(page, "minutes").fill(minutes)
        expect(page.locator("#file")).to_have_value(re.compile(f"minutes: {minutes}"))
        page.get_by_role("button", name="Save", exact=True).click()
    expect(one.locator("#told")).to_contain_text("Version 2 was saved")
    expect(other.locator("#save-error")).to_contain_text("Somebody has saved version 2 meanwhile")


def test_link_codes_notes_sharing_and_a_copy(admin, variant, signed_in):
    signed_in("rita", "researcher")
    study = variant("recruited-by-link", {**QUICK, "completion:\n": "recruitment: {source: platform}\n\ncompletion:\n  partial_code: PART-1\n"})
    page = admin(f"/admin/study?study={study}")
    link = page.locator("#link").inner_text()
    assert link.endswith("/join/recruited-by-link?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#told")).to_contain_text("The link was copied")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.get_by_role("button", name="Copy the code: Ended early").click()
    expect(page.locator("#told")).to_contain_text("The code was copied")
    assert page.evaluate("navigator.clipboard.readText()") == "PART-1"
    # Over plain HTTP, other than on this machine, browsers have no clipboard.
    page.evaluate("void Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.locator("#told")).to_contain_text("Your browser does not let pages copy")

    page.get_by_label("A new note").fill("We pay more from now on.\n<b>Because</b> we can.")
    page.get_by_role("button", name="Keep this note").click()
    expect(page.locator("#notes li").first).to_contain_text("<b>Because</b> we can.")
    page.get_by_label("Share with").fill("nobody-here")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.locator("#new-share .error")).to_contain_text("There is no user named nobody-here")
    page.get_by_label("Share with").fill("rita")
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("row", name="rita")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name="Duplicate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the new study").fill("demo")
    dialog.get_by_role("button", name="Duplicate").click()
    expect(dialog.get_by_role("alert")).to_contain_text("there is a study named demo already")
    assert faults(page) == []
    dialog.get_by_label("Name of the new study").fill("recruited-by-link-again")
    dialog.get_by_role("button", name="Duplicate").click()
    expect(page).to_have_url(re.compile("study=recruited-by-link-again"))
    expect(page.locator(".badge").first).to_have_text("draft")

    reader = admin(f"/admin/study?study={study}", "rita", "researcher")
    expect(reader.locator("#notes li").first).to_contain_text("We pay more")
    for name in ["Open", "Pause", "Close", "Duplicate", "Keep this note", "Share", "Take away from rita"]:
        expect(reader.get_by_role("button", name=name, exact=True)).to_have_count(0)
    assert faults(reader) == []
    reader.goto(f"/admin/settings?study={study}")
    settle(reader)
    expect(field(reader, "title")).to_be_disabled()
    expect(reader.get_by_role("button", name="Save", exact=True)).to_have_count(0)


def test_a_preview_is_walked_through_by_three_side_by_side_and_leaves_nothing(admin, variant, server: Server):
    study = variant("looked-at", QUICK)
    page = admin(f"/admin/preview?study={study}")
    assert faults(page) == []
    page.get_by_label("Of these, by your hand").select_option("2")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.locator(".seat")).to_have_count(3)
    members = [page.frame_locator(f'iframe[title="Member {number}"]') for number in (1, 2, 3)]
    for member in members[:2]:
        member.get_by_role("button", name="I agree to take part").click()
        member.get_by_role("button", name="I have read this").click()

    def choose(member, name: str, value: int) -> None:
        member.locator(f"label:has(input[name={name}][value='{value}'])").click()

    words = ["The first says that this is a matter of fairness and of nothing else, really.",
             "The second holds that people should be left to decide for themselves, always."]
    for member, opinion in zip(members, words):
        choose(member, "affirming", 6)
        choose(member, "negating", 2)
        member.get_by_role("button", name="Continue").click()
        expect(member.get_by_role("textbox")).to_have_value("")    # nobody else's draft
        member.get_by_role("textbox").fill(opinion)
    for member, opinion in zip(members, words):
        expect(member.get_by_role("textbox")).to_have_value(opinion)
        member.get_by_role("button", name="Send my opinion").click()
    # The third answers by itself; then it is let go, and rates by hand.
    expect(members[0].get_by_role("heading", name=re.compile("Statement 1 of 2"))).to_be_visible(timeout=60000)
    page.get_by_label("Member 3 answers by itself").uncheck()
    page.get_by_label("Member 3 answers by itself").check()
    for member in members[:2]:
        for number in (1, 2):
            expect(member.get_by_role("heading", name=re.compile(f"Statement {number} of 2"))).to_be_visible()
            choose(member, "agreement", 5)
            choose(member, "quality", 4)
            member.get_by_role("button", name="Continue").click()
    for member in members:
        expect(member.get_by_role("heading", name="What this study was about")).to_be_visible(timeout=60000)
    assert faults(page) == []
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] in ("concord_session", "concord_arrival")]
    listed = json.loads(server.command("study", "list", "--json"))
    assert next(one for one in listed if one["name"] == study)["participants"] == 0
    page.get_by_role("button", name="End the preview").click()
    expect(page.locator("#told")).to_contain_text("thrown away")
    expect(page.locator(".seat")).to_have_count(0)


def test_a_rehearsal_says_how_long_it_takes_and_where_people_wait(admin, variant, server: Server):
    study = variant("tried-out", QUICK)
    page = admin(f"/admin/rehearsal?study={study}")
    expect(page.get_by_label("People", exact=True)).to_have_value("6")
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert faults(page) == []
    # The database, or what stands before the server, is away for a moment: the work goes on, and so does its progress.
    away = [503, 502, 504]

    def be_away(route):
        if away:
            route.fulfill(status=away.pop(0), content_type="text/html", body="<h1>Not now</h1>")
        else:
            route.continue_()

    page.route("**/api/admin/jobs/*", be_away)
    page.get_by_role("button", name="Begin the rehearsal").click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_visible(timeout=PATIENCE * 1000)
    assert away == []
    report = page.locator("#report")
    expect(report).to_contain_text("6 of 6")
    expect(report).to_contain_text("Nobody ended early, and nothing was broken.")
    table = page.get_by_role("region", name="Steps")
    for step in ["Waiting for a group", "Agreeing with the position statements", "Writing an opinion", "Rating a statement"]:
        expect(table.get_by_role("row", name=step)).to_be_visible()
    expect(page.locator("#picture svg rect")).to_have_count(table.locator("tbody tr").count())
    assert faults(page) == []
    listed = next(one for one in json.loads(server.command("study", "list", "--json")) if one["name"] == study)
    assert listed["participants"] == 0 and listed["groups"] == 0
    # Opened again, it is still there.
    page.reload()
    expect(page.locator("#report")).to_contain_text("6 of 6")

    command = json.loads(server.command("study", "rehearse", study, "--people", "3", "--json"))
    assert command["finished"] == 3 and command["groups"] == 1


def test_texts_have_headings_lists_links_and_pictures_that_are_seen_as_such(admin, variant, server: Server, tmp_path):
    study = variant("formatted", QUICK)
    page = admin(f"/admin/settings?study={study}")
    is_fine(page)
    texts = part(page, "Texts")
    consent = field(page, "texts.consent")
    consent.fill("# Welcome\n\nThis is **important**, see [our page](https://example.org/).\n\n- one\n- two <img src=x onerror=alert(1)>\n\nLast.")
    picture = tmp_path / "dot.png"
    picture.write_bytes(PNG)
    with page.expect_file_chooser() as chosen:
        texts.get_by_role("group", name="Formatting: Consent").get_by_role("button", name="Picture").click()
    chosen.value.set_files(picture)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("What it shows")).to_be_visible()
    assert faults(page) == []
    dialog.get_by_label("What it shows").fill("A very small dot")
    dialog.get_by_role("button", name="Put it in").click()
    is_fine(page)
    expect(page.locator("#file")).to_have_value(re.compile("formatted: true"))
    expect(page.locator("#file")).to_have_value(re.compile(r"!\[A\s+very\s+small\s+dot\]\(/pictures/[0-9a-f]{64}\)"))
    consent.fill(consent.input_value() + "\n\n![](/pictures/x)")
    expect(page.locator('[data-path="texts.consent"] .wrong-here')).to_contain_text("must say what it shows")
    consent.fill(consent.input_value().replace("\n\n![](/pictures/x)", ""))
    is_fine(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Version 2 was saved")
    server.command("study", "pause", study)
    server.command("study", "open", study)

    for viewport in (PHONE, DESKTOP):
        person = Person(page.context.browser, server.url, viewport=viewport)
        person.open_invitation(study)
        prose = person.page.locator("[data-paragraphs=consent]")
        expect(prose.get_by_role("heading", name="Welcome", level=2)).to_be_visible()
        expect(prose.locator("strong")).to_have_text("important")
        expect(prose.get_by_role("link", name="our page")).to_have_attribute("href", "https://example.org/")
        expect(prose.get_by_role("listitem")).to_have_text(["one", "two <img src=x onerror=alert(1)>"])
        image = prose.get_by_role("img", name="A very small dot")
        expect(image).to_have_js_property("naturalWidth", 1)
        assert prose.locator("img").count() == 1
        assert faults(person.page) == []
        person.context.close()
        assert person.errors == []


def test_whoever_has_no_studies_is_told_what_to_do_first(admin):
    page = admin("/admin/", "newcomer-of-studies")
    # Studies of the command line are every admin's.
    expect(page.get_by_role("link", name="demo", exact=True)).to_be_visible()
    page.route("**/api/admin/studies", lambda route: route.fulfill(json={"studies": []}))
    page.reload()
    expect(page.get_by_text("There are no studies here yet.")).to_be_visible()
    expect(page.get_by_text("First make a question set")).to_be_visible()
    assert faults(page) == []
