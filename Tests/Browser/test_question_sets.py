"""Question sets on the admin pages: importing thousands with a preview, looking through and changing them, writing with
the model, screening, topics and splits, versions."""

import codecs
import csv
import io
import json
import re

import pytest
from playwright.sync_api import Page, expect

from looks import faults
from server import Server

COLUMNS = ["id", "question", "affirming_statement", "negating_statement", "topic", "split"]
VERBS = ["ban", "subsidise", "tax", "license", "abolish", "restore", "publish", "insure", "ration", "inspect"]
SPLITS = ["train", "validation", "iid_test", "ood_test"]


def thousands(count: int) -> list[dict]:
    """Questions in the layout of the public Habermas Machine list, no two of which ask the same."""
    rows = []
    for number in range(1, count + 1):
        verb, thing = VERBS[number % len(VERBS)], f"matter{number} of district{number % 97}"
        rows.append({
            "id": f"S{number}", "question": f"Should we {verb} {thing}?", "affirming_statement": f"We should {verb} {thing}.",
            "negating_statement": f"We should not {verb} {thing}.", "topic": number % 40, "split": SPLITS[number % 4],
        })
    return rows


def as_csv(rows: list[dict], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def choose(page: Page, name: str, content: bytes, new_set: str | None = None) -> None:
    page.get_by_label("File", exact=True).set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    if new_set:
        page.get_by_label("Question set", exact=True).fill(new_set)
    page.get_by_role("button", name="See what it would change").click()


def figure(page: Page, name: str):
    term = page.locator("dt", has_text=re.compile(f"^{name}$"))
    return page.locator("#preview .figures > div").filter(has=term).locator("dd")


@pytest.fixture(scope="module")
def examples(server: Server) -> str:
    """A small set of real questions, which tests may change."""
    server.command("questions", "import", "Examples/questions.csv", "--set", "small")
    return "small"


def test_a_file_of_thousands_is_looked_at_imported_searched_and_exported_again(admin, server: Server):
    rows = thousands(4200)
    rows[10]["question"] = ""
    rows[20]["split"] = "TESTING"
    rows[21]["split"] = rows[21]["split"].upper()
    rows[30]["id"] = rows[29]["id"]
    rows[40]["question"] = rows[39]["question"].upper()
    page = admin("/admin/question-sets")
    assert faults(page) == []
    page.get_by_role("link", name="Import a file").click()
    page.get_by_role("heading", name="Import questions").wait_for()
    choose(page, "list.json", json.dumps(rows, indent=1).encode(), "thousands")
    expect(page.get_by_role("heading", name="What importing list.json would do")).to_be_visible(timeout=60000)
    expect(figure(page, "added")).to_have_text("4,197")
    expect(figure(page, "rows with problems")).to_have_text("3")
    problems = page.get_by_role("region", name="Problems")
    expect(problems.get_by_role("row")).to_have_count(4)
    expect(problems).to_contain_text("question is empty")
    expect(problems).to_contain_text("split TESTING is not one of train, validation, iid_test, ood_test")
    expect(problems).to_contain_text("entry 31, line")
    expect(problems).to_contain_text("id S30 appears twice, first in entry 30")
    near = page.get_by_role("region", name="Questions that ask nearly the same")
    expect(near.get_by_role("row").last).to_contain_text("100 %")
    assert faults(page) == []
    # Nothing is imported before somebody agrees, and rows with problems not without saying so.
    assert "thousands" not in server.command("questions", "list")
    button = page.get_by_role("button", name="Import 4,197 questions")
    expect(button).to_be_disabled()
    page.get_by_label("Leave out the 3 rows with problems and import the rest").check()
    button.click()

    expect(page.get_by_role("heading", name="thousands")).to_be_visible(timeout=60000)
    expect(page.locator("#told")).to_contain_text("Imported 4,197 questions. The set is at version 1 now.")
    expect(page.locator("#found")).to_have_text("1–50 of 4,197")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#found")).to_have_text("51–100 of 4,197")
    page.get_by_role("searchbox", name="Search").fill("matter4199 of")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("1–1 of 1")
    expect(page.locator("#questions")).to_contain_text("We should not inspect matter4199 of district28.")
    page.get_by_role("searchbox", name="Search").fill("nothing like it")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No question matches.")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("")
    page.get_by_role("combobox", name="Topic").select_option("=7")
    expect(page.locator("#found")).to_contain_text("1–50 of 105")
    page.get_by_role("combobox", name="Split").select_option("=ood_test")
    expect(page.locator("#found")).to_contain_text("1–50 of 105")
    assert faults(page) == []

    # What goes out again is what came in.
    page.locator("summary", has_text="Export").click()
    files = {}
    for form in ["JSON", "TSV", "CSV"]:
        with page.expect_download() as download:
            page.get_by_role("link", name=form).click()
        files[form] = open(download.value.path(), "rb").read()
    exported = json.loads(files["JSON"])
    rows[21]["split"] = rows[21]["split"].lower()
    assert exported == [row for index, row in enumerate(rows) if index not in (10, 20, 30)]
    # Spreadsheets know by the mark at its beginning that it is UTF-8.
    assert files["CSV"].startswith(codecs.BOM_UTF8)
    table = list(csv.DictReader(io.StringIO(files["CSV"].decode("utf-8-sig"), newline="")))
    assert [row["question"] for row in table] == [row["question"] for row in exported]

    # With tabs, too: the same file again would change nothing, one with another question adds that.
    tabs = page.get_by_role("navigation", name="Question set thousands")
    tabs.get_by_role("link", name="Import").click()
    page.get_by_role("heading", name="Import questions").wait_for()
    choose(page, "again.tsv", files["TSV"])
    expect(page.get_by_role("alert").last).to_contain_text("has these questions already", timeout=60000)
    new = {**rows[0], "id": "new", "question": "Should we, or should we\tnot?"}
    choose(page, "more.tsv", as_csv([*exported, new], "\t"))
    expect(figure(page, "added")).to_have_text("1", timeout=60000)
    expect(figure(page, "rows with problems")).to_have_text("0")
    page.get_by_role("button", name="Import 4,198 questions").click()
    expect(page.locator("#told")).to_contain_text("The set is at version 2 now.", timeout=60000)
    page.get_by_role("searchbox", name="Search").fill("or should we")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_have_text("1–1 of 1")

    # Splits of thousands: some of the topics are held out whole.
    tabs.get_by_role("link", name="Topics and splits").click()
    page.get_by_label("ood_test, % of questions").fill("20")
    page.get_by_role("button", name="Draw the splits").click()
    expect(page.locator("#plan")).to_contain_text("Drawn last with seed")
    stored = json.loads(server.command("questions", "list", "--set", "thousands", "--json"))
    apart = {name: {one["topic"] for one in stored if (one["split"] == "ood_test") == name} for name in [True, False]}
    assert len(stored) == 4198 and 6 <= len(apart[True]) <= 10 and not apart[True] & apart[False]
    assert faults(page) == []

    # A part of it retires the rest only if that is asked for.
    tabs.get_by_role("link", name="Import").click()
    page.get_by_role("heading", name="Import questions").wait_for()
    names = ["key", "text", "affirmingStatement", "negatingStatement", "topic", "split"]
    choose(page, "part.csv", as_csv([dict(zip(COLUMNS, (one[name] for name in names))) for one in stored[:100]]))
    expect(figure(page, "retired")).to_have_text("0", timeout=60000)
    expect(page.get_by_role("button", name="Import 100 questions")).to_be_disabled()
    expect(page.get_by_role("alert").last).to_contain_text("has these questions already")
    page.get_by_label("are retired: the file is the whole set").check()
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("button", name="See what it would change").click()
    expect(figure(page, "retired")).to_have_text("4,098", timeout=60000)


def test_every_problem_near_duplicate_and_difference_can_be_seen_and_the_problems_saved(admin):
    rows = thousands(1300)
    for row in rows[:450]:
        row["split"] = "TESTING"
    rows[0]["id"] = "=HYPERLINK(1)"
    rows[1]["id"] = 'a "quoted", id'
    for number in range(300):
        rows[500 + number]["question"] = rows[900 + number]["question"]
    page = admin("/admin/question-import")
    choose(page, "faulty.csv", as_csv(rows), "faulty")
    problems = page.get_by_role("region", name="Problems").get_by_role("row")
    expect(problems).to_have_count(201, timeout=60000)
    expect(page.locator("#more-problems")).to_contain_text("… and 250 more.")
    assert faults(page) == []
    page.get_by_role("button", name="Show all 450 problems").click()
    expect(problems).to_have_count(451)
    expect(problems.nth(201)).to_be_focused()
    expect(problems.last).to_contain_text("S450")
    expect(page.locator("#more-problems")).to_be_hidden()

    more = page.locator("#more-near").get_by_role("button")
    pairs = int(re.search(r"\d+", more.inner_text().replace(",", ""))[0])
    assert pairs >= 300
    more.click()
    expect(page.get_by_role("region", name="Questions that ask nearly the same").get_by_role("row")).to_have_count(pairs + 1)
    page.locator("#difference summary", has_text="Added (850)").click()
    page.get_by_role("button", name="Show all 850 added").click()
    expect(page.locator("#difference li")).to_have_count(850)
    assert faults(page) == []

    with page.expect_download() as download:
        page.get_by_role("button", name="Save all problems as CSV").click()
    assert download.value.suggested_filename == "faulty-problems.csv"
    saved = open(download.value.path(), "rb").read()
    assert saved.startswith(codecs.BOM_UTF8)
    lines = list(csv.DictReader(io.StringIO(saved.decode("utf-8-sig"), newline="")))
    sentence = "split TESTING is not one of train, validation, iid_test, ood_test"
    # What a spreadsheet would take for a formula is a text.
    assert lines[0] == {"row": "2", "line": "2", "id": "'=HYPERLINK(1)", "problem": sentence}
    assert lines[1]["id"] == 'a "quoted", id'
    assert [one["row"] for one in lines] == [str(number) for number in range(2, 452)]


def test_a_question_whose_row_has_a_problem_is_not_retired_with_what_the_file_lacks(admin, server: Server, tmp_path):
    rows = thousands(4)
    path = tmp_path / "kept.csv"
    path.write_bytes(as_csv(rows))
    server.command("questions", "import", str(path), "--set", "kept")
    rows[1]["split"] = "TRAINING"
    page = admin("/admin/question-import?set=kept")
    page.get_by_label("are retired: the file is the whole set").check()
    choose(page, "kept.csv", as_csv(rows[:3]))
    expect(figure(page, "retired")).to_have_text("1")
    expect(page.get_by_text("1 question of the set stays as it is: its row has a problem.")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Leave out the 1 row with problems and import the rest").check()
    page.get_by_role("button", name="Import 2 questions").click()
    expect(page.locator("#told")).to_contain_text("The set is at version 2 now.")
    stored = json.loads(server.command("questions", "list", "--set", "kept", "--json"))
    assert [(one["key"], one["split"]) for one in stored] == [("S1", SPLITS[1]), ("S2", SPLITS[2]), ("S3", SPLITS[3])]


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(admin):
    page = admin("/admin/question-import?set=small")
    alert = page.locator("#upload [role=alert]")
    problems = page.get_by_role("region", name="Problems")
    choose(page, "bad.csv", b"id,question\n1,What?\n")
    expect(problems).to_contain_text("lacks the columns affirming_statement, negating_statement")
    choose(page, "bad.json", b"[{")
    expect(problems).to_contain_text("not a JSON array of objects")
    expect(page.get_by_role("button", name="Import 0 questions")).to_be_disabled()
    choose(page, "latin.csv", "id,question\n1,Café?\n".encode("latin-1"))
    expect(alert).to_contain_text("CSV UTF-8")
    choose(page, "good.csv", as_csv(thousands(1)), "Not A Name")
    expect(alert).to_contain_text("lower-case letters")
    expect(page.locator("#preview")).to_be_hidden()


def test_questions_are_added_edited_moved_retired_and_taken_back(admin, examples: str):
    page = admin(f"/admin/question-set?set={examples}")
    page.get_by_role("button", name="Add a question").click()
    dialog = page.get_by_role("dialog")
    assert faults(page) == []
    dialog.get_by_label("Id").fill("tax-01")
    dialog.get_by_label("Question").fill("Should rivers have rights?")
    dialog.get_by_label("Statement for").fill("Rivers should have rights.")
    dialog.get_by_label("Statement against").fill("Only people should have rights.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has a question with the id tax-01 already")
    dialog.get_by_label("Id").fill("river-01")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#told")).to_contain_text("Added river-01")
    page.get_by_role("searchbox", name="Search").fill("rivers have")
    page.keyboard.press("Enter")
    row = page.locator("#questions > li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("no split yet")

    # By keyboard alone.
    page.get_by_role("button", name="Edit river-01").focus()
    page.keyboard.press("Enter")
    dialog.get_by_label("Topic").fill("rights")
    dialog.get_by_label("Split").select_option("train")
    dialog.get_by_label("Place").fill("1")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("rights")
    expect(row).to_contain_text("1.")
    page.get_by_role("button", name="Retire river-01").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(row).to_have_count(1)
    page.get_by_role("button", name="Retire river-01").click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    expect(page.get_by_text("No question matches.")).to_be_visible()
    page.locator("summary", has_text="1 retired question").click()
    assert faults(page) == []
    page.get_by_role("button", name="Take river-01 back").click()
    expect(row).to_have_count(1)

    page.get_by_role("searchbox", name="Search").fill("zoos")
    page.keyboard.press("Enter")
    expect(row.first).to_contain_text("zoo", ignore_case=True)
    page.get_by_label(re.compile("^Choose ")).first.check()
    page.get_by_role("button", name="Give a topic").click()
    page.get_by_role("dialog").get_by_label("Topic of the chosen questions").fill("captive animals")
    page.get_by_role("dialog").get_by_role("button", name="Give the topic").click()
    expect(row.first).to_contain_text("captive animals")
    expect(page.locator("#chosen")).to_be_hidden()


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten(admin, server: Server, examples: str):
    page = admin(f"/admin/question-set?set={examples}")
    server.command("questions", "topics", "--set", examples, "--rename", "education", "--to", "schools")
    page.get_by_role("button", name=re.compile("^Edit ")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Question").fill("Should this be lost?")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("was changed meanwhile")
    dialog.get_by_role("button", name="Cancel").click()
    page.reload()
    expect(page.locator("#questions")).not_to_contain_text("Should this be lost?")


def test_the_model_writes_questions_that_wait_for_a_yes(admin, examples: str):
    page = admin(f"/admin/question-writing?set={examples}")
    assert faults(page) == []
    page.get_by_role("button", name="Write questions").click()
    expect(page.get_by_role("alert").first).to_contain_text("Choose at least one question")
    for text in ["Should we raise taxes on the rich?", "Should we pay every adult a basic income without conditions?"]:
        page.get_by_label(text).check()
    page.get_by_label("Find questions").fill("phones")
    expect(page.get_by_text("2 questions chosen.")).to_be_visible()
    page.get_by_label("How many").fill("3")

    def with_seed(route):
        # The page leaves the seed to the server; with this one, some of what the small model writes is of use.
        route.continue_(**({"post_data": json.dumps({**route.request.post_data_json, "seed": 3})} if route.request.method == "POST" else {}))

    page.route("**/writings", with_seed)
    page.get_by_role("button", name="Write questions").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    waiting = page.locator("#proposals > li")
    expect(waiting.first).to_be_visible(timeout=300000)
    expect(page.get_by_text("Of the draws")).to_be_visible()
    assert faults(page) == []
    before = waiting.count()
    question = waiting.first.get_by_label("Question").input_value()
    waiting.first.get_by_label("Topic").fill("written")
    waiting.first.get_by_role("button", name="Accept").click()
    expect(page.locator("#told")).to_contain_text("Accepted as new-1")
    expect(waiting).to_have_count(before - 1)
    if before > 1:
        waiting.first.get_by_role("button", name="Reject").click()
        expect(waiting).to_have_count(before - 2)
    page.locator("summary", has_text="Decided before").click()
    expect(page.get_by_role("region", name="Decided before")).to_contain_text(question)
    page.goto(f"/admin/question-set?set={examples}&search=new-1")
    expect(page.locator("#questions")).to_contain_text(question)


def test_flagged_questions_wait_for_a_decision(admin, server: Server, tmp_path):
    rows = thousands(4)
    rows[1]["question"] = "Should mosques be closed in districts?"
    rows[2]["question"] = "Should immigrants vote in districts?"
    path = tmp_path / "mixed.csv"
    path.write_bytes(as_csv(rows))
    server.command("questions", "import", str(path), "--set", "mixed")
    page = admin("/admin/question-screen?set=mixed")
    expect(page.get_by_text("No question is flagged.")).to_be_visible()
    page.get_by_role("button", name="Word list only").click()
    flags = page.locator("#flags > li")
    expect(flags).to_have_count(2, timeout=60000)
    page.get_by_label("Highest scores, %").fill("25")
    page.get_by_role("button", name="Screen all questions").click()
    expect(flags.filter(has_text="place 1 of all")).to_have_count(1, timeout=120000)
    assert faults(page) == []
    page.get_by_role("button", name="Keep S3").click()
    expect(flags.filter(has_text="kept by anna")).to_have_count(1)
    page.get_by_role("button", name="Undo S3").click()
    expect(flags.filter(has_text="kept by anna")).to_have_count(0)
    page.get_by_role("button", name="Keep S3").click()
    expect(flags.filter(has_text="kept by anna")).to_have_count(1)
    assert faults(page) == []
    page.get_by_role("button", name="Retire S2").click()
    expect(flags.filter(has_text="mosques")).to_have_count(0)
    assert "mosques" not in server.command("questions", "list", "--set", "mixed")


def test_topics_are_found_named_and_used_and_splits_drawn_again_by_their_seed(admin, server: Server, examples: str):
    page = admin(f"/admin/question-topics?set={examples}")
    expect(page.locator("#topic-bars svg")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("How many topics").fill("9")
    page.get_by_label("Seed").first.fill("3")
    page.get_by_role("button", name="Find topics").click()
    expect(page.locator("#found")).to_be_visible(timeout=300000)
    questions = json.loads(server.command("questions", "list", "--set", examples, "--json"))
    expect(page.locator("#scatter text")).to_have_count(len(questions))
    expect(page.locator("#found .figures")).to_contain_text("adjusted Rand index")
    assert re.fullmatch(r"-?0\.\d\d", page.locator("[data-field=silhouette]").inner_text())
    assert faults(page) == []
    page.get_by_label(re.compile("^Topic 1: ")).fill("the first")
    page.get_by_label(re.compile("^Topic 2: ")).fill("the first")
    page.get_by_role("button", name="Use these topics").click()
    expect(page.locator("#now-note")).to_contain_text("8 topics")
    page.locator("summary", has_text="As a table, and to rename topics").click()
    page.get_by_role("button", name="Rename the first").click()
    page.get_by_role("dialog").get_by_label("New name").fill("renamed")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    table = page.get_by_role("region", name="Topics", exact=True)
    expect(table).to_contain_text("renamed")

    page.get_by_label("ood_test, % of questions").fill("20")
    page.get_by_role("button", name="Draw the splits").click()
    expect(page.locator("#plan")).to_contain_text("Drawn last with seed")
    seed = re.search(r"seed (\d+)", page.locator("#plan").inner_text())[1]
    first = server.command("questions", "list", "--set", examples, "--json")
    # Somebody draws with another seed (which may come to the same by chance), and then the first again by their seed.
    page.get_by_label("Seed").last.fill(str(int(seed) + 1))
    page.get_by_role("button", name="Draw the splits").click()
    expect(page.locator("#plan")).to_contain_text(f"seed {int(seed) + 1}")
    page.get_by_label("Seed").last.fill(seed)
    page.get_by_role("button", name="Draw the splits").click()
    expect(page.locator("#plan")).to_contain_text(f"seed {seed},")
    assert server.command("questions", "list", "--set", examples, "--json") == first

    # While splits are being drawn, the button is not available; what somebody chooses meanwhile stays chosen.
    held = []
    page.route("**/splits", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    draw = page.get_by_role("button", name="Draw the splits")
    draw.click()
    expect(draw).to_have_attribute("aria-disabled", "true")
    page.locator("summary", has_text="Choose the topics to hold out yourself").click()
    page.get_by_label(re.compile("^renamed ")).check()
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(draw).not_to_have_attribute("aria-disabled", "true")
    page.unroute("**/splits")
    draw.click()
    expect(page.locator("#plan")).to_contain_text("holding out renamed")
    questions = json.loads(server.command("questions", "list", "--set", examples, "--json"))
    assert {one["topic"] for one in questions if one["split"] == "ood_test"} == {"renamed"}
    assert faults(page) == []


def test_versions_tell_what_changed_word_by_word(admin, server: Server, tmp_path):
    rows = thousands(5)
    for change in (lambda: None, lambda: rows[1].update(question="Should we quickly tax matter2 of district2?"), lambda: rows.pop(0)):
        change()
        path = tmp_path / "steps.csv"
        path.write_bytes(as_csv(rows))
        server.command("questions", "import", str(path), "--set", "steps")
    page = admin("/admin/question-versions?set=steps")
    expect(page.get_by_role("region", name="All versions").get_by_role("row")).to_have_count(4)
    page.get_by_label("What changed from version").select_option("1")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="From version 1 to version 3")).to_be_visible()
    difference = page.locator("#difference")
    expect(difference.locator("ins").first).to_have_text("added: quickly")
    expect(difference).to_contain_text("Retired (1)")
    assert faults(page) == []
    page.get_by_label("What changed from version").select_option("3")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Nothing differs.")).to_be_visible()


def test_a_researcher_reads_and_exports_question_sets_and_changes_none(admin, playwright, server: Server, signed_in, examples: str):
    page = admin(f"/admin/question-set?set={examples}", "rita", "researcher")
    expect(page.locator("#questions > li").first).to_be_visible()
    for name in ["Add a question", "Give a topic"]:
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^(Edit|Retire) "))).to_have_count(0)
    assert faults(page) == []
    tabs = page.get_by_role("navigation", name=f"Question set {examples}")
    expect(tabs.get_by_role("link")).to_have_text(["Questions", "Write questions", "Screen", "Topics and splits", "Versions"])
    for path in ["question-writing", "question-screen", "question-topics", "question-versions"]:
        page.goto(f"/admin/{path}?set={examples}")
        page.locator("main:not([aria-busy])").wait_for()
        expect(page.locator("#fault")).to_have_count(0)
        expect(page.locator("main form button.primary:visible, main button.danger:visible")).to_have_count(
            1 if path == "question-versions" else 0)
        assert faults(page) == []
    page.goto("/admin/question-set?set=no-such-set")
    expect(page.get_by_role("alert")).to_contain_text("there is no question set named no-such-set")
