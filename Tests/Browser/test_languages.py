"""The interface in three languages, one of them from right to left; the study's own texts with it."""

import json
import re

import pytest
from playwright.sync_api import expect

from looks import faults
from person import OPINIONS, PHONE, Person
from server import ROOT
from studies import QUICK, TRANSLATED

PUBLIC = ROOT / "Public"
FILES = {path.stem: json.loads(path.read_text()) for path in sorted((PUBLIC / "languages").glob("*.json"))}
PLACEHOLDER = re.compile(r"\{[\w.]+\}")


@pytest.fixture(scope="module")
def study(variant) -> str:
    return variant("translated", {**QUICK, **TRANSLATED})


def test_there_are_english_and_two_more_languages_and_one_is_written_from_right_to_left():
    assert "en" in FILES and len(FILES) >= 3
    assert "rtl" in {words["direction"] for words in FILES.values()}


def test_every_language_has_the_same_keys_and_placeholders_and_all_of_its_plural_forms(browser):
    page = browser.new_page()
    for code, words in FILES.items():
        assert words.keys() == FILES["en"].keys(), code
        forms = set(page.evaluate("code => new Intl.PluralRules(code).resolvedOptions().pluralCategories", code))
        for key, english in FILES["en"].items():
            if isinstance(english, str):
                assert set(PLACEHOLDER.findall(words[key])) == set(PLACEHOLDER.findall(english)), (code, key)
            else:
                wanted = set(PLACEHOLDER.findall(english["other"]))
                assert set(words[key]) == forms, (code, key)
                assert set(PLACEHOLDER.findall(words[key]["other"])) == wanted, (code, key)
                for text in words[key].values():
                    assert set(PLACEHOLDER.findall(text)) | {"{n}"} == wanted | {"{n}"}, (code, key, text)
        assert all(text for text in words.values()), code
    page.close()


def test_no_sentence_of_the_interface_is_left_in_a_page_or_a_script():
    for path in (PUBLIC / "participant").rglob("*.html"):
        html = re.sub(r"<!--.*?-->", "", path.read_text(), flags=re.S)
        for text in re.findall(r"<noscript>(.*?)</noscript>", html, flags=re.S):
            # It cannot be looked up without a script: a paragraph per language, the page's own first.
            assert sorted(["en", *re.findall(r'<p [^>]*lang="(\w+)"', text)]) == sorted(FILES)
            assert len(re.findall("<p ", text)) == len(FILES)
        html = re.sub(r"<noscript>.*?</noscript>|<title>Concord</title>|<!DOCTYPE html>", "", html, flags=re.S)
        left = re.sub(r"<[^>]+>", "", html).strip()
        assert left == "", f"{path.name}: {left}"
        assert re.findall(r'(?:aria-label|placeholder|title|alt)="', html) == [], path.name
    for path in (PUBLIC / "assets").glob("*.js"):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        code = re.sub(r"(?m)^\s*//.*|\s//\s.*", "", code)
        for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"', code):
            is_selector = re.search(r"[\[\]#.>:/]|^[a-z]+ [a-z]+$", literal)
            assert is_selector or not re.search(r"[A-Za-z]{2,} [a-z]{2,}", literal), f"{path.name}: {literal}"


def test_every_key_that_a_page_or_a_script_names_is_there():
    named = set()
    for path in (PUBLIC / "participant").rglob("*.html"):
        html = path.read_text()
        named |= set(re.findall(r'data-(?:words|label|missing)="([^"]+)"', html))
    for path in (PUBLIC / "assets").glob("*.js"):
        named |= set(re.findall(r'\bt\([^)]*?"([a-z]+\.[a-z-]+)"', path.read_text()))
    assert len(named) > 100 and named - FILES["en"].keys() == set()


def test_the_browsers_language_is_spoken_and_can_be_changed_without_losing_an_answer(browser, server, study):
    person = Person(browser, server.url, locale="de-AT")
    person.open_invitation(study)
    expect(person.page.locator("html")).to_have_attribute("lang", "de")
    expect(person.heading).to_have_text("Gemeinsames finden")
    expect(person.page.get_by_text("Willkommen zu dieser Studie.")).to_be_visible()
    assert faults(person.page) == []
    person.page.get_by_label("Sprache").select_option("en")
    expect(person.page.get_by_role("button", name="I agree to take part")).to_be_visible()
    person.page.get_by_label("Language").select_option("de")
    person.page.get_by_role("button", name="Ich bin einverstanden").click()
    person.at("survey")
    expect(person.heading).to_have_text("Zuerst ein paar Fragen")
    person.page.get_by_label("Manchmal").check()
    person.page.get_by_role("button", name="Weiter", exact=True).click()
    expect(person.page.get_by_text("Bitte beantworten Sie diese Frage.")).to_be_visible()
    person.page.get_by_label("How old are you?").fill("44")

    person.page.get_by_label("Sprache").select_option("ar")
    expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(person.page.get_by_label("أحيانًا")).to_be_checked()
    expect(person.page.get_by_label("How old are you?")).to_have_value("44")
    assert faults(person.page) == []
    person.page.get_by_role("button", name="متابعة", exact=True).click()
    person.at("instructions")
    person.page.reload()                                        # the choice is kept
    person.at("instructions")
    expect(person.page.get_by_text("هكذا تسير الأمور.")).to_be_visible()
    person.context.close()
    assert person.errors == []


def test_a_study_that_is_in_one_language_stays_in_it(browser, server):
    person = Person(browser, server.url, locale="ar")
    person.open_invitation()
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    expect(person.page.locator("#language")).to_be_hidden()
    person.context.close()


def test_a_group_takes_a_whole_study_from_right_to_left(browser, server, study):
    words = FILES["ar"]
    people = [Person(browser, server.url, PHONE, touch=True, locale="ar", color_scheme="dark") for _ in range(3)]
    first = people[0]
    found = []

    def button(person: Person, key: str) -> None:
        person.page.get_by_role("button", name=words[key], exact=True).click()

    for person in people:
        person.open_invitation(study)
        found += faults(person.page) if person is first else []
        button(person, "consent.agree")
        person.at("survey")
        person.page.get_by_label("How old are you?").fill("٤٤")
        person.page.get_by_label("دائمًا").check()
        button(person, "form.continue")
        person.at("instructions")
        button(person, "instructions.read")
    for index, person in enumerate(people):
        person.at("stance")
        assert person.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        found += faults(person.page) if person is first else []
        person.choose("affirming", 5)
        person.choose("negating", 2)
        button(person, "form.continue")
        person.write(OPINIONS[index])
        found += faults(person.page) if person is first else []
        button(person, "opinion.send")
    for person in people:
        person.at("rating", timeout=60)
        found += faults(person.page) if person is first else []
        for _ in range(2):
            heading = person.heading.inner_text()
            person.choose("agreement", 6)
            person.choose("quality", 5)
            button(person, "form.continue")
            expect(person.heading.filter(visible=True)).not_to_have_text(heading)
    for person in people:
        person.at("debriefing", timeout=60)
        expect(person.page.get_by_text("كان هذا موضوع الدراسة.")).to_be_visible()
        button(person, "instructions.read")
        person.at("done")
        assert person.code == "DEMO-2211"
        person.context.close()
        assert person.errors == []
    assert found == []
