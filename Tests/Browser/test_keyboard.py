"""With the keyboard alone, from the invitation to the code; and a group of five."""

from playwright.sync_api import expect

from looks import faults
from person import DESKTOP, OPINIONS, PHONE, Person
from studies import QUICK


def tab_to(person: Person, name: str) -> None:
    """Presses Tab until the control of that name has the focus."""
    for _ in range(40):
        person.page.keyboard.press("Tab")
        found = person.page.evaluate("document.activeElement.textContent.trim() || document.activeElement.ariaLabel || ''")
        if found.startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name!r} on {person.step}")


def test_a_member_who_uses_the_keyboard_alone_takes_the_whole_study(browser, server, variant, companions):
    study = variant("keyed", QUICK)
    person = Person(browser, server.url)
    keys = person.page.keyboard
    person.open_invitation(study)
    tab_to(person, "I agree to take part")
    keys.press("Enter")
    person.at("instructions")
    expect(person.heading).to_be_focused()
    tab_to(person, "I have read this")
    keys.press("Enter")
    person.at("lobby")
    others = companions(study)

    person.at("stance")
    expect(person.heading).to_be_focused()
    tab_to(person, "Instructions")
    person.page.locator("header [data-opens=instructions]").focus()
    keys.press("Enter")
    expect(person.drawer).to_be_visible()
    keys.press("Escape")
    expect(person.page.locator("header [data-opens=instructions]")).to_be_focused()

    # Digits choose; the heading, where the focus is first, stands for the first scale.
    person.heading.focus()
    keys.press("6")
    expect(person.page.locator("input[name=affirming][value='6']")).to_be_checked()
    keys.press("2")
    expect(person.page.locator("input[name=negating][value='2']")).to_be_checked()
    keys.press("Enter")
    person.at("opinion")
    keys.press("Tab")
    expect(person.page.get_by_role("textbox")).to_be_focused()
    keys.type(OPINIONS[0])
    keys.press("Control+Enter")
    person.at("waiting")
    for number, other in enumerate(others):
        assert other.post("/api/participation/stance", data={"round": 1, "affirming": 5, "negating": 3}).ok
        assert other.post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[number + 1]}).ok
    person.at("rating")
    for number in (1, 2):
        expect(person.heading).to_have_text(f"Statement {number} of 2")
        expect(person.heading).to_be_focused()
        keys.press("Enter")                         # nothing is chosen, and nothing is sent
        expect(person.page.locator("input:checked")).to_have_count(0)
        keys.press("7")
        keys.press("3")
        with person.page.expect_request("**/api/participation/rating") as request:
            keys.press("Enter")
        assert (request.value.post_data_json["agreement"], request.value.post_data_json["quality"]) == (7, 3)
        person.past(number)
    for other in others:
        while (state := other.get("/api/participation").json()).get("statement"):
            rating = {"statement": state["statement"]["id"], "agreement": 5, "quality": 4}
            assert other.post("/api/participation/rating", data=rating).ok
    person.at("debriefing")
    tab_to(person, "I have read this")
    keys.press("Enter")
    person.at("done")
    assert person.code == "DEMO-2211"
    tab_to(person, "Copy the code")
    keys.press("Enter")
    expect(person.page.locator("#copied")).not_to_be_empty()
    person.context.close()
    assert person.errors == []


def test_five_people_on_phones_and_desktops_take_a_whole_study_one_leaves_and_the_others_finish(browser, server, variant):
    study = variant("fivefold", {**QUICK, "groups: {size: 3, minimum: 3}": "groups: {size: 5, minimum: 3}"})
    people = [Person(browser, server.url, PHONE if index % 2 else DESKTOP, touch=bool(index % 2)) for index in range(5)]
    for person in people:
        person.open_invitation(study).consent().read_instructions()
    for index, person in enumerate(people):
        person.at("stance").take_stance(1 + index, 7 - index)
        person.write(OPINIONS[index % 3] + f" Number {index}.")
    for count, person in enumerate(people[:4], 1):
        person.send().at("waiting")
        expect(people[0].page.get_by_text(f"{count} of 5 have finished writing.")).to_be_visible()
    assert faults(people[0].page) == []

    drawer = people[4].open_drawer("Leave the study")
    drawer.get_by_label("Keep them").check()
    drawer.get_by_role("button", name="Leave the study now").click()
    people[4].at("ended")
    for person in people[:4]:
        person.at("rating", timeout=60)
        person.rate(5, 5).rate(3, 4)
    for person in people[:4]:
        person.read_debriefing()
        assert person.code == "DEMO-2211"
    for person in people:
        person.context.close()
        assert person.errors == []
