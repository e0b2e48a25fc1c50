"""Surveys, screening and comprehension questions, answered by mouse, by keyboard, and not at all."""

import pytest
from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, Person

SURVEYS = """
surveys:
  entry:
    - {key: age, kind: number, text: How old are you?, minimum: 0, maximum: 120, eligible_from: 18}
    - {key: votes, kind: choice, text: Do you vote in elections?, options: [Always, Sometimes, Never]}
    - {key: why, kind: text, text: Why not?, shown_if: {question: votes, is: [Sometimes, Never]}, maximum_characters: 200}
    - {key: news, kind: choice, text: Where do you get news from?, options: [Papers, Television, The web], several: true, optional: true}
  round:
    - {key: fair, kind: scale, text: How fairly did the statements treat your view?, low: Not at all, high: Very}
  exit:
    - {key: again, kind: choice, text: Would you take part again?, options: ["Yes", "No"]}
comprehension:
  tries: 2
  questions:
    - {key: names, text: Do the others see your name?, options: ["Yes", "No"], answer: "No", hint: Nobody sees anybody's name.}
    - {key: rounds, text: What do you rate?, options: [Statements, People], answer: Statements}
texts:
"""


@pytest.fixture(scope="module")
def study(variant) -> str:
    conditions = "  - {name: human-opinion, source: human-opinion, select: random, exclude: 0}"
    models = [
        "  - {name: zero-shot, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 0}\n",
        "  - {name: few-shot, source: model, prompt: few-shot, candidates: 4, select: first, exclude: 0}\n",
        "  - {name: zero-shot-exclusion, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 1}\n",
    ]
    return variant("asking", {
        **{model: "" for model in models},
        conditions: f"{conditions}\n  - {{name: position, source: position-statement}}",
        "\nrounds: 2": "\nrounds: 1",
        "\ntexts:\n": SURVEYS,
    })


def button(person: Person) -> None:
    person.page.get_by_role("button", name="Continue").click()


def answer_entry(person: Person, age: str = "44") -> None:
    person.at("survey")
    person.page.get_by_label("How old are you?").fill(age)
    person.page.get_by_label("Always").check()
    button(person)


def begin(browser, server, study: str, **options) -> Person:
    person = Person(browser, server.url, **options)
    person.open_invitation(study)
    person.page.get_by_role("button", name="I agree to take part").click()
    return person.at("survey")


def test_missing_and_unusable_answers_are_said_and_have_the_focus(browser, server, study):
    person = begin(browser, server, study)
    expect(person.heading).to_have_text("A few questions first")
    assert faults(person.page) == []
    age = person.page.get_by_label("How old are you?")
    button(person)
    expect(age).to_be_focused()
    expect(person.page.get_by_text("Please answer this question.").first).to_be_visible()
    assert faults(person.page) == []
    for words, sentence in (("forty", "Please write a number, in digits."), ("121", "The number must be at most 120.")):
        age.fill(words)
        button(person)
        expect(person.page.get_by_text(sentence)).to_be_visible()
    age.fill("44")

    # A question that depends on an answer comes and goes with it.
    why = person.page.get_by_label("Why not?")
    expect(why).to_be_hidden()
    person.page.get_by_label("Never").check()
    expect(why).to_be_visible()
    button(person)
    expect(why).to_be_focused()
    assert faults(person.page) == []
    person.page.get_by_label("Always").check()
    expect(why).to_be_hidden()
    button(person)
    person.at("instructions")
    person.context.close()
    assert person.errors == []


def test_whoever_is_screened_out_is_told_so_kindly(browser, server, study):
    person = begin(browser, server, study)
    answer_entry(person, age="17")
    person.at("ended")
    expect(person.heading).to_have_text("This study is not for you")
    assert "18" not in person.page.locator("main").inner_text()
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []


def test_wrong_answers_on_the_instructions_are_explained_and_the_last_try_counts(browser, server, study):
    person = begin(browser, server, study)
    answer_entry(person)
    person.at("instructions").read_instructions().at("comprehension")
    assert faults(person.page) == []
    person.page.get_by_label("Yes").check()
    person.page.get_by_label("Statements").check()
    button(person)
    expect(person.page.get_by_text("One answer was not right.")).to_be_visible()
    expect(person.page.get_by_text("Nobody sees anybody's name.")).to_be_visible()
    expect(person.page.get_by_text("This is your last try.")).to_be_visible()
    expect(person.page.get_by_label("Statements")).to_be_checked()
    expect(person.heading).to_be_focused()
    assert faults(person.page) == []
    person.page.reload()
    expect(person.page.get_by_text("This is your last try.")).to_be_visible()
    person.page.get_by_label("Yes").check()
    button(person)
    person.at("ended")
    expect(person.heading).to_have_text("Your part ends here")
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []


def test_a_group_answers_all_its_surveys_and_one_member_by_keyboard_alone(browser, server, study):
    people = [begin(browser, server, study) for _ in range(3)]
    first, others = people[0], people[1:]
    for person in others:
        answer_entry(person)
    keys = first.page.keyboard

    def press(*names: str) -> None:
        for name in names:
            keys.press(name)

    first.page.get_by_label("How old are you?").focus()
    keys.type("51")
    press("Tab", "Space", "Enter")
    first.at("instructions")
    for person in people:
        person.at("instructions").read_instructions().at("comprehension")
    for person in others:
        person.page.get_by_label("No", exact=True).check()
        person.page.get_by_label("Statements").check()
        button(person)
    first.page.get_by_label("Yes").focus()
    press("ArrowDown", "Tab", "Space", "Enter")
    for index, person in enumerate(people):
        person.at("stance").take_stance(5, 3).write(OPINIONS[index]).send()
    for person in people:
        person.await_statements()
        while person.step == "rating":
            person.rate(5, 6)
        person.at("survey")
        expect(person.heading).to_have_text("Before you go on")
    assert faults(first.page) == []
    for person in others:
        person.page.get_by_text("7 – Very").click()
        button(person)
        person.at("waiting")
    first.page.get_by_label("1 – Not at all").focus()
    press("Space", "ArrowRight", "Enter")
    for person in people:
        person.at("survey")
        expect(person.heading).to_have_text("A few last questions")
        person.page.get_by_label("Yes").check()
        button(person)
        person.read_debriefing()
        assert person.code == "DEMO-2211"
        person.context.close()
        assert person.errors == []
