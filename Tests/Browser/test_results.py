"""Results at a glance, of a study that simulated people have been through."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from looks import AXE, faults
from server import Server
from studies import QUICK

# Nothing that needs a model, with somebody left out of nothing: two conditions are compared.
COMPARED = {
    **{old: new for old, new in QUICK.items() if "human-opinion" not in old},
    "  - {name: human-opinion, source: human-opinion, select: random, exclude: 0}":
        "  - {name: own-words, source: human-opinion}\n  - {name: positions, source: position-statement}",
    "\nquestions:": "\nquotas: {groups: 4}\nquestions:",
}


@pytest.fixture(scope="module")
def study(server: Server, variant) -> str:
    """Two of four groups have been through it."""
    name = variant("compared", COMPARED)
    server.command("simulate", "--study", name, "--participants", "6", "--url", server.url, "--seed", "3")
    return name


def test_effects_are_covered_and_an_admin_uncovers_them_with_a_reason(admin, server: Server, study: str):
    page = admin(f"/admin/results?study={study}")
    sample = page.locator("#sample")
    expect(sample.get_by_role("img")).to_have_attribute("aria-label", re.compile("Finished groups: 2 of 4"))
    expect(page.locator("#ratings").get_by_role("img")).to_have_attribute("aria-label", re.compile(r"\d+ ratings so far"))
    expect(page.locator("#attrition")).to_contain_text("Read the debriefing")
    covered = page.get_by_role("region", name="Covered until the study has its sample")
    expect(covered).to_contain_text("4 groups have finished (2 so far)")
    expect(page.locator("#effects").get_by_role("img")).to_have_count(0)
    assert faults(page) == []

    covered.get_by_role("button", name="Uncover them now").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be taken back")
    assert faults(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(covered).to_be_visible()
    covered.get_by_role("button", name="Uncover them now").click()
    dialog.get_by_label("Why now").fill("A check of the page")
    dialog.get_by_role("button", name="Uncover", exact=True).click()
    expect(covered).to_be_hidden()
    expect(page.locator("#uncovered")).to_contain_text("by anna")
    expect(page.locator("#uncovered")).to_contain_text("A check of the page")
    for part in ("agreement", "quality", "win-rates", "divisiveness"):
        expect(page.locator(f"#{part}").get_by_role("img")).to_be_visible()
    expect(page.locator("#exclusion")).to_contain_text("No exclusion condition")
    assert faults(page) == []

    page.goto("/admin/log")
    expect(page.get_by_role("row").filter(has_text="Uncovered effects by condition")).to_contain_text("A check of the page")


def test_each_figure_has_its_table_and_its_data(admin, server: Server, study: str, tmp_path: Path):
    page = admin(f"/admin/results?study={study}")
    results = page.request.get(f"/api/admin/studies/{study}/results").json()
    lines = results["effects"]["conditions"]["numbers"]["lines"]
    assert {line["condition"] for line in lines} == {"own-words", "positions"}
    part = page.locator("#agreement")
    part.get_by_text("Table", exact=True).click()
    table = part.get_by_role("table")
    for line in lines:
        row = table.get_by_role("row").filter(has_text=line["condition"])
        expect(row).to_contain_text(f"{line['agreement']['value']:.2f} ({line['agreement']['low']:.2f} to {line['agreement']['high']:.2f})")
        label = part.get_by_role("img").get_attribute("aria-label")
        assert f"{line['condition']}: {line['agreement']['value']:.2f}" in label
    assert faults(page) == []
    parts = page.locator(".part:has(figure:visible)")
    assert parts.count() >= 7
    for index in range(parts.count()):
        with page.expect_download() as download:
            parts.nth(index).get_by_role("button", name=re.compile("as CSV")).click()
        assert download.value.suggested_filename.startswith(f"{study}-")
        download.value.save_as(tmp_path / download.value.suggested_filename)
    rows = list(csv.DictReader(io.StringIO((tmp_path / f"{study}-agreement.csv").read_text())))
    for row, line in zip(rows, lines, strict=True):
        assert row["condition"] == line["condition"]
        assert float(row["agreement"]) == line["agreement"]["value"] and float(row["agreement_low"]) == line["agreement"]["low"]
        assert sum(int(row[f"rated_{point}"]) for point in range(1, 8)) == line["ratings"]
    (pair,) = results["effects"]["conditions"]["numbers"]["pairs"]
    (row,) = csv.DictReader(io.StringIO((tmp_path / f"{study}-win-rates.csv").read_text()))
    assert float(row["winRate"]) == pair["winRate"]["value"] and int(row["memberRounds"]) == pair["memberRounds"]


def test_figures_fit_a_phone_and_keep_their_words_readable(admin, study: str):
    page = admin(f"/admin/results?study={study}")
    page.set_viewport_size({"width": 390, "height": 844})
    plot = page.locator("#agreement svg")
    expect(plot).to_have_attribute("viewBox", re.compile(r"^0 0 3\d\d "))
    sizes = plot.locator("text").evaluate_all("texts => texts.map(text => text.getBoundingClientRect().height)")
    assert min(sizes) >= 11
    inside = page.evaluate("""() => [...document.querySelectorAll(".plot svg")].every(svg => {
        const frame = svg.closest(".part").getBoundingClientRect();
        return [...svg.querySelectorAll("text")].every(text => {
            const box = text.getBoundingClientRect();
            return box.left >= frame.left - 1 && box.right <= frame.right + 1;
        });
    })""")
    assert inside


def test_a_researcher_sees_what_is_covered_but_cannot_uncover_it(admin, server: Server, variant):
    name = variant("unshared", COMPARED)
    page = admin(f"/admin/results?study={name}", "rita", "researcher")
    expect(page.get_by_role("alert")).to_contain_text("there is no study named")
    anna = admin("/admin/")
    assert anna.request.put(f"/api/admin/studies/{name}/users/rita", data={}).ok
    page.reload()
    covered = page.get_by_role("region", name="Covered until the study has its sample")
    expect(covered).to_contain_text("An admin can uncover them")
    expect(page.get_by_role("button", name="Uncover them now")).to_be_hidden()
    expect(page.locator("#attrition")).to_contain_text("Nobody has given consent yet")
    assert faults(page) == []
    refused = page.request.post(f"/api/admin/studies/{name}/results/uncover", data={"reason": "me"})
    assert refused.status == 403


def test_the_report_is_a_page_that_stands_by_itself(browser, server: Server, study: str, tmp_path: Path):
    file = tmp_path / "report.html"
    server.command("report", "--study", study, "--out", str(file), "--uncover", "A check of the report")
    page = browser.new_page(viewport={"width": 320, "height": 640})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert asked == [file.as_uri()]
    numbers = json.loads(file.with_suffix(".json").read_text())
    expect(page.get_by_role("table", name="Each pair")).to_contain_text(str(numbers["conditions"]["numbers"]["pairs"][0]["memberRounds"]))
    page.evaluate(AXE)
    violations = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.emulate_media(media="print")
    assert page.locator("svg text").first.evaluate("text => getComputedStyle(text).fill") == "rgb(17, 17, 17)"
    page.close()
