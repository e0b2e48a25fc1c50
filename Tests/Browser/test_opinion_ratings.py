"""Members rate each other's opinions, as opinions, before statements are made."""

from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, PHONE, Person
from studies import QUICK


def test_the_others_opinions_are_rated_one_by_one_on_the_rating_page(browser, server, variant, companions):
    study = variant("each-other", {**QUICK, "# opinion_ratings: true": "opinion_ratings: true"})
    person = Person(browser, server.url, PHONE, touch=True)
    person.open_invitation(study)
    expect(person.page.locator("[data-words='consent.words']")).to_be_visible()
    person.consent().read_instructions()
    others = companions(study)
    person.take_stance(6, 2).write(OPINIONS[0]).send().at("waiting")
    for number, other in enumerate(others):
        assert other.post("/api/participation/stance", data={"round": 1, "affirming": 5, "negating": 3}).ok
        assert other.post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[number + 1]}).ok

    read = []
    for number in (1, 2):
        person.at("rating")
        expect(person.heading).to_have_text(f"Another member’s opinion: {number} of 2")
        expect(person.page.get_by_text("Statements may come from people or from software")).to_be_hidden()
        expect(person.page.get_by_text("0 of 3 have rated everything.")).to_be_visible()
        assert faults(person.page) == []
        read.append(person.page.locator("blockquote").inner_text())
        person.choose("agreement", 3)
        person.choose("quality", 6)
        person.page.get_by_role("button", name="Continue").click()
        expect(person.heading).not_to_have_text(f"Another member’s opinion: {number} of 2")
    assert sorted(read) == sorted(OPINIONS[1:3])

    person.at("waiting")
    expect(person.page.get_by_text("1 of 3 have rated everything.")).to_be_visible()
    for other in others:
        while (state := other.get("/api/participation").json()).get("statement", {}).get("isOpinion"):
            rating = {"statement": state["statement"]["id"], "agreement": 5, "quality": 4}
            assert other.post("/api/participation/rating", data=rating).ok
    person.at("rating")
    expect(person.heading).to_have_text("Statement 1 of 2")
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []
