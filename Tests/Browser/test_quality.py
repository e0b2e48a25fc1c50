"""Pasted opinions, attention checks, and what people are paid in the end."""

import csv

import pytest
from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, Person

MORE = """
payment: {currency: GBP, base: 6, text: You are paid 6 pounds for taking part.}
quality: {block: [pasted]}
attention_checks:
  - {round: 1, text: "To show that you read this, please choose Strongly disagree.", agreement: 1}
completion:
"""


@pytest.fixture(scope="module")
def study(variant) -> str:
    models = [
        "  - {name: zero-shot, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 0}\n",
        "  - {name: few-shot, source: model, prompt: few-shot, candidates: 4, select: first, exclude: 0}\n",
        "  - {name: zero-shot-exclusion, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 1}\n",
    ]
    return variant("careful", {
        **{model: "" for model in models},
        "source: human-opinion, select: random": "source: position-statement, statements: 2",
        "\nrounds: 2": "\nrounds: 1", "\ncompletion:\n": MORE,
    })


def test_a_pasted_opinion_is_refused_until_it_is_the_persons_own_and_the_pay_is_shown_at_the_end(
        browser, server, study, companions, tmp_path):
    person = Person(browser, server.url)
    person.open_invitation(study)
    expect(person.page.get_by_text("You are paid 6 pounds for taking part.")).to_be_visible()
    person.consent().read_instructions()
    others = companions(study)
    person.take_stance(6, 2)

    text = person.page.get_by_role("textbox")
    person.write(OPINIONS[0])
    text.press("Control+a")
    text.press("Control+x")
    text.press("Control+v")
    expect(text).to_have_value(OPINIONS[0])
    person.send()
    expect(person.refusal).to_contain_text("a part of this text was pasted in")
    assert faults(person.page) == []
    person.page.reload()                                # the words are kept, and that they were pasted, too
    person.at("opinion")
    expect(text).to_have_value(OPINIONS[0])
    person.send()
    expect(person.refusal).to_contain_text("a part of this text was pasted in")
    person.write(OPINIONS[1]).send().at("waiting")

    for number, other in enumerate(others):
        assert other.post("/api/participation/stance", data={"round": 1, "affirming": 5, "negating": 3}).ok
        assert other.post("/api/participation/opinion", data={"round": 1, "text": OPINIONS[number + 1]}).ok
    person.await_statements()
    for _ in range(3):
        _, of, statement = person.statement
        assert of == 3
        person.rate(1 if statement.startswith("To show that you read this") else 5, 4)
    for other in others:
        while (state := other.get("/api/participation").json()).get("statement"):
            rating = {"statement": state["statement"]["id"], "agreement": 5, "quality": 4}
            assert other.post("/api/participation/rating", data=rating).ok

    person.at("debriefing").read_debriefing().at("done")
    expect(person.page.get_by_text("For taking part: 6.00 GBP")).to_be_visible()
    expect(person.page.get_by_text("For waiting:")).to_be_hidden()
    assert faults(person.page) == []
    person.context.close()
    assert person.errors == []

    server.command("export", "--study", study, "--out", str(tmp_path / "dump"))
    checks = list(csv.DictReader((tmp_path / "dump" / "attention_checks.csv").open()))
    assert sorted(check["passed"] for check in checks) == ["f", "f", "t"]
    assert len(list(csv.DictReader((tmp_path / "dump" / "ratings.csv").open()))) == 6
    flags = [row["flag"] for row in csv.DictReader((tmp_path / "dump" / "flags.csv").open())]
    assert "pasted" not in flags and flags.count("failed-attention-check") == 2
