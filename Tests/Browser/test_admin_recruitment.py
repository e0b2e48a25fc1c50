"""The page on which people are recruited: invitations, what is known of people beforehand, who came from a platform, who
returned."""

from playwright.sync_api import expect

from callers import callers
from looks import faults
from person import Person
from studies import QUICK

INVITED = {**QUICK, "\ncompletion:\n": "\nrecruitment: {source: invitation}\ncompletion:\n"}
RECRUITED = {**QUICK, "\ncompletion:\n": "\nrecruitment: {source: platform, attributes: [party, age]}\ncompletion:\n"}


def csv(text: str) -> dict:
    return {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}


def end_their_parts(page):
    """Presses the button, and gives the dialog that asks."""
    page.locator("#return").get_by_role("button", name="End their parts").click()
    return page.get_by_role("dialog")


def agree(dialog) -> None:
    dialog.get_by_role("button", name="End their parts").click()


def test_invitations_are_made_on_the_page_and_each_lets_in_one_person(admin, browser, server, variant):
    study = variant("by-invitation", INVITED)
    page = admin(f"/admin/study?study={study}")
    assert faults(page) == []
    page.locator("#link-help").get_by_role("link", name="Recruitment").click()
    expect(page.get_by_role("heading", name="Recruitment", level=1)).to_be_visible()
    made, used, unused = (page.locator(f"[data-field={name}]") for name in ("made", "used", "unused"))
    expect(made).to_have_text("0")
    assert faults(page) == []

    page.get_by_label("How many links").fill("3")
    page.get_by_role("button", name="Make the links").click()
    field = page.get_by_label("3 links, one a line")
    expect(field).to_be_visible()
    links = field.input_value().split("\n")
    assert len(set(links)) == 3
    assert all(link.startswith(f"{server.url}/join/{study}?invitation=") for link in links)
    page.get_by_role("button", name="Copy them").click()
    expect(page.locator("#told")).to_have_text("The list of links was copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(links)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save them as a file").click()
    assert saved.value.suggested_filename == f"{study}-invitations.txt"
    assert saved.value.path().read_text() == "\n".join(links) + "\n"
    assert faults(page) == []

    person = Person(browser, server.url)
    person.page.goto(links[0])
    person.consent()
    late = Person(browser, server.url)
    late.page.goto(links[0])
    expect(late.page.get_by_text("Somebody has begun with this invitation.")).to_be_visible()
    expect(late.page.get_by_role("button", name="I agree to take part")).to_be_hidden()
    for one in (person, late):
        one.context.close()
        assert one.errors == []

    page.reload()
    expect(made).to_have_text("3")
    expect(used).to_have_text("1")
    expect(unused).to_have_text("2")
    # They are not kept.
    expect(page.get_by_role("button", name="Copy them")).to_be_hidden()
    assert not any(link.split("=")[1] in page.content() for link in links)
    page.goto("/admin/log")
    line = page.get_by_role("row").filter(has_text="Made invitations").filter(has_text=study)
    expect(line).to_have_count(1)
    expect(line).to_contain_text("count: 3")


def test_what_is_known_of_people_is_loaded_and_whoever_returned_is_out(admin, server, playwright, variant):
    study = variant("by-platform", RECRUITED)
    page = admin(f"/admin/recruitment?study={study}")
    expect(page.get_by_text("This study does not take people by invitation.")).to_be_visible()
    expect(page.get_by_text("Nothing has been loaded yet.")).to_be_visible()
    expect(page.get_by_text("Nobody has come from the platform yet.")).to_be_visible()
    assert faults(page) == []

    file, load = page.get_by_label("File of people"), page.get_by_role("button", name="Load the file")
    file.set_input_files(csv("id,party,age\np1,A,40\nnot an id,B,3\n"))
    page.get_by_label("Column of the ids in it").fill("id")
    load.click()
    expect(page.locator("#attach").get_by_role("alert")).to_contain_text("row 3: not an id is no platform id")
    expect(page.get_by_text("Nothing has been loaded yet.")).to_be_visible()
    assert faults(page) == []
    file.set_input_files(csv("id,party,age\np1,A,40\np2,B,\n"))
    load.click()
    expect(page.locator("#known-now")).to_have_text("Something is known of 2 people: age of 1, party of 2.")

    rows, outcome = page.locator("#submissions tr"), page.locator("#returned")
    with callers(playwright, server, study, ["p1", "p2"]) as people:
        page.reload()
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("Lobby")
        page.get_by_label("Find a person").fill("P2")
        expect(rows).to_have_count(1)
        page.get_by_label("Find a person").fill("p9")
        expect(page.get_by_text("Nobody here has such an id.")).to_be_visible()
        page.get_by_label("Find a person").fill("")
        assert faults(page) == []

        page.locator("#return").get_by_role("button", name="End their parts").click()
        expect(page.locator("#return").get_by_role("alert")).to_contain_text("Please enter ids")
        page.get_by_label("Their ids, one a line").fill("p1, nobody")
        dialog = end_their_parts(page)
        expect(dialog).to_contain_text("End the parts of these 2 people?")
        assert faults(page) == []
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).to_have_count(0)
        assert people[0].state["step"] == "lobby"
        agree(end_their_parts(page))
        expect(outcome).to_contain_text("1 part has ended now: p1.")
        expect(outcome).to_contain_text("1 id is nobody’s in this study: nobody.")
        expect(rows.first).to_contain_text("Returned on the platform")
        assert people[0].state["step"] == "ended" and people[1].state["step"] == "lobby"
        assert faults(page) == []

        page.get_by_label("Or the platform’s file of submissions").set_input_files(
            csv("Submission id,Participant id,Status\n1,p1,RETURNED\n2,p2,TIMED-OUT\n3,p3,APPROVED\n"))
        agree(end_their_parts(page))
        expect(outcome).to_contain_text("1 part has ended now: p2.")
        expect(outcome).to_contain_text("1 part was over before: p1.")
        assert people[1].state["step"] == "ended"
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download as CSV").click()
    assert saved.value.suggested_filename == f"{study}-submissions.csv"
    assert saved.value.path().read_text() == "platform_id,stage,end_reason,code\np1,ended,returned,\np2,ended,returned,\n"

    # A script says so of somebody else.
    token = server.command("user", "create-token", "recruiter", "--scope", "recruitment").strip()
    script = playwright.request.new_context(base_url=server.url, extra_http_headers={"Authorization": f"Bearer {token}"})
    with callers(playwright, server, study, ["p4"]):
        answer = script.post(f"/api/studies/{study}/submissions/returned", data={"platform_ids": ["p4"]})
        assert answer.ok and answer.json() == {"ended": ["p4"]}
    script.dispose()
    page.goto("/admin/log")
    lines = page.get_by_role("row").filter(has_text=study)
    expect(lines.filter(has_text="Set what is known of people")).to_have_count(1)
    returned = lines.filter(has_text="Noted that a person returned on the platform")
    expect(returned).to_have_count(3)
    expect(returned.filter(has_text="a script that recruits")).to_contain_text("p4")
    expect(lines.filter(has_text="Took a file of submissions")).to_have_count(1)


def test_a_study_with_an_open_link_says_how_to_recruit_otherwise_and_researchers_recruit_nobody(admin, server, variant):
    study = variant("open-link", QUICK)
    page = admin(f"/admin/study?study={study}")
    page.get_by_role("link", name="Invitations, who came, who returned").click()
    expect(page.get_by_text("People come by an open link.")).to_be_visible()
    expect(page.get_by_text("Nobody comes to this study with an id of a platform.")).to_be_visible()
    expect(page.get_by_role("button", name="Make the links")).to_be_hidden()
    expect(page.locator("#no-invitations").get_by_role("link", name="settings")).to_have_attribute(
        "href", f"/admin/settings?study={study}")
    assert faults(page) == []

    admin("/admin/", "rita", "researcher")      # so that there is a rita
    server.command("study", "share", study, "--with", "rita")
    page = admin(f"/admin/study?study={study}", "rita", "researcher")
    expect(page.get_by_role("heading", name="Recruitment link")).to_be_visible()
    expect(page.get_by_role("link", name="Invitations, who came, who returned")).to_be_hidden()
    expect(page.get_by_role("link", name="Recruitment", exact=True)).to_have_count(0)
    page.goto(f"/admin/recruitment?study={study}")
    expect(page.get_by_role("alert")).to_contain_text("Only admins may do this")
    assert faults(page) == []
